// LLVM IR, or an object file, from a module that accel-pipeline has lowered.
#ifndef ZEROSTAGE_TARGET_LLVM_WRITER_H
#define ZEROSTAGE_TARGET_LLVM_WRITER_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace zerostage
{

// The board's: 32-bit ARM with NEON, hard-float calls.
constexpr llvm::StringLiteral BOARD_TRIPLE = "armv7a-unknown-linux-gnueabihf";

enum class LlvmOutput { Text, Object };

// Lower `module` further, for the target `triple`, and write it. Errors are the module's
// diagnostics.
mlir::LogicalResult write_llvm(mlir::ModuleOp module, llvm::StringRef triple, LlvmOutput output,
                               llvm::raw_pwrite_stream &os);

} // namespace zerostage

#endif
