// Replace each tile's matmul by sends and receives, at the loops its flow says.
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Matmul.h"
#include "zerostage/Accel/Passes.h"
#include "zerostage/Accel/Schedule.h"
#include "zerostage/Accel/Tile.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_PLACETRANSFERS
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

using Kind = OpcodeAction::Kind;

// A matmul of one tile and the loops around it, outermost first.
struct TiledMatmul {
    linalg::MatmulOp op;
    SmallVector<scf::ForOp, 3> loops;
    Schedule schedule;
    Value partial; // scratch tile for what the CPU adds to C; null when C arrives complete
};

LogicalResult find_nest(TiledMatmul &tiled)
{
    Operation *inner = tiled.op;
    for (size_t i = 0; i < tiled.schedule.order.size(); i++) {
        auto loop = dyn_cast<scf::ForOp>(inner->getParentOp());
        if (!loop)
            return tiled.op.emitError("is not tiled: run accel-tile-and-order first");
        tiled.loops.insert(tiled.loops.begin(), loop);
        inner = loop;
    }
    for (Value operand : tiled.op->getOperands())
        if (!operand.getDefiningOp<memref::SubViewOp>())
            return tiled.op.emitError("is not tiled: run accel-tile-and-order first");
    return success();
}

// The outermost loop of the nest, those for the caches included.
scf::ForOp get_outermost(TiledMatmul &tiled)
{
    scf::ForOp loop = tiled.loops.front();
    while (auto outer = dyn_cast<scf::ForOp>(loop->getParentOp())) {
        if (!outer->hasAttr(ATTR_CACHE_LOOP))
            break;
        loop = outer;
    }
    return loop;
}

// Whether a tile of C arrives once, and not once for each k or block of it.
bool arrives_complete(TiledMatmul &tiled)
{
    for (auto loop = tiled.loops.front(); loop != get_outermost(tiled);) {
        loop = cast<scf::ForOp>(loop->getParentOp());
        if (loop->getAttrOfType<IntegerAttr>(ATTR_CACHE_LOOP).getInt() ==
            static_cast<int64_t>(Dimension::K))
            return false;
    }
    return receives_complete_tiles(tiled.schedule);
}

// Allocate the scratch tile before all loops and release it after.
void make_partial(TiledMatmul &tiled)
{
    auto tile_c = cast<MemRefType>(tiled.op->getOperand(2).getType());
    const Tile tile = get_tile(tiled.op);
    scf::ForOp root = get_outermost(tiled);
    while (auto outer = dyn_cast<scf::ForOp>(root->getParentOp()))
        root = outer;
    OpBuilder builder(root);
    auto type = MemRefType::get({tile.m, tile.n}, tile_c.getElementType());
    auto alloc =
        memref::AllocOp::create(builder, name_location(tiled.op.getLoc(), "partial_c"), type);
    builder.setInsertionPointAfter(root);
    memref::DeallocOp::create(builder, tiled.op.getLoc(), alloc);
    tiled.partial = alloc;
}

// The tile of an operand, taken again where `builder` stands.
Value take_tile(OpBuilder &builder, TiledMatmul &tiled, int64_t operand)
{
    Value tile = tiled.op->getOperand(static_cast<unsigned>(operand));
    return builder.clone(*tile.getDefiningOp())->getResult(0);
}

// The matrix that an operand's tiles are taken from.
Value get_matrix(TiledMatmul &tiled, int64_t operand)
{
    Value tile = tiled.op->getOperand(static_cast<unsigned>(operand));
    return tile.getDefiningOp<memref::SubViewOp>().getSource();
}

// The shape that an operand's tiles are padded to; null where they are all whole.
DenseI64ArrayAttr get_padding(OpBuilder &builder, TiledMatmul &tiled, int64_t operand)
{
    Value tile_of_operand = tiled.op->getOperand(static_cast<unsigned>(operand));
    if (cast<MemRefType>(tile_of_operand.getType()).hasStaticShape())
        return {};
    const Tile tile = get_tile(tiled.op);
    const std::array<int64_t, 2> shapes[] = {{tile.m, tile.k}, {tile.k, tile.n}, {tile.m, tile.n}};
    return builder.getDenseI64ArrayAttr(shapes[operand]);
}

// What of the scratch tile lies inside of C.
Value take_inside(OpBuilder &builder, TiledMatmul &tiled, memref::SubViewOp tile_c)
{
    if (tile_c.getType().hasStaticShape())
        return tiled.partial;
    const SmallVector<OpFoldResult> zeros(2, builder.getIndexAttr(0));
    return memref::SubViewOp::create(builder, name_location(tiled.op.getLoc(), "inside"),
                                     tiled.partial, zeros, tile_c.getMixedSizes(),
                                     tile_c.getMixedStrides());
}

void place_receive(OpBuilder &builder, TiledMatmul &tiled, int64_t operand)
{
    const Location location = tiled.op.getLoc();
    const Type word = builder.getI32Type();
    if (!tiled.partial) {
        RecvOp::create(builder, location, word, take_tile(builder, tiled, operand), Value(),
                       get_padding(builder, tiled, operand));
        return;
    }
    RecvOp::create(builder, location, word, tiled.partial, Value(), DenseI64ArrayAttr());
    Value tile = take_tile(builder, tiled, operand);
    Value inside = take_inside(builder, tiled, tile.getDefiningOp<memref::SubViewOp>());
    AccumulateOp::create(builder, location, inside, tile);
}

// An index as a word for the accelerator.
Value make_word(OpBuilder &builder, Location location, Value index)
{
    return arith::IndexCastOp::create(builder, location, builder.getI32Type(), index);
}

// The size of a loop of the matmul (m, n, k), or of a dimension of an operand.
Value get_size(OpBuilder &builder, TiledMatmul &tiled, const OpcodeAction &action)
{
    constexpr std::pair<int64_t, int64_t> loops[] = {{2, 0}, {2, 1}, {0, 1}};
    const auto [operand, dimension] =
        action.dimension < 0 ? loops[action.value] : std::pair(action.value, action.dimension);
    const Location location = tiled.op.getLoc();
    Value matrix = get_matrix(tiled, operand);
    const int64_t size = cast<MemRefType>(matrix.getType()).getDimSize(dimension);
    if (!ShapedType::isDynamic(size))
        return arith::ConstantIntOp::create(builder, location, size, 32);
    return make_word(builder, location,
                     memref::DimOp::create(builder, location, matrix, dimension));
}

// Where the loop over a dimension is.
Value get_index(OpBuilder &builder, TiledMatmul &tiled, int64_t dimension)
{
    for (const auto &[loop, order] : llvm::zip(tiled.loops, tiled.schedule.order))
        if (static_cast<int64_t>(order) == dimension)
            return make_word(builder, tiled.op.getLoc(), loop.getInductionVar());
    llvm_unreachable("a matmul has a loop for each dimension");
}

void place_action(OpBuilder &builder, TiledMatmul &tiled, const OpcodeAction &action)
{
    const Location location = tiled.op.getLoc();
    const Type word = builder.getI32Type();
    const auto send_word = [&](Value value) {
        SendLiteralOp::create(builder, location, word, value, Value());
    };
    switch (action.kind) {
    case Kind::Send:
        SendOp::create(builder, location, word, take_tile(builder, tiled, action.value), Value(),
                       get_padding(builder, tiled, action.value));
        break;
    case Kind::SendLiteral:
        send_word(arith::ConstantOp::create(
            builder, location, builder.getI32IntegerAttr(static_cast<int32_t>(action.value))));
        break;
    case Kind::SendDim:
        send_word(get_size(builder, tiled, action));
        break;
    case Kind::SendIdx:
        send_word(get_index(builder, tiled, action.value));
        break;
    case Kind::Recv:
        place_receive(builder, tiled, action.value);
        break;
    }
}

// Where a loop's first action goes: behind the size of its tiles.
Block::iterator get_start(Block &body)
{
    auto start = body.begin();
    while (isa<arith::SubIOp, arith::MinSIOp>(*start))
        start++;
    return start;
}

void place_actions(TiledMatmul &tiled)
{
    OpBuilder builder(get_outermost(tiled));
    for (const OpcodeAction &action : get_init_actions(tiled.schedule))
        place_action(builder, tiled, action);
    for (auto [loop, actions] : llvm::zip(tiled.loops, get_loop_actions(tiled.schedule))) {
        Block *body = loop.getBody();
        builder.setInsertionPoint(body, get_start(*body));
        for (const OpcodeAction &action : actions.before)
            place_action(builder, tiled, action);
        builder.setInsertionPoint(body->getTerminator());
        for (const OpcodeAction &action : actions.after)
            place_action(builder, tiled, action);
    }
}

void erase_matmul(TiledMatmul &tiled)
{
    const SmallVector<Value> tiles(tiled.op->getOperands());
    tiled.op->erase();
    for (Value tile : tiles)
        tile.getDefiningOp()->erase();
}

// Initialise the DMA engine at the start of the function, unless another matmul does so already.
void place_init(linalg::MatmulOp op, func::FuncOp function)
{
    if (!function.getOps<InitDmaOp>().empty())
        return;
    OpBuilder builder(function.getBody());
    SmallVector<Value> operands;
    for (const StringRef name : {ATTR_DMA_ADDRESS, ATTR_DMA_IN_ADDRESS, ATTR_DMA_IN_BYTES,
                                 ATTR_DMA_OUT_ADDRESS, ATTR_DMA_OUT_BYTES})
        operands.push_back(
            arith::ConstantOp::create(builder, op.getLoc(), op->getAttrOfType<IntegerAttr>(name)));
    InitDmaOp::create(builder, op.getLoc(), TypeRange(), operands);
}

// Where tiles of C are received: into C, whose fill with zero is then dropped, or into a scratch
// tile that the CPU adds to C.
LogicalResult prepare_receive(TiledMatmul &tiled, StringRef accumulate)
{
    if (sends_c(tiled.schedule) && accumulate != "cpu")
        return success(); // the accelerator has added to what C held
    if (sends_c(tiled.schedule))
        return tiled.op.emitError("cannot accumulate on the CPU: opcode_flow sends C to the "
                                  "accelerator, which adds to it");
    if (accumulate == "cpu" || tiled.op->hasAttr(ATTR_ACC_ON_CPU))
        return make_partial(tiled), success();
    const bool is_complete = arrives_complete(tiled);
    const linalg::FillOp fill =
        is_complete ? find_zero_fill(get_outermost(tiled), get_matrix(tiled, 2)) : nullptr;
    if (fill)
        return erase_with_operands(fill), success();
    if (accumulate == "auto")
        return make_partial(tiled), success();
    auto error = tiled.op.emitError("cannot accumulate in the accelerator: ");
    if (is_complete)
        return error << "C may hold something else than zero, which only the CPU can add to "
                        "(accumulate=cpu)";
    auto flow = tiled.op->getAttrOfType<StringAttr>(ATTR_FLOW);
    return error << "flow " << (flow ? flow.getValue() : "opcode_flow")
                 << (receives_complete_tiles(tiled.schedule)
                         ? " returns a tile of C for each block of K (accumulate=cpu, or a "
                           "cache-tile with all of K)"
                         : " returns a tile of C for each product (flow=Cs, or accumulate=cpu)");
}

LogicalResult place_transfers(linalg::MatmulOp op, const Schedule &schedule, StringRef accumulate)
{
    auto function = op->getParentOfType<func::FuncOp>();
    if (!function)
        return op.emitError("is not inside a func.func");
    TiledMatmul tiled = {op, {}, schedule, {}};
    if (failed(find_nest(tiled)) || failed(prepare_receive(tiled, accumulate)))
        return failure();

    place_init(op, function);
    place_actions(tiled);
    erase_matmul(tiled);
    return success();
}

class PlaceTransfersPass : public zerostage::accel::impl::PlaceTransfersBase<PlaceTransfersPass>
{
  public:
    using PlaceTransfersBase::PlaceTransfersBase;

    void runOnOperation() override
    {
        if (accumulate != "auto" && accumulate != "cpu" && accumulate != "accelerator") {
            getOperation().emitError("accumulate is '")
                << accumulate << "': expected one of auto, cpu, accelerator";
            return signalPassFailure();
        }
        SmallVector<linalg::MatmulOp> matmuls;
        getOperation().walk([&](linalg::MatmulOp op) { matmuls.push_back(op); });
        for (linalg::MatmulOp op : matmuls) {
            const auto schedule = get_schedule(op);
            if (schedule && failed(place_transfers(op, *schedule, accumulate)))
                return signalPassFailure();
        }
    }
};

} // namespace
