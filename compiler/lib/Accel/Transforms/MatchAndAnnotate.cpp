// Find each linalg.matmul, check that the accelerator can run it, and annotate it.
#include "zerostage/Accel/Accelerators.h"
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_MATCHANDANNOTATE
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

constexpr StringLiteral OPERAND_NAMES[] = {"A", "B", "C"};

// The problem C[m][n] += A[m][k] * B[k][n].
struct Problem {
    int64_t m;
    int64_t n;
    int64_t k;
    Type element;
};

LogicalResult check_operand(linalg::MatmulOp op, unsigned index)
{
    auto type = dyn_cast<MemRefType>(op->getOperand(index).getType());
    if (!type)
        return op.emitError("operand ")
               << OPERAND_NAMES[index] << " is " << op->getOperand(index).getType()
               << ": expected a memref of static shape (bufferize the module first)";
    if (!type.hasStaticShape())
        return op.emitError("operand ")
               << OPERAND_NAMES[index] << " is " << type
               << ": dynamic shapes are not supported, give it static ones";
    if (!type.getLayout().isIdentity())
        return op.emitError("operand ") << OPERAND_NAMES[index] << " is " << type
                                        << ": expected a whole row-major matrix, without a layout";
    if (!type.getElementType().isInteger(32) && !type.getElementType().isF32())
        return op.emitError("operand ") << OPERAND_NAMES[index] << " has elements of type "
                                        << type.getElementType() << ": expected i32 or f32";
    return success();
}

FailureOr<Problem> match(linalg::MatmulOp op)
{
    for (unsigned i = 0; i < op->getNumOperands(); i++)
        if (failed(check_operand(op, i)))
            return failure();
    if (op.hasUserDefinedMaps())
        return op.emitError("has indexing maps of its own: expected the plain A x B");
    auto a = cast<MemRefType>(op->getOperand(0).getType());
    auto c = cast<MemRefType>(op->getOperand(2).getType());
    for (unsigned i = 1; i < op->getNumOperands(); i++) {
        auto type = cast<MemRefType>(op->getOperand(i).getType());
        if (type.getElementType() != a.getElementType())
            return op.emitError("mixes element types ")
                   << a.getElementType() << " and " << type.getElementType();
    }
    return Problem{c.getDimSize(0), c.getDimSize(1), a.getDimSize(1), a.getElementType()};
}

class MatchAndAnnotatePass
    : public zerostage::accel::impl::MatchAndAnnotateBase<MatchAndAnnotatePass>
{
  public:
    using MatchAndAnnotateBase::MatchAndAnnotateBase;

    void runOnOperation() override
    {
        SmallVector<linalg::MatmulOp> matmuls;
        getOperation().walk([&](linalg::MatmulOp op) { matmuls.push_back(op); });
        if (matmuls.empty()) {
            getOperation().emitError("no linalg.matmul in the input: nothing to accelerate");
            return signalPassFailure();
        }
        for (linalg::MatmulOp op : matmuls) {
            if (failed(annotate(op)))
                return signalPassFailure();
        }
    }

  private:
    LogicalResult annotate(linalg::MatmulOp op)
    {
        const Flow *chosen = nullptr;
        if (failed(choose_flow(op, chosen)))
            return failure();
        const FailureOr<Problem> problem = match(op);
        if (failed(problem) || failed(check_divides(op, *problem)))
            return failure();
        set_schedule(op, *chosen);
        return set_dma(op) ? describe(op, *problem, *chosen), success() : failure();
    }

    LogicalResult choose_flow(linalg::MatmulOp op, const Flow *&chosen)
    {
        SmallVector<StringRef> accelerators;
        SmallVector<StringRef> names;
        for (const Flow &known : get_flows()) {
            if (!llvm::is_contained(accelerators, known.accelerator))
                accelerators.push_back(known.accelerator);
            if (known.accelerator == accelerator)
                names.push_back(known.name);
        }
        if (names.empty())
            return op.emitError("accelerator is '")
                   << accelerator << "': expected one of " << llvm::join(accelerators, ", ");
        chosen = find_flow(accelerator, flow);
        if (!chosen)
            return op.emitError("accelerator ") << accelerator << " has no flow '" << flow
                                                << "': expected one of " << llvm::join(names, ", ");
        if (!llvm::is_contained(get_sizes(), tile))
            return op.emitError("accelerator ") << accelerator << " does not exist in size "
                                                << tile.getValue() << ": expected 4, 8 or 16";
        return success();
    }

    LogicalResult check_divides(linalg::MatmulOp op, const Problem &problem)
    {
        const std::pair<char, int64_t> sizes[] = {
            {'M', problem.m}, {'N', problem.n}, {'K', problem.k}};
        for (const auto &[name, size] : sizes) {
            if (size == 0 || size % tile != 0)
                return op.emitError("size ")
                       << StringRef(&name, 1) << " is " << size
                       << ": expected a multiple of the tile size " << tile.getValue();
        }
        return success();
    }

    void set_schedule(linalg::MatmulOp op, const Flow &chosen)
    {
        Builder builder(&getContext());
        SmallVector<int64_t> order;
        for (const Dimension dimension : chosen.order)
            order.push_back(static_cast<int64_t>(dimension));
        op->setAttr(ATTR_ACCELERATOR, builder.getStringAttr(chosen.accelerator));
        op->setAttr(ATTR_FLOW, builder.getStringAttr(chosen.name));
        op->setAttr(ATTR_TILE, builder.getI64IntegerAttr(tile));
        op->setAttr(ATTR_ORDER, builder.getDenseI64ArrayAttr(order));
    }

    bool set_dma(linalg::MatmulOp op)
    {
        const std::tuple<StringRef, StringRef, int64_t> values[] = {
            {ATTR_DMA_ADDRESS, "dma-address", dmaAddress},
            {ATTR_DMA_IN_ADDRESS, "dma-in-address", dmaInAddress},
            {ATTR_DMA_IN_BYTES, "dma-in-bytes", dmaInBytes},
            {ATTR_DMA_OUT_ADDRESS, "dma-out-address", dmaOutAddress},
            {ATTR_DMA_OUT_BYTES, "dma-out-bytes", dmaOutBytes},
        };
        Builder builder(&getContext());
        for (const auto &[name, option, value] : values) {
            if (value < 0 || value > UINT32_MAX) {
                op.emitError(option) << " is " << value << ": expected a 32-bit unsigned number";
                return false;
            }
            const APInt word(32, static_cast<uint64_t>(value));
            op->setAttr(name, builder.getIntegerAttr(builder.getI32Type(), word));
        }
        return true;
    }

    // What the printed C says above the kernel.
    void describe(linalg::MatmulOp op, const Problem &problem, const Flow &chosen)
    {
        auto function = op->getParentOfType<func::FuncOp>();
        if (!function)
            return;
        const std::string text = llvm::formatv(
            "A[{0}x{2}] x B[{2}x{1}] on accelerator {3} of size {4}x{4}, flow {5} ({6}).",
            problem.m, problem.n, problem.k, chosen.accelerator, tile.getValue(), chosen.name,
            chosen.description);
        function->setAttr(ATTR_COMMENT, StringAttr::get(&getContext(), text));
    }
};

} // namespace
