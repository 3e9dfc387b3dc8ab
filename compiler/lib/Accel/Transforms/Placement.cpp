#include "Placement.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace zerostage::accel;

namespace
{

// Transfers start at multiples of 8 bytes: the data width of HP ports.
constexpr int64_t SLOT_ALIGNMENT_BITS = 64;

// Elements of a slot.
int64_t get_slot_size(MemRefType type, const Placement &placement)
{
    return llvm::alignTo(get_opcode_size(type, placement) + placement.tile[0] * placement.tile[1],
                         SLOT_ALIGNMENT_BITS / type.getElementTypeBitWidth());
}

// Tiles along a dimension.
int64_t count_tiles(int64_t size, int64_t tile)
{
    return ShapedType::isDynamic(size) ? size : llvm::divideCeil(size, tile);
}

// The view of memory with these sizes and strides.
Value reinterpret(OpBuilder &builder, StringRef name, Value buffer, int64_t offset,
                  ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides)
{
    SmallVector<int64_t> static_sizes, static_strides;
    SmallVector<Value> dynamic;
    dispatchIndexOpFoldResults(sizes, dynamic, static_sizes);
    dispatchIndexOpFoldResults(strides, dynamic, static_strides);
    auto layout = StridedLayoutAttr::get(builder.getContext(), offset, static_strides);
    auto type = MemRefType::get(static_sizes, get_type(buffer).getElementType(), layout,
                                get_type(buffer).getMemorySpace());
    return memref::ReinterpretCastOp::create(builder, name_location(builder.getUnknownLoc(), name),
                                             type, buffer, builder.getIndexAttr(offset), sizes,
                                             strides);
}

OpFoldResult multiply(OpBuilder &builder, OpFoldResult factor, int64_t other)
{
    if (const auto constant = getConstantIntValue(factor))
        return builder.getIndexAttr(*constant * other);
    const Location location = builder.getUnknownLoc();
    Value constant = arith::ConstantIndexOp::create(builder, location, other);
    return arith::MulIOp::create(builder, location, cast<Value>(factor), constant).getResult();
}

// The tiles of a tile-major buffer: sizes and strides of rows of tiles, columns of tiles, and a
// tile's rows and columns.
struct TileView {
    int64_t offset;
    SmallVector<OpFoldResult> sizes, strides;
};

TileView get_tiles(OpBuilder &builder, Value buffer, const Placement &placement)
{
    const Location location = builder.getUnknownLoc();
    const int64_t tile_size = placement.tile[0] * placement.tile[1];
    const int64_t slot = placement.opcode_words > 0 ? get_type(buffer).getDimSize(2) : tile_size;
    OpFoldResult rows = memref::getMixedSize(builder, location, buffer, 0);
    OpFoldResult columns = memref::getMixedSize(builder, location, buffer, 1);
    return {get_opcode_size(get_type(buffer), placement),
            {rows, columns, builder.getIndexAttr(placement.tile[0]),
             builder.getIndexAttr(placement.tile[1])},
            {multiply(builder, columns, slot), builder.getIndexAttr(slot),
             builder.getIndexAttr(placement.tile[1]), builder.getIndexAttr(1)}};
}

// The tiles in their slots, without the opcodes.
Value make_tile_view(OpBuilder &builder, Value slots, const Placement &placement)
{
    const TileView tiles = get_tiles(builder, slots, placement);
    return reinterpret(builder, "tiles", slots, tiles.offset, tiles.sizes, tiles.strides);
}

// The matrix in a buffer of whole tiles: without the rows and columns that pad it; tile-major with
// its own rows and columns, of stride 0, in front.
Value make_unpadded_view(OpBuilder &builder, Value buffer, const Placement &placement,
                         const MatrixSize &size)
{
    if (!placement.is_tile_major) {
        const SmallVector<OpFoldResult> zeros(2, builder.getIndexAttr(0));
        const SmallVector<OpFoldResult> ones(2, builder.getIndexAttr(1));
        return memref::SubViewOp::create(builder, name_location(builder.getUnknownLoc(), "matrix"),
                                         buffer, zeros, size, ones);
    }
    TileView tiles = get_tiles(builder, buffer, placement);
    tiles.sizes.insert(tiles.sizes.begin(), size.begin(), size.end());
    tiles.strides.insert(tiles.strides.begin(), 2, builder.getIndexAttr(0));
    return reinterpret(builder, "matrix", buffer, tiles.offset, tiles.sizes, tiles.strides);
}

// What is sent around a matrix are zeros: written once.
void clear_padding(OpBuilder &builder, Value buffer, const Placement &placement,
                   const MatrixSize &size)
{
    if (!placement.is_padded || placement.region != DmaRegion::In)
        return;
    const Location location = builder.getUnknownLoc();
    Value tiles = placement.opcode_words > 0 ? make_tile_view(builder, buffer, placement) : buffer;
    ClearPaddingOp::create(builder, location, tiles,
                           getValueOrCreateConstantIndexOp(builder, location, size[0]),
                           getValueOrCreateConstantIndexOp(builder, location, size[1]));
}

// Tiles along a dimension that is known at run time only, or the size that they make.
Value make_whole(OpBuilder &builder, Value size, int64_t tile, bool counts_tiles)
{
    const Location location = builder.getUnknownLoc();
    Value last = arith::ConstantIndexOp::create(builder, location, tile - 1);
    Value whole = arith::ConstantIndexOp::create(builder, location, tile);
    Value up = arith::AddIOp::create(builder, location, size, last);
    Value tiles = arith::DivUIOp::create(builder, location, up, whole);
    return counts_tiles ? tiles
                        : arith::MulIOp::create(builder, location, tiles, whole).getResult();
}

} // namespace

int64_t zerostage::accel::get_opcode_size(MemRefType type, const Placement &placement)
{
    return placement.opcode_words * (WORD_BITS / type.getElementTypeBitWidth());
}

MemRefType zerostage::accel::get_placed_type(MemRefType type, const Placement &placement)
{
    auto space = DmaRegionAttr::get(type.getContext(), placement.region);
    SmallVector<int64_t, 4> shape(type.getShape());
    MemRefLayoutAttrInterface layout = type.getLayout();
    if (placement.is_padded && !placement.is_tile_major)
        for (const auto &[size, tile] : llvm::zip(shape, placement.tile))
            size = ShapedType::isDynamic(size) ? size : count_tiles(size, tile) * tile;
    if (placement.is_tile_major) {
        layout = {};
        for (const auto &[size, tile] : llvm::zip(shape, placement.tile))
            size = count_tiles(size, tile);
        if (placement.opcode_words > 0)
            shape.push_back(get_slot_size(type, placement));
        else
            llvm::append_range(shape, placement.tile);
    }
    return MemRefType::get(shape, type.getElementType(), layout, space);
}

Value zerostage::accel::make_matrix_view(OpBuilder &builder, Value buffer,
                                         const Placement &placement, const MatrixSize &size)
{
    if (placement.is_padded)
        return make_unpadded_view(builder, buffer, placement, size);
    return placement.opcode_words > 0 ? make_tile_view(builder, buffer, placement) : buffer;
}

Value zerostage::accel::allocate(OpBuilder &builder, Location location, MemRefType type,
                                 const Placement &placement, const MatrixSize &size)
{
    SmallVector<Value> sizes;
    for (const auto &[index, along] : llvm::enumerate(size)) {
        auto value = dyn_cast<Value>(along);
        if (value && placement.is_padded)
            value = make_whole(builder, value, placement.tile[index], placement.is_tile_major);
        if (value)
            sizes.push_back(value);
    }
    Value buffer = AllocOp::create(builder, location, get_placed_type(type, placement), sizes);
    clear_padding(builder, buffer, placement, size);
    return buffer;
}
