// Verifiers of the accel operations.
#include "zerostage/Accel/AccelDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace zerostage::accel;

#define GET_OP_CLASSES
#include "zerostage/Accel/AccelOps.cpp.inc"

int64_t zerostage::accel::get_word_count(MemRefType type, DenseI64ArrayAttr padded)
{
    const ArrayRef<int64_t> shape = padded ? padded.asArrayRef() : type.getShape();
    return ShapedType::getNumElements(shape) * type.getElementTypeBitWidth() / 32;
}

// The stream carries 32-bit words, and a transfer's length is known when it starts.
static LogicalResult verify_words(Operation *op, Type transferred, DenseI64ArrayAttr padded = {})
{
    auto type = cast<MemRefType>(transferred);
    const Type element = type.getElementType();
    const bool is_byte = element.isInteger(8);
    if (!is_byte && (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() != 32))
        return op->emitOpError("transfers 32-bit words: the element type is ") << element;
    if (!padded && !type.hasStaticShape())
        return op->emitOpError("needs a memref of static shape, or what to pad it to, not ")
               << type;
    const ArrayRef<int64_t> shape = padded ? padded.asArrayRef() : type.getShape();
    if (is_byte && ShapedType::getNumElements(shape) % 4 != 0)
        return op->emitOpError("transfers 32-bit words, which ")
               << (padded ? MemRefType::get(shape, element) : type) << " does not fill";
    return success();
}

// A memref is at most as large as what it is padded to.
static LogicalResult verify_padding(Operation *op, Type transferred, DenseI64ArrayAttr padded)
{
    auto type = cast<MemRefType>(transferred);
    if (!padded)
        return success();
    if (get_dma_region(type))
        return op->emitOpError("is padded, but its memref is in DMA memory and is transferred in "
                               "place: the padding must lie there");
    bool fits = type.getRank() == static_cast<int64_t>(padded.size());
    for (const auto &[size, whole] : llvm::zip(type.getShape(), padded.asArrayRef()))
        fits &= whole > 0 && (ShapedType::isDynamic(size) || size <= whole);
    if (fits)
        return success();
    return op->emitOpError("cannot pad ")
           << type << " to [" << padded.asArrayRef() << "]: expected sizes at least as large";
}

// A transfer through the DMA buffer, or a part of one.
static LogicalResult verify_staged(Operation *op, Type type, DenseI64ArrayAttr padded)
{
    return failed(verify_padding(op, type, padded)) ? failure() : verify_words(op, type, padded);
}

static LogicalResult verify_transfer(Operation *op, Type type, Value offset,
                                     DenseI64ArrayAttr padded)
{
    if (failed(verify_staged(op, type, padded)))
        return failure();
    if (offset && get_dma_region(type))
        return op->emitOpError("has an offset into the DMA buffer, but its memref is in DMA memory "
                               "and is transferred in place");
    return success();
}

LogicalResult SendOp::verify()
{
    return verify_transfer(*this, getSource().getType(), getOffset(), getPaddedAttr());
}

LogicalResult RecvOp::verify()
{
    return verify_transfer(*this, getDestination().getType(), getOffset(), getPaddedAttr());
}

LogicalResult CopyInOp::verify()
{
    return verify_staged(*this, getSource().getType(), getPaddedAttr());
}

LogicalResult CopyOutOp::verify()
{
    return verify_staged(*this, getDestination().getType(), getPaddedAttr());
}

static LogicalResult verify_in_place(Operation *op, Type type)
{
    if (!get_dma_region(type))
        return op->emitOpError("is in place: memory space of ")
               << type << " is not #accel.dma (heap memory is copied in and starts staged)";
    return verify_words(op, type);
}

static bool starts(Operation *op, Type token)
{
    return isa<StartSendOp, StartSendStagedOp, StartSendAppendedOp, StartRecvOp, StartRecvStagedOp>(
               op) &&
           op->getResult(0).getType() == token;
}

// A transfer is waited for once, and before the next one on its channel starts: as far as one block
// shows it.
static LogicalResult verify_token(Operation *op)
{
    Value token = op->getResult(0);
    if (!token.hasOneUse())
        return op->emitOpError("must be waited for once: its token has ")
               << std::distance(token.use_begin(), token.use_end()) << " uses";
    Operation *end = *token.user_begin();
    for (Operation *next = op->getNextNode(); next && next != end; next = next->getNextNode())
        if (starts(next, token.getType())) {
            auto error = next->emitOpError("starts while another transfer is in flight on its "
                                           "channel");
            error.attachNote(op->getLoc()) << "started here, and not waited for in between";
            return error;
        }
    return success();
}

LogicalResult StartSendStagedOp::verify()
{
    return verify_token(*this);
}

LogicalResult StartRecvStagedOp::verify()
{
    return verify_token(*this);
}

LogicalResult AppendSendOp::verify()
{
    return verify_in_place(*this, getPart().getType());
}

LogicalResult StartSendAppendedOp::verify()
{
    return verify_token(*this);
}

LogicalResult StartSendOp::verify()
{
    if (getParts().empty())
        return emitOpError("needs at least one part to send");
    for (const Type type : getParts().getTypes())
        if (failed(verify_in_place(*this, type)))
            return failure();
    return verify_token(*this);
}

LogicalResult StartRecvOp::verify()
{
    return failed(verify_in_place(*this, getDestination().getType())) ? failure()
                                                                      : verify_token(*this);
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

// Rows and columns of a matrix in any layout; none for another memref.
static std::optional<std::pair<int64_t, int64_t>> get_matrix_shape(MemRefType type)
{
    if (type.getRank() == 2 || type.getRank() == 6)
        return std::pair(type.getDimSize(0), type.getDimSize(1));
    if (type.getRank() != 4)
        return std::nullopt;
    const auto whole = [&](unsigned axis) {
        const int64_t tiles = type.getDimSize(axis);
        return ShapedType::isDynamic(tiles) ? tiles : tiles * type.getDimSize(axis + 2);
    };
    return std::pair(whole(0), whole(1));
}

// Whether two sizes are equal, as far as they are known.
static bool may_equal(int64_t left, int64_t right)
{
    return left == right || ShapedType::isDynamic(left) || ShapedType::isDynamic(right);
}

LogicalResult RepackOp::verify()
{
    auto source = cast<MemRefType>(getSource().getType());
    auto destination = cast<MemRefType>(getDestination().getType());
    const auto shape = get_matrix_shape(source);
    const auto other = get_matrix_shape(destination);
    if (shape && other && may_equal(shape->first, other->first) &&
        may_equal(shape->second, other->second) &&
        source.getElementType() == destination.getElementType())
        return success();
    return emitOpError("needs one matrix in two layouts (rank 2, or 4: tile-major): ")
           << source << " and " << destination;
}

LogicalResult ClearPaddingOp::verify()
{
    auto type = cast<MemRefType>(getBuffer().getType());
    if (type.getRank() == 2 || type.getRank() == 4)
        return success();
    return emitOpError("needs a matrix of rank 2, or 4 (tile-major), not ") << type;
}

LogicalResult StoreWordOp::verify()
{
    auto type = cast<MemRefType>(getMemref().getType());
    if (static_cast<int64_t>(getIndices().size()) != type.getRank())
        return emitOpError("has ") << getIndices().size() << " indices into " << type;
    const Type element = type.getElementType();
    if (element.isIntOrFloat() && 32 % element.getIntOrFloatBitWidth() == 0)
        return success();
    return emitOpError("stores 32-bit words: the element type is ") << element;
}

LogicalResult AllocOp::verify()
{
    auto type = cast<MemRefType>(getMemref().getType());
    if (!get_dma_region(type))
        return emitOpError("allocates DMA memory: the memref needs memory space #accel.dma<in> or "
                           "#accel.dma<out>, not ")
               << type;
    if (!type.getLayout().isIdentity())
        return emitOpError("needs a memref without a layout map, not ") << type;
    if (getDynamicSizes().size() != static_cast<size_t>(type.getNumDynamicDims()))
        return emitOpError("has ") << getDynamicSizes().size() << " sizes for " << type;
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
