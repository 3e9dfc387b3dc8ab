// Allocate what is sent or received in DMA-mapped memory, so that transfers start in place.
//
// The pass first decides (which buffers, in which region, in tiles of what shape), following each
// buffer through calls in both directions, and only then rewrites.
#include "Placement.h"

#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Passes.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_ZEROCOPY
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

using Placements = llvm::MapVector<Value, Placement>;

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
    const auto step = getConstantIntValue(loop.getStep());
    return step && *step % tile == 0 && is_multiple(getAsOpFoldResult(loop.getLowerBound()), tile);
}

// Whether a size is `tile`, or min(end - offset, tile): what is left of the matrix.
bool is_tile_size(OpFoldResult size, OpFoldResult offset, int64_t tile)
{
    if (const auto constant = getConstantIntValue(size))
        return *constant == tile;
    auto smaller = cast<Value>(size).getDefiningOp<arith::MinSIOp>();
    auto left = smaller ? smaller.getLhs().getDefiningOp<arith::SubIOp>() : arith::SubIOp();
    return left && isEqualConstantIntOrValue(left.getRhs(), offset) &&
           getConstantIntValue(smaller.getRhs()) == tile;
}

// Whether a subview takes exactly one tile of a buffer in that layout.
bool takes_one_tile(memref::SubViewOp subview, ArrayRef<int64_t> tile)
{
    const auto sizes = subview.getMixedSizes();
    if (!subview.hasUnitStride() || sizes.size() != tile.size())
        return false;
    return llvm::all_of(llvm::zip(sizes, subview.getMixedOffsets(), tile), [](const auto &along) {
        const auto &[size, offset, whole] = along;
        return is_tile_size(size, offset, whole) && is_multiple(offset, whole);
    });
}

// The shape that an operation pads what it transfers to; null for none.
DenseI64ArrayAttr get_padded(Operation *op)
{
    if (auto send = dyn_cast<SendOp>(op))
        return send.getPaddedAttr();
    auto receive = dyn_cast<RecvOp>(op);
    return receive ? receive.getPaddedAttr() : DenseI64ArrayAttr();
}

bool is_transferred_padded(memref::SubViewOp subview)
{
    return llvm::any_of(subview->getUsers(), get_padded);
}

bool is_constant(SendLiteralOp op)
{
    return !op.getOffset() && op.getLiteral().getDefiningOp<arith::ConstantOp>();
}

// Constant words that follow each other: an opcode, and what belongs to it, such as a tile's shape.
using Words = SmallVector<SendLiteralOp>;

// Those that are sent right before `op`.
Words find_opcode(Operation *op)
{
    Words words;
    for (op = op->getPrevNode(); op; op = op->getPrevNode()) {
        auto literal = dyn_cast<SendLiteralOp>(op);
        if (literal && is_constant(literal) && literal->use_empty())
            words.insert(words.begin(), literal);
        else if (!isMemoryEffectFree(op))
            break;
    }
    return words;
}

ArrayAttr get_values(ArrayRef<SendLiteralOp> words)
{
    SmallVector<Attribute> values;
    for (SendLiteralOp word : words)
        values.push_back(word.getLiteral().getDefiningOp<arith::ConstantOp>().getValue());
    return ArrayAttr::get(words.front()->getContext(), values);
}

// "15"; with the words that belong to it, "15, 16793616".
std::string to_text(ArrayAttr values)
{
    return llvm::join(
        llvm::map_range(values.getAsRange<IntegerAttr>(),
                        [](IntegerAttr value) { return llvm::itostr(value.getInt()); }),
        ", ");
}

/* --- deciding --- */

enum class Transfer { Packed, Rows, Chains };

struct Choice {
    Transfer transfer;
    bool moves_inputs, moves_outputs;
    bool beside;
};

class Decision
{
  public:
    Decision(ModuleOp module, const Choice &choice) : module(module), choice(choice) {}

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
        return check_beside();
    }

    Placements placements;
    DenseMap<Value, ArrayAttr> opcodes; // of a buffer whose slots have one
    SmallVector<OpOperand *> repacked;  // buffers that stay where they are: of calls

  private:
    LogicalResult add_transfer(Operation *op, Value transferred, DmaRegion region)
    {
        const bool moves = region == DmaRegion::In ? choice.moves_inputs : choice.moves_outputs;
        if (!moves || get_dma_region(transferred.getType()))
            return success();
        Placement placement = {region, false, {}};
        Value buffer = transferred;
        if (auto subview = transferred.getDefiningOp<memref::SubViewOp>()) {
            buffer = subview.getSource();
            // A tile comes back as one packet, which one range of memory, or one chain, must take.
            placement.is_tile_major =
                choice.transfer == Transfer::Packed ||
                (choice.transfer == Transfer::Rows && region == DmaRegion::Out);
            const DenseI64ArrayAttr padded = get_padded(op);
            placement.is_padded = padded != nullptr;
            llvm::append_range(placement.tile,
                               padded ? padded.asArrayRef() : subview.getType().getShape());
            if (auto send = dyn_cast<SendOp>(op);
                send && choice.beside && failed(add_opcode(send, buffer, placement)))
                return failure();
        }
        return add(op, buffer, placement);
    }

    // A slot has room for one opcode.
    LogicalResult add_opcode(SendOp send, Value buffer, Placement &placement)
    {
        const Words opcode = find_opcode(send);
        if (opcode.empty())
            return success();
        placement.opcode_words = static_cast<int64_t>(opcode.size());
        const auto [known, is_new] = opcodes.insert({buffer, get_values(opcode)});
        if (is_new || known->second == get_values(opcode))
            return success();
        return send.emitError("is sent behind opcode ")
               << to_text(get_values(opcode)) << " here and behind " << to_text(known->second)
               << " elsewhere: only one can lie beside the tile (leave out coalesce)";
    }

    LogicalResult check_beside()
    {
        if (!choice.beside || !opcodes.empty())
            return success();
        Operation *first = nullptr;
        module.walk([&](SendOp send) {
            first = send;
            return WalkResult::interrupt();
        });
        return (first ? first : module.getOperation())
            ->emitError("has no opcode right before it, to lie beside the tile: coalesce has no "
                        "effect with transfer=packed here; transfer=sg sends several tiles in one "
                        "chain");
    }

    LogicalResult add(Operation *user, Value buffer, const Placement &placement)
    {
        if (!buffer.getDefiningOp<memref::AllocOp>() && !get_function_of_argument(buffer))
            return user->emitError("needs a buffer in DMA memory: expected a whole memref.alloc or "
                                   "a function argument, so that its allocation can move there");
        if ((placement.is_tile_major || placement.is_padded) &&
            failed(check_layout(user, buffer, placement)))
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
        const int64_t opcode_words = std::max(known.opcode_words, other.opcode_words);
        const bool is_padded = known.is_padded || other.is_padded;
        const DmaRegion region = is_received ? DmaRegion::Out : DmaRegion::In;
        if (is_tile_major && known.tile != other.tile)
            return user->emitError("transfers the buffer in tiles of another shape than elsewhere: "
                                   "a tile-major layout has only one")
                   << get_advice(region);
        if (is_padded && known.tile != other.tile)
            return user->emitError("transfers the buffer in tiles of another shape than elsewhere: "
                                   "it can be padded for one only (give it a size that both "
                                   "divide)");
        if (known.region == region && known.is_tile_major == is_tile_major &&
            known.opcode_words == opcode_words && known.is_padded == is_padded)
            return success();
        known.opcode_words = opcode_words;
        known.is_padded = is_padded;
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

    // A buffer can be tile-major if it is a matrix without a layout that the tile divides, or that
    // is padded.
    static LogicalResult check_layout(Operation *user, Value buffer, const Placement &placement)
    {
        const MemRefType type = get_type(buffer);
        const bool is_matrix = type.getRank() == 2 && placement.tile.size() == 2;
        const bool divides = is_matrix && type.hasStaticShape() &&
                             type.getDimSize(0) % placement.tile[0] == 0 &&
                             type.getDimSize(1) % placement.tile[1] == 0;
        if ((divides || (is_matrix && placement.is_padded)) && type.getLayout().isIdentity())
            return success();
        return user->emitError("cannot make ")
               << type << (placement.is_tile_major ? " tile-major" : " a matrix of whole tiles")
               << ": expected a matrix without a layout that the tile divides";
    }

    // Carry the decision on to callers and callees.
    LogicalResult follow(Value buffer)
    {
        const Placement placement = placements.find(buffer)->second;
        if (func::FuncOp function = get_function_of_argument(buffer)) {
            const unsigned index = cast<BlockArgument>(buffer).getArgNumber();
            for (func::CallOp call : find_calls(module, function))
                if (failed(add_from_caller(call->getOpOperand(index), placement)))
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

    // A buffer that cannot move, or not in this layout, is brought there for the call.
    LogicalResult add_from_caller(OpOperand &operand, const Placement &placement)
    {
        Value buffer = operand.get();
        const bool is_whole =
            buffer.getDefiningOp<memref::AllocOp>() || get_function_of_argument(buffer);
        if (is_whole && !find_obstacle(buffer, placement))
            return add(operand.getOwner(), buffer, placement);
        if (!llvm::is_contained(repacked, &operand))
            repacked.push_back(&operand);
        return success();
    }

    LogicalResult check_uses(Value buffer, const Placement &placement)
    {
        Operation *user = find_obstacle(buffer, placement);
        if (!user)
            return success();
        auto error = user->emitError("uses a buffer that goes to DMA memory in a way that "
                                     "cannot follow it there");
        if (placement.is_tile_major)
            error << ": there it is tile-major" << get_advice(placement.region);
        return error;
    }

    // What uses a buffer so that it cannot move; null if nothing does.
    Operation *find_obstacle(Value buffer, const Placement &placement)
    {
        for (Operation *user : buffer.getUsers()) {
            if (auto call = dyn_cast<func::CallOp>(user)) {
                auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
                if (!callee || callee.isDeclaration())
                    return user;
            }
            if (isa<memref::DeallocOp, func::CallOp>(user) ||
                (isa<linalg::FillOp>(user) && can_fill(placement)) ||
                (isa<RepackOp>(user) && knows_matrix(buffer, placement)))
                continue;
            if (auto cast = dyn_cast<memref::CastOp>(user))
                if (isa<UnrankedMemRefType>(cast.getType()) && knows_matrix(buffer, placement))
                    continue;
            if (auto subview = dyn_cast<memref::SubViewOp>(user))
                if (can_take(subview, placement))
                    continue;
            if (auto dim = dyn_cast<memref::DimOp>(user))
                if (dim->hasAttr(ATTR_ANY_PADDING) ||
                    (dim.getConstantIndex() && knows_matrix(buffer, placement)))
                    continue;
            if (!placement.is_tile_major &&
                isa<SendOp, RecvOp, AccumulateOp, memref::LoadOp, memref::StoreOp>(user))
                continue;
            return user;
        }
        return nullptr;
    }

    // A fill reaches into the padding, which must be zero where it is sent.
    static bool can_fill(const Placement &placement)
    {
        return placement.opcode_words == 0 &&
               !(placement.is_padded && placement.region == DmaRegion::In);
    }

    // Whether it is known here where the matrix ends and its padding begins.
    static bool knows_matrix(Value buffer, const Placement &placement)
    {
        return !placement.is_padded || buffer.getDefiningOp<memref::AllocOp>() ||
               get_type(buffer).hasStaticShape();
    }

    static bool can_take(memref::SubViewOp subview, const Placement &placement)
    {
        if (!placement.is_tile_major && !is_transferred_padded(subview))
            return true;
        return takes_one_tile(subview, placement.tile) &&
               (placement.opcode_words == 0 || is_transferred_only(subview));
    }

    static bool is_transferred_only(memref::SubViewOp subview)
    {
        return llvm::all_of(subview->getUsers(), llvm::IsaPred<SendOp, RecvOp>);
    }

    ModuleOp module;
    Choice choice;
    SmallVector<Value> pending;
};

/* --- rewriting --- */

// Where a function can first use DMA memory: behind the initialisation of the engine, if it has
// one.
Operation *get_start(func::FuncOp function)
{
    Operation *start = &function.getBody().front().front();
    for (InitDmaOp init : function.getOps<InitDmaOp>())
        start = init->getNextNode();
    return start;
}

// Which tile a subview takes, along rows and columns.
SmallVector<OpFoldResult> get_tile_index(OpBuilder &builder, memref::SubViewOp subview,
                                         const Placement &placement)
{
    SmallVector<OpFoldResult> index;
    for (const auto &[offset, tile] : llvm::zip(subview.getMixedOffsets(), placement.tile)) {
        if (const auto constant = getConstantIntValue(offset)) {
            index.push_back(builder.getIndexAttr(*constant / tile));
            continue;
        }
        const Location plain = plain_location(subview);
        Value size = arith::ConstantIndexOp::create(builder, plain, tile);
        index.push_back(
            arith::DivUIOp::create(builder, plain, cast<Value>(offset), size).getResult());
    }
    return index;
}

// Write an opcode into each slot, before the function uses any.
void write_opcodes(Value slots, ArrayAttr opcode)
{
    OpBuilder builder(slots.getContext());
    if (Operation *definition = slots.getDefiningOp())
        builder.setInsertionPointAfter(definition);
    else
        builder.setInsertionPoint(get_start(get_function_of_argument(slots)));
    const Location location = builder.getUnknownLoc();
    Value zero = arith::ConstantIndexOp::create(builder, location, 0);
    Value one = arith::ConstantIndexOp::create(builder, location, 1);
    SmallVector<Value> words;
    for (const IntegerAttr value : opcode.getAsRange<IntegerAttr>())
        words.push_back(arith::ConstantOp::create(builder, location, value));
    SmallVector<Value> index;
    for (unsigned i = 0; i < 2; i++) {
        Value count = getValueOrCreateConstantIndexOp(
            builder, location, memref::getMixedSize(builder, location, slots, i));
        auto loop = scf::ForOp::create(builder, location, zero, count, one);
        if (i == 0)
            loop->setAttr(ATTR_COMMENT,
                          builder.getStringAttr("opcode " + to_text(opcode) +
                                                " beside each tile: both are one transfer"));
        index.push_back(loop.getInductionVar());
        builder.setInsertionPointToStart(loop.getBody());
    }
    index.push_back(zero);
    const int64_t step = WORD_BITS / get_type(slots).getElementTypeBitWidth();
    for (const auto &[i, word] : llvm::enumerate(words)) {
        if (i > 0)
            index.back() =
                arith::ConstantIndexOp::create(builder, location, static_cast<int64_t>(i) * step);
        StoreWordOp::create(builder, location, word, slots, index);
    }
}

// Erase values that nothing uses any more, and what only they used.
void erase_unused(ArrayRef<OpFoldResult> values)
{
    for (OpFoldResult value : values) {
        Operation *op = isa<Value>(value) ? cast<Value>(value).getDefiningOp() : nullptr;
        if (!op || !isOpTriviallyDead(op))
            continue;
        const SmallVector<OpFoldResult> operands(op->getOperands());
        op->erase();
        erase_unused(operands);
    }
}

// What was padded on its way is a whole tile now.
void drop_padded(Operation *op)
{
    if (auto send = dyn_cast<SendOp>(op))
        send.removePaddedAttr();
    else if (auto receive = dyn_cast<RecvOp>(op))
        receive.removePaddedAttr();
}

// Take a tile from its slot, together with the opcode if that is sent right before it.
void rewrite_slot_subview(memref::SubViewOp subview, const Placement &placement)
{
    OpBuilder builder(subview);
    const OpFoldResult one = builder.getIndexAttr(1);
    const int64_t opcode_size = get_opcode_size(get_type(subview.getSource()), placement);
    const int64_t tile_size = placement.tile[0] * placement.tile[1];
    const SmallVector<OpFoldResult> index = get_tile_index(builder, subview, placement);
    const SmallVector<OpFoldResult> strides(3, one);
    for (Operation *user : llvm::make_early_inc_range(subview->getUsers())) {
        auto send = dyn_cast<SendOp>(user);
        const Words opcode = send ? find_opcode(send) : Words();
        const int64_t first = opcode.empty() ? opcode_size : 0;
        const int64_t size = opcode_size + tile_size - first;
        const SmallVector<OpFoldResult> offsets = {index[0], index[1], builder.getIndexAttr(first)};
        const SmallVector<OpFoldResult> sizes = {one, one, builder.getIndexAttr(size)};
        auto type = memref::SubViewOp::inferRankReducedResultType(
            size, get_type(subview.getSource()), offsets, sizes, strides);
        Value slot = memref::SubViewOp::create(builder, subview.getLoc(), type, subview.getSource(),
                                               offsets, sizes, strides);
        user->replaceUsesOfWith(subview, slot);
        drop_padded(user);
        for (SendLiteralOp word : opcode)
            erase_with_operands(word);
    }
    const SmallVector<OpFoldResult> sizes = subview.getMixedSizes();
    subview.erase();
    erase_unused(sizes);
}

// Take the same tile from the buffer in its new place; of a matrix that is padded there, a whole
// one.
void rewrite_subview(memref::SubViewOp subview, const Placement &placement)
{
    OpBuilder builder(subview);
    const OpFoldResult zero = builder.getIndexAttr(0);
    const OpFoldResult one = builder.getIndexAttr(1);
    const SmallVector<OpFoldResult> old_sizes = subview.getMixedSizes();
    SmallVector<OpFoldResult> offsets = subview.getMixedOffsets();
    SmallVector<OpFoldResult> sizes = old_sizes;
    SmallVector<OpFoldResult> strides = subview.getMixedStrides();
    if (placement.is_tile_major || is_transferred_padded(subview))
        sizes = getAsIndexOpFoldResult(builder.getContext(), placement.tile);
    if (placement.is_tile_major) {
        offsets = get_tile_index(builder, subview, placement);
        offsets.append({zero, zero});
        sizes.insert(sizes.begin(), 2, one);
        strides.assign(4, one);
    }
    const auto shape = llvm::map_to_vector(
        ArrayRef(sizes).take_back(subview.getType().getRank()),
        [](OpFoldResult size) { return getConstantIntValue(size).value_or(ShapedType::kDynamic); });
    auto type = memref::SubViewOp::inferRankReducedResultType(shape, get_type(subview.getSource()),
                                                              offsets, sizes, strides);
    Value replacement = memref::SubViewOp::create(builder, subview.getLoc(), type,
                                                  subview.getSource(), offsets, sizes, strides);
    for (Operation *user : subview->getUsers())
        drop_padded(user);
    subview.replaceAllUsesWith(replacement);
    subview.erase();
    erase_unused(old_sizes);
}

// A host function that takes any memref need not know where it lies.
void rewrite_cast(memref::CastOp cast_op, const Placement &placement, const MatrixSize &size)
{
    OpBuilder builder(cast_op);
    auto type = cast<UnrankedMemRefType>(cast_op.getType());
    Value source = make_matrix_view(builder, cast_op.getSource(), placement, size);
    auto placed = UnrankedMemRefType::get(type.getElementType(), get_type(source).getMemorySpace());
    Value unranked = memref::CastOp::create(builder, plain_location(cast_op), placed, source);
    Value anywhere = memref::MemorySpaceCastOp::create(builder, cast_op.getLoc(), type, unranked);
    cast_op.replaceAllUsesWith(anywhere);
    cast_op.erase();
}

// The size of a matrix where it is known; elsewhere, of the whole tiles that it takes.
void rewrite_dim(memref::DimOp dim, const Placement &placement, const MatrixSize &size)
{
    OpBuilder builder(dim);
    const int64_t index = *dim.getConstantIndex();
    if (size[index]) {
        dim.replaceAllUsesWith(
            getValueOrCreateConstantIndexOp(builder, plain_location(dim), size[index]));
        dim.erase();
    } else if (placement.is_tile_major) {
        builder.setInsertionPointAfter(dim);
        const Location location = plain_location(dim);
        Value tile = arith::ConstantIndexOp::create(builder, location, placement.tile[index]);
        auto whole = arith::MulIOp::create(builder, location, dim, tile);
        dim.getResult().replaceAllUsesExcept(whole, whole);
    }
}

void rewrite_users(ArrayRef<Operation *> users, Value buffer, const Placement &placement,
                   const MatrixSize &size)
{
    for (Operation *user : users) {
        if (auto subview = dyn_cast<memref::SubViewOp>(user)) {
            if (placement.opcode_words > 0)
                rewrite_slot_subview(subview, placement);
            else
                rewrite_subview(subview, placement);
        } else if (auto cast_op = dyn_cast<memref::CastOp>(user)) {
            rewrite_cast(cast_op, placement, size);
        } else if (auto dim = dyn_cast<memref::DimOp>(user)) {
            rewrite_dim(dim, placement, size);
        } else if (auto dealloc = dyn_cast<memref::DeallocOp>(user)) {
            OpBuilder builder(dealloc);
            DeallocOp::create(builder, dealloc.getLoc(), buffer);
            dealloc.erase();
        } else if (isa<RepackOp>(user)) {
            OpBuilder builder(user);
            user->replaceUsesOfWith(buffer, make_matrix_view(builder, buffer, placement, size));
        } else if (auto fill = dyn_cast<linalg::FillOp>(user)) {
            fill->removeAttr("linalg.memoized_indexing_maps"); // they were for the old rank
        }
    }
}

// The size of the matrix in a buffer; null along what is known to its allocator only.
MatrixSize get_matrix_size(Value buffer)
{
    if (auto alloc = buffer.getDefiningOp<memref::AllocOp>())
        return MatrixSize(alloc.getMixedSizes());
    MatrixSize size;
    for (const int64_t along : get_type(buffer).getShape())
        size.push_back(ShapedType::isDynamic(along)
                           ? OpFoldResult()
                           : Builder(buffer.getContext()).getIndexAttr(along));
    return size;
}

// Returns the buffer in its new place.
Value rewrite_buffer(Value buffer, const Placement &placement)
{
    const MemRefType type = get_type(buffer);
    const MatrixSize size = get_matrix_size(buffer);
    const SmallVector<Operation *> users(buffer.getUsers());
    if (auto alloc = buffer.getDefiningOp<memref::AllocOp>()) {
        OpBuilder builder(alloc);
        Value placed = allocate(builder, alloc.getLoc(), type, placement, size);
        alloc.replaceAllUsesWith(placed);
        alloc.erase();
        rewrite_users(users, placed, placement, size);
        return placed;
    }
    buffer.setType(get_placed_type(type, placement));
    func::FuncOp function = get_function_of_argument(buffer);
    function.setFunctionType(FunctionType::get(
        function.getContext(), function.getBody().getArgumentTypes(), function.getResultTypes()));
    rewrite_users(users, buffer, placement, size);
    return buffer;
}

// A copy in DMA memory for a call, and what the call wrote to it back again.
void repack(OpOperand &operand, const Placement &placement)
{
    Operation *call = operand.getOwner();
    const Location location = plain_location(call);
    Value buffer = operand.get();
    OpBuilder builder(call);
    const MatrixSize size(memref::getMixedSizes(builder, location, buffer));
    Value copy =
        allocate(builder, name_location(location, "packed"), get_type(buffer), placement, size);
    Value matrix = make_matrix_view(builder, copy, placement, size);
    RepackOp::create(builder, location, buffer, matrix);
    operand.set(copy);
    builder.setInsertionPointAfter(call);
    if (placement.region == DmaRegion::Out)
        RepackOp::create(builder, location, matrix, buffer);
    DeallocOp::create(builder, location, copy);
}

// A kernel that nobody here calls gets its buffers from outside: whoever allocates them in DMA
// memory must have initialised the engine before.
void leave_init_to_caller(ModuleOp module, func::FuncOp function, bool is_padded)
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
    if (is_padded)
        text += " What is sent must have zeros around the matrix.";
    function->setAttr(ATTR_COMMENT, StringAttr::get(function.getContext(), text));
}

/* --- literals --- */

// Allocate the words at `start`, write them, and release them at each return.
Value make_literal(func::FuncOp function, Operation *start, ArrayAttr values, Location location)
{
    OpBuilder builder(start);
    SmallVector<int64_t, 1> shape;
    if (values.size() > 1)
        shape.push_back(static_cast<int64_t>(values.size()));
    auto type = MemRefType::get(shape, builder.getI32Type(), MemRefLayoutAttrInterface(),
                                DmaRegionAttr::get(builder.getContext(), DmaRegion::In));
    const std::string name = "opcode_" + llvm::itostr(cast<IntegerAttr>(values[0]).getInt());
    auto alloc = AllocOp::create(builder, name_location(location, name), type);
    for (const auto &[i, value] : llvm::enumerate(values.getAsRange<IntegerAttr>())) {
        Value word = arith::ConstantOp::create(builder, location, value);
        SmallVector<Value, 1> index;
        if (values.size() > 1)
            index.push_back(
                arith::ConstantIndexOp::create(builder, location, static_cast<int64_t>(i)));
        memref::StoreOp::create(builder, location, word, alloc.getMemref(), index);
    }
    function.walk([&](func::ReturnOp op) {
        builder.setInsertionPoint(op);
        DeallocOp::create(builder, location, alloc.getMemref());
    });
    return alloc.getMemref();
}

// The literals of a function that are known at compile time; those that travel together, together.
SmallVector<Words> find_literals(func::FuncOp function, bool together)
{
    SmallVector<Words> literals;
    function.walk([&](SendLiteralOp op) {
        if (!is_constant(op))
            return; // known only at run time: staged
        if (together && op->use_empty() && !find_opcode(op).empty())
            literals.back().push_back(op);
        else
            literals.push_back({op});
    });
    return literals;
}

void place_literals(func::FuncOp function, bool together)
{
    Operation *start = get_start(function);
    llvm::MapVector<Attribute, Value> known;
    SmallVector<Words> literals = find_literals(function, together);
    for (Words &words : literals) {
        const ArrayAttr values = get_values(words);
        Value &literal = known[values];
        if (!literal)
            literal = make_literal(function, start, values, plain_location(words[0]));
        OpBuilder builder(words[0]);
        auto send = SendOp::create(builder, words[0].getLoc(), builder.getI32Type(), literal,
                                   Value(), DenseI64ArrayAttr());
        words[0].replaceAllUsesWith(send.getSent());
        for (SendLiteralOp word : words)
            word.erase();
    }
}

class ZeroCopyPass : public zerostage::accel::impl::ZeroCopyBase<ZeroCopyPass>
{
  public:
    using ZeroCopyBase::ZeroCopyBase;

    void runOnOperation() override
    {
        const FailureOr<Choice> choice = read_options();
        if (failed(choice))
            return signalPassFailure();
        Decision decision(getOperation(), *choice);
        if (failed(decision.run()))
            return signalPassFailure();
        for (OpOperand *operand : decision.repacked)
            repack(*operand, find_placement(decision, *operand));
        llvm::DenseSet<Operation *> padded;
        for (const auto &[buffer, placement] : decision.placements) {
            if (placement.is_padded && placement.region == DmaRegion::In)
                padded.insert(get_function_of_argument(buffer));
            Value placed = rewrite_buffer(buffer, placement);
            if (const ArrayAttr opcode = decision.opcodes.lookup(buffer))
                write_opcodes(placed, opcode);
        }
        for (func::FuncOp function : getOperation().getOps<func::FuncOp>()) {
            if (function.isDeclaration())
                continue;
            leave_init_to_caller(getOperation(), function, padded.contains(function));
            if (choice->moves_inputs)
                place_literals(function, choice->beside);
        }
    }

  private:
    // As the callee's argument is placed.
    Placement find_placement(const Decision &decision, OpOperand &operand)
    {
        auto call = cast<func::CallOp>(operand.getOwner());
        auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
        return decision.placements.lookup(callee.getArgument(operand.getOperandNumber()));
    }

    FailureOr<Choice> read_options()
    {
        const auto way = llvm::StringSwitch<std::optional<Transfer>>(transfer)
                             .Case("packed", Transfer::Packed)
                             .Case("rows", Transfer::Rows)
                             .Case("sg", Transfer::Chains)
                             .Default(std::nullopt);
        if (!way)
            return getOperation().emitError("transfer is '")
                   << transfer << "': expected one of packed, rows, sg";
        if (moves != "inputs" && moves != "outputs" && moves != "both")
            return getOperation().emitError("moves is '")
                   << moves << "': expected one of inputs, outputs, both";
        return Choice{*way, moves != "outputs", moves != "inputs",
                      beside && *way == Transfer::Packed && moves != "outputs"};
    }
};

} // namespace
