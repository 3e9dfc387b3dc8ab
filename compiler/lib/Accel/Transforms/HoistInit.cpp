// Move accel.init_dma to the start of the outermost caller of its function.
#include "zerostage/Accel/Passes.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_HOISTINIT
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

using Callers = DenseMap<StringAttr, llvm::SetVector<func::FuncOp>>;

Callers find_callers(ModuleOp module)
{
    Callers callers;
    module.walk([&](func::CallOp call) {
        if (auto caller = call->getParentOfType<func::FuncOp>())
            callers[call.getCalleeAttr().getAttr()].insert(caller);
    });
    return callers;
}

// The functions that reach `function` through calls and that nothing in the module calls.
llvm::SetVector<func::FuncOp> find_roots(func::FuncOp function, const Callers &callers)
{
    llvm::SetVector<func::FuncOp> reached;
    llvm::SetVector<func::FuncOp> roots;
    reached.insert(function);
    for (size_t i = 0; i < reached.size(); i++) {
        func::FuncOp current = reached[i];
        const auto found = callers.find(current.getSymNameAttr());
        if (found == callers.end())
            roots.insert(current);
        else
            reached.insert(found->second.begin(), found->second.end());
    }
    return roots;
}

// The five addresses and sizes, when they are constants.
std::optional<SmallVector<IntegerAttr>> get_constants(InitDmaOp init)
{
    SmallVector<IntegerAttr> values;
    for (Value operand : init->getOperands()) {
        auto constant = operand.getDefiningOp<arith::ConstantOp>();
        if (!constant)
            return std::nullopt;
        values.push_back(cast<IntegerAttr>(constant.getValue()));
    }
    return values;
}

LogicalResult place_in(func::FuncOp root, InitDmaOp init, ArrayRef<IntegerAttr> values)
{
    for (InitDmaOp existing : root.getOps<InitDmaOp>()) {
        const auto others = get_constants(existing);
        if (others && ArrayRef<IntegerAttr>(*others) == values)
            return success();
        return existing.emitError("initialises the DMA engine otherwise than @")
               << init->getParentOfType<func::FuncOp>().getSymName() << ", which @"
               << root.getSymName() << " calls";
    }
    OpBuilder builder(root.getBody());
    SmallVector<Value> operands;
    for (IntegerAttr value : values)
        operands.push_back(arith::ConstantOp::create(builder, init.getLoc(), value));
    InitDmaOp::create(builder, init.getLoc(), TypeRange(), operands);
    return success();
}

LogicalResult hoist(InitDmaOp init, const Callers &callers)
{
    auto function = init->getParentOfType<func::FuncOp>();
    const auto values = get_constants(init);
    if (!function || !values)
        return success(); // what is computed in a function stays in it
    const llvm::SetVector<func::FuncOp> roots = find_roots(function, callers);
    if (roots.contains(function))
        return success();
    if (roots.empty())
        return init.emitError("no outermost caller of @")
               << function.getSymName() << ": its callers call each other";
    for (func::FuncOp root : roots)
        if (failed(place_in(root, init, *values)))
            return failure();
    erase_with_operands(init);
    return success();
}

class HoistInitPass : public zerostage::accel::impl::HoistInitBase<HoistInitPass>
{
  public:
    using HoistInitBase::HoistInitBase;

    void runOnOperation() override
    {
        const Callers callers = find_callers(getOperation());
        SmallVector<InitDmaOp> inits;
        getOperation().walk([&](InitDmaOp init) { inits.push_back(init); });
        for (InitDmaOp init : inits)
            if (failed(hoist(init, callers)))
                return signalPassFailure();
    }
};

} // namespace
