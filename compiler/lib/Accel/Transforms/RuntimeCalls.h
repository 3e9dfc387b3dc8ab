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
// (copy_from_outbuffer_*), at an offset in elements; `padded` as in accel.send, or null. The call's
// result is where the copy ends.
mlir::FailureOr<mlir::func::CallOp> copy_to_in_buffer(mlir::OpBuilder &builder,
                                                      mlir::Location location, mlir::Value memref,
                                                      mlir::Value offset,
                                                      mlir::DenseI64ArrayAttr padded);
mlir::FailureOr<mlir::func::CallOp> copy_from_out_buffer(mlir::OpBuilder &builder,
                                                         mlir::Location location,
                                                         mlir::Value memref, mlir::Value offset,
                                                         mlir::DenseI64ArrayAttr padded);

// A memref as the runtime takes it: of any rank, wherever it lies.
mlir::Value make_unranked(mlir::OpBuilder &builder, mlir::Location location, mlir::Value memref);

// What the names of the runtime's functions for this element type end in.
llvm::StringRef get_suffix(mlir::MemRefType type);

// A constant word, as the runtime takes lengths and offsets.
mlir::Value make_word(mlir::OpBuilder &builder, mlir::Location location, int64_t value);

// A staged tile begins at a multiple of this: 64 bytes, a whole number of the blocks in which a CPU
// gathers stores to write-combining memory. Rows across such blocks would be written in parts.
constexpr int64_t STAGED_WORDS = 16;

// The type of a transfer in flight.
inline TokenType get_token(mlir::OpBuilder &builder, Channel channel)
{
    return TokenType::get(builder.getContext(), channel);
}

} // namespace zerostage::accel

#endif
