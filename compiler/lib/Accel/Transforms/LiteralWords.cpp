// Words in ordinary memory from which a staging copy can take a literal.
#include "LiteralWords.h"

using namespace mlir;
using namespace zerostage::accel;

Value LiteralWords::get(SendLiteralOp op)
{
    auto function = op->getParentOfType<func::FuncOp>();
    auto constant = op.getLiteral().getDefiningOp<arith::ConstantOp>();
    Value &known = words[{function, constant ? constant.getValue() : Attribute()}];
    if (!known)
        known = make(op, function, constant);
    if (!constant) {
        OpBuilder builder(op);
        memref::StoreOp::create(builder, plain_location(op), op.getLiteral(), known, ValueRange());
    }
    return known;
}

// A word behind those that the start of the function has already.
Value LiteralWords::make(SendLiteralOp op, func::FuncOp function, arith::ConstantOp constant)
{
    OpBuilder builder(op);
    const Location location = plain_location(op);
    Operation *&behind = last[function];
    if (behind)
        builder.setInsertionPointAfter(behind);
    else
        builder.setInsertionPointToStart(&function.getBody().front());
    const std::string name =
        constant ? "opcode_" + std::to_string(cast<IntegerAttr>(constant.getValue()).getInt())
                 : "literal";
    auto type = MemRefType::get({}, builder.getI32Type());
    auto word = memref::AllocaOp::create(builder, name_location(location, name), type);
    behind = word;
    if (constant) {
        Value value = builder.clone(*constant)->getResult(0);
        behind = memref::StoreOp::create(builder, location, value, word, ValueRange());
    }
    return word;
}
