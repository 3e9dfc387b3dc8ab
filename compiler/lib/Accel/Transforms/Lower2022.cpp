// Turn transfers into calls of the DMA runtime the way AXI4MLIR did in 2022: what is sent before a
// receive is copied into the buffer piece by piece and goes in one send, and the receive is started
// before anything is waited for.
#include "RuntimeCalls.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_LOWER2022
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

// A receive and the sends right before it.
struct Exchange {
    SmallVector<SendOp> sends;
    RecvOp receive;
};

bool is_staged(Value memref, Value offset)
{
    return !offset && !get_dma_region(memref.getType());
}

FailureOr<Exchange> find_exchange(RecvOp receive)
{
    Exchange exchange = {{}, receive};
    for (Operation *op = receive->getPrevNode(); op; op = op->getPrevNode()) {
        if (auto send = dyn_cast<SendOp>(op))
            exchange.sends.insert(exchange.sends.begin(), send);
        else if (!isMemoryEffectFree(op))
            break;
    }
    if (exchange.sends.empty())
        return receive.emitError("follows no send: AXI4MLIR's drivers of 2022 received in answer "
                                 "to one");
    bool staged = is_staged(receive.getDestination(), receive.getOffset());
    for (SendOp send : exchange.sends)
        staged &= is_staged(send.getSource(), send.getOffset());
    if (!staged)
        return receive.emitError("is not staged as a whole: AXI4MLIR's drivers of 2022 copied all "
                                 "that they transferred, to places of their own choice");
    return exchange;
}

LogicalResult lower(const Exchange &exchange)
{
    RecvOp receive = exchange.receive;
    OpBuilder builder(receive);
    const Location location = plain_location(receive);
    const Type word = builder.getI32Type();
    int64_t words = 0;
    for (SendOp send : exchange.sends) {
        builder.setInsertionPoint(send);
        const Location at = plain_location(send);
        if (failed(copy_to_in_buffer(builder, at, send.getSource(), make_word(builder, at, words),
                                     send.getPaddedAttr())))
            return failure();
        words += send.count_words();
        if (!send.getSent().use_empty())
            send.getSent().replaceAllUsesWith(make_word(builder, at, send.count_words()));
    }
    builder.setInsertionPoint(receive);
    Value sent = make_word(builder, location, words);
    Value received = make_word(builder, location, receive.count_words());
    Value start = make_word(builder, location, 0);
    if (failed(call_runtime(builder, location, "dma_start_send", word, {sent, start})) ||
        failed(call_runtime(builder, location, "dma_start_recv", word, {received, start})) ||
        failed(call_runtime(builder, location, "dma_wait_send", {}, {})) ||
        failed(call_runtime(builder, location, "dma_wait_recv", {}, {})) ||
        failed(copy_from_out_buffer(builder, location, receive.getDestination(), start,
                                    receive.getPaddedAttr())))
        return failure();
    receive.getReceived().replaceAllUsesWith(received);
    receive->erase();
    for (SendOp send : exchange.sends)
        send->erase();
    return success();
}

class Lower2022Pass : public zerostage::accel::impl::Lower2022Base<Lower2022Pass>
{
  public:
    using Lower2022Base::Lower2022Base;

    void runOnOperation() override
    {
        const WalkResult literals = getOperation().walk([](SendLiteralOp op) {
            op.emitError("sends an opcode: AXI4MLIR's driver of 2022 was for accelerator v1, which "
                         "has none");
            return WalkResult::interrupt();
        });
        if (literals.wasInterrupted())
            return signalPassFailure();
        SmallVector<RecvOp> receives;
        getOperation().walk([&](RecvOp op) { receives.push_back(op); });
        for (RecvOp receive : receives) {
            const FailureOr<Exchange> exchange = find_exchange(receive);
            if (failed(exchange) || failed(lower(*exchange)))
                return signalPassFailure();
        }
    }
};

} // namespace
