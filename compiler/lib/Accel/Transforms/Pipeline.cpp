// Overlap neighbouring tiles in the innermost loops that transfer.
//
// A loop's transfers are first taken apart (copy, start, wait). Then each part gets one of two
// stages, and MLIR's loop pipeliner runs the second stage of tile i - 1 beside the first of tile i:
//
//   stage 0: copy in, or append to the chain; start the sends; start the receive
//   stage 1: wait for the last send; wait for the receive; copy out, accumulate
#include "LiteralWords.h"
#include "RuntimeCalls.h"

#include "zerostage/Accel/Annotations.h"

#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_PIPELINETILES
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

constexpr int64_t HALVES = 2; // of each buffer: one is in flight, one is prepared

bool is_transfer(Operation *op)
{
    return isa<SendOp, SendLiteralOp, RecvOp, StartSendOp, StartRecvOp, StartSendStagedOp,
               StartRecvStagedOp>(op);
}

bool is_innermost(scf::ForOp loop)
{
    bool transfers = false;
    bool nested = false;
    loop.getBody()->walk([&](Operation *op) {
        transfers |= is_transfer(op);
        nested |= isa<scf::ForOp>(op);
    });
    return transfers && !nested;
}

bool starts_send(Operation *op)
{
    return isa<StartSendOp, StartSendStagedOp, StartSendAppendedOp>(op);
}

bool starts_receive(Operation *op)
{
    return isa<StartRecvOp, StartRecvStagedOp>(op);
}

WaitOp find_wait(Operation *start)
{
    return cast<WaitOp>(*start->getResult(0).user_begin());
}

int64_t count_words(Value memref, DenseI64ArrayAttr padded = {})
{
    return get_word_count(cast<MemRefType>(memref.getType()), padded);
}

// A loop of a block for the caches, from `base` to `base + size`, goes from 0 to `size`: then
// MLIR's pipeliner knows how often it runs.
void start_at_zero(scf::ForOp loop)
{
    Value base = loop.getLowerBound();
    auto end = loop.getUpperBound().getDefiningOp<arith::AddIOp>();
    if (getConstantIntValue(base) || !end || end.getLhs() != base)
        return;
    OpBuilder builder(loop);
    const Location location = plain_location(loop);
    Value inside = loop.getInductionVar();
    loop.setLowerBound(arith::ConstantIndexOp::create(builder, location, 0));
    loop.setUpperBound(end.getRhs());
    builder.setInsertionPointToStart(loop.getBody());
    auto sum = arith::AddIOp::create(builder, inside.getLoc(), base, inside);
    inside.replaceAllUsesExcept(sum, sum);
    inside.setLoc(name_location(location, "inside"));
    if (end->use_empty())
        end.erase();
}

// One loop on its way.
class LoopPipeline
{
  public:
    LoopPipeline(scf::ForOp loop, bool chains, LiteralWords &literals)
        : loop(loop), chains(chains), literals(literals)
    {
    }

    LogicalResult run()
    {
        start_at_zero(loop);
        const auto iterations = loop.getStaticTripCount();
        if (!iterations)
            return loop.emitError("cannot be pipelined: its number of iterations is not constant "
                                  "(give the matrices static sizes and blocks that divide them, "
                                  "or leave out pipeline)");
        if (iterations->ult(HALVES))
            return success(); // no neighbour to overlap with
        sends = llvm::count_if(*loop.getBody(), [](Operation &op) {
            return isa<SendOp, SendLiteralOp, StartSendOp, StartSendStagedOp>(op);
        });
        for (Operation &op : llvm::make_early_inc_range(loop.getBody()->without_terminator()))
            if (failed(take_apart(&op)))
                return failure();
        if (failed(find_starts()))
            return failure();
        alternate();
        separate_stages();
        return pipeline();
    }

  private:
    /* --- taking apart --- */

    LogicalResult take_apart(Operation *op)
    {
        OpBuilder builder(op);
        if (auto literal = dyn_cast<SendLiteralOp>(op))
            return send_staged(builder, op, literals.get(literal), literal.getOffset(), {});
        if (auto send = dyn_cast<SendOp>(op)) {
            if (!get_dma_region(send.getSource().getType()))
                return send_staged(builder, op, send.getSource(), send.getOffset(),
                                   send.getPaddedAttr());
            return send_in_place(builder, op, send.getSource());
        }
        if (auto start = dyn_cast<StartSendOp>(op))
            return append_parts(builder, start);
        if (auto receive = dyn_cast<RecvOp>(op))
            return receive_in_parts(builder, receive);
        return success();
    }

    void finish(OpBuilder &builder, Operation *op, int64_t words)
    {
        if (!op->use_empty())
            op->getResult(0).replaceAllUsesWith(make_word(builder, op->getLoc(), words));
        erase_with_operands(op);
    }

    LogicalResult refuse_offset(Operation *op, Value offset)
    {
        if (!offset)
            return success();
        return op->emitError("says where in the DMA buffer it is staged: pipelining needs to "
                             "choose that, as the buffer has two halves");
    }

    // Each staged send of an iteration has a place of its own: all are copied ahead.
    LogicalResult send_staged(OpBuilder &builder, Operation *op, Value source, Value offset,
                              DenseI64ArrayAttr padded)
    {
        if (failed(refuse_offset(op, offset)))
            return failure();
        const Location location = plain_location(op);
        const int64_t words = count_words(source, padded);
        words_in = llvm::alignTo(words_in, STAGED_WORDS);
        Value place = make_word(builder, location, words_in);
        Value length = make_word(builder, location, words);
        CopyInOp::create(builder, location, builder.getI32Type(), source, place, padded);
        Value token = StartSendStagedOp::create(builder, location,
                                                get_token(builder, Channel::Send), length, place);
        WaitOp::create(builder, location, token);
        words_in += words;
        finish(builder, op, words);
        return success();
    }

    LogicalResult send_in_place(OpBuilder &builder, Operation *op, Value source)
    {
        const Location location = plain_location(op);
        auto start =
            StartSendOp::create(builder, location, get_token(builder, Channel::Send), source);
        WaitOp::create(builder, location, start.getToken());
        finish(builder, op, count_words(source));
        return append_parts(builder, start);
    }

    // A chain is built ahead if nothing else is sent meanwhile; one range needs none.
    LogicalResult append_parts(OpBuilder &builder, StartSendOp start)
    {
        const bool is_range = start.getParts().size() == 1 &&
                              is_contiguous(cast<MemRefType>(start.getParts()[0].getType()));
        if (is_range)
            return success();
        if (!chains)
            return start.emitError("cannot be in flight as a whole: ")
                   << start.getParts()[0].getType()
                   << " is sent a row at a time (transfer=packed or transfer=sg is one transfer)";
        if (sends > 1)
            return success();
        builder.setInsertionPoint(start);
        for (Value part : start.getParts())
            AppendSendOp::create(builder, start.getLoc(), part);
        Value token =
            StartSendAppendedOp::create(builder, start.getLoc(), get_token(builder, Channel::Send));
        start.getToken().replaceAllUsesWith(token);
        start.erase();
        return success();
    }

    LogicalResult receive_in_parts(OpBuilder &builder, RecvOp receive)
    {
        const Location location = plain_location(receive);
        Value destination = receive.getDestination();
        const int64_t words = receive.count_words();
        if (failed(refuse_offset(receive, receive.getOffset())))
            return failure();
        if (get_dma_region(destination.getType())) {
            Value token = StartRecvOp::create(builder, location, get_token(builder, Channel::Recv),
                                              destination);
            WaitOp::create(builder, location, token);
        } else {
            Value place = make_word(builder, location, 0);
            Value token =
                StartRecvStagedOp::create(builder, location, get_token(builder, Channel::Recv),
                                          make_word(builder, location, words), place);
            WaitOp::create(builder, location, token);
            CopyOutOp::create(builder, location, builder.getI32Type(), destination, place,
                              receive.getPaddedAttr());
        }
        finish(builder, receive, words);
        return success();
    }

    LogicalResult find_starts()
    {
        for (Operation &op : loop.getBody()->without_terminator()) {
            if (starts_receive(&op) && receive)
                return op.emitError("is a second receive in one iteration: pipelining knows one");
            if (starts_receive(&op))
                receive = &op;
            if (starts_send(&op) && receive)
                return op.emitError("follows a receive in its iteration: pipelining knows sends, "
                                    "then one receive");
            if (starts_send(&op))
                last_send = &op;
            if (auto copy = dyn_cast<CopyInOp>(&op))
                words_in = std::max(words_in, get_offset(copy.getOffset()) + copy.count_words());
        }
        words_in = llvm::alignTo(words_in, STAGED_WORDS);
        return success();
    }

    static int64_t get_offset(Value offset)
    {
        return getConstantIntValue(offset).value_or(0);
    }

    /* --- two halves --- */

    // Number of the half of this iteration, for an operation that is at `builder`.
    Value make_half(OpBuilder &builder, Location location)
    {
        Value distance = loop.getInductionVar();
        if (getConstantIntValue(loop.getLowerBound()) != 0)
            distance = arith::SubIOp::create(builder, location, distance, loop.getLowerBound());
        Value tile = arith::DivUIOp::create(builder, location, distance, loop.getStep());
        Value halves = arith::ConstantIndexOp::create(builder, location, HALVES);
        return arith::RemUIOp::create(builder, location, tile, halves);
    }

    // Where this iteration's half starts, in words.
    Value make_base(OpBuilder &builder, Location location, int64_t words, StringRef name)
    {
        Value half = make_half(builder, location);
        Value size = arith::ConstantIndexOp::create(builder, location, words);
        Value base = arith::MulIOp::create(builder, location, half, size);
        return arith::IndexCastOp::create(builder, name_location(location, name),
                                          builder.getI32Type(), base);
    }

    Value move(OpBuilder &builder, Location location, Value base, Value offset)
    {
        const int64_t place = get_offset(offset);
        if (place == 0)
            return base;
        return arith::AddIOp::create(builder, location, base, make_word(builder, location, place));
    }

    void alternate()
    {
        OpBuilder builder(loop.getBody(), loop.getBody()->begin());
        const Location location = loop.getLoc();
        Value in;
        for (Operation &op : loop.getBody()->without_terminator()) {
            const bool copies = isa<CopyInOp>(&op);
            if (!copies && !isa<StartSendStagedOp>(&op))
                continue;
            if (!in)
                in = make_base(builder, location, words_in, "next_in");
            builder.setInsertionPoint(&op);
            op.setOperand(1, move(builder, location, in, op.getOperand(1)));
        }
        if (receive)
            alternate_receive(builder);
    }

    void alternate_receive(OpBuilder &builder)
    {
        const Location location = plain_location(receive);
        if (auto start = dyn_cast<StartRecvOp>(receive))
            return double_scratch(builder, start);
        auto start = cast<StartRecvStagedOp>(receive);
        const int64_t words = llvm::alignTo(*getConstantIntValue(start.getLength()), STAGED_WORDS);
        builder.setInsertionPoint(start);
        start.getOffsetMutable().assign(make_base(builder, location, words, "next_out"));
        for (CopyOutOp copy : loop.getBody()->getOps<CopyOutOp>()) {
            builder.setInsertionPoint(copy); // a stage of its own
            copy.getOffsetMutable().assign(make_base(builder, location, words, "out"));
        }
    }

    // A scratch tile that each iteration receives into becomes two.
    void double_scratch(OpBuilder &builder, StartRecvOp start)
    {
        auto scratch = start.getDestination().getDefiningOp<AllocOp>();
        if (!scratch || loop->isAncestor(scratch))
            return;
        auto type = cast<MemRefType>(scratch.getMemref().getType());
        SmallVector<int64_t> shape(type.getShape());
        shape.insert(shape.begin(), HALVES);
        builder.setInsertionPoint(scratch);
        auto doubled =
            AllocOp::create(builder, scratch.getLoc(),
                            MemRefType::get(shape, type.getElementType(),
                                            MemRefLayoutAttrInterface(), type.getMemorySpace()));
        for (Operation *user : llvm::make_early_inc_range(scratch->getUsers())) {
            builder.setInsertionPoint(user);
            if (isa<DeallocOp>(user)) {
                DeallocOp::create(builder, user->getLoc(), doubled.getMemref());
                user->erase();
            } else if (loop->isAncestor(user)) {
                use_half(user, scratch.getMemref(),
                         take_half(builder, doubled.getMemref(), type, scratch));
            }
        }
        if (scratch->use_empty())
            scratch->erase();
    }

    // A part of the scratch tile is a part of that half.
    static void use_half(Operation *user, Value scratch, Value half)
    {
        auto part = dyn_cast<memref::SubViewOp>(user);
        if (!part)
            return user->replaceUsesOfWith(scratch, half);
        OpBuilder builder(part);
        Value same = memref::SubViewOp::create(builder, part.getLoc(), half, part.getMixedOffsets(),
                                               part.getMixedSizes(), part.getMixedStrides());
        part.replaceAllUsesWith(same);
        part.erase();
    }

    Value take_half(OpBuilder &builder, Value doubled, MemRefType type, AllocOp scratch)
    {
        const OpFoldResult zero = builder.getIndexAttr(0);
        const OpFoldResult one = builder.getIndexAttr(1);
        SmallVector<OpFoldResult> offsets = {make_half(builder, plain_location(scratch))};
        SmallVector<OpFoldResult> sizes = {one};
        for (const int64_t size : type.getShape()) {
            offsets.push_back(zero);
            sizes.push_back(builder.getIndexAttr(size));
        }
        const SmallVector<OpFoldResult> strides(sizes.size(), one);
        auto half = memref::SubViewOp::inferRankReducedResultType(
            type.getShape(), cast<MemRefType>(doubled.getType()), offsets, sizes, strides);
        return memref::SubViewOp::create(builder, name_location(plain_location(scratch), "partial"),
                                         half, doubled, offsets, sizes, strides);
    }

    /* --- stages --- */

    static bool is_pure(Operation *op)
    {
        return isMemoryEffectFree(op) && !isa<WaitOp>(op) && !is_transfer(op);
    }

    // What belongs to the second stage: the last waits, and all that uses the result.
    void separate_stages()
    {
        if (last_send)
            late.insert(find_wait(last_send));
        if (receive) {
            WaitOp wait = find_wait(receive);
            late.insert(wait);
            for (Operation *op = wait->getNextNode(); op != loop.getBody()->getTerminator();
                 op = op->getNextNode())
                if (!is_pure(op))
                    late.insert(op);
        }
        // Backwards, so that users come first.
        SmallVector<Operation *> body;
        for (Operation &op : loop.getBody()->without_terminator())
            body.push_back(&op);
        for (Operation *op : llvm::reverse(body))
            if (is_pure(op))
                assign_pure(op);
    }

    // A value goes to the stage that uses it; one that both use is computed in each.
    void assign_pure(Operation *op)
    {
        const auto is_late = [&](Operation *user) { return late.contains(user); };
        if (op->use_empty()) {
            op->erase();
            return;
        }
        if (llvm::all_of(op->getUsers(), is_late)) {
            late.insert(op);
            return;
        }
        if (llvm::none_of(op->getUsers(), is_late))
            return;
        OpBuilder builder(op);
        Operation *copy = builder.clone(*op);
        op->replaceUsesWithIf(copy->getResults(),
                              [&](OpOperand &use) { return is_late(use.getOwner()); });
        late.insert(copy);
    }

    // The order in which the parts of two neighbours run.
    void schedule(std::vector<std::pair<Operation *, unsigned>> &order)
    {
        const auto add = [&](Operation *op) { order.emplace_back(op, late.contains(op)); };
        const auto add_if = [&](auto predicate) {
            for (Operation &op : loop.getBody()->without_terminator())
                if (predicate(&op))
                    add(&op);
        };
        Operation *send_wait = last_send ? find_wait(last_send) : nullptr;
        Operation *receive_wait = receive ? find_wait(receive) : nullptr;
        const auto is_early = [&](Operation *op) { return !late.contains(op); };
        const auto prepares = [&](Operation *op) {
            return is_pure(op) || isa<CopyInOp, AppendSendOp, memref::StoreOp>(op);
        };
        add_if([&](Operation *op) { return is_early(op) && prepares(op); });
        if (send_wait)
            add(send_wait);
        add_if([&](Operation *op) { return is_early(op) && !prepares(op) && op != receive; });
        if (receive_wait)
            add(receive_wait);
        if (receive)
            add(receive);
        add_if(
            [&](Operation *op) { return !is_early(op) && op != send_wait && op != receive_wait; });
    }

    LogicalResult pipeline()
    {
        scf::PipeliningOption options;
        options.getScheduleFn = [&](scf::ForOp,
                                    std::vector<std::pair<Operation *, unsigned>> &order) {
            schedule(order);
        };
        const DictionaryAttr attributes = describe();
        const Location name = loop.getInductionVar().getLoc();
        const Location location = loop.getLoc();
        IRRewriter rewriter(loop.getContext());
        rewriter.setInsertionPoint(loop);
        FailureOr<scf::ForOp> kernel = scf::pipelineForLoop(rewriter, loop, options);
        if (failed(kernel))
            return emitError(location, "cannot be pipelined");
        (*kernel)->setDiscardableAttrs(attributes);
        kernel->getInductionVar().setLoc(name);
        return success();
    }

    // The loop's attributes, with a comment that says what it does now.
    DictionaryAttr describe()
    {
        auto comment = loop->getAttrOfType<StringAttr>(ATTR_COMMENT);
        if (comment)
            loop->setAttr(ATTR_COMMENT, StringAttr::get(loop.getContext(),
                                                        comment.getValue() +
                                                            "; the next one is on its way before "
                                                            "this one is finished"));
        return loop->getDiscardableAttrDictionary();
    }

    scf::ForOp loop;
    bool chains;
    LiteralWords &literals;
    int64_t sends = 0;    // of one iteration
    int64_t words_in = 0; // of one iteration, staged
    Operation *last_send = nullptr;
    Operation *receive = nullptr;
    llvm::SetVector<Operation *> late; // the second stage
};

class PipelineTilesPass : public zerostage::accel::impl::PipelineTilesBase<PipelineTilesPass>
{
  public:
    using PipelineTilesBase::PipelineTilesBase;

    void runOnOperation() override
    {
        SmallVector<scf::ForOp> loops;
        getOperation().walk([&](scf::ForOp loop) {
            if (is_innermost(loop))
                loops.push_back(loop);
        });
        LiteralWords literals;
        for (scf::ForOp loop : loops)
            if (failed(LoopPipeline(loop, chains, literals).run()))
                return signalPassFailure();
    }
};

} // namespace
