#include "cpu/phase.h"

const char *phase_name(enum phase phase)
{
    static const char *const NAMES[PHASES] = {"copy_in",   "copy_out",     "dma_setup",
                                              "wait_send", "wait_recv",    "maintenance",
                                              "alloc",     "host_compute", "other"};

    return (unsigned)phase < PHASES ? NAMES[phase] : NULL;
}

enum phase phase_current(const struct phase_tracker *tracker)
{
    if (tracker->depth == 0 || tracker->depth > PHASE_DEPTH_MAX) {
        return PHASE_OTHER;
    }
    return (enum phase)tracker->stack[tracker->depth - 1];
}

void phase_account(struct phase_tracker *tracker, uint64_t now_ps)
{
    if (tracker->kernel_depth > 0) {
        tracker->ps[phase_current(tracker)] += now_ps - tracker->since_ps;
    }
    tracker->since_ps = now_ps;
}

void phase_enter(struct phase_tracker *tracker, enum phase phase, uint64_t now_ps)
{
    phase_account(tracker, now_ps);
    if (tracker->depth < PHASE_DEPTH_MAX) {
        tracker->stack[tracker->depth] = (uint8_t)phase;
    }
    tracker->depth++;
}

void phase_leave(struct phase_tracker *tracker, uint64_t now_ps)
{
    phase_account(tracker, now_ps);
    if (tracker->depth > 0) {
        tracker->depth--;
    }
}

void phase_enter_kernel(struct phase_tracker *tracker, uint64_t now_ps)
{
    phase_enter(tracker, PHASE_HOST_COMPUTE, now_ps);
    tracker->kernel_depth++;
}

void phase_leave_kernel(struct phase_tracker *tracker, uint64_t now_ps)
{
    phase_leave(tracker, now_ps);
    if (tracker->kernel_depth > 0) {
        tracker->kernel_depth--;
    }
}
