/* Drive a DRAM core with a trace: one in-order port, posted writes, a limit of reads in flight.
 *
 * At most one burst is offered a clock. A line is offered when the line before it has entered the
 * queues and, if it is a read, fewer than `outstanding` reads are in flight. The requester is
 * clocked: data complete at an edge frees its place for a line offered at the next edge.
 */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_DRAM_REPLAY_H
#define ZEROSTAGE_TESTBENCHES_DRAM_DRAM_REPLAY_H

#include "dram/dram_core.h"
#include "dram_trace.h"
#include "stats/histogram.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { DRAM_REPLAY_MAX_OUTSTANDING = 1024 };

struct dram_replay {
    uint64_t read_lines, write_lines;
    uint64_t time_ps;              /* until the last read's data and the last write's acceptance */
    struct histogram read_latency; /* ps, offer of the first burst to data of the last */
};

/* Returns 0, -EINVAL for an outstanding of 0 or too many, or dram_core_submit()'s error. */
int dram_replay_run(struct dram_replay *replay, struct dram_core *core,
                    const struct dram_trace *trace, uint32_t outstanding);

#ifdef __cplusplus
}
#endif
#endif
