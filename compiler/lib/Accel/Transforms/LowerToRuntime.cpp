// Turn transfers into calls of the DMA runtime (axi_dma.h).
//
// A blocking staged transfer is AXI4MLIR's of 2023: copy, start, wait, for each send by itself.
#include "LiteralWords.h"
#include "RuntimeCalls.h"

#include "zerostage/Accel/Annotations.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_LOWERTORUNTIME
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

enum class Direction { Send, Receive };

// What is transferred, and the shape that it is padded to on the way (null: it is whole).
struct Staged {
    Value memref;
    DenseI64ArrayAttr padded;
};

// Descriptors of a part of a packet: one a row, unless there are no gaps or it is a 2-D one.
int64_t count_descriptors(Value part, bool two_dimensional)
{
    auto type = cast<MemRefType>(part.getType());
    return two_dimensional || is_contiguous(type) ? 1
                                                  : type.getNumElements() / type.getShape().back();
}

bool has_unit_inner_stride(MemRefType type)
{
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    return succeeded(type.getStridesAndOffset(strides, offset)) && strides.back() == 1;
}

class Lowering
{
  public:
    Lowering(MLIRContext *context, int64_t descriptors, bool two_dimensional)
        : builder(context), word(builder.getI32Type()), descriptors(descriptors),
          open_chains(two_dimensional ? "dma_open_2d_chains" : "dma_open_chains")
    {
    }

    LogicalResult lower(Operation *op)
    {
        builder.setInsertionPoint(op);
        if (auto init = dyn_cast<InitDmaOp>(op))
            return lower_init(init);
        if (auto send = dyn_cast<SendOp>(op))
            return lower_transfer(op, {send.getSource(), send.getPaddedAttr()}, send.getOffset(),
                                  Direction::Send);
        if (auto receive = dyn_cast<RecvOp>(op))
            return lower_transfer(op, {receive.getDestination(), receive.getPaddedAttr()},
                                  receive.getOffset(), Direction::Receive);
        if (auto literal = dyn_cast<SendLiteralOp>(op))
            return lower_literal(literal);
        return lower_part(op);
    }

  private:
    FailureOr<func::CallOp> call(Location location, StringRef name, TypeRange results,
                                 ValueRange arguments)
    {
        return call_runtime(builder, location, name, results, arguments);
    }

    LogicalResult lower_init(InitDmaOp op)
    {
        const Location location = plain_location(op);
        if (failed(call(location, "dma_init", {}, op->getOperands())))
            return failure();
        if (descriptors > 0 &&
            failed(call(location, open_chains, word, make_word(location, descriptors))))
            return failure();
        bool freed = true;
        op->getParentOp()->walk([&](func::ReturnOp ret) {
            builder.setInsertionPoint(ret);
            if (descriptors > 0)
                freed &= succeeded(call(location, "dma_close_chains", {}, {}));
            freed &= succeeded(call(location, "dma_free", {}, {}));
        });
        op->erase();
        return success(freed);
    }

    /* --- the parts of a transfer --- */

    LogicalResult lower_part(Operation *op)
    {
        const Location location = plain_location(op);
        LogicalResult lowered =
            llvm::TypeSwitch<Operation *, LogicalResult>(op)
                .Case([&](CopyInOp copy) {
                    return copy_staged(copy, {copy.getSource(), copy.getPaddedAttr()},
                                       copy.getOffset(), Direction::Send);
                })
                .Case([&](CopyOutOp copy) {
                    return copy_staged(copy, {copy.getDestination(), copy.getPaddedAttr()},
                                       copy.getOffset(), Direction::Receive);
                })
                .Case([&](StartSendStagedOp start) {
                    return call_only(location, "dma_start_send", word, start->getOperands());
                })
                .Case([&](StartRecvStagedOp start) {
                    return call_only(location, "dma_start_recv", word, start->getOperands());
                })
                .Case([&](StartSendOp start) {
                    return start_in_place(start, start.getParts(), Direction::Send);
                })
                .Case([&](StartRecvOp start) {
                    return start_in_place(start, start.getDestination(), Direction::Receive);
                })
                .Case([&](AppendSendOp append) {
                    return append_part(append, append.getPart(), Direction::Send);
                })
                .Case([&](StartSendAppendedOp) {
                    return call_only(location, "dma_start_send_appended", word, {});
                })
                .Case([&](RepackOp repack) {
                    auto type = cast<MemRefType>(repack.getSource().getType());
                    return call_only(location, ("repack" + get_suffix(type)).str(), {},
                                     {make_unranked(builder, location, repack.getSource()),
                                      make_unranked(builder, location, repack.getDestination())});
                })
                .Case([&](ClearPaddingOp clear) { return clear_padding(clear); })
                .Case([&](CheckSizesOp check) { return check_sizes(check); })
                .Case([&](WaitOp wait) {
                    const bool sends = wait.getToken().getType().getChannel() == Channel::Send;
                    return call_only(location, sends ? "dma_wait_send" : "dma_wait_recv", {}, {});
                });
        if (failed(lowered))
            return failure();
        op->erase();
        return success();
    }

    LogicalResult call_only(Location location, StringRef name, TypeRange results,
                            ValueRange arguments)
    {
        return success(succeeded(call(location, name, results, arguments)));
    }

    LogicalResult check_sizes(CheckSizesOp op)
    {
        const Location location = op.getLoc();
        SmallVector<Value> arguments(op->getOperands());
        for (const int64_t size : op.getTile())
            arguments.push_back(make_word(location, size));
        return call_only(location, "check_matmul_sizes", {}, arguments);
    }

    LogicalResult clear_padding(ClearPaddingOp op)
    {
        const Location location = op.getLoc();
        auto type = cast<MemRefType>(op.getBuffer().getType());
        return call_only(
            location, ("clear_padding" + get_suffix(type)).str(), {},
            {make_unranked(builder, location, op.getBuffer()), op.getRows(), op.getColumns()});
    }

    FailureOr<func::CallOp> copy(Location location, const Staged &staged, Value offset,
                                 Direction direction)
    {
        return direction == Direction::Send
                   ? copy_to_in_buffer(builder, location, staged.memref, offset, staged.padded)
                   : copy_from_out_buffer(builder, location, staged.memref, offset, staged.padded);
    }

    LogicalResult copy_staged(Operation *op, const Staged &staged, Value offset,
                              Direction direction)
    {
        auto copied = copy(plain_location(op), staged, offset, direction);
        if (failed(copied))
            return failure();
        op->getResult(0).replaceAllUsesWith(copied->getResult(0));
        return success();
    }

    // A range of memory, or, if need be and the engine can do so, a chain.
    LogicalResult start_in_place(Operation *op, ValueRange parts, Direction direction)
    {
        const bool sends = direction == Direction::Send;
        const Location location = plain_location(op);
        if (parts.size() == 1 && is_contiguous(cast<MemRefType>(parts[0].getType())))
            return start_range(location, parts[0], direction);
        for (Value part : parts)
            if (failed(append_part(op, part, direction)))
                return failure();
        return call_only(location, sends ? "dma_start_send_appended" : "dma_start_recv_appended",
                         word, {});
    }

    LogicalResult append_part(Operation *op, Value part, Direction direction)
    {
        auto type = cast<MemRefType>(part.getType());
        if (descriptors == 0)
            return op->emitError("needs a descriptor chain for ")
                   << type << ": expected one contiguous part, or an engine with scatter-gather "
                   << "(transfer=sg)";
        if (type.getRank() > 2 || (type.getRank() > 0 && !has_unit_inner_stride(type)))
            return op->emitError("cannot chain ")
                   << type << ": expected rank 0 to 2 with contiguous rows";
        const Location location = plain_location(op);
        const StringRef name = direction == Direction::Send ? "dma_append_send" : "dma_append_recv";
        return call_only(location, (name + get_suffix(type)).str(), word,
                         make_unranked(builder, location, part));
    }

    LogicalResult lower_transfer(Operation *op, const Staged &transferred, Value offset,
                                 Direction direction)
    {
        Value memref = transferred.memref;
        auto type = cast<MemRefType>(memref.getType());
        LogicalResult lowered = success();
        if (!get_dma_region(type))
            lowered = transfer_staged(plain_location(op), transferred, offset, direction);
        else if (is_contiguous(type) || descriptors > 0)
            lowered = transfer_in_place(op, memref, direction);
        else if (direction == Direction::Send)
            lowered = send_rows(op, memref);
        else // the engine halts on a receive that is shorter than its packet
            lowered = op->emitError("cannot receive ")
                      << type << " in place: the accelerator's packet needs contiguous memory";
        if (failed(lowered))
            return failure();
        op->getResult(0).replaceAllUsesWith(
            make_word(plain_location(op), get_word_count(type, transferred.padded)));
        op->erase();
        return success();
    }

    // Through the DMA buffer, where the copy is also what packs a strided tile.
    LogicalResult transfer_staged(Location location, const Staged &staged, Value offset,
                                  Direction direction)
    {
        auto type = cast<MemRefType>(staged.memref.getType());
        Value length = make_word(location, get_word_count(type, staged.padded));
        if (!offset)
            offset = make_word(location, 0);
        if (direction == Direction::Send)
            return success(succeeded(copy(location, staged, offset, direction)) &&
                           succeeded(call(location, "dma_start_send", word, {length, offset})) &&
                           succeeded(call(location, "dma_wait_send", {}, {})));
        return success(succeeded(call(location, "dma_start_recv", word, {length, offset})) &&
                       succeeded(call(location, "dma_wait_recv", {}, {})) &&
                       succeeded(copy(location, staged, offset, direction)));
    }

    LogicalResult transfer_in_place(Operation *op, Value memref, Direction direction)
    {
        const bool sends = direction == Direction::Send;
        return success(
            succeeded(start_in_place(op, memref, direction)) &&
            succeeded(call(plain_location(op), sends ? "dma_wait_send" : "dma_wait_recv", {}, {})));
    }

    LogicalResult start_range(Location location, Value memref, Direction direction)
    {
        auto type = cast<MemRefType>(memref.getType());
        Value address = AddressOp::create(builder, location, builder.getIndexType(), memref);
        Value length = make_word(location, get_word_count(type));
        const bool sends = direction == Direction::Send;
        return call_only(location, sends ? "dma_start_send_from" : "dma_start_recv_into", word,
                         {address, length});
    }

    LogicalResult send_rows(Operation *op, Value memref)
    {
        auto type = cast<MemRefType>(memref.getType());
        if (type.getRank() != 2 || !has_unit_inner_stride(type))
            return op->emitError("cannot send ")
                   << type << " in place: expected contiguous elements, or rank 2 with contiguous "
                   << "rows";
        if (type.getDimSize(1) * type.getElementTypeBitWidth() % 32 != 0)
            return op->emitOpError("cannot send ")
                   << type << " in place by rows: a row does not fill 32-bit words";
        const Location location = plain_location(op);
        Value zero = arith::ConstantIndexOp::create(builder, location, 0);
        Value rows = arith::ConstantIndexOp::create(builder, location, type.getDimSize(0));
        Value one = arith::ConstantIndexOp::create(builder, location, 1);
        auto loop = scf::ForOp::create(builder, location, zero, rows, one);
        loop.getInductionVar().setLoc(name_location(location, "row"));
        loop->setAttr(ATTR_COMMENT, builder.getStringAttr("row: one transfer each, in place"));
        builder.setInsertionPointToStart(loop.getBody());
        const OpFoldResult offsets[] = {loop.getInductionVar(), builder.getIndexAttr(0)};
        const OpFoldResult sizes[] = {builder.getIndexAttr(1),
                                      builder.getIndexAttr(type.getDimSize(1))};
        const SmallVector<OpFoldResult> strides(2, builder.getIndexAttr(1));
        Value row = memref::SubViewOp::create(builder, builder.getUnknownLoc(), memref, offsets,
                                              sizes, strides);
        const LogicalResult lowered =
            success(succeeded(start_range(location, row, Direction::Send)) &&
                    succeeded(call(location, "dma_wait_send", {}, {})));
        builder.setInsertionPoint(op);
        return lowered;
    }

    LogicalResult lower_literal(SendLiteralOp op)
    {
        Value memref = literals.get(op);
        const LogicalResult lowered =
            transfer_staged(plain_location(op), {memref, {}}, op.getOffset(), Direction::Send);
        op.replaceAllUsesWith(make_word(plain_location(op), 1));
        op->erase();
        return lowered;
    }

    Value make_word(Location location, int64_t value)
    {
        return zerostage::accel::make_word(builder, location, value);
    }

    OpBuilder builder;
    Type word;
    int64_t descriptors; // of a channel's chain; 0: the engine has no scatter-gather
    StringRef open_chains;
    LiteralWords literals;
};

/* --- tokens --- */

// A loop that carries tokens, without them.
void drop_tokens(scf::ForOp loop)
{
    SmallVector<Value> kept;
    llvm::BitVector is_token(loop.getNumResults());
    for (unsigned i = 0; i < loop.getNumResults(); i++) {
        is_token[i] = isa<TokenType>(loop.getResult(i).getType());
        if (!is_token[i])
            kept.push_back(loop.getInitArgs()[i]);
    }
    if (is_token.none())
        return;
    OpBuilder builder(loop);
    auto replacement = scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(),
                                          loop.getUpperBound(), loop.getStep(), kept);
    replacement->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    Block *body = loop.getBody();
    body->getTerminator()->eraseOperands(is_token);
    is_token.push_back(false);
    is_token <<= 1; // the induction variable comes first
    body->eraseArguments(is_token);
    replacement.getRegion().takeBody(loop.getRegion());
    unsigned next = 0;
    for (unsigned i = 0; i < loop.getNumResults(); i++)
        if (!isa<TokenType>(loop.getResult(i).getType()))
            loop.getResult(i).replaceAllUsesWith(replacement.getResult(next++));
    loop->erase();
}

/* --- chains --- */

// Descriptors of the longest packet, and of all parts that are appended to one ahead of time.
int64_t count_descriptors(ModuleOp module, bool two_dimensional)
{
    int64_t most = 1;
    module.walk([&](Operation *op) {
        int64_t count = 0;
        if (auto send = dyn_cast<StartSendOp>(op))
            for (Value part : send.getParts())
                count += count_descriptors(part, two_dimensional);
        else if (isa<StartRecvOp, SendOp, RecvOp>(op))
            count = count_descriptors(op->getOperand(0), two_dimensional);
        most = std::max(most, count);
    });
    // What is appended may wait behind a packet of the same kind.
    module.walk([&](Block *block) {
        int64_t appended = 0;
        for (AppendSendOp append : block->getOps<AppendSendOp>())
            appended += count_descriptors(append.getPart(), two_dimensional);
        most = std::max(most, 2 * appended);
    });
    return most;
}

// Who initialises the engine elsewhere must open the chains there.
void leave_chains_to_caller(ModuleOp module, StringRef open_chains, int64_t descriptors)
{
    constexpr StringLiteral PHRASE = "must call dma_init()";
    for (func::FuncOp function : module.getOps<func::FuncOp>()) {
        auto comment = function->getAttrOfType<StringAttr>(ATTR_COMMENT);
        if (!comment || !comment.getValue().contains(PHRASE))
            continue;
        std::string text = comment.str();
        text.replace(text.find(PHRASE), PHRASE.size(),
                     "must call dma_init(), " + open_chains.str() + "(" +
                         std::to_string(descriptors) + ")");
        function->setAttr(ATTR_COMMENT, StringAttr::get(module.getContext(), text));
    }
}

class LowerToRuntimePass : public zerostage::accel::impl::LowerToRuntimeBase<LowerToRuntimePass>
{
  public:
    using LowerToRuntimeBase::LowerToRuntimeBase;

    void runOnOperation() override
    {
        SmallVector<Operation *> operations;
        SmallVector<scf::ForOp> loops;
        getOperation().walk([&](Operation *op) {
            if (auto loop = dyn_cast<scf::ForOp>(op))
                loops.push_back(loop);
            else if (isa<InitDmaOp, SendOp, SendLiteralOp, RecvOp, CopyInOp, CopyOutOp,
                         StartSendStagedOp, StartRecvStagedOp, StartSendOp, StartRecvOp,
                         AppendSendOp, StartSendAppendedOp, WaitOp, RepackOp, ClearPaddingOp,
                         CheckSizesOp>(op))
                operations.push_back(op);
        });
        const int64_t descriptors = chains ? count_descriptors(getOperation(), twoDimensional) : 0;
        if (chains)
            leave_chains_to_caller(getOperation(),
                                   twoDimensional ? "dma_open_2d_chains" : "dma_open_chains",
                                   descriptors);
        Lowering lowering(&getContext(), descriptors, twoDimensional);
        // Waits first: then nobody uses a token but the loops that carry it.
        const auto waits =
            std::stable_partition(operations.begin(), operations.end(), llvm::IsaPred<WaitOp>);
        for (Operation *wait : llvm::make_range(operations.begin(), waits))
            if (failed(lowering.lower(wait)))
                return signalPassFailure();
        for (scf::ForOp loop : loops)
            drop_tokens(loop);
        for (Operation *op : llvm::make_range(waits, operations.end()))
            if (failed(lowering.lower(op)))
                return signalPassFailure();
    }
};

} // namespace
