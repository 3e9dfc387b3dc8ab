// What counts as a matmul: linalg.matmul, and a linalg.generic that computes the same.
#include "zerostage/Accel/Matmul.h"

#include "zerostage/Accel/AccelDialect.h"
#include "zerostage/Accel/Annotations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace zerostage::accel;

namespace
{

constexpr StringLiteral OPERAND_NAMES[] = {"A", "B", "C"};

LogicalResult check_operand(linalg::MatmulOp op, unsigned index)
{
    auto type = dyn_cast<MemRefType>(op->getOperand(index).getType());
    if (!type)
        return op.emitError("operand ")
               << OPERAND_NAMES[index] << " is " << op->getOperand(index).getType()
               << ": expected a memref (bufferize the module first)";
    if (!type.getLayout().isIdentity())
        return op.emitError("operand ") << OPERAND_NAMES[index] << " is " << type
                                        << ": expected a whole row-major matrix, without a layout";
    return success();
}

// The accelerators compute i32, f32, and i8 with an i32 result.
LogicalResult check_types(linalg::MatmulOp op, Type a, Type b, Type c)
{
    if (a != b)
        return op.emitError("mixes element types ") << a << " and " << b;
    if (!a.isInteger(32) && !a.isF32() && !a.isInteger(8))
        return op.emitError("operand A has elements of type ")
               << a << ": expected i32, f32, or i8 with a result of i32";
    const Type result = a.isInteger(8) ? IntegerType::get(op.getContext(), 32) : a;
    if (c != result)
        return op.emitError("multiplies elements of type ")
               << a << " into " << c << ": expected a result of " << result;
    if (op.getCast() == linalg::TypeFn::cast_unsigned && a.isInteger(8))
        return op.emitError("takes elements of type i8 as unsigned: the accelerators' are signed");
    return success();
}

/* --- linalg.generic --- */

// The loops of a generic matmul by dimension: m, n, k.
using LoopNumbers = std::array<unsigned, 3>;

std::optional<LoopNumbers> match_maps(linalg::GenericOp op)
{
    if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || op.getNumLoops() != 3)
        return std::nullopt;
    const SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    for (const AffineMap map : maps)
        if (!map.isProjectedPermutation() || map.getNumResults() != 2)
            return std::nullopt;
    const auto loop = [&](unsigned map, unsigned result) {
        return maps[map].getDimPosition(result);
    };
    const LoopNumbers loops = {loop(2, 0), loop(2, 1), loop(0, 1)};
    const bool is_matmul = loop(0, 0) == loops[0] && loop(1, 0) == loops[2] &&
                           loop(1, 1) == loops[1] && loops[2] != loops[0] && loops[2] != loops[1];
    const SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
    if (!is_matmul || kinds[loops[0]] != utils::IteratorType::parallel ||
        kinds[loops[1]] != utils::IteratorType::parallel ||
        kinds[loops[2]] != utils::IteratorType::reduction)
        return std::nullopt;
    return loops;
}

// Whether `value` is a block argument, or a sign extension of it.
bool is_argument(Value value, BlockArgument argument)
{
    if (auto extension = value.getDefiningOp<arith::ExtSIOp>())
        value = extension.getIn();
    return value == argument;
}

// Whether an operation's operands are those two, in either order.
template <typename Left, typename Right> bool takes(Operation *op, Left left, Right right)
{
    Value first = op->getOperand(0);
    Value second = op->getOperand(1);
    return (left(first) && right(second)) || (left(second) && right(first));
}

// Whether the body is c + a * b.
bool multiplies_and_adds(Block &body)
{
    const auto is = [&](unsigned index) {
        return [&body, index](Value value) { return is_argument(value, body.getArgument(index)); };
    };
    const auto is_product = [&](Value value) {
        Operation *op = value.getDefiningOp();
        return isa_and_nonnull<arith::MulIOp, arith::MulFOp>(op) && takes(op, is(0), is(1));
    };
    Operation *sum = body.getTerminator()->getOperand(0).getDefiningOp();
    return isa_and_nonnull<arith::AddIOp, arith::AddFOp>(sum) && takes(sum, is(2), is_product);
}

bool has_accel_attributes(Operation *op)
{
    return llvm::any_of(op->getAttrs(), [](const NamedAttribute &attribute) {
        return attribute.getName().getValue().starts_with("accel_");
    });
}

// A loop permutation counts the generic's loops; m, n and k may be others of them.
ArrayAttr translate_order(Attribute attribute, const LoopNumbers &loops)
{
    auto array = dyn_cast<ArrayAttr>(attribute);
    if (!array)
        return {};
    SmallVector<Attribute> translated(array.getValue());
    for (Attribute &element : translated) {
        auto number = dyn_cast<IntegerAttr>(element);
        const auto *dimension =
            number ? llvm::find(loops, static_cast<unsigned>(number.getInt())) : loops.end();
        if (dimension != loops.end())
            element = IntegerAttr::get(number.getType(), dimension - loops.begin());
    }
    return ArrayAttr::get(attribute.getContext(), translated);
}

void replace_generic(linalg::GenericOp op, const LoopNumbers &loops)
{
    OpBuilder builder(op);
    auto matmul =
        linalg::MatmulOp::create(builder, op.getLoc(), op.getDpsInputs(), op.getDpsInits());
    for (const NamedAttribute attribute : op->getDiscardableAttrs())
        matmul->setAttr(attribute.getName(), attribute.getValue());
    if (Attribute order = matmul->getAttr(ATTR_ORDER))
        if (ArrayAttr translated = translate_order(order, loops))
            matmul->setAttr(ATTR_ORDER, translated);
    op->erase();
}

bool is_zero(Value value)
{
    return matchPattern(value, m_Zero()) || matchPattern(value, m_PosZeroFloat());
}

// Whether nothing that happens at `op` can see or change what lies in `buffer`.
bool leaves_alone(Operation *op, Value buffer)
{
    if (isMemoryEffectFree(op) || isa<memref::AllocOp, CheckSizesOp>(op))
        return true;
    return isa<linalg::FillOp>(op) && !llvm::is_contained(op->getOperands(), buffer);
}

} // namespace

FailureOr<Problem> zerostage::accel::match_problem(linalg::MatmulOp op)
{
    for (unsigned i = 0; i < op->getNumOperands(); i++)
        if (failed(check_operand(op, i)))
            return failure();
    if (op.hasUserDefinedMaps())
        return op.emitError("has indexing maps of its own: expected the plain A x B");
    auto a = cast<MemRefType>(op->getOperand(0).getType());
    auto b = cast<MemRefType>(op->getOperand(1).getType());
    auto c = cast<MemRefType>(op->getOperand(2).getType());
    if (failed(check_types(op, a.getElementType(), b.getElementType(), c.getElementType())))
        return failure();
    const Tile sizes = get_sizes(op);
    return Problem{sizes.m, sizes.n, sizes.k, a.getElementType(), c.getElementType()};
}

Tile zerostage::accel::get_sizes(linalg::MatmulOp op)
{
    auto a = cast<MemRefType>(op->getOperand(0).getType());
    auto b = cast<MemRefType>(op->getOperand(1).getType());
    auto c = cast<MemRefType>(op->getOperand(2).getType());
    const auto known = [](int64_t size, int64_t other) {
        return ShapedType::isDynamic(size) ? other : size;
    };
    return {known(c.getDimSize(0), a.getDimSize(0)), known(c.getDimSize(1), b.getDimSize(1)),
            known(a.getDimSize(1), b.getDimSize(0))};
}

linalg::FillOp zerostage::accel::find_zero_fill(Operation *before, Value result)
{
    for (Operation *op = before->getPrevNode(); op; op = op->getPrevNode()) {
        auto fill = dyn_cast<linalg::FillOp>(op);
        if (fill && fill->getOperand(1) == result)
            return is_zero(fill->getOperand(0)) ? fill : nullptr;
        if (!leaves_alone(op, result))
            break;
    }
    return nullptr;
}

LogicalResult zerostage::accel::name_matmuls(Operation *root)
{
    SmallVector<linalg::GenericOp> generics;
    root->walk([&](linalg::GenericOp op) { generics.push_back(op); });
    for (linalg::GenericOp op : generics) {
        const std::optional<LoopNumbers> loops = match_maps(op);
        if (loops && op.hasPureBufferSemantics() && multiplies_and_adds(op.getRegion().front()))
            replace_generic(op, *loops);
        else if (has_accel_attributes(op))
            return op.emitError("is to be accelerated, but is no matmul on memrefs: ")
                   << (loops ? "expected a body of c + a * b"
                             : "expected the indexing maps A[m][k], B[k][n] and C[m][n]");
    }
    return success();
}
