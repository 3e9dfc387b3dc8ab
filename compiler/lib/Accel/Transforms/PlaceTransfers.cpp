// Replace each tile's matmul by sends and receives, at the loops its flow says.
#include "zerostage/Accel/Accelerators.h"
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_PLACETRANSFERS
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

// A matmul of one tile and the loops around it, outermost first.
struct TiledMatmul {
    linalg::MatmulOp op;
    SmallVector<scf::ForOp, 3> loops;
    SmallVector<Dimension, 3> order;
    const Flow *flow;
    Value partial; // scratch tile for what the CPU adds to C; null when C arrives complete
};

LogicalResult find_nest(linalg::MatmulOp op, TiledMatmul &tiled)
{
    auto order = op->getAttrOfType<DenseI64ArrayAttr>(ATTR_ORDER);
    tiled.op = op;
    tiled.flow = find_flow(op->getAttrOfType<StringAttr>(ATTR_ACCELERATOR).getValue(),
                           op->getAttrOfType<StringAttr>(ATTR_FLOW).getValue());
    Operation *inner = op;
    for (int64_t i = 0; i < order.size(); i++) {
        auto loop = dyn_cast<scf::ForOp>(inner->getParentOp());
        if (!loop)
            return op.emitError("is not tiled: run accel-tile-and-order first");
        tiled.loops.insert(tiled.loops.begin(), loop);
        inner = loop;
    }
    for (const int64_t dimension : order.asArrayRef())
        tiled.order.push_back(static_cast<Dimension>(dimension));
    for (Value operand : op->getOperands())
        if (!operand.getDefiningOp<memref::SubViewOp>())
            return op.emitError("is not tiled: run accel-tile-and-order first");
    return tiled.flow ? success() : op.emitError("names a flow that its accelerator does not have");
}

// Whether each tile of C is received once, after the whole of K, and not once for each k.
bool receives_complete_tiles(TiledMatmul &tiled)
{
    const size_t first = tiled.loops.size() - tiled.flow->loops.size();
    bool inside_k = false;
    for (size_t i = 0; i < tiled.loops.size(); i++) {
        inside_k |= tiled.order[i] == Dimension::K;
        if (i < first)
            continue;
        const LoopSteps &steps = tiled.flow->loops[i - first];
        for (const auto *list : {&steps.before, &steps.after})
            for (const Step &step : *list)
                if (step.kind == Step::Kind::Receive)
                    return !inside_k;
    }
    return false;
}

bool is_zero(Value value)
{
    return matchPattern(value, m_Zero()) || matchPattern(value, m_PosZeroFloat());
}

// Whether nothing that happens at `op` can see or change what lies in `buffer`.
bool leaves_alone(Operation *op, Value buffer)
{
    if (isMemoryEffectFree(op) || isa<memref::AllocOp>(op))
        return true;
    return isa<linalg::FillOp>(op) && !llvm::is_contained(op->getOperands(), buffer);
}

// The fill of C with zero just before the loop nest, or null.
linalg::FillOp find_zero_fill(TiledMatmul &tiled)
{
    Value buffer = tiled.op->getOperand(2).getDefiningOp<memref::SubViewOp>().getSource();
    for (Operation *op = tiled.loops.front()->getPrevNode(); op; op = op->getPrevNode()) {
        auto fill = dyn_cast<linalg::FillOp>(op);
        if (fill && fill->getOperand(1) == buffer)
            return is_zero(fill->getOperand(0)) ? fill : linalg::FillOp();
        if (!leaves_alone(op, buffer))
            break;
    }
    return {};
}

// Allocate the scratch tile before the nest and release it after.
void make_partial(TiledMatmul &tiled)
{
    auto tile_c = cast<MemRefType>(tiled.op->getOperand(2).getType());
    OpBuilder builder(tiled.loops.front());
    auto type = MemRefType::get(tile_c.getShape(), tile_c.getElementType());
    auto alloc =
        memref::AllocOp::create(builder, name_location(tiled.op.getLoc(), "partial_c"), type);
    builder.setInsertionPointAfter(tiled.loops.front());
    memref::DeallocOp::create(builder, tiled.op.getLoc(), alloc);
    tiled.partial = alloc;
}

// The tile of an operand, taken again where `builder` stands.
Value take_tile(OpBuilder &builder, TiledMatmul &tiled, Operand operand)
{
    Value tile = tiled.op->getOperand(static_cast<unsigned>(operand));
    return builder.clone(*tile.getDefiningOp())->getResult(0);
}

void place_receive(OpBuilder &builder, TiledMatmul &tiled)
{
    const Location location = tiled.op.getLoc();
    const Type word = builder.getI32Type();
    if (!tiled.partial) {
        RecvOp::create(builder, location, word, take_tile(builder, tiled, Operand::C), Value());
        return;
    }
    RecvOp::create(builder, location, word, tiled.partial, Value());
    AccumulateOp::create(builder, location, tiled.partial, take_tile(builder, tiled, Operand::C));
}

void place_step(OpBuilder &builder, TiledMatmul &tiled, const Step &step)
{
    const Location location = tiled.op.getLoc();
    const Type word = builder.getI32Type();
    switch (step.kind) {
    case Step::Kind::Literal: {
        Value literal = arith::ConstantIntOp::create(builder, location, step.literal, 32);
        SendLiteralOp::create(builder, location, word, literal, Value());
        break;
    }
    case Step::Kind::Send:
        SendOp::create(builder, location, word, take_tile(builder, tiled, step.operand), Value());
        break;
    case Step::Kind::Receive:
        place_receive(builder, tiled);
        break;
    }
}

void place_steps(TiledMatmul &tiled)
{
    const size_t first = tiled.loops.size() - tiled.flow->loops.size();
    for (size_t i = 0; i < tiled.flow->loops.size(); i++) {
        Block *body = tiled.loops[first + i].getBody();
        OpBuilder builder(body, body->begin());
        for (const Step &step : tiled.flow->loops[i].before)
            place_step(builder, tiled, step);
        builder.setInsertionPoint(body->getTerminator());
        for (const Step &step : tiled.flow->loops[i].after)
            place_step(builder, tiled, step);
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

// The fill of C with zero that goes because the accelerator's tiles of C take its place; null when
// the CPU is to add them up.
FailureOr<linalg::FillOp> choose_accumulation(TiledMatmul &tiled, StringRef accumulate)
{
    if (accumulate == "cpu")
        return linalg::FillOp();
    const bool is_complete = receives_complete_tiles(tiled);
    const linalg::FillOp fill = is_complete ? find_zero_fill(tiled) : linalg::FillOp();
    if (fill || accumulate == "auto")
        return fill;
    auto error = tiled.op.emitError("cannot accumulate in the accelerator: ");
    if (is_complete)
        return error << "C may hold something else than zero, which only the CPU can add to "
                        "(accumulate=cpu)";
    return error << "flow " << tiled.flow->name
                 << " returns a tile of C for each product (flow=Cs, or accumulate=cpu)";
}

LogicalResult place_transfers(linalg::MatmulOp op, StringRef accumulate)
{
    auto function = op->getParentOfType<func::FuncOp>();
    if (!function)
        return op.emitError("is not inside a func.func");
    TiledMatmul tiled;
    if (failed(find_nest(op, tiled)))
        return failure();

    const FailureOr<linalg::FillOp> fill = choose_accumulation(tiled, accumulate);
    if (failed(fill))
        return failure();

    place_init(op, function);
    if (*fill)
        erase_with_operands(*fill);
    else
        make_partial(tiled);
    place_steps(tiled);
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
        getOperation().walk([&](linalg::MatmulOp op) {
            if (op->hasAttr(ATTR_FLOW))
                matmuls.push_back(op);
        });
        for (linalg::MatmulOp op : matmuls)
            if (failed(place_transfers(op, accumulate)))
                return signalPassFailure();
    }
};

} // namespace
