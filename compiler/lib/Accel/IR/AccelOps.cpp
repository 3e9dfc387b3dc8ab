// Verifiers of the accel operations.
#include "zerostage/Accel/AccelDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace zerostage::accel;

#define GET_OP_CLASSES
#include "zerostage/Accel/AccelOps.cpp.inc"

int64_t zerostage::accel::get_word_count(MemRefType type)
{
    return type.getNumElements() * type.getElementTypeBitWidth() / 32;
}

// The stream carries 32-bit words, and a transfer's length is known when it starts.
static LogicalResult verify_transfer(Operation *op, Type transferred, Value offset)
{
    auto type = cast<MemRefType>(transferred);
    const Type element = type.getElementType();
    const bool is_byte = element.isInteger(8);
    if (!is_byte && (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() != 32))
        return op->emitOpError("transfers 32-bit words: the element type is ") << element;
    if (!type.hasStaticShape())
        return op->emitOpError("needs a memref of static shape, not ") << type;
    if (is_byte && type.getNumElements() % 4 != 0)
        return op->emitOpError("transfers 32-bit words, which ") << type << " does not fill";
    if (offset && get_dma_region(type))
        return op->emitOpError("has an offset into the DMA buffer, but its memref is in DMA memory "
                               "and is transferred in place");
    return success();
}

LogicalResult SendOp::verify()
{
    return verify_transfer(*this, getSource().getType(), getOffset());
}

LogicalResult RecvOp::verify()
{
    return verify_transfer(*this, getDestination().getType(), getOffset());
}

LogicalResult AccumulateOp::verify()
{
    auto source = cast<MemRefType>(getSource().getType());
    auto destination = cast<MemRefType>(getDestination().getType());
    if (source.getShape() != destination.getShape() ||
        source.getElementType() != destination.getElementType())
        return emitOpError("needs equal shapes and element types: ")
               << source << " and " << destination;
    return success();
}

LogicalResult AllocOp::verify()
{
    auto type = cast<MemRefType>(getMemref().getType());
    if (!get_dma_region(type))
        return emitOpError("allocates DMA memory: the memref needs memory space #accel.dma<in> or "
                           "#accel.dma<out>, not ")
               << type;
    if (!type.hasStaticShape() || !type.getLayout().isIdentity())
        return emitOpError("needs a static shape and no layout map, not ") << type;
    const auto alignment = getAlignment();
    if (alignment < 4 || (alignment & (alignment - 1)) != 0)
        return emitOpError("alignment is ")
               << alignment << ": expected a power of two of at least 4";
    return success();
}

LogicalResult DeallocOp::verify()
{
    if (!get_dma_region(getMemref().getType()))
        return emitOpError("releases DMA memory: memory space of ")
               << getMemref().getType() << " is not #accel.dma";
    return success();
}
