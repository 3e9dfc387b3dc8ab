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

// Where an operand has the size along a dimension.
struct Place {
    unsigned operand;
    unsigned axis;
};

constexpr Place PLACES[3][2] = {{{2, 0}, {0, 0}}, {{2, 1}, {1, 1}}, {{0, 1}, {1, 0}}};

int64_t get_static_size(linalg::MatmulOp op, const Place &place)
{
    return cast<MemRefType>(op->getOperand(place.operand).getType()).getDimSize(place.axis);
}

// Whether steps of that size are all whole.
bool divides(int64_t step, int64_t size)
{
    return !ShapedType::isDynamic(size) && size % step == 0;
}

// Whether one step is all there is.
bool covers(int64_t step, int64_t size)
{
    return !ShapedType::isDynamic(size) && step >= size;
}

// What a level of loops steps through: from `base` (null: 0), `sizes` far but not behind `end`
// (null: there is no way to get there), in steps of `step`.
struct Level {
    std::array<Value, 3> base;
    std::array<Value, 3> end;
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
    const auto index = static_cast<size_t>(dimension);
    Value base = level.base[index];
    Value end = level.end[index];
    Value lower = base ? base : constants.get(0);
    Value step = constants.get(level.step.along(dimension));
    Value upper = end;
    if (base || !end) {
        Value size = constants.get(level.sizes.along(dimension));
        upper = base ? arith::AddIOp::create(builder, location, base, size).getResult() : size;
        if (end)
            upper = arith::MinSIOp::create(
                builder, name_location(location, (LOOP_TEXTS[index].name + "_end").str()), upper,
                end);
    }
    return scf::ForOp::create(builder, location, lower, upper, step);
}

// What is left of a dimension for the tile at `offset`, at most a whole tile: a constant where all
// are whole.
OpFoldResult make_tile_size(OpBuilder &builder, Location location, Constants &constants,
                            const Level &level, Dimension dimension, int64_t size, Value offset)
{
    const int64_t whole = level.step.along(dimension);
    if (divides(whole, size))
        return builder.getIndexAttr(whole);
    Value end = level.end[static_cast<size_t>(dimension)];
    Value left = arith::SubIOp::create(builder, location, end, offset);
    const StringRef name = LOOP_TEXTS[static_cast<size_t>(dimension)].name;
    return arith::MinSIOp::create(builder, name_location(location, (name + "_size").str()), left,
                                  constants.get(whole))
        .getResult();
}

// Offsets and sizes of tiles, by dimension.
struct Tiles {
    std::array<Value, 3> offsets;
    std::array<OpFoldResult, 3> sizes;
};

// Build the loops over the accelerator's tiles of a problem of these sizes, and continue inside.
Tiles enter_tiles(OpBuilder &builder, Location location, Constants &constants,
                  ArrayRef<int64_t> order, const Level &level, const Tile &problem)
{
    Tiles tiles;
    for (const int64_t index : order) {
        const auto dimension = static_cast<Dimension>(index);
        const LoopText &text = LOOP_TEXTS[index];
        auto loop = make_loop(builder, location, constants, level, dimension);
        loop->setAttr(ATTR_COMMENT, builder.getStringAttr(text.comment));
        loop.getInductionVar().setLoc(name_location(location, text.name));
        builder.setInsertionPointToStart(loop.getBody());
        tiles.offsets[index] = loop.getInductionVar();
        tiles.sizes[index] = make_tile_size(builder, location, constants, level, dimension,
                                            problem.along(dimension), loop.getInductionVar());
    }
    return tiles;
}

// Build the loops over blocks for the caches, none where a block is all there is, and continue
// inside. Returns the level that is left to go through.
Level enter_blocks(OpBuilder &builder, Location location, Constants &constants,
                   ArrayRef<int64_t> order, const Level &level, StringRef suffix)
{
    Level inner = {level.base, level.end, level.step, {}};
    for (const int64_t index : order) {
        const auto dimension = static_cast<Dimension>(index);
        const int64_t step = level.step.along(dimension);
        if (covers(step, level.sizes.along(dimension)))
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

Value make_dim(OpBuilder &builder, linalg::MatmulOp op, const Place &place)
{
    auto dim =
        memref::DimOp::create(builder, op.getLoc(), op->getOperand(place.operand), place.axis);
    dim->setAttr(ATTR_ANY_PADDING, builder.getUnitAttr());
    return dim;
}

// Sizes that are known at run time only must fit each other.
void check_sizes(OpBuilder &builder, linalg::MatmulOp op)
{
    Value sizes[3][2];
    for (unsigned operand = 0; operand < 3; operand++)
        for (unsigned axis = 0; axis < 2; axis++) {
            const int64_t size = get_static_size(op, {operand, axis});
            sizes[operand][axis] =
                ShapedType::isDynamic(size)
                    ? make_dim(builder, op, {operand, axis})
                    : arith::ConstantIndexOp::create(builder, op.getLoc(), size).getResult();
        }
    const Tile tile = get_tile(op);
    CheckSizesOp::create(builder, op.getLoc(), sizes[0][0], sizes[0][1], sizes[1][0], sizes[1][1],
                         sizes[2][0], sizes[2][1],
                         builder.getDenseI64ArrayAttr({tile.m, tile.n, tile.k}));
}

// The whole matmul as a level. Loops must look where it ends if some step does not divide it.
Level make_outermost(OpBuilder &builder, Constants &constants, linalg::MatmulOp op,
                     ArrayRef<Tile> steps)
{
    Level level = {{}, {}, get_sizes(op), {}};
    for (size_t index = 0; index < level.end.size(); index++) {
        const auto dimension = static_cast<Dimension>(index);
        const int64_t size = level.sizes.along(dimension);
        if (ShapedType::isDynamic(size))
            level.end[index] = make_dim(builder, op, PLACES[index][0]);
        else if (!llvm::all_of(
                     steps, [&](const Tile &step) { return divides(step.along(dimension), size); }))
            level.end[index] = constants.get(size);
    }
    return level;
}

void tile_matmul(linalg::MatmulOp op, ArrayRef<Tile> blocks)
{
    OpBuilder builder(op);
    Constants constants(op);
    const Tile tile = get_tile(op);
    const ArrayRef<int64_t> order = op->getAttrOfType<DenseI64ArrayAttr>(ATTR_ORDER).asArrayRef();

    SmallVector<Tile> steps(blocks);
    steps.push_back(tile);
    if (!llvm::all_of(op->getOperandTypes(),
                      [](Type type) { return cast<MemRefType>(type).hasStaticShape(); }))
        check_sizes(builder, op);
    Level level = make_outermost(builder, constants, op, steps);
    for (const Tile &block : blocks) {
        level.step = block;
        level = enter_blocks(builder, op.getLoc(), constants, order, level,
                             &block == &blocks.back() ? "_block" : "_panel");
    }
    level.step = tile;
    const Tiles tiles = enter_tiles(builder, op.getLoc(), constants, order, level, get_sizes(op));

    const OpFoldResult stride = builder.getIndexAttr(1);
    SmallVector<Value> operands;
    for (unsigned i = 0; i < 3; i++) {
        SmallVector<OpFoldResult, 2> offsets;
        SmallVector<OpFoldResult, 2> sizes;
        for (const Dimension dimension : OPERAND_DIMENSIONS[i]) {
            offsets.push_back(tiles.offsets[static_cast<size_t>(dimension)]);
            sizes.push_back(tiles.sizes[static_cast<size_t>(dimension)]);
        }
        operands.push_back(memref::SubViewOp::create(
            builder, name_location(op.getLoc(), TILE_NAMES[i]), op->getOperand(i), offsets, sizes,
            ArrayRef<OpFoldResult>{stride, stride}));
    }
    Operation *tiled = builder.clone(*op);
    tiled->setOperands(operands);
    op->erase();
}

// Each level of blocks must consist of whole blocks of the next, and the last one of whole tiles.
LogicalResult check_blocks(linalg::MatmulOp op, ArrayRef<Tile> blocks)
{
    SmallVector<Tile> levels(blocks);
    levels.push_back(get_tile(op));
    for (const auto &[outer, inner] : llvm::zip(levels, ArrayRef<Tile>(levels).drop_front())) {
        for (const auto &[index, name] : llvm::enumerate(StringRef("MNK"))) {
            const auto dimension = static_cast<Dimension>(index);
            if (outer.along(dimension) % inner.along(dimension) != 0)
                return op.emitError("cache-tile: ")
                       << outer.along(dimension) << " along " << StringRef(&name, 1)
                       << " is not a multiple of " << inner.along(dimension)
                       << ", the size of the blocks or tiles in it";
        }
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
