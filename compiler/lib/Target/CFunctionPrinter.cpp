// A C function from a lowered func.func: one method an operation.
//
// Integer arithmetic on indices is printed where it is used; everything else gets a variable. A
// memref becomes a descriptor only if somebody needs its address; for the rest a pointer will do.
#include "CFunctionPrinter.h"

#include "CExpressions.h"
#include "CNames.h"
#include "CTypes.h"

#include "zerostage/Accel/AccelDialect.h"
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Passes.h"
#include "zerostage/Target/NameHints.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace zerostage;

namespace
{

using Expressions = SmallVector<Expression, 4>;

// How C reaches a memref: a descriptor's name, if it has one, and base + offset of its elements.
struct Memref {
    std::string descriptor;
    std::string base;
    Expression offset = make_integer(0);
    std::string memory; // what to free, for what was allocated here
    Expressions sizes, strides;
};

std::string get_descriptor_type(MemRefType type)
{
    return "struct " + get_descriptor_name(type).value_or("memref");
}

std::string join(ArrayRef<Expression> values)
{
    return llvm::join(llvm::map_range(values, [](const Expression &v) { return v.text; }), ", ");
}

Expressions make_integers(ArrayRef<int64_t> values)
{
    return llvm::map_to_vector<4>(values, make_integer);
}

// What the descriptor `name` has in `field`; what is static is a number.
Expressions get_field(ArrayRef<int64_t> values, const std::string &name, StringRef field)
{
    Expressions expressions;
    for (const auto &[index, value] : llvm::enumerate(values))
        expressions.push_back(
            ShapedType::isDynamic(value)
                ? make_name(llvm::formatv("{0}.{1}[{2}]", name, field, index).str())
                : make_integer(value));
    return expressions;
}

// Row-major strides of a matrix or array of these sizes.
Expressions get_dense_strides(ArrayRef<Expression> sizes)
{
    Expressions strides(sizes.size(), make_integer(1));
    for (size_t i = sizes.size(); i-- > 1;)
        strides[i - 1] = multiply(sizes[i], strides[i]);
    return strides;
}

// Names of a function's arguments, as the source has them where it has them.
std::vector<std::string> get_argument_names(func::FuncOp function, CNames &names)
{
    std::vector<std::string> result;
    for (unsigned i = 0; i < function.getNumArguments(); i++) {
        StringRef hint;
        if (!function.isDeclaration())
            hint = get_name_hint(function.getArgument(i).getLoc());
        result.push_back(hint.empty() ? names.take("arg_" + std::to_string(i)) : names.take(hint));
    }
    return result;
}

// One parameter; an unranked memref is two, rank and descriptor.
std::string get_parameter(Type type, StringRef name)
{
    if (isa<UnrankedMemRefType>(type))
        return ("int64_t " + name + "_rank, void *" + name).str();
    if (auto memref = dyn_cast<MemRefType>(type))
        return get_descriptor_type(memref) + " " + name.str();
    return get_scalar_type(type).value_or("void") + " " + name.str();
}

bool has_c_type(Type type)
{
    if (auto memref = dyn_cast<MemRefType>(type))
        return get_descriptor_name(memref).has_value();
    return isa<UnrankedMemRefType>(type) || get_scalar_type(type);
}

// Whether anyone needs the address of this memref's descriptor.
bool needs_descriptor(Value memref)
{
    return llvm::any_of(memref.getUsers(), [](Operation *user) {
        if (auto cast = dyn_cast<memref::CastOp>(user))
            return isa<UnrankedMemRefType>(cast.getType()) || needs_descriptor(cast.getResult());
        return isa<func::CallOp, accel::AccumulateOp, memref::MemorySpaceCastOp>(user);
    });
}

// The constant that is stored to a one-word variable right after its declaration, or null.
memref::StoreOp find_initialiser(memref::AllocaOp alloca)
{
    for (Operation *next = alloca->getNextNode(); next; next = next->getNextNode()) {
        if (isa<arith::ConstantOp>(next))
            continue;
        auto store = dyn_cast<memref::StoreOp>(next);
        const bool is_it = store && store.getMemref() == alloca.getMemref() &&
                           store.getValue().getDefiningOp<arith::ConstantOp>();
        return is_it ? store : memref::StoreOp();
    }
    return {};
}

class FunctionPrinter
{
  public:
    explicit FunctionPrinter(CWriter &writer) : writer(writer) {}

    LogicalResult print(func::FuncOp function)
    {
        if (!function.getBody().hasOneBlock())
            return function.emitError("has several blocks: C is printed from structured control "
                                      "flow only");
        reserve_symbols(function);
        print_comment(function);
        writer.line(get_prototype(function));
        writer.open("");
        names.open();
        const std::vector<std::string> arguments = get_argument_names(function, names);
        for (const auto &[value, name] : llvm::zip(function.getArguments(), arguments))
            if (failed(define_argument(value, name)))
                return failure();
        if (failed(print_block(function.getBody().front())))
            return failure();
        names.close();
        writer.close();
        return success();
    }

  private:
    void reserve_symbols(func::FuncOp function)
    {
        auto module = function->getParentOfType<ModuleOp>();
        for (func::FuncOp other : module.getOps<func::FuncOp>())
            names.reserve(other.getSymName());
    }

    /* --- comments --- */

    void print_comment(func::FuncOp function)
    {
        CNames scratch;
        const std::vector<std::string> arguments = get_argument_names(function, scratch);
        std::string described;
        for (const auto &[type, name] : llvm::zip(function.getArgumentTypes(), arguments))
            described += describe_argument(type, name);
        std::string text;
        if (auto comment = function->getAttrOfType<StringAttr>(accel::ATTR_COMMENT))
            text = comment.str() + (described.empty() ? "" : "\n");
        text += described;
        if (!text.empty())
            writer.comment(StringRef(text).ltrim('\n'));
    }

    static std::string describe_argument(Type type, StringRef name)
    {
        auto memref = dyn_cast<MemRefType>(type);
        if (!memref)
            return "";
        std::string text = ("\n" + name + ": ").str();
        for (const int64_t size : memref.getShape())
            text += ShapedType::isDynamic(size) ? "[]" : "[" + std::to_string(size) + "]";
        if (memref.getRank() == 4 && memref.hasStaticShape())
            text += llvm::formatv(", tile-major: a {0}x{1} matrix in {2}x{3} tiles",
                                  memref.getDimSize(0) * memref.getDimSize(2),
                                  memref.getDimSize(1) * memref.getDimSize(3), memref.getDimSize(2),
                                  memref.getDimSize(3));
        else if (memref.getRank() == 4)
            text += llvm::formatv(", tile-major: in {0}x{1} tiles", memref.getDimSize(2),
                                  memref.getDimSize(3));
        if (memref.getRank() == 3)
            text += ", a slot a tile: its opcode, and the tile";
        if (const auto region = accel::get_dma_region(type))
            text += (", in DMA memory (" + accel::stringifyDmaRegion(*region) + ")").str();
        return text;
    }

    /* --- values --- */

    LogicalResult define_argument(BlockArgument value, const std::string &name)
    {
        auto type = dyn_cast<MemRefType>(value.getType());
        if (!type) {
            expressions[value] = make_name(name);
            return success();
        }
        SmallVector<int64_t> strides;
        int64_t offset = 0;
        if (failed(type.getStridesAndOffset(strides, offset)))
            return emitError(value.getLoc(), "memref has no strided form: ") << type;
        memrefs[value] = {name,
                          name + ".aligned",
                          ShapedType::isDynamic(offset) ? make_name(name + ".offset")
                                                        : make_integer(offset),
                          "",
                          get_field(type.getShape(), name, "sizes"),
                          get_field(strides, name, "strides")};
        return success();
    }

    std::string take_name(Value value, StringRef fallback)
    {
        const StringRef hint = get_name_hint(value.getLoc());
        return names.take(hint.empty() ? fallback : hint);
    }

    Expression get_expression(Value value)
    {
        APInt integer;
        if (matchPattern(value, m_ConstantInt(&integer)))
            return make_integer(value.getType().isInteger(1) ? integer.getZExtValue()
                                                             : integer.getSExtValue());
        FloatAttr real;
        if (matchPattern(value, m_Constant(&real)))
            return make_name(get_float_literal(real));
        return expressions.lookup(value);
    }

    static std::string get_float_literal(FloatAttr attribute)
    {
        SmallString<32> digits;
        attribute.getValue().toString(digits);
        std::string text = digits.str().str();
        if (text.find_first_of(".eEN") == std::string::npos)
            text += ".0";
        return text + (attribute.getType().isF32() ? "f" : "");
    }

    Expression get_expression(OpFoldResult value)
    {
        if (const auto constant = getConstantIntValue(value))
            return make_integer(*constant);
        return get_expression(cast<Value>(value));
    }

    // Base and offset as one C expression for a pointer.
    static Expression get_pointer(const Memref &memref)
    {
        return add(make_name(memref.base), memref.offset);
    }

    // memref[indices] as an lvalue.
    FailureOr<std::string> get_element(Operation *op, Value memref, ValueRange indices)
    {
        const Memref &known = memrefs[memref];
        if (known.strides.size() != indices.size())
            return op->emitError("has no form in C: strides of ")
                   << memref.getType() << " are not known";
        Expression offset = known.offset;
        for (const auto &[index, stride] : llvm::zip(indices, known.strides))
            offset = add(offset, multiply(get_expression(index), stride));
        if (offset.is_integer && offset.integer == 0)
            return "*" + known.base;
        return known.base + "[" + offset.text + "]";
    }

    // Define a value by a variable of its own.
    void declare(Value value, const std::string &initialiser)
    {
        const std::string name = take_name(value, value.getType().isIndex() ? "i" : "v");
        writer.line(*get_scalar_type(value.getType()) + " " + name + " = " + initialiser + ";");
        expressions[value] = make_name(name);
    }

    // The descriptor of `view`, which has its name in it.
    void declare_descriptor(MemRefType type, const Memref &view, const std::string &allocated)
    {
        std::string text = get_descriptor_type(type) + " " + view.descriptor + " = {" + allocated +
                           ", " + view.base + ", " + view.offset.text;
        if (type.getRank() > 0)
            text += ", {" + join(view.sizes) + "}, {" + join(view.strides) + "}";
        writer.line(text + "};");
    }

    // What was declared, as later lines reach it.
    static Memref through_descriptor(Memref view)
    {
        view.base = view.descriptor + ".aligned";
        if (!view.offset.is_integer)
            view.offset = make_name(view.descriptor + ".offset");
        return view;
    }

    /* --- operations --- */

    LogicalResult print_block(Block &block)
    {
        for (Operation &op : block)
            if (!printed.contains(&op) && failed(print_operation(&op)))
                return failure();
        return success();
    }

    LogicalResult print_operation(Operation *op)
    {
        for (const Type type : op->getResultTypes())
            if (!has_c_type(type))
                return op->emitError("has no form in C: type ") << type;
        return llvm::TypeSwitch<Operation *, LogicalResult>(op)
            .Case<arith::ConstantOp, scf::YieldOp>([](auto) { return success(); })
            .Case<scf::ForOp, func::CallOp, func::ReturnOp, memref::SubViewOp, memref::CastOp,
                  memref::MemorySpaceCastOp, memref::AllocaOp, memref::AllocOp, memref::DeallocOp,
                  memref::LoadOp, memref::StoreOp, accel::AllocOp, accel::DeallocOp,
                  accel::AddressOp, accel::AccumulateOp, accel::StoreWordOp,
                  memref::ReinterpretCastOp, memref::DimOp, arith::MinSIOp>(
                [&](auto typed) { return print_op(typed); })
            .Case<arith::AddIOp>([&](auto typed) { return print_binary(typed, "+", Binding::Sum); })
            .Case<arith::SubIOp>([&](auto typed) { return print_binary(typed, "-", Binding::Sum); })
            .Case<arith::MulIOp>(
                [&](auto typed) { return print_binary(typed, "*", Binding::Product); })
            .Case<arith::DivUIOp, arith::DivSIOp>(
                [&](auto typed) { return print_binary(typed, "/", Binding::Product); })
            .Case<arith::RemUIOp, arith::RemSIOp>(
                [&](auto typed) { return print_binary(typed, "%", Binding::Product); })
            .Case<arith::AddFOp>([&](auto typed) { return print_binary(typed, "+", Binding::Sum); })
            .Case<arith::SubFOp>([&](auto typed) { return print_binary(typed, "-", Binding::Sum); })
            .Case<arith::MulFOp>(
                [&](auto typed) { return print_binary(typed, "*", Binding::Product); })
            .Case<arith::DivFOp>(
                [&](auto typed) { return print_binary(typed, "/", Binding::Product); })
            .Case<arith::IndexCastOp>([&](arith::IndexCastOp typed) {
                declare(typed.getResult(), get_expression(typed.getIn()).text);
                return success();
            })
            .Default([](Operation *other) {
                return other->emitError("has no form in C: lower it before --emit=c");
            });
    }

    template <typename Op> LogicalResult print_binary(Op op, const char *symbol, Binding binding)
    {
        const Expression expression =
            combine(get_expression(op.getLhs()), symbol, get_expression(op.getRhs()), binding);
        const bool adds_constant = op.getType().isInteger(32) &&
                                   matchPattern(op.getRhs(), m_Constant()) && op->hasOneUse();
        if (op.getType().isIndex() || adds_constant)
            expressions[op.getResult()] = expression;
        else
            declare(op.getResult(), expression.text);
        return success();
    }

    LogicalResult print_op(scf::ForOp op)
    {
        if (op.getNumResults() != 0)
            return op.emitError("has no form in C: a loop that carries values");
        writer.separate();
        names.open();
        const StringRef hint = get_name_hint(op.getInductionVar().getLoc());
        const std::string name =
            hint.empty() ? names.take_first({"i", "j", "l", "r", "s", "t"}) : names.take(hint);
        const Expression step = get_expression(op.getStep());
        if (auto comment = op->getAttrOfType<StringAttr>(accel::ATTR_COMMENT))
            writer.comment(comment.getValue());
        const bool by_one = step.is_integer && step.integer == 1;
        writer.open("for (intptr_t " + name + " = " + get_expression(op.getLowerBound()).text +
                    "; " + name + " < " + get_expression(op.getUpperBound()).text + "; " + name +
                    (by_one ? "++" : " += " + step.text) + ")");
        expressions[op.getInductionVar()] = make_name(name);
        const LogicalResult result = print_block(*op.getBody());
        writer.close();
        names.close();
        return result;
    }

    LogicalResult print_op(func::ReturnOp op)
    {
        if (op->getNumOperands() > 0)
            writer.line("return " + get_expression(op->getOperand(0)).text + ";");
        return success();
    }

    LogicalResult print_op(func::CallOp op)
    {
        std::vector<std::string> arguments;
        for (unsigned i = 0; i < op.getNumOperands(); i++)
            arguments.push_back(get_argument(op, i));
        const std::string call = op.getCallee().str() + "(" + llvm::join(arguments, ", ") + ")";
        if (op.getNumResults() == 1 && !op.getResult(0).use_empty())
            declare(op.getResult(0), call);
        else if (needs_check(op))
            writer.line("check(" + call + ");");
        else
            writer.line(call + ";");
        return success();
    }

    // Addresses read better in hexadecimal; the runtime takes them, and sizes, as unsigned.
    std::string get_argument(func::CallOp call, unsigned index)
    {
        Value value = call.getOperand(index);
        APInt integer;
        if (call.getCallee() == "dma_init" && matchPattern(value, m_ConstantInt(&integer))) {
            const bool is_size = index == 2 || index == 4;
            return is_size ? std::to_string(integer.getZExtValue()) + "u"
                           : "0x" + llvm::utohexstr(integer.getZExtValue(), true, 8) + "u";
        }
        if (isa<UnrankedMemRefType>(value.getType()))
            return get_expression(value).text;
        if (isa<MemRefType>(value.getType()))
            return memrefs[value].descriptor;
        return get_expression(value).text;
    }

    LogicalResult print_op(arith::MinSIOp op)
    {
        const std::string left = get_expression(op.getLhs()).text;
        const std::string right = get_expression(op.getRhs()).text;
        declare(op.getResult(), left + " < " + right + " ? " + left + " : " + right);
        return success();
    }

    LogicalResult print_op(memref::DimOp op)
    {
        const auto index = op.getConstantIndex();
        const auto known = memrefs.find(op.getSource());
        if (!index || known == memrefs.end() ||
            *index >= static_cast<int64_t>(known->second.sizes.size()))
            return op.emitError("has no form in C: expected a constant dimension of a memref");
        expressions[op.getResult()] = known->second.sizes[*index];
        return success();
    }

    LogicalResult print_op(memref::SubViewOp op)
    {
        const Memref source = memrefs[op.getSource()];
        const llvm::SmallBitVector dropped = op.getDroppedDims();
        Memref view = {source.descriptor, source.base, source.offset, "", {}, {}};
        for (unsigned i = 0; i < source.strides.size(); i++) {
            const Expression &stride = source.strides[i];
            view.offset =
                add(view.offset, multiply(get_expression(op.getMixedOffsets()[i]), stride));
            if (dropped.test(i))
                continue;
            view.sizes.push_back(get_expression(op.getMixedSizes()[i]));
            view.strides.push_back(multiply(get_expression(op.getMixedStrides()[i]), stride));
        }

        if (needs_descriptor(op.getResult())) {
            view.descriptor = take_name(op.getResult(), "view");
            declare_descriptor(op.getType(), view,
                               source.descriptor.empty() ? source.base
                                                         : source.descriptor + ".allocated");
            view = through_descriptor(view);
        } else if (!get_name_hint(op.getLoc()).empty()) {
            const std::string name = take_name(op.getResult(), "view");
            writer.line(*get_scalar_type(op.getType().getElementType()) + " *" + name + " = " +
                        get_pointer(view).text + ";");
            view = {"", name, make_integer(0), "", view.sizes, view.strides};
        } else {
            view.descriptor.clear();
        }
        memrefs[op.getResult()] = view;
        return success();
    }

    LogicalResult print_op(memref::CastOp op)
    {
        if (auto type = dyn_cast<MemRefType>(op.getType())) {
            if (!isa<MemRefType>(op.getSource().getType()))
                return op.emitError("has no form in C: the cast's source is unranked");
            memrefs[op.getResult()] = memrefs[op.getSource()];
            return success();
        }
        auto source = dyn_cast<MemRefType>(op.getSource().getType());
        if (!source)
            return op.emitError("has no form in C: the cast's source is unranked");
        expressions[op.getResult()] = make_name(std::to_string(source.getRank()) + ", &" +
                                                memrefs[op.getSource()].descriptor);
        return success();
    }

    LogicalResult print_op(memref::MemorySpaceCastOp op)
    {
        if (isa<MemRefType>(op.getType()))
            memrefs[op.getResult()] = memrefs[op.getSource()];
        else
            expressions[op.getResult()] = expressions.lookup(op.getSource());
        return success();
    }

    // A variable, or an array, of this function.
    LogicalResult print_op(memref::AllocaOp op)
    {
        const MemRefType type = op.getType();
        if (!type.hasStaticShape() || !type.getLayout().isIdentity())
            return op.emitError("has no form in C: its shape is not static");
        const std::string name = take_name(op.getResult(), "buffer");
        const std::string memory = names.take(name + "_word");
        const std::string element = *get_scalar_type(type.getElementType());
        std::string base = memory;
        if (type.getRank() == 0) {
            std::string text = element + " " + memory;
            if (memref::StoreOp store = find_initialiser(op)) {
                text += " = " + get_expression(store.getValue()).text;
                printed.insert(store);
            }
            writer.line(text + ";");
            base = "&" + memory;
        } else {
            writer.line(element + " " + memory + "[" + std::to_string(type.getNumElements()) +
                        "];");
        }
        const Memref view = {name,
                             base,
                             make_integer(0),
                             "",
                             make_integers(type.getShape()),
                             make_integers(*get_static_strides(type))};
        declare_descriptor(type, view, base);
        memrefs[op.getResult()] = through_descriptor(view);
        return success();
    }

    LogicalResult print_op(memref::AllocOp op)
    {
        if (!op.getType().getLayout().isIdentity())
            return op.emitError("has no form in C: it has a layout");
        const Expressions sizes = get_expressions(op.getMixedSizes());
        print_allocation(op.getResult(), sizes,
                         "malloc_or_exit(" + get_bytes(op.getType(), sizes) + ")");
        return success();
    }

    Expressions get_expressions(ArrayRef<OpFoldResult> values)
    {
        return llvm::map_to_vector<4>(values, [&](OpFoldResult v) { return get_expression(v); });
    }

    LogicalResult print_op(accel::AllocOp op)
    {
        auto type = cast<MemRefType>(op.getMemref().getType());
        const bool in = *accel::get_dma_region(type) == accel::DmaRegion::In;
        auto dynamic = op.getDynamicSizes().begin();
        Expressions sizes;
        for (const int64_t size : type.getShape())
            sizes.push_back(ShapedType::isDynamic(size) ? get_expression(*dynamic++)
                                                        : make_integer(size));
        print_allocation(
            op.getMemref(), sizes,
            std::string("dma_alloc_or_exit(") + (in ? "DMA_REGION_IN" : "DMA_REGION_OUT") + ", " +
                get_bytes(type, sizes) + ", " + std::to_string(op.getAlignment()) + ")");
        return success();
    }

    static std::string get_cast(StringRef type, const Expression &value)
    {
        const bool is_primary = value.binding == Binding::Primary;
        return ("(" + type + ")" + (is_primary ? value.text : "(" + value.text + ")")).str();
    }

    // In size_t, which sizes that are known at run time only have to become.
    static std::string get_bytes(MemRefType type, ArrayRef<Expression> sizes)
    {
        std::string text;
        for (const Expression &size : sizes)
            text += (size.is_integer ? size.text : get_cast("size_t", size)) + " * ";
        return text + "sizeof(" + *get_scalar_type(type.getElementType()) + ")";
    }

    void print_allocation(Value value, const Expressions &sizes, const std::string &call)
    {
        auto type = cast<MemRefType>(value.getType());
        const std::string name = take_name(value, "buffer");
        const bool described = needs_descriptor(value);
        const std::string memory = described ? names.take(name + "_memory") : name;
        writer.line(*get_scalar_type(type.getElementType()) + " *" + memory + " = " + call + ";");
        Memref view = {described ? name : "",   memory, make_integer(0), memory, sizes,
                       get_dense_strides(sizes)};
        if (described) {
            declare_descriptor(type, view, memory);
            view = through_descriptor(view);
        }
        memrefs[value] = view;
    }

    LogicalResult print_op(memref::DeallocOp op)
    {
        return print_release(op, op.getMemref(), "free");
    }

    LogicalResult print_op(accel::DeallocOp op)
    {
        return print_release(op, op.getMemref(), "dma_release");
    }

    LogicalResult print_release(Operation *op, Value value, const std::string &function)
    {
        const Memref &memref = memrefs[value];
        const std::string memory =
            memref.memory.empty() ? memref.descriptor + ".allocated" : memref.memory;
        if (memref.memory.empty() && memref.descriptor.empty())
            return op->emitError("has no form in C: it releases a part of a buffer");
        writer.line(function + "(" + memory + ");");
        return success();
    }

    LogicalResult print_op(memref::LoadOp op)
    {
        const FailureOr<std::string> element = get_element(op, op.getMemref(), op.getIndices());
        if (failed(element))
            return failure();
        declare(op.getResult(), *element);
        return success();
    }

    LogicalResult print_op(memref::StoreOp op)
    {
        const FailureOr<std::string> element = get_element(op, op.getMemref(), op.getIndices());
        if (failed(element))
            return failure();
        writer.line(*element + " = " + get_expression(op.getValue()).text + ";");
        return success();
    }

    LogicalResult print_op(accel::StoreWordOp op)
    {
        const FailureOr<std::string> element = get_element(op, op.getMemref(), op.getIndices());
        if (failed(element))
            return failure();
        const bool is_word =
            cast<MemRefType>(op.getMemref().getType()).getElementType().isInteger(32);
        writer.line((is_word ? "" : "*(int32_t *)&") + *element + " = " +
                    get_expression(op.getWord()).text + ";");
        return success();
    }

    // Another view of the same memory: a descriptor of its own.
    LogicalResult print_op(memref::ReinterpretCastOp op)
    {
        if (!isa<MemRefType>(op.getSource().getType()))
            return op.emitError("has no form in C: the cast's source is unranked");
        const Memref &known = memrefs[op.getSource()];
        Memref view = {"",
                       known.base,
                       get_expression(op.getMixedOffsets()[0]),
                       "",
                       get_expressions(op.getMixedSizes()),
                       get_expressions(op.getMixedStrides())};
        const StringRef hint = get_name_hint(op.getLoc());
        const std::string suffix = hint.empty() ? "view" : hint.str();
        view.descriptor =
            names.take(known.descriptor.empty() ? suffix : known.descriptor + "_" + suffix);
        const std::string allocated =
            known.descriptor.empty() ? known.base : known.descriptor + ".allocated";
        declare_descriptor(op.getType(), view, allocated);
        memrefs[op.getResult()] = through_descriptor(view);
        return success();
    }

    LogicalResult print_op(accel::AddressOp op)
    {
        const bool passed_on = llvm::all_of(op->getUsers(), llvm::IsaPred<func::CallOp>);
        if (!passed_on)
            return op.emitError("has no form in C: an address can only be passed to the runtime");
        expressions[op.getResult()] = get_pointer(memrefs[op.getMemref()]);
        return success();
    }

    LogicalResult print_op(accel::AccumulateOp op)
    {
        auto type = cast<MemRefType>(op.getDestination().getType());
        if (!type.getElementType().isInteger(32) && !type.getElementType().isF32())
            return op.emitError("has no form in C: the runtime accumulates i32 and f32");
        writer.line((type.getElementType().isF32() ? "accumulate_f32(" : "accumulate_i32(") +
                    std::to_string(type.getRank()) + ", &" +
                    memrefs[op.getDestination()].descriptor + ", &" +
                    memrefs[op.getSource()].descriptor + ");");
        return success();
    }

    CWriter &writer;
    CNames names;
    DenseMap<Value, Expression> expressions;
    DenseMap<Value, Memref> memrefs;
    llvm::SmallPtrSet<Operation *, 4> printed; // part of an earlier line
};

} // namespace

LogicalResult zerostage::check_signature(func::FuncOp function)
{
    if (llvm::is_contained({"check", "malloc_or_exit", "dma_alloc_or_exit"}, function.getSymName()))
        return function.emitError("has the name of a function that the printed C defines itself");
    if (function.getNumResults() > 1)
        return function.emitError("has no form in C: more than one result");
    for (const Type type : function.getArgumentTypes())
        if (!has_c_type(type))
            return function.emitError("has no form in C: argument of type ") << type;
    for (const Type type : function.getResultTypes())
        if (!get_scalar_type(type))
            return function.emitError("has no form in C: result of type ") << type;
    if (!function.isDeclaration())
        for (const Type type : function.getArgumentTypes())
            if (isa<UnrankedMemRefType>(type))
                return function.emitError("has no form in C: it defines an unranked argument");
    return success();
}

std::string zerostage::get_prototype(func::FuncOp function)
{
    CNames names;
    const std::vector<std::string> arguments = get_argument_names(function, names);
    std::vector<std::string> parameters;
    for (const auto &[type, name] : llvm::zip(function.getArgumentTypes(), arguments))
        parameters.push_back(get_parameter(type, name));
    const std::string result =
        function.getNumResults() == 0 ? "void" : *get_scalar_type(function.getResultTypes()[0]);
    const bool is_static = !function.isDeclaration() && function.isPrivate();
    return (is_static ? "static " : "") + result + " " + function.getSymName().str() + "(" +
           (parameters.empty() ? "void" : llvm::join(parameters, ", ")) + ")";
}

bool zerostage::needs_check(Operation *op)
{
    auto call = dyn_cast<func::CallOp>(op);
    return call && call.getNumResults() == 1 && call.getResult(0).use_empty() &&
           accel::can_fail(call.getCallee());
}

LogicalResult zerostage::print_function(func::FuncOp function, CWriter &writer)
{
    return FunctionPrinter(writer).print(function);
}
