// Passes of the accel dialect and the pipeline that runs them.
#ifndef ZEROSTAGE_ACCEL_PASSES_H
#define ZEROSTAGE_ACCEL_PASSES_H

#include "zerostage/Accel/AccelDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace zerostage::accel
{

#define GEN_PASS_DECL
#include "zerostage/Accel/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "zerostage/Accel/Passes.h.inc"

// Register --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=zero_copy ...".
void register_accel_pipeline();

// A location that carries a name for the value defined there; the C printer uses it.
mlir::Location name_location(mlir::Location location, llvm::StringRef name);

// An operation's location without a name: for what is made besides its result.
mlir::Location plain_location(mlir::Operation *op);

// Whether a static memref's elements follow each other without gaps.
bool is_contiguous(mlir::MemRefType type);

// Whether a function of the DMA runtime returns a negative errno when it fails, and the program
// must not go on then.
bool can_fail(llvm::StringRef runtime_function);

// Erase an operation and the constants that only it used.
void erase_with_operands(mlir::Operation *op);

} // namespace zerostage::accel

#endif
