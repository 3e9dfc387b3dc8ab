// Allocate what is sent or received in DMA-mapped memory, so that transfers start in place.
//
// The pass first decides (which buffers, in which region, in tiles of what shape), following each
// buffer through calls in both directions, and only then rewrites.
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Passes.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_ZEROCOPY
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

// Where a whole buffer goes, and how it lies there: row-major as before, or tile-major.
struct Placement {
    DmaRegion region;
    bool is_tile_major;
    SmallVector<int64_t, 2> tile; // shape in which it is transferred; empty for a whole buffer
};

using Placements = llvm::MapVector<Value, Placement>;

MemRefType get_type(Value buffer)
{
    return cast<MemRefType>(buffer.getType());
}

// The buffer's type in DMA memory: row-major, or tile-major [rows/t0][columns/t1][t0][t1].
MemRefType get_placed_type(MemRefType type, const Placement &placement)
{
    auto space = DmaRegionAttr::get(type.getContext(), placement.region);
    if (!placement.is_tile_major)
        return MemRefType::get(type.getShape(), type.getElementType(), type.getLayout(), space);
    const int64_t rows = placement.tile[0];
    const int64_t columns = placement.tile[1];
    const int64_t shape[] = {type.getDimSize(0) / rows, type.getDimSize(1) / columns, rows,
                             columns};
    return MemRefType::get(shape, type.getElementType(), MemRefLayoutAttrInterface(), space);
}

// The function whose argument `value` is, or null.
func::FuncOp get_function_of_argument(Value value)
{
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || !argument.getOwner()->isEntryBlock())
        return {};
    return dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
}

SmallVector<func::CallOp> find_calls(ModuleOp module, func::FuncOp function)
{
    SmallVector<func::CallOp> calls;
    module.walk([&](func::CallOp call) {
        if (call.getCallee() == function.getSymName())
            calls.push_back(call);
    });
    return calls;
}

// Whether a subview's offset is always a multiple of `tile`.
bool is_multiple(OpFoldResult offset, int64_t tile)
{
    if (const auto constant = getConstantIntValue(offset))
        return *constant % tile == 0;
    auto argument = dyn_cast<BlockArgument>(cast<Value>(offset));
    if (!argument)
        return false;
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop || loop.getInductionVar() != argument)
        return false;
    const auto lower = getConstantIntValue(loop.getLowerBound());
    const auto step = getConstantIntValue(loop.getStep());
    return lower && step && *lower % tile == 0 && *step % tile == 0;
}

// Whether a subview takes exactly one tile of a buffer in that layout.
bool takes_one_tile(memref::SubViewOp subview, ArrayRef<int64_t> tile)
{
    if (!subview.hasUnitStride() || subview.getType().getShape() != tile)
        return false;
    return llvm::all_of(llvm::zip(subview.getMixedOffsets(), tile), [](const auto &pair) {
        return is_multiple(std::get<0>(pair), std::get<1>(pair));
    });
}

/* --- deciding --- */

class Decision
{
  public:
    Decision(ModuleOp module, bool packed) : module(module), packed(packed) {}

    // Decide for every buffer that is sent or received; an error names what stands in the way.
    LogicalResult run()
    {
        const WalkResult walked = module.walk([&](Operation *op) {
            LogicalResult result = success();
            if (auto send = dyn_cast<SendOp>(op))
                result = add_transfer(op, send.getSource(), DmaRegion::In);
            else if (auto receive = dyn_cast<RecvOp>(op))
                result = add_transfer(op, receive.getDestination(), DmaRegion::Out);
            return failed(result) ? WalkResult::interrupt() : WalkResult::advance();
        });
        if (walked.wasInterrupted())
            return failure();
        while (!pending.empty())
            if (failed(follow(pending.pop_back_val())))
                return failure();
        for (const auto &[buffer, placement] : placements)
            if (failed(check_uses(buffer, placement)))
                return failure();
        return success();
    }

    Placements placements;

  private:
    LogicalResult add_transfer(Operation *op, Value transferred, DmaRegion region)
    {
        if (get_dma_region(transferred.getType()))
            return success();
        Placement placement = {region, false, {}};
        Value buffer = transferred;
        if (auto subview = transferred.getDefiningOp<memref::SubViewOp>()) {
            buffer = subview.getSource();
            // A tile comes back as one packet, which one range of memory must take whole.
            placement.is_tile_major = packed || region == DmaRegion::Out;
            placement.tile.assign(subview.getType().getShape().begin(),
                                  subview.getType().getShape().end());
        }
        return add(op, buffer, placement);
    }

    LogicalResult add(Operation *user, Value buffer, const Placement &placement)
    {
        if (!buffer.getDefiningOp<memref::AllocOp>() && !get_function_of_argument(buffer))
            return user->emitError("needs a buffer in DMA memory: expected a whole memref.alloc or "
                                   "a function argument, so that its allocation can move there");
        if (placement.is_tile_major && failed(check_layout(user, buffer, placement.tile)))
            return failure();
        const auto [entry, is_new] = placements.insert({buffer, placement});
        if (is_new) {
            pending.push_back(buffer);
            return success();
        }
        return merge(user, buffer, entry->second, placement);
    }

    // A buffer that is transferred in several ways must suit all of them.
    LogicalResult merge(Operation *user, Value buffer, Placement &known, const Placement &other)
    {
        const bool is_tile_major = known.is_tile_major || other.is_tile_major;
        const bool is_received = known.region == DmaRegion::Out || other.region == DmaRegion::Out;
        const DmaRegion region = is_received ? DmaRegion::Out : DmaRegion::In;
        if (is_tile_major && known.tile != other.tile)
            return user->emitError("transfers the buffer in tiles of another shape than elsewhere: "
                                   "a tile-major layout has only one")
                   << get_advice(region);
        if (known.region == region && known.is_tile_major == is_tile_major)
            return success();
        known.region = region;
        known.is_tile_major = is_tile_major;
        pending.push_back(buffer);
        return success();
    }

    // What is received must be tile-major; what is only sent need not.
    static StringRef get_advice(DmaRegion region)
    {
        return region == DmaRegion::In ? " (transfer=rows needs none)" : "";
    }

    // A buffer can be tile-major if it is a matrix without a layout that the tile divides.
    static LogicalResult check_layout(Operation *user, Value buffer, ArrayRef<int64_t> tile)
    {
        const MemRefType type = get_type(buffer);
        const bool divides = type.getRank() == 2 && tile.size() == 2 && type.hasStaticShape() &&
                             type.getDimSize(0) % tile[0] == 0 && type.getDimSize(1) % tile[1] == 0;
        if (divides && type.getLayout().isIdentity())
            return success();
        return user->emitError("cannot make ")
               << type << " tile-major: expected a matrix without a layout that the tile divides";
    }

    // Carry the decision on to callers and callees.
    LogicalResult follow(Value buffer)
    {
        const Placement placement = placements.find(buffer)->second;
        if (func::FuncOp function = get_function_of_argument(buffer)) {
            const unsigned index = cast<BlockArgument>(buffer).getArgNumber();
            for (func::CallOp call : find_calls(module, function))
                if (failed(add(call, call.getOperand(index), placement)))
                    return failure();
        }
        for (OpOperand &use : buffer.getUses()) {
            auto call = dyn_cast<func::CallOp>(use.getOwner());
            if (!call)
                continue;
            auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
            if (!callee || callee.isDeclaration())
                return call.emitError("passes a buffer that goes to DMA memory to @")
                       << call.getCallee()
                       << ", which is only declared: let it take an unranked memref";
            if (failed(add(call, callee.getArgument(use.getOperandNumber()), placement)))
                return failure();
        }
        return success();
    }

    LogicalResult check_uses(Value buffer, const Placement &placement)
    {
        for (Operation *user : buffer.getUsers()) {
            if (isa<linalg::FillOp, memref::DeallocOp, func::CallOp>(user))
                continue;
            if (auto cast = dyn_cast<memref::CastOp>(user))
                if (isa<UnrankedMemRefType>(cast.getType()))
                    continue;
            if (auto subview = dyn_cast<memref::SubViewOp>(user))
                if (!placement.is_tile_major || takes_one_tile(subview, placement.tile))
                    continue;
            if (!placement.is_tile_major &&
                isa<SendOp, RecvOp, AccumulateOp, memref::LoadOp, memref::StoreOp>(user))
                continue;
            auto error = user->emitError("uses a buffer that goes to DMA memory in a way that "
                                         "cannot follow it there");
            if (placement.is_tile_major)
                error << ": there it is tile-major" << get_advice(placement.region);
            return error;
        }
        return success();
    }

    ModuleOp module;
    bool packed;
    SmallVector<Value> pending;
};

/* --- rewriting --- */

// Take the same tile from the buffer in its new place.
void rewrite_subview(memref::SubViewOp subview, const Placement &placement)
{
    OpBuilder builder(subview);
    const Location location = subview.getLoc();
    Value replacement;
    if (!placement.is_tile_major) {
        replacement = memref::SubViewOp::create(builder, location, subview.getSource(),
                                                subview.getMixedOffsets(), subview.getMixedSizes(),
                                                subview.getMixedStrides());
    } else {
        const OpFoldResult zero = builder.getIndexAttr(0);
        const OpFoldResult one = builder.getIndexAttr(1);
        SmallVector<OpFoldResult> offsets;
        for (const auto &[offset, tile] : llvm::zip(subview.getMixedOffsets(), placement.tile)) {
            if (const auto constant = getConstantIntValue(offset)) {
                offsets.push_back(builder.getIndexAttr(*constant / tile));
                continue;
            }
            const Location plain = plain_location(subview);
            Value size = arith::ConstantIndexOp::create(builder, plain, tile);
            offsets.push_back(
                arith::DivUIOp::create(builder, plain, cast<Value>(offset), size).getResult());
        }
        offsets.append({zero, zero});
        const SmallVector<OpFoldResult> sizes = {one, one, builder.getIndexAttr(placement.tile[0]),
                                                 builder.getIndexAttr(placement.tile[1])};
        const SmallVector<OpFoldResult> strides(4, one);
        auto type = memref::SubViewOp::inferRankReducedResultType(
            placement.tile, get_type(subview.getSource()), offsets, sizes, strides);
        replacement = memref::SubViewOp::create(builder, location, type, subview.getSource(),
                                                offsets, sizes, strides);
    }
    subview.replaceAllUsesWith(replacement);
    subview.erase();
}

// A host function that takes any memref need not know where it lies.
void rewrite_cast(memref::CastOp cast_op)
{
    OpBuilder builder(cast_op);
    auto type = cast<UnrankedMemRefType>(cast_op.getType());
    auto placed = UnrankedMemRefType::get(type.getElementType(),
                                          get_type(cast_op.getSource()).getMemorySpace());
    Value unranked =
        memref::CastOp::create(builder, plain_location(cast_op), placed, cast_op.getSource());
    Value anywhere = memref::MemorySpaceCastOp::create(builder, cast_op.getLoc(), type, unranked);
    cast_op.replaceAllUsesWith(anywhere);
    cast_op.erase();
}

void rewrite_uses(Value buffer, const Placement &placement)
{
    for (Operation *user : llvm::make_early_inc_range(buffer.getUsers())) {
        if (auto subview = dyn_cast<memref::SubViewOp>(user)) {
            rewrite_subview(subview, placement);
        } else if (auto cast_op = dyn_cast<memref::CastOp>(user)) {
            rewrite_cast(cast_op);
        } else if (auto dealloc = dyn_cast<memref::DeallocOp>(user)) {
            OpBuilder builder(dealloc);
            DeallocOp::create(builder, dealloc.getLoc(), buffer);
            dealloc.erase();
        } else if (auto fill = dyn_cast<linalg::FillOp>(user)) {
            fill->removeAttr("linalg.memoized_indexing_maps"); // they were for the old rank
        }
    }
}

void rewrite_buffer(Value buffer, const Placement &placement)
{
    const MemRefType type = get_placed_type(get_type(buffer), placement);
    if (auto alloc = buffer.getDefiningOp<memref::AllocOp>()) {
        OpBuilder builder(alloc);
        auto placed = AllocOp::create(builder, alloc.getLoc(), type);
        alloc.replaceAllUsesWith(placed.getMemref());
        alloc.erase();
        rewrite_uses(placed.getMemref(), placement);
        return;
    }
    buffer.setType(type);
    func::FuncOp function = get_function_of_argument(buffer);
    function.setFunctionType(FunctionType::get(
        function.getContext(), function.getBody().getArgumentTypes(), function.getResultTypes()));
    rewrite_uses(buffer, placement);
}

// A kernel that nobody here calls gets its buffers from outside: whoever allocates them in DMA
// memory must have initialised the engine before.
void leave_init_to_caller(ModuleOp module, func::FuncOp function)
{
    if (!find_calls(module, function).empty())
        return;
    const bool needs_dma = llvm::any_of(function.getArgumentTypes(),
                                        [](Type type) { return get_dma_region(type).has_value(); });
    if (!needs_dma)
        return;
    for (InitDmaOp init : llvm::make_early_inc_range(function.getOps<InitDmaOp>()))
        init->erase();
    std::string text;
    if (auto comment = function->getAttrOfType<StringAttr>(ATTR_COMMENT))
        text = comment.str() + "\n";
    text += "The caller must call dma_init() and allocate the DMA memory arguments by dma_alloc().";
    function->setAttr(ATTR_COMMENT, StringAttr::get(function.getContext(), text));
}

/* --- literals --- */

// Where a function can first use DMA memory: behind the initialisation of the engine, if it has
// one.
Operation *get_start(func::FuncOp function)
{
    Operation *start = &function.getBody().front().front();
    for (InitDmaOp init : function.getOps<InitDmaOp>())
        start = init->getNextNode();
    return start;
}

// Allocate one word for a literal at `start`, write it, and release it at each return.
Value make_literal(func::FuncOp function, Operation *start, IntegerAttr value, Location location)
{
    OpBuilder builder(start);
    auto type = MemRefType::get({}, builder.getI32Type(), MemRefLayoutAttrInterface(),
                                DmaRegionAttr::get(builder.getContext(), DmaRegion::In));
    const std::string name = "opcode_" + llvm::itostr(value.getInt());
    auto alloc = AllocOp::create(builder, name_location(location, name), type);
    Value word = arith::ConstantOp::create(builder, location, value);
    memref::StoreOp::create(builder, location, word, alloc.getMemref(), ValueRange());
    function.walk([&](func::ReturnOp op) {
        builder.setInsertionPoint(op);
        DeallocOp::create(builder, location, alloc.getMemref());
    });
    return alloc.getMemref();
}

void place_literals(func::FuncOp function)
{
    Operation *start = get_start(function);
    llvm::MapVector<Attribute, Value> words;
    SmallVector<SendLiteralOp> sends;
    function.walk([&](SendLiteralOp op) { sends.push_back(op); });
    for (SendLiteralOp op : sends) {
        auto constant = op.getLiteral().getDefiningOp<arith::ConstantOp>();
        if (!constant || op.getOffset())
            continue; // known only at run time: staged
        Value &word = words[constant.getValue()];
        if (!word)
            word = make_literal(function, start, cast<IntegerAttr>(constant.getValue()),
                                plain_location(op));
        OpBuilder builder(op);
        auto send = SendOp::create(builder, op.getLoc(), builder.getI32Type(), word, Value());
        op.replaceAllUsesWith(send.getSent());
        op.erase();
    }
}

class ZeroCopyPass : public zerostage::accel::impl::ZeroCopyBase<ZeroCopyPass>
{
  public:
    using ZeroCopyBase::ZeroCopyBase;

    void runOnOperation() override
    {
        if (transfer != "packed" && transfer != "rows") {
            getOperation().emitError("transfer is '")
                << transfer << "': expected one of packed, rows";
            return signalPassFailure();
        }
        Decision decision(getOperation(), transfer == "packed");
        if (failed(decision.run()))
            return signalPassFailure();
        for (const auto &[buffer, placement] : decision.placements)
            rewrite_buffer(buffer, placement);
        for (func::FuncOp function : getOperation().getOps<func::FuncOp>()) {
            if (function.isDeclaration())
                continue;
            leave_init_to_caller(getOperation(), function);
            place_literals(function);
        }
    }
};

} // namespace
