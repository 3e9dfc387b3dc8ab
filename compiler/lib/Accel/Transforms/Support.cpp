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
