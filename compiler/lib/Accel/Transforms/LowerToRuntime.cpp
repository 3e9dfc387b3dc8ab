// Turn transfers into calls of the DMA runtime (axi_dma.h).
//
// Behaviour of a staged transfer is AXI4MLIR's of 2023: copy, start, wait, for each send by itself.
#include "RuntimeCalls.h"

#include "zerostage/Accel/Annotations.h"

#include "llvm/ADT/MapVector.h"

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

// Whether a static memref's elements follow each other without gaps.
bool is_contiguous(MemRefType type)
{
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    if (failed(type.getStridesAndOffset(strides, offset)))
        return false;
    int64_t expected = 1;
    for (int64_t i = type.getRank() - 1; i >= 0; i--) {
        if (type.getDimSize(i) != 1 && strides[i] != expected)
            return false;
        expected *= type.getDimSize(i);
    }
    return true;
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
    explicit Lowering(ModuleOp module) : builder(module.getContext()), word(builder.getI32Type()) {}

    LogicalResult lower(Operation *op)
    {
        builder.setInsertionPoint(op);
        if (auto init = dyn_cast<InitDmaOp>(op))
            return lower_init(init);
        if (auto send = dyn_cast<SendOp>(op))
            return lower_transfer(op, send.getSource(), send.getOffset(), Direction::Send);
        if (auto receive = dyn_cast<RecvOp>(op))
            return lower_transfer(op, receive.getDestination(), receive.getOffset(),
                                  Direction::Receive);
        if (auto literal = dyn_cast<SendLiteralOp>(op))
            return lower_literal(literal);
        return success();
    }

  private:
    FailureOr<func::CallOp> call(Location location, StringRef name, TypeRange results,
                                 ValueRange arguments)
    {
        return call_runtime(builder, location, name, results, arguments);
    }

    LogicalResult lower_init(InitDmaOp op)
    {
        if (failed(call(plain_location(op), "dma_init", {}, op->getOperands())))
            return failure();
        bool freed = true;
        op->getParentOp()->walk([&](func::ReturnOp ret) {
            builder.setInsertionPoint(ret);
            freed &= succeeded(call(plain_location(op), "dma_free", {}, {}));
        });
        op->erase();
        return success(freed);
    }

    LogicalResult lower_transfer(Operation *op, Value memref, Value offset, Direction direction)
    {
        auto type = cast<MemRefType>(memref.getType());
        LogicalResult lowered = success();
        if (!get_dma_region(type))
            lowered = transfer_staged(plain_location(op), memref, offset, direction);
        else if (is_contiguous(type))
            lowered = transfer_in_place(plain_location(op), memref, direction);
        else if (direction == Direction::Send)
            lowered = send_rows(op, memref);
        else // the engine halts on a receive that is shorter than its packet
            lowered = op->emitError("cannot receive ")
                      << type << " in place: the accelerator's packet needs contiguous memory";
        if (failed(lowered))
            return failure();
        op->getResult(0).replaceAllUsesWith(make_word(plain_location(op), get_word_count(type)));
        op->erase();
        return success();
    }

    // Through the DMA buffer, where the copy is also what packs a strided tile.
    LogicalResult transfer_staged(Location location, Value memref, Value offset,
                                  Direction direction)
    {
        auto type = cast<MemRefType>(memref.getType());
        Value length = make_word(location, get_word_count(type));
        if (!offset)
            offset = make_word(location, 0);
        if (direction == Direction::Send)
            return success(succeeded(copy_to_in_buffer(builder, location, memref, offset)) &&
                           succeeded(call(location, "dma_start_send", word, {length, offset})) &&
                           succeeded(call(location, "dma_wait_send", {}, {})));
        return success(succeeded(call(location, "dma_start_recv", word, {length, offset})) &&
                       succeeded(call(location, "dma_wait_recv", {}, {})) &&
                       succeeded(copy_from_out_buffer(builder, location, memref, offset)));
    }

    LogicalResult transfer_in_place(Location location, Value memref, Direction direction)
    {
        auto type = cast<MemRefType>(memref.getType());
        Value address = AddressOp::create(builder, location, builder.getIndexType(), memref);
        Value length = make_word(location, get_word_count(type));
        const bool sends = direction == Direction::Send;
        return success(
            succeeded(call(location, sends ? "dma_start_send_from" : "dma_start_recv_into", word,
                           {address, length})) &&
            succeeded(call(location, sends ? "dma_wait_send" : "dma_wait_recv", {}, {})));
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
        const LogicalResult lowered = transfer_in_place(location, row, Direction::Send);
        builder.setInsertionPoint(op);
        return lowered;
    }

    LogicalResult lower_literal(SendLiteralOp op)
    {
        Value memref = get_literal(op);
        const LogicalResult lowered =
            transfer_staged(plain_location(op), memref, op.getOffset(), Direction::Send);
        op.replaceAllUsesWith(make_word(plain_location(op), 1));
        op->erase();
        return lowered;
    }

    // A word in ordinary memory that the staging copy can take the literal from. A constant one has
    // its own, written once; all others of a function share one.
    Value get_literal(SendLiteralOp op)
    {
        const OpBuilder::InsertionGuard guard(builder);
        auto function = op->getParentOfType<func::FuncOp>();
        auto constant = op.getLiteral().getDefiningOp<arith::ConstantOp>();
        Value &known = literals[{function, constant ? constant.getValue() : Attribute()}];
        if (!known)
            known = make_literal(op, function, constant);
        if (!constant)
            memref::StoreOp::create(builder, plain_location(op), op.getLiteral(), known,
                                    ValueRange());
        return known;
    }

    // A word behind those that the start of the function has already.
    Value make_literal(SendLiteralOp op, func::FuncOp function, arith::ConstantOp constant)
    {
        const OpBuilder::InsertionGuard guard(builder);
        Operation *&last = last_literal[function];
        if (last)
            builder.setInsertionPointAfter(last);
        else
            builder.setInsertionPointToStart(&function.getBody().front());
        const std::string name =
            constant ? "opcode_" + std::to_string(cast<IntegerAttr>(constant.getValue()).getInt())
                     : "literal";
        Value memref = make_word_in_memory(name_location(plain_location(op), name));
        last = memref.getDefiningOp();
        if (constant) {
            Value value = builder.clone(*constant)->getResult(0);
            last =
                memref::StoreOp::create(builder, plain_location(op), value, memref, ValueRange());
        }
        return memref;
    }

    Value make_word_in_memory(Location location)
    {
        return memref::AllocaOp::create(builder, location, MemRefType::get({}, word));
    }

    Value make_word(Location location, int64_t value)
    {
        return zerostage::accel::make_word(builder, location, value);
    }

    OpBuilder builder;
    Type word;
    llvm::MapVector<std::pair<Operation *, Attribute>, Value> literals;
    DenseMap<Operation *, Operation *> last_literal; // of a function: where the next one goes
};

class LowerToRuntimePass : public zerostage::accel::impl::LowerToRuntimeBase<LowerToRuntimePass>
{
  public:
    using LowerToRuntimeBase::LowerToRuntimeBase;

    void runOnOperation() override
    {
        SmallVector<Operation *> operations;
        getOperation().walk([&](Operation *op) {
            if (isa<InitDmaOp, SendOp, SendLiteralOp, RecvOp>(op))
                operations.push_back(op);
        });
        Lowering lowering(getOperation());
        for (Operation *op : operations)
            if (failed(lowering.lower(op)))
                return signalPassFailure();
    }
};

} // namespace
