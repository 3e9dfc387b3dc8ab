// Attributes by which the passes tell each other what was decided. Those named accel_* are the
// AXI4MLIR project's.
#ifndef ZEROSTAGE_ACCEL_ANNOTATIONS_H
#define ZEROSTAGE_ACCEL_ANNOTATIONS_H

#include "llvm/ADT/StringRef.h"

namespace zerostage::accel
{

// On a matmul that goes to the accelerator.
constexpr llvm::StringLiteral ATTR_ACCELERATOR = "accel.accelerator"; // string: v1, v2, v3
constexpr llvm::StringLiteral ATTR_FLOW = "accel.flow";               // string: Ns, As, Bs, Cs
constexpr llvm::StringLiteral ATTR_OPCODE_MAP = "accel_opcode_map";   // #accel.opcode_map
constexpr llvm::StringLiteral ATTR_OPCODE_FLOW = "accel_opcode_flow"; // #accel.opcode_flow
constexpr llvm::StringLiteral ATTR_INIT_OPCODES = "accel_init_flow";  // #accel.init_opcodes
constexpr llvm::StringLiteral ATTR_ACC_ON_CPU = "accel_acc_on_cpu";   // i64: 2, C
constexpr llvm::StringLiteral ATTR_TILE = "accel_accel_tile_size";    // i64, or m, n, k
constexpr llvm::StringLiteral ATTR_ORDER = "accel_loop_permutation";  // i64 array, outermost first
constexpr llvm::StringLiteral ATTR_DMA_ADDRESS = "accel_dmaAddress";  // i32, as all of DMA_*
constexpr llvm::StringLiteral ATTR_DMA_IN_ADDRESS = "accel_dmaInputAddress";
constexpr llvm::StringLiteral ATTR_DMA_IN_BYTES = "accel_dmaInputBufferSize";
constexpr llvm::StringLiteral ATTR_DMA_OUT_ADDRESS = "accel_dmaOutputAddress";
constexpr llvm::StringLiteral ATTR_DMA_OUT_BYTES = "accel_dmaOutputBufferSize";

// On a loop that tiles for the caches: i64, the dimension.
constexpr llvm::StringLiteral ATTR_CACHE_LOOP = "accel.cache_loop";

// On a memref.dim: whether padding counts makes no difference to its users.
constexpr llvm::StringLiteral ATTR_ANY_PADDING = "accel.any_padding";

// On any operation: a comment for the reader of the printed C.
constexpr llvm::StringLiteral ATTR_COMMENT = "accel.comment";
// On the declaration of a function that axi_dma.h declares.
constexpr llvm::StringLiteral ATTR_RUNTIME = "accel.runtime";

} // namespace zerostage::accel

#endif
