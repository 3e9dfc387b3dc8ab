// Print a lowered module as C11 that a person can read.
#ifndef ZEROSTAGE_TARGET_C_PRINTER_H
#define ZEROSTAGE_TARGET_C_PRINTER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

namespace zerostage
{

// `command` is what the file's head says it was made by. An operation that has no form in C is an
// error at its location; `os` then holds a part of the file.
mlir::LogicalResult print_c(mlir::ModuleOp module, llvm::StringRef command, llvm::raw_ostream &os);

} // namespace zerostage

#endif
