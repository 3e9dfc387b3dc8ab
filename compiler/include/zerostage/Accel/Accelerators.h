// What the accelerators understand: opcodes, flows, and where each transfer goes in the loop nest.
#ifndef ZEROSTAGE_ACCEL_ACCELERATORS_H
#define ZEROSTAGE_ACCEL_ACCELERATORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace zerostage::accel
{

// The loops of C[m][n] += A[m][k] * B[k][n], and its operands in linalg's order.
enum class Dimension { M, N, K };
enum class Operand { A, B, C };

// One transfer: an opcode word, a tile to the accelerator, or a tile of C back.
struct Step {
    enum class Kind { Literal, Send, Receive } kind;
    int32_t literal;
    Operand operand;
};

// What one loop of the nest does before and after the loop inside it.
struct LoopSteps {
    std::vector<Step> before;
    std::vector<Step> after;
};

// How a version of the accelerator runs a flow. `loops` holds the innermost loops, outermost of
// these first: loops that are not named only iterate.
struct Flow {
    llvm::StringRef accelerator;
    llvm::StringRef name;
    llvm::StringRef description;
    Dimension order[3];
    std::vector<LoopSteps> loops;
};

// The flows that are known, and one of them (null when this accelerator has no such flow).
llvm::ArrayRef<Flow> get_flows();
const Flow *find_flow(llvm::StringRef accelerator, llvm::StringRef name);

// The sizes in which accelerators v1 to v3 exist.
llvm::ArrayRef<int64_t> get_sizes();

} // namespace zerostage::accel

#endif
