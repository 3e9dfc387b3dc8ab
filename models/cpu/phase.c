#include "cpu/phase.h"

const char *phase_name(enum phase phase)
{
    static const char *const NAMES[PHASES] = {
        "copy_in",   "copy_out",    "pack",  "dma_setup",    "wait_send",
        "wait_recv", "maintenance", "alloc", "host_compute", "other"};

    return (unsigned)phase < PHASES ? NAMES[phase] : NULL;
}

enum phase phase_current(const struct phase_tracker *tracker)
{
    if (tracker->depth == 0 || tracker->depth > PHASE_DEPTH_MAX) {
        return PHASE_OTHER;
    }
    return (enum phase)tracker->stack[tracker->depth - 1];
}

void phase_account(struct phase_tracker *tracker, struct phase_clock now)
{
    enum phase phase = phase_current(tracker);

    tracker->ps[phase] += now.ps - tracker->since.ps;
    tracker->uncached_cycles[phase] += now.uncached_cycles - tracker->since.uncached_cycles;
    tracker->since = now;
}

void phase_enter(struct phase_tracker *tracker, enum phase phase, struct phase_clock now)
{
    phase_account(tracker, now);
    if (tracker->depth < PHASE_DEPTH_MAX) {
        tracker->stack[tracker->depth] = (uint8_t)phase;
    }
    tracker->depth++;
    trace_begin(tracker->track, phase_name(phase_current(tracker)), now.ps);
}

void phase_leave(struct phase_tracker *tracker, struct phase_clock now)
{
    phase_account(tracker, now);
    if (tracker->depth > 0) {
        trace_end(tracker->track, now.ps);
        tracker->depth--;
    }
}
