// A C function from a lowered func.func.
#ifndef ZEROSTAGE_LIB_TARGET_C_FUNCTION_PRINTER_H
#define ZEROSTAGE_LIB_TARGET_C_FUNCTION_PRINTER_H

#include "CWriter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace zerostage
{

// An error at the function when a type in its signature has no form in C.
mlir::LogicalResult check_signature(mlir::func::FuncOp function);

// "void matmul_call(struct memref_2d_i32 a, ...)", without a semicolon.
std::string get_prototype(mlir::func::FuncOp function);

// Whether the operation is a runtime call whose error must end the program.
bool needs_check(mlir::Operation *op);

mlir::LogicalResult print_function(mlir::func::FuncOp function, CWriter &writer);

} // namespace zerostage

#endif
