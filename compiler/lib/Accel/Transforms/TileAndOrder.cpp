// Tile each annotated matmul: three loops in the flow's order around a matmul of one tile, and
// loops over blocks for the caches around these.
#include "zerostage/Accel/Accelerators.h"
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Matmul.h"
#include "zerostage/Accel/Passes.h"
#include "zerostage/Accel/Tile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

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

constexpr StringLiteral TILE_NAMES[] = {"tile_a", "tile_b", "tile_c"};

// What a level of loops steps through: from `base` (null: 0), `sizes` far, in steps of `step`.
struct Level {
    std::array<Value, 3> base;
    Tile sizes;
    Tile step;
};

// Constants in front of the loops, each once.
class Constants
{
  public:
    explicit Constants(linalg::MatmulOp op) : builder(op), location(op.getLoc()) {}

    Value get(int64_t value)
    {
        Value &known = values[value];
        if (known)
            return known;
        if (last)
            builder.setInsertionPointAfterValue(last);
        known = last = arith::ConstantIndexOp::create(builder, location, value);
        return known;
    }

  private:
    OpBuilder builder;
    Location location;
    DenseMap<int64_t, Value> values;
    Value last;
};

// The text of a loop for the caches.
std::string get_cache_comment(Dimension dimension, StringRef name, int64_t step)
{
    constexpr StringLiteral what[] = {"rows of C", "columns of C", "columns of A and rows of B"};
    return llvm::formatv("{0}: {1}, {2} at a time, for the caches", name,
                         what[static_cast<size_t>(dimension)], step);
}

scf::ForOp make_loop(OpBuilder &builder, Location location, Constants &constants,
                     const Level &level, Dimension dimension)
{
    Value base = level.base[static_cast<size_t>(dimension)];
    Value lower = base ? base : constants.get(0);
    Value step = constants.get(level.step.along(dimension));
    Value size = constants.get(level.sizes.along(dimension));
    Value upper = base ? arith::AddIOp::create(builder, location, base, size).getResult() : size;
    return scf::ForOp::create(builder, location, lower, upper, step);
}

// Build the loops over the accelerator's tiles, and continue inside. Returns their induction
// variables by dimension.
std::array<Value, 3> enter_tiles(OpBuilder &builder, Location location, Constants &constants,
                                 ArrayRef<int64_t> order, const Level &level)
{
    std::array<Value, 3> induction;
    for (const int64_t dimension : order) {
        const LoopText &text = LOOP_TEXTS[dimension];
        auto loop =
            make_loop(builder, location, constants, level, static_cast<Dimension>(dimension));
        loop->setAttr(ATTR_COMMENT, builder.getStringAttr(text.comment));
        loop.getInductionVar().setLoc(name_location(location, text.name));
        induction[dimension] = loop.getInductionVar();
        builder.setInsertionPointToStart(loop.getBody());
    }
    return induction;
}

// Build the loops over blocks for the caches, none where a block is all there is, and continue
// inside. Returns the level that is left to go through.
Level enter_blocks(OpBuilder &builder, Location location, Constants &constants,
                   ArrayRef<int64_t> order, const Level &level, StringRef suffix)
{
    Level inner = {level.base, level.step, {}};
    for (const int64_t index : order) {
        const auto dimension = static_cast<Dimension>(index);
        const int64_t step = level.step.along(dimension);
        if (step == level.sizes.along(dimension))
            continue;
        const std::string name = (LOOP_TEXTS[index].name + suffix).str();
        auto loop = make_loop(builder, location, constants, level, dimension);
        loop->setAttr(ATTR_COMMENT,
                      builder.getStringAttr(get_cache_comment(dimension, name, step)));
        loop->setAttr(ATTR_CACHE_LOOP, builder.getI64IntegerAttr(index));
        loop.getInductionVar().setLoc(name_location(location, name));
        inner.base[index] = loop.getInductionVar();
        builder.setInsertionPointToStart(loop.getBody());
    }
    return inner;
}

void tile_matmul(linalg::MatmulOp op, ArrayRef<Tile> blocks)
{
    OpBuilder builder(op);
    Constants constants(op);
    const Tile tile = get_tile(op);
    const ArrayRef<int64_t> order = op->getAttrOfType<DenseI64ArrayAttr>(ATTR_ORDER).asArrayRef();

    Level level = {{}, get_sizes(op), {}};
    for (const Tile &block : blocks) {
        level.step = block;
        level = enter_blocks(builder, op.getLoc(), constants, order, level,
                             &block == &blocks.back() ? "_block" : "_panel");
    }
    level.step = tile;
    const std::array<Value, 3> induction =
        enter_tiles(builder, op.getLoc(), constants, order, level);

    const OpFoldResult stride = builder.getIndexAttr(1);
    SmallVector<Value> tiles;
    for (unsigned i = 0; i < 3; i++) {
        SmallVector<OpFoldResult, 2> offsets;
        SmallVector<OpFoldResult, 2> sizes;
        for (const Dimension dimension : OPERAND_DIMENSIONS[i]) {
            offsets.push_back(induction[static_cast<size_t>(dimension)]);
            sizes.push_back(builder.getIndexAttr(tile.along(dimension)));
        }
        tiles.push_back(memref::SubViewOp::create(
            builder, name_location(op.getLoc(), TILE_NAMES[i]), op->getOperand(i), offsets, sizes,
            ArrayRef<OpFoldResult>{stride, stride}));
    }
    Operation *tiled = builder.clone(*op);
    tiled->setOperands(tiles);
    op->erase();
}

// Each level of blocks must consist of whole blocks of the next, and the last one of whole tiles.
LogicalResult check_blocks(linalg::MatmulOp op, ArrayRef<Tile> blocks)
{
    Tile outer = get_sizes(op);
    SmallVector<Tile> levels(blocks);
    levels.push_back(get_tile(op));
    for (const Tile &inner : levels) {
        for (const auto &[index, name] : llvm::enumerate(StringRef("MNK"))) {
            const auto dimension = static_cast<Dimension>(index);
            if (outer.along(dimension) % inner.along(dimension) != 0)
                return op.emitError("cache-tile: ")
                       << outer.along(dimension) << " along " << StringRef(&name, 1)
                       << " is not a multiple of " << inner.along(dimension)
                       << ", the size of the blocks or tiles in it";
        }
        outer = inner;
    }
    return success();
}

class TileAndOrderPass : public zerostage::accel::impl::TileAndOrderBase<TileAndOrderPass>
{
  public:
    using TileAndOrderBase::TileAndOrderBase;

    void runOnOperation() override
    {
        SmallVector<Tile> blocks;
        if (failed(parse_blocks(blocks)))
            return signalPassFailure();
        SmallVector<linalg::MatmulOp> matmuls;
        getOperation().walk([&](linalg::MatmulOp op) {
            if (op->hasAttr(ATTR_TILE) && op->hasAttr(ATTR_ORDER))
                matmuls.push_back(op);
        });
        for (linalg::MatmulOp op : matmuls) {
            if (failed(check_blocks(op, blocks)))
                return signalPassFailure();
            tile_matmul(op, blocks);
        }
    }

  private:
    LogicalResult parse_blocks(SmallVector<Tile> &blocks)
    {
        if (cacheTile.empty())
            return success();
        for (const StringRef text : llvm::split(StringRef(cacheTile), ',')) {
            const auto block = parse_tile(text);
            if (!block)
                return getOperation().emitError("cache-tile is '")
                       << cacheTile << "': expected MxNxK, or two of them with a comma";
            blocks.push_back(*block);
        }
        if (blocks.size() > 2)
            return getOperation().emitError("cache-tile has ")
                   << blocks.size() << " levels: expected one or two";
        return success();
    }
};

} // namespace
