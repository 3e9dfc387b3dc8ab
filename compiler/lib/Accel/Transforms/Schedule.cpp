// How a matmul goes through an accelerator, and whether that computes a matmul at all.
#include "zerostage/Accel/Schedule.h"

#include "zerostage/Accel/Annotations.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"

#include <algorithm>

using namespace mlir;
using namespace zerostage::accel;

using Kind = OpcodeAction::Kind;

namespace
{

constexpr unsigned LOOPS = 3;
constexpr char LOOP_NAMES[] = "mnk";
constexpr char OPERAND_NAMES[] = "ABC";

// The loops that choose each operand's tile.
constexpr Dimension TILE_LOOPS[LOOPS][2] = {
    {Dimension::M, Dimension::K}, {Dimension::K, Dimension::N}, {Dimension::M, Dimension::N}};

char get_letter(const char *names, int64_t index)
{
    return names[index];
}

std::string get_tile_name(int64_t operand)
{
    std::string name(1, get_letter(OPERAND_NAMES, operand));
    for (const Dimension loop : TILE_LOOPS[operand])
        name += std::string("[") + LOOP_NAMES[static_cast<unsigned>(loop)] + "]";
    return name;
}

// The loop of the nest that a pair of parentheses is: pairs are the innermost loops.
unsigned get_loop(OpcodeFlowAttr flow, unsigned scope)
{
    return LOOPS - flow.getDepth() + scope;
}

// Whether the loop over `dimension` is `loop` or around it.
bool is_known(const LoopOrder &order, unsigned loop, Dimension dimension)
{
    return std::find(order.begin(), order.begin() + loop + 1, dimension) !=
           order.begin() + loop + 1;
}

// The dimension whose loop is not around the action though it needs to be.
std::optional<Dimension> find_unknown(const LoopOrder &order, unsigned loop,
                                      const OpcodeAction &action)
{
    if (action.kind == Kind::SendIdx &&
        !is_known(order, loop, static_cast<Dimension>(action.value)))
        return static_cast<Dimension>(action.value);
    if (action.kind == Kind::Send || action.kind == Kind::Recv)
        for (const Dimension dimension : TILE_LOOPS[action.value])
            if (!is_known(order, loop, dimension))
                return dimension;
    return std::nullopt;
}

// The flow's opcodes in the order in which a first pass through the nest uses them.
SmallVector<OpcodeUse> get_first_pass(OpcodeFlowAttr flow)
{
    SmallVector<OpcodeUse> uses(flow.getUses());
    std::stable_sort(uses.begin(), uses.end(), [](const OpcodeUse &left, const OpcodeUse &right) {
        if (left.is_after != right.is_after)
            return right.is_after;
        return left.is_after ? left.scope > right.scope : left.scope < right.scope;
    });
    return uses;
}

class Check
{
  public:
    Check(Operation *op, const Schedule &schedule) : op(op), schedule(schedule) {}

    LogicalResult run()
    {
        if (schedule.flow.getDepth() > LOOPS)
            return op->emitError("opcode_flow has ")
                   << schedule.flow.getDepth() << " loops inside each other: a matmul has 3";
        for (const OpcodeUse &use : get_first_pass(schedule.flow)) {
            OpcodeAttr opcode = find("opcode_flow", use.name);
            if (!opcode)
                return failure();
            for (const OpcodeAction &action : opcode.getActions())
                if (failed(check_action(use, action)))
                    return failure();
        }
        if (!has_received)
            return op->emitError("opcode_flow never receives C: the result would stay in the "
                                 "accelerator; use an opcode with op_recv(2) in it");
        return check_init();
    }

  private:
    OpcodeAttr find(StringRef where, StringAttr name)
    {
        if (OpcodeAttr opcode = schedule.opcodes.find(name))
            return opcode;
        auto error = op->emitError(where)
                     << " uses '" << name.getValue() << "', which opcode_map does not have";
        const ArrayRef<OpcodeAttr> known = schedule.opcodes.getOpcodes();
        if (known.empty())
            return {};
        const auto distance = [&](OpcodeAttr opcode) {
            return opcode.getName().getValue().edit_distance(name.getValue());
        };
        error << ": did you mean '"
              << std::min_element(known.begin(), known.end(),
                                  [&](OpcodeAttr left, OpcodeAttr right) {
                                      return distance(left) < distance(right);
                                  })
                     ->getName()
                     .getValue()
              << "'?";
        return {};
    }

    InFlightDiagnostic error_in(StringAttr name)
    {
        return op->emitError("opcode '") << name.getValue() << "' ";
    }

    LogicalResult check_action(const OpcodeUse &use, const OpcodeAction &action)
    {
        const unsigned loop = get_loop(schedule.flow, use.scope);
        if (const auto dimension = find_unknown(schedule.order, loop, action))
            return report_unknown(use, action, *dimension);
        if (action.kind == Kind::Send)
            return check_send(use, action);
        return action.kind == Kind::Recv ? check_receive(use, action) : success();
    }

    LogicalResult check_send(const OpcodeUse &use, const OpcodeAction &action)
    {
        if (use.is_after || has_received)
            return error_in(use.name)
                   << "sends " << get_letter(OPERAND_NAMES, action.value)
                   << " behind where it is needed: put it further to the front in opcode_flow";
        sent_in[action.value] = use.scope;
        return success();
    }

    LogicalResult check_receive(const OpcodeUse &use, const OpcodeAction &action)
    {
        if (action.value != static_cast<int64_t>(Operand::C))
            return error_in(use.name) << "receives " << get_letter(OPERAND_NAMES, action.value)
                                      << ": only C, op_recv(2), comes back from a matmul";
        for (unsigned operand = 0; operand < 2; operand++)
            if (!sent_in[operand])
                return error_in(use.name)
                       << "receives C before " << OPERAND_NAMES[operand]
                       << " was sent: use an opcode with op_send(" << operand << ") before it";
        if (has_received)
            return error_in(use.name) << "receives C, which was received already: C comes back at "
                                         "one place of opcode_flow";
        has_received = true;
        const auto sent = sent_in[action.value];
        if (sent && *sent != use.scope)
            return error_in(use.name) << "receives C in another loop than it is sent in: what the "
                                         "accelerator adds to it in between would be lost or "
                                         "counted twice; put both into the same parentheses";
        return success();
    }

    LogicalResult report_unknown(const OpcodeUse &use, const OpcodeAction &action,
                                 Dimension dimension)
    {
        const char loop = LOOP_NAMES[static_cast<unsigned>(dimension)];
        auto error = error_in(use.name);
        if (action.kind == Kind::SendIdx)
            error << "sends where loop " << StringRef(&loop, 1) << " is";
        else
            error << (action.kind == Kind::Send ? "sends " : "receives ")
                  << get_tile_name(action.value);
        error << " outside of the loop over " << StringRef(&loop, 1)
              << ": put it further inside in opcode_flow, or that loop further outside in "
                 "accel_loop_permutation";
        return error;
    }

    LogicalResult check_init()
    {
        if (!schedule.init)
            return success();
        for (StringAttr name : schedule.init.getNames()) {
            OpcodeAttr opcode = find("init_opcodes", name);
            if (!opcode)
                return failure();
            for (const OpcodeAction &action : opcode.getActions())
                if (action.kind != Kind::SendLiteral && action.kind != Kind::SendDim)
                    return error_in(name) << "sends or receives a tile, or sends where a loop is: "
                                             "init_opcodes come before the loops, and can only "
                                             "have op_send_literal and op_send_dim";
        }
        return success();
    }

    Operation *op;
    const Schedule &schedule;
    std::optional<unsigned> sent_in[LOOPS]; // by operand: the parentheses that it is sent in
    bool has_received = false;
};

bool suits(OpcodeMapAttr opcodes, OpcodeFlowAttr flow, const LoopOrder &order)
{
    for (const OpcodeUse &use : flow.getUses())
        if (OpcodeAttr opcode = opcodes.find(use.name))
            for (const OpcodeAction &action : opcode.getActions())
                if (find_unknown(order, get_loop(flow, use.scope), action))
                    return false;
    return true;
}

} // namespace

std::optional<Schedule> zerostage::accel::get_schedule(Operation *op)
{
    auto opcodes = op->getAttrOfType<OpcodeMapAttr>(ATTR_OPCODE_MAP);
    auto flow = op->getAttrOfType<OpcodeFlowAttr>(ATTR_OPCODE_FLOW);
    auto order = op->getAttrOfType<DenseI64ArrayAttr>(ATTR_ORDER);
    if (!opcodes || !flow || !order || order.size() != LOOPS)
        return std::nullopt;
    Schedule schedule = {opcodes, flow, op->getAttrOfType<InitOpcodesAttr>(ATTR_INIT_OPCODES), {}};
    for (unsigned i = 0; i < LOOPS; i++)
        schedule.order[i] = static_cast<Dimension>(order[i]);
    return schedule;
}

void zerostage::accel::set_schedule(Operation *op, const Schedule &schedule)
{
    SmallVector<int64_t> order;
    for (const Dimension dimension : schedule.order)
        order.push_back(static_cast<int64_t>(dimension));
    op->setAttr(ATTR_OPCODE_MAP, schedule.opcodes);
    op->setAttr(ATTR_OPCODE_FLOW, schedule.flow);
    if (schedule.init)
        op->setAttr(ATTR_INIT_OPCODES, schedule.init);
    op->setAttr(ATTR_ORDER, DenseI64ArrayAttr::get(op->getContext(), order));
}

LogicalResult zerostage::accel::check_schedule(Operation *op, const Schedule &schedule)
{
    return Check(op, schedule).run();
}

std::optional<LoopOrder> zerostage::accel::find_order(OpcodeMapAttr opcodes, OpcodeFlowAttr flow)
{
    constexpr Dimension M = Dimension::M;
    constexpr Dimension N = Dimension::N;
    constexpr Dimension K = Dimension::K;
    constexpr LoopOrder orders[] = {{M, N, K}, {M, K, N}, {N, K, M},
                                    {N, M, K}, {K, M, N}, {K, N, M}};
    if (flow.getDepth() > LOOPS)
        return std::nullopt;
    for (const LoopOrder &order : orders)
        if (suits(opcodes, flow, order))
            return order;
    return std::nullopt;
}

std::vector<OpcodeAction> zerostage::accel::get_init_actions(const Schedule &schedule)
{
    std::vector<OpcodeAction> actions;
    if (schedule.init)
        for (StringAttr name : schedule.init.getNames())
            llvm::append_range(actions, schedule.opcodes.find(name).getActions());
    return actions;
}

std::array<LoopActions, 3> zerostage::accel::get_loop_actions(const Schedule &schedule)
{
    std::array<LoopActions, LOOPS> loops;
    for (const OpcodeUse &use : schedule.flow.getUses()) {
        LoopActions &loop = loops[get_loop(schedule.flow, use.scope)];
        llvm::append_range(use.is_after ? loop.after : loop.before,
                           schedule.opcodes.find(use.name).getActions());
    }
    return loops;
}

bool zerostage::accel::receives_complete_tiles(const Schedule &schedule)
{
    for (const OpcodeUse &use : schedule.flow.getUses())
        for (const OpcodeAction &action : schedule.opcodes.find(use.name).getActions())
            if (action.kind == Kind::Recv)
                return !is_known(schedule.order, get_loop(schedule.flow, use.scope), Dimension::K);
    return false;
}

bool zerostage::accel::sends_c(const Schedule &schedule)
{
    constexpr OpcodeAction send = {Kind::Send, static_cast<int64_t>(Operand::C), -1};
    return llvm::any_of(schedule.flow.getUses(), [&](const OpcodeUse &use) {
        return llvm::is_contained(schedule.opcodes.find(use.name).getActions(), send);
    });
}
