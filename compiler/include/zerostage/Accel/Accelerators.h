// The accelerators that are known by name, in the grammar in which users describe theirs.
#ifndef ZEROSTAGE_ACCEL_ACCELERATORS_H
#define ZEROSTAGE_ACCEL_ACCELERATORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>
#include <string>

namespace zerostage::accel
{

// The loops of C[m][n] += A[m][k] * B[k][n], and its operands in linalg's order.
enum class Dimension { M, N, K };
enum class Operand { A, B, C };

// The dimensions that index each operand's rows and columns.
inline constexpr Dimension OPERAND_DIMENSIONS[3][2] = {
    {Dimension::M, Dimension::K}, {Dimension::K, Dimension::N}, {Dimension::M, Dimension::N}};

// Loops of a matmul, outermost first.
using LoopOrder = std::array<Dimension, 3>;

// A way to use an accelerator: `opcodes` is the text of an opcode_flow.
struct Flow {
    llvm::StringRef name;
    llvm::StringRef description;
    llvm::StringRef opcodes;
    LoopOrder order;
};

struct Accelerator {
    llvm::StringRef name;
    llvm::StringRef opcode_map; // text
    int64_t opcode_words;       // that an opcode takes on the stream
    llvm::ArrayRef<Flow> flows;
    bool has_shapes; // tiles are not all of its size: the word behind each opcode says
};

// v4's tiles are multiples of its block and fit its buffers; each opcode word is followed by the
// tile's shape, in fields of 10 bits.
constexpr int64_t BLOCK = 16;
constexpr int64_t BUFFER_WORDS = 4096;
constexpr int64_t LARGEST_DIMENSION = 1023;

llvm::ArrayRef<Accelerator> get_accelerators();

// Null when there is none of that name.
const Accelerator *find_accelerator(llvm::StringRef name);
const Flow *find_flow(const Accelerator &accelerator, llvm::StringRef name);

// Accelerators v1 to v3 are square, of any size in between; AXI4MLIR has 4, 8 and 16.
inline constexpr int64_t SMALLEST_SIZE = 2;
inline constexpr int64_t LARGEST_SIZE = 64;

// The text of its opcode_map; `shape` is the word behind each opcode, where there is one.
std::string get_opcode_map(const Accelerator &accelerator, int64_t shape);

} // namespace zerostage::accel

#endif
