// Calls of the DMA runtime (axi_dma.h), declared on first use.
#ifndef ZEROSTAGE_ACCEL_RUNTIME_CALLS_H
#define ZEROSTAGE_ACCEL_RUNTIME_CALLS_H

#include "zerostage/Accel/Passes.h"

namespace zerostage::accel
{

// Insert a call where `builder` stands. Fails, with an error, when the module has a function of
// that name which is not the runtime's.
mlir::FailureOr<mlir::func::CallOp> call_runtime(mlir::OpBuilder &builder, mlir::Location location,
                                                 llvm::StringRef name, mlir::TypeRange results,
                                                 mlir::ValueRange arguments);

// Copy a memref into the input buffer (copy_to_inbuffer_*) or out of the output buffer
// (copy_from_outbuffer_*), at an offset in elements.
mlir::LogicalResult copy_to_in_buffer(mlir::OpBuilder &builder, mlir::Location location,
                                      mlir::Value memref, mlir::Value offset);
mlir::LogicalResult copy_from_out_buffer(mlir::OpBuilder &builder, mlir::Location location,
                                         mlir::Value memref, mlir::Value offset);

// A constant word, as the runtime takes lengths and offsets.
mlir::Value make_word(mlir::OpBuilder &builder, mlir::Location location, int64_t value);

} // namespace zerostage::accel

#endif
