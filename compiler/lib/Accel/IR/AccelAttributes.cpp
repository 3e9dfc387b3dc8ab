// Text of the attributes that describe an accelerator: AXI4MLIR's grammar, with its errors.
#include "zerostage/Accel/AccelDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>

using namespace mlir;
using namespace zerostage::accel;

namespace
{

using Kind = OpcodeAction::Kind;

struct ActionName {
    StringLiteral name;
    Kind kind;
    StringLiteral argument;
};

constexpr ActionName ACTION_NAMES[] = {
    {"op_send", Kind::Send, "the number of an operand"},
    {"op_send_literal", Kind::SendLiteral, "a 32-bit number"},
    {"op_send_dim", Kind::SendDim, "the number of a loop, or of an operand and its dimension"},
    {"op_send_idx", Kind::SendIdx, "the number of a loop"},
    {"op_recv", Kind::Recv, "the number of an operand"},
};

const ActionName &get_name(Kind kind)
{
    return *std::find_if(std::begin(ACTION_NAMES), std::end(ACTION_NAMES),
                         [&](const ActionName &known) { return known.kind == kind; });
}

const ActionName &get_nearest(StringRef word)
{
    return *std::min_element(std::begin(ACTION_NAMES), std::end(ACTION_NAMES),
                             [&](const ActionName &left, const ActionName &right) {
                                 return word.edit_distance(left.name) <
                                        word.edit_distance(right.name);
                             });
}

// NAME: a bare one or a string.
FailureOr<StringAttr> parse_name(AsmParser &parser)
{
    std::string name;
    if (parser.parseKeywordOrString(&name))
        return failure();
    return StringAttr::get(parser.getContext(), name);
}

ParseResult parse_number(AsmParser &parser, const ActionName &action, int64_t &value)
{
    const SMLoc location = parser.getCurrentLocation();
    const OptionalParseResult parsed = parser.parseOptionalInteger(value);
    if (!parsed.has_value())
        return parser.emitError(location) << action.name << " takes " << action.argument;
    if (*parsed)
        return failure();
    const bool is_literal = action.kind == Kind::SendLiteral;
    if (is_literal ? value < INT32_MIN || value > UINT32_MAX : value < 0 || value > 2)
        return parser.emitError(location)
               << action.name << " takes " << action.argument << (is_literal ? "" : " (0, 1 or 2)")
               << ", not " << value;
    return success();
}

// op_NAME(NUMBER), op_send_dim(NUMBER, NUMBER)
ParseResult parse_action(AsmParser &parser, OpcodeAction &action)
{
    const SMLoc location = parser.getCurrentLocation();
    StringRef word;
    if (parser.parseKeyword(&word))
        return failure();
    const ActionName &known = get_nearest(word);
    if (known.name != word)
        return parser.emitError(location)
               << "unknown action '" << word << "': did you mean '" << known.name << "'?";
    action = {known.kind, 0, -1};
    if (parser.parseLParen() || parse_number(parser, known, action.value))
        return failure();
    if (known.kind == Kind::SendDim && succeeded(parser.parseOptionalComma()) &&
        parse_number(parser, known, action.dimension))
        return failure();
    return parser.parseRParen();
}

// NAME = [ACTION, ACTION, ...]
FailureOr<OpcodeAttr> parse_opcode(AsmParser &parser)
{
    const FailureOr<StringAttr> name = parse_name(parser);
    if (failed(name) || parser.parseEqual() || parser.parseLSquare())
        return failure();
    SmallVector<OpcodeAction> actions;
    while (failed(parser.parseOptionalRSquare())) {
        if (parse_action(parser, actions.emplace_back()))
            return failure();
        if (succeeded(parser.parseOptionalComma()))
            continue;
        if (parser.parseRSquare())
            return failure();
        break;
    }
    return OpcodeAttr::get(parser.getContext(), *name, actions);
}

void print_opcode(AsmPrinter &printer, OpcodeAttr opcode)
{
    printer.printKeywordOrString(opcode.getName());
    printer << " = [";
    llvm::interleaveComma(opcode.getActions(), printer, [&](const OpcodeAction &action) {
        printer << get_name(action.kind).name << "(" << action.value;
        if (action.dimension >= 0)
            printer << ", " << action.dimension;
        printer << ")";
    });
    printer << "]";
}

// (NAME ... (NAME ...) NAME ...)
ParseResult parse_scope(AsmParser &parser, unsigned scope, SmallVectorImpl<OpcodeUse> &uses,
                        unsigned &depth)
{
    depth = std::max(depth, scope + 1);
    bool is_after = false;
    while (failed(parser.parseOptionalRParen())) {
        const SMLoc location = parser.getCurrentLocation();
        if (failed(parser.parseOptionalLParen())) {
            const FailureOr<StringAttr> name = parse_name(parser);
            if (failed(name))
                return failure();
            uses.push_back({*name, scope, is_after});
            continue;
        }
        if (is_after)
            return parser.emitError(location)
                   << "a loop has at most one loop inside: two pairs of parentheses side by side "
                      "are not supported";
        is_after = true;
        if (parse_scope(parser, scope + 1, uses, depth))
            return failure();
    }
    return success();
}

void print_uses(AsmPrinter &printer, ArrayRef<OpcodeUse> uses, unsigned scope, bool is_after,
                bool &is_first)
{
    for (const OpcodeUse &use : uses) {
        if (use.scope != scope || use.is_after != is_after)
            continue;
        if (!is_first)
            printer << " ";
        printer.printKeywordOrString(use.name);
        is_first = false;
    }
}

} // namespace

Attribute OpcodeAttr::parse(AsmParser &parser, Type)
{
    if (parser.parseLess())
        return {};
    const FailureOr<OpcodeAttr> opcode = parse_opcode(parser);
    return failed(opcode) || parser.parseGreater() ? OpcodeAttr() : *opcode;
}

void OpcodeAttr::print(AsmPrinter &printer) const
{
    printer << "<";
    print_opcode(printer, *this);
    printer << ">";
}

Attribute OpcodeMapAttr::parse(AsmParser &parser, Type)
{
    const SMLoc location = parser.getCurrentLocation();
    if (parser.parseLess())
        return {};
    SmallVector<OpcodeAttr> opcodes;
    while (failed(parser.parseOptionalGreater())) {
        const FailureOr<OpcodeAttr> opcode = parse_opcode(parser);
        if (failed(opcode))
            return {};
        opcodes.push_back(*opcode);
        if (succeeded(parser.parseOptionalComma()))
            continue;
        if (parser.parseGreater())
            return {};
        break;
    }
    return OpcodeMapAttr::getChecked([&] { return parser.emitError(location); },
                                     parser.getContext(), ArrayRef<OpcodeAttr>(opcodes));
}

void OpcodeMapAttr::print(AsmPrinter &printer) const
{
    printer << "<";
    llvm::interleaveComma(getOpcodes(), printer,
                          [&](OpcodeAttr opcode) { print_opcode(printer, opcode); });
    printer << ">";
}

LogicalResult OpcodeMapAttr::verify(function_ref<InFlightDiagnostic()> error,
                                    ArrayRef<OpcodeAttr> opcodes)
{
    llvm::StringSet<> names;
    for (OpcodeAttr opcode : opcodes)
        if (!names.insert(opcode.getName()).second)
            return error() << "opcode_map has two opcodes with the name " << opcode.getName();
    return success();
}

OpcodeAttr OpcodeMapAttr::find(StringRef name) const
{
    for (OpcodeAttr opcode : getOpcodes())
        if (opcode.getName() == name)
            return opcode;
    return {};
}

Attribute OpcodeFlowAttr::parse(AsmParser &parser, Type)
{
    SmallVector<OpcodeUse> uses;
    unsigned depth = 0;
    if (parser.parseLess() || parser.parseLParen() || parse_scope(parser, 0, uses, depth) ||
        parser.parseGreater())
        return {};
    return OpcodeFlowAttr::get(parser.getContext(), depth, uses);
}

void OpcodeFlowAttr::print(AsmPrinter &printer) const
{
    printer << "<";
    for (unsigned scope = 0; scope < getDepth(); scope++) {
        bool is_first = true;
        printer << "(";
        print_uses(printer, getUses(), scope, false, is_first);
        if (!is_first && scope + 1 < getDepth())
            printer << " ";
    }
    for (unsigned scope = getDepth(); scope-- > 0;) {
        bool is_first = false; // the inner pair stands before
        print_uses(printer, getUses(), scope, true, is_first);
        printer << ")";
    }
    printer << ">";
}

Attribute InitOpcodesAttr::parse(AsmParser &parser, Type)
{
    SmallVector<StringAttr> names;
    if (parser.parseLess() || parser.parseLParen())
        return {};
    while (failed(parser.parseOptionalRParen())) {
        const FailureOr<StringAttr> name = parse_name(parser);
        if (failed(name))
            return {};
        names.push_back(*name);
    }
    if (parser.parseGreater())
        return {};
    return InitOpcodesAttr::get(parser.getContext(), names);
}

void InitOpcodesAttr::print(AsmPrinter &printer) const
{
    printer << "<(";
    llvm::interleave(
        getNames(), printer, [&](StringAttr name) { printer.printKeywordOrString(name); }, " ");
    printer << ")>";
}
