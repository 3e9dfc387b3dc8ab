// AXI4MLIR's attributes on an operation, as its users write them.
#include "zerostage/Accel/UserAttributes.h"

#include "zerostage/Accel/Annotations.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace mlir;
using namespace zerostage::accel;

namespace
{

// Attributes that the passes read elsewhere or here.
constexpr StringLiteral KNOWN[] = {
    ATTR_OPCODE_MAP,      "accel_opcode_map_str", ATTR_OPCODE_FLOW,    "accel_opcode_flow_str",
    ATTR_INIT_OPCODES,    "accel_init_flow_str",  ATTR_ORDER,          ATTR_TILE,
    ATTR_ACC_ON_CPU,      ATTR_DMA_ADDRESS,       ATTR_DMA_IN_ADDRESS, ATTR_DMA_IN_BYTES,
    ATTR_DMA_OUT_ADDRESS, ATTR_DMA_OUT_BYTES};

struct Unsupported {
    StringLiteral name;
    StringLiteral advice;
};

// AXI4MLIR's that say something which this compiler would not do.
constexpr Unsupported UNSUPPORTED[] = {
    {"accel_tile_sizes", "tiling for the caches is not read from attributes; leave it out"},
    {"accel_number_of_caches", "tiling for the caches is not read from attributes; leave it out"},
    {"accel_accel_tile_sizes", "give one size for square tiles, accel_accel_tile_size"},
    {"accel_accumulate_on_cpu", "write accel_acc_on_cpu = 2"},
};

LogicalResult check_names(Operation *op)
{
    for (const NamedAttribute attribute : op->getAttrs()) {
        const StringRef name = attribute.getName().getValue();
        if (!name.starts_with("accel_") || llvm::is_contained(KNOWN, name))
            continue;
        for (const Unsupported &unsupported : UNSUPPORTED)
            if (name == unsupported.name)
                return op->emitError("attribute ")
                       << name << " is not supported: " << unsupported.advice;
        const StringRef nearest = *std::min_element(
            std::begin(KNOWN), std::end(KNOWN), [&](StringRef left, StringRef right) {
                return name.edit_distance(left) < name.edit_distance(right);
            });
        return op->emitError("attribute ")
               << name << " is not known: did you mean " << nearest << "?";
    }
    return success();
}

// Parse an attribute of the accel dialect from text; `offset` is what of `text` was put before.
Attribute parse_text(Operation *op, StringRef what, StringRef text, size_t offset)
{
    std::string message;
    int64_t column = 0;
    {
        const ScopedDiagnosticHandler handler(op->getContext(), [&](Diagnostic &diagnostic) {
            message = diagnostic.str();
            if (auto place = dyn_cast<FileLineColLoc>(diagnostic.getLocation()))
                column = static_cast<int64_t>(place.getColumn()) - static_cast<int64_t>(offset);
            return success();
        });
        if (Attribute attribute = parseAttribute(text, op->getContext()))
            return attribute;
    }
    op->emitError(what) << ", column " << std::max<int64_t>(column, 1) << ": " << message;
    return {};
}

// `text` is MNEMONIC<...>, or what belongs into the angle brackets, or that without parentheses.
template <typename Attr>
FailureOr<Attr> parse(Operation *op, StringRef what, StringRef text, StringRef mnemonic)
{
    const StringRef trimmed = text.trim();
    std::string before = "#accel.";
    std::string after;
    if (!trimmed.starts_with(mnemonic)) {
        const bool is_bare = !trimmed.starts_with("(");
        before += mnemonic.str() + (is_bare ? "<(" : "<");
        after = is_bare ? ")>" : ">";
    }
    Attribute attribute = parse_text(op, what, before + trimmed.str() + after, before.size());
    if (!attribute)
        return failure();
    return cast<Attr>(attribute);
}

// An attribute proper, or its text under another name; null when there is neither.
template <typename Attr, typename Parse>
FailureOr<Attr> read(Operation *op, StringRef name, Parse parse)
{
    Attribute attribute = op->getAttr(name);
    if (!attribute)
        attribute = op->getAttr((name + "_str").str());
    if (!attribute)
        return Attr();
    if (auto text = dyn_cast<StringAttr>(attribute))
        return parse(op, name, text.getValue());
    if (auto proper = dyn_cast<Attr>(attribute))
        return proper;
    return op->emitError("attribute ")
           << name << " is " << attribute << ": expected #" << Attr::name << "<...>, or its text";
}

LogicalResult read_order(Operation *op, std::optional<LoopOrder> &order)
{
    Attribute attribute = op->getAttr(ATTR_ORDER);
    if (!attribute)
        return success();
    SmallVector<int64_t> loops;
    if (auto dense = dyn_cast<DenseI64ArrayAttr>(attribute))
        loops.append(dense.asArrayRef().begin(), dense.asArrayRef().end());
    else if (auto array = dyn_cast<ArrayAttr>(attribute))
        for (Attribute element : array)
            loops.push_back(isa<IntegerAttr>(element) ? cast<IntegerAttr>(element).getInt() : -1);
    const FailureOr<LoopOrder> parsed = parse_order(op, ATTR_ORDER, loops);
    if (failed(parsed))
        return failure();
    order = *parsed;
    return success();
}

LogicalResult read_tile(Operation *op, std::optional<int64_t> &tile)
{
    Attribute attribute = op->getAttr(ATTR_TILE);
    if (!attribute)
        return success();
    auto number = dyn_cast<IntegerAttr>(attribute);
    if (!number || number.getInt() < 1)
        return op->emitError("attribute ")
               << ATTR_TILE << " is " << attribute << ": expected a positive integer";
    tile = number.getInt();
    return success();
}

// 2, C, is the one operand that can be accumulated; older files say true.
LogicalResult read_accumulation(Operation *op, std::optional<bool> &accumulates)
{
    Attribute attribute = op->getAttr(ATTR_ACC_ON_CPU);
    if (!attribute)
        return success();
    if (auto boolean = dyn_cast<BoolAttr>(attribute)) {
        accumulates = boolean.getValue();
        return success();
    }
    auto number = dyn_cast<IntegerAttr>(attribute);
    if (!number || number.getInt() != static_cast<int64_t>(Operand::C))
        return op->emitError("attribute ") << ATTR_ACC_ON_CPU << " is " << attribute
                                           << ": expected 2 (the operand C), true or false";
    accumulates = true;
    return success();
}

} // namespace

FailureOr<OpcodeMapAttr> zerostage::accel::parse_opcode_map(Operation *op, StringRef what,
                                                            StringRef text)
{
    if (text.trim().starts_with("opcode_map"))
        return parse<OpcodeMapAttr>(op, what, text, "opcode_map");
    return op->emitError(what) << " is '" << text << "': expected opcode_map<NAME = [ACTION, ...], "
                               << "...>";
}

FailureOr<OpcodeFlowAttr> zerostage::accel::parse_opcode_flow(Operation *op, StringRef what,
                                                              StringRef text)
{
    return parse<OpcodeFlowAttr>(op, what, text, "opcode_flow");
}

FailureOr<InitOpcodesAttr> zerostage::accel::parse_init_opcodes(Operation *op, StringRef what,
                                                                StringRef text)
{
    return parse<InitOpcodesAttr>(op, what, text, "init_opcodes");
}

FailureOr<LoopOrder> zerostage::accel::parse_order(Operation *op, StringRef what,
                                                   ArrayRef<int64_t> loops)
{
    LoopOrder order = {Dimension::M, Dimension::N, Dimension::K};
    if (loops.size() != order.size() ||
        !std::is_permutation(loops.begin(), loops.end(), std::begin({0, 1, 2})))
        return op->emitError(what)
               << " is not a permutation of a matmul's loops: expected 0, 1 and "
                  "2 (m, n and k) in some order, such as [0, 2, 1]";
    for (size_t i = 0; i < order.size(); i++)
        order[i] = static_cast<Dimension>(loops[i]);
    return order;
}

FailureOr<UserAttributes> zerostage::accel::read_user_attributes(Operation *op)
{
    UserAttributes user;
    if (failed(check_names(op)) || failed(read_order(op, user.order)) ||
        failed(read_tile(op, user.tile)) || failed(read_accumulation(op, user.accumulates_on_cpu)))
        return failure();
    const auto opcodes = read<OpcodeMapAttr>(op, ATTR_OPCODE_MAP, parse_opcode_map);
    const auto flow = read<OpcodeFlowAttr>(op, ATTR_OPCODE_FLOW, parse_opcode_flow);
    const auto init = read<InitOpcodesAttr>(op, ATTR_INIT_OPCODES, parse_init_opcodes);
    if (failed(opcodes) || failed(flow) || failed(init))
        return failure();
    user.opcodes = *opcodes;
    user.flow = *flow;
    user.init = *init;
    return user;
}
