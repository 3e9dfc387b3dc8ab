// Tile each annotated matmul: three loops in the flow's order around a matmul of one tile.
#include "zerostage/Accel/Accelerators.h"
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Passes.h"

#include <array>

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_TILEANDORDER
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

struct LoopText {
    StringLiteral name;
    StringLiteral comment;
};

constexpr LoopText LOOP_TEXTS[] = {
    {"m", "m: rows of C, a tile at a time"},
    {"n", "n: columns of C, a tile at a time"},
    {"k", "k: columns of A and rows of B, a tile at a time"},
};

// The dimensions that index each operand's rows and columns.
constexpr Dimension OPERAND_DIMENSIONS[3][2] = {
    {Dimension::M, Dimension::K}, {Dimension::K, Dimension::N}, {Dimension::M, Dimension::N}};
constexpr StringLiteral TILE_NAMES[] = {"tile_a", "tile_b", "tile_c"};

// Size of the matmul along a dimension.
int64_t get_size(linalg::MatmulOp op, Dimension dimension)
{
    auto a = cast<MemRefType>(op->getOperand(0).getType());
    auto c = cast<MemRefType>(op->getOperand(2).getType());
    switch (dimension) {
    case Dimension::M:
        return c.getDimSize(0);
    case Dimension::N:
        return c.getDimSize(1);
    case Dimension::K:
        return a.getDimSize(1);
    }
    llvm_unreachable("a matmul has three dimensions");
}

// Build a nest of loops over the dimensions in that order, and continue inside it. Returns their
// induction variables by dimension.
std::array<Value, 3> enter_loops(OpBuilder &builder, linalg::MatmulOp op, ArrayRef<int64_t> order,
                                 int64_t tile)
{
    const Location location = op.getLoc();
    Value zero = arith::ConstantIndexOp::create(builder, location, 0);
    Value step = arith::ConstantIndexOp::create(builder, location, tile);
    std::array<Value, 3> sizes;
    for (const int64_t dimension : order)
        sizes[dimension] = arith::ConstantIndexOp::create(
            builder, location, get_size(op, static_cast<Dimension>(dimension)));

    std::array<Value, 3> induction;
    for (const int64_t dimension : order) {
        const LoopText &text = LOOP_TEXTS[dimension];
        auto loop = scf::ForOp::create(builder, location, zero, sizes[dimension], step);
        loop->setAttr(ATTR_COMMENT, builder.getStringAttr(text.comment));
        loop.getInductionVar().setLoc(name_location(location, text.name));
        induction[dimension] = loop.getInductionVar();
        builder.setInsertionPointToStart(loop.getBody());
    }
    return induction;
}

void tile_matmul(linalg::MatmulOp op)
{
    OpBuilder builder(op);
    const int64_t tile = op->getAttrOfType<IntegerAttr>(ATTR_TILE).getInt();
    auto order = op->getAttrOfType<DenseI64ArrayAttr>(ATTR_ORDER);

    const std::array<Value, 3> induction = enter_loops(builder, op, order.asArrayRef(), tile);

    const OpFoldResult size = builder.getIndexAttr(tile);
    const OpFoldResult stride = builder.getIndexAttr(1);
    SmallVector<Value> tiles;
    for (unsigned i = 0; i < 3; i++) {
        const OpFoldResult offsets[] = {induction[static_cast<unsigned>(OPERAND_DIMENSIONS[i][0])],
                                        induction[static_cast<unsigned>(OPERAND_DIMENSIONS[i][1])]};
        tiles.push_back(memref::SubViewOp::create(
            builder, name_location(op.getLoc(), TILE_NAMES[i]), op->getOperand(i), offsets,
            ArrayRef<OpFoldResult>{size, size}, ArrayRef<OpFoldResult>{stride, stride}));
    }
    Operation *tiled = builder.clone(*op);
    tiled->setOperands(tiles);
    op->erase();
}

class TileAndOrderPass : public zerostage::accel::impl::TileAndOrderBase<TileAndOrderPass>
{
  public:
    using TileAndOrderBase::TileAndOrderBase;

    void runOnOperation() override
    {
        SmallVector<linalg::MatmulOp> matmuls;
        getOperation().walk([&](linalg::MatmulOp op) {
            if (op->hasAttr(ATTR_TILE) && op->hasAttr(ATTR_ORDER))
                matmuls.push_back(op);
        });
        for (linalg::MatmulOp op : matmuls)
            tile_matmul(op);
    }
};

} // namespace
