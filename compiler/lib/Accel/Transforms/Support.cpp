// What several passes need.
#include "zerostage/Accel/Passes.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

Location zerostage::accel::name_location(Location location, StringRef name)
{
    return NameLoc::get(StringAttr::get(location.getContext(), name), location);
}

Location zerostage::accel::plain_location(Operation *op)
{
    if (auto named = dyn_cast<NameLoc>(op->getLoc()))
        return named.getChildLoc();
    return op->getLoc();
}

bool zerostage::accel::is_contiguous(MemRefType type)
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

bool zerostage::accel::can_fail(StringRef runtime_function)
{
    return runtime_function.starts_with("dma_start_") ||
           runtime_function.starts_with("dma_append_") || runtime_function.starts_with("dma_open_");
}

void zerostage::accel::erase_with_operands(Operation *op)
{
    llvm::SmallSetVector<arith::ConstantOp, 8> constants;
    for (Value operand : op->getOperands())
        if (auto constant = operand.getDefiningOp<arith::ConstantOp>())
            constants.insert(constant);
    op->erase();
    for (arith::ConstantOp constant : constants)
        if (constant->use_empty())
            constant->erase();
}
