// How a matmul goes through an accelerator: opcodes, where in the loops they are used, loop order.
#ifndef ZEROSTAGE_ACCEL_SCHEDULE_H
#define ZEROSTAGE_ACCEL_SCHEDULE_H

#include "zerostage/Accel/AccelDialect.h"
#include "zerostage/Accel/Accelerators.h"

#include <optional>
#include <vector>

namespace zerostage::accel
{

struct Schedule {
    OpcodeMapAttr opcodes;
    OpcodeFlowAttr flow;
    InitOpcodesAttr init; // null without any
    LoopOrder order;
};

// What one loop of the nest does before and after the loop inside it.
struct LoopActions {
    std::vector<OpcodeAction> before;
    std::vector<OpcodeAction> after;
};

// The schedule in an operation's attributes; none when it has not been annotated.
std::optional<Schedule> get_schedule(mlir::Operation *op);
void set_schedule(mlir::Operation *op, const Schedule &schedule);

// Whether the schedule computes a matmul; otherwise an error at `op` says what to change.
mlir::LogicalResult check_schedule(mlir::Operation *op, const Schedule &schedule);

// A loop order in which each tile is sent and received where its loops are known: the first of
// mnk, mkn, nkm and the other three. None when no order has that.
std::optional<LoopOrder> find_order(OpcodeMapAttr opcodes, OpcodeFlowAttr flow);

// What happens before the nest, and in each of its three loops, outermost first. For a checked
// schedule.
std::vector<OpcodeAction> get_init_actions(const Schedule &schedule);
std::array<LoopActions, 3> get_loop_actions(const Schedule &schedule);

// Whether each tile of C is received once, after the whole of K, and not once for each k.
bool receives_complete_tiles(const Schedule &schedule);

// Whether the accelerator is given C to add to.
bool sends_c(const Schedule &schedule);

} // namespace zerostage::accel

#endif
