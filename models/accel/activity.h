/* Splits an accelerator's time exactly into what it did.
 *
 * Three units (load, compute, store) report segments of time, each unit in order. Where segments
 * overlap, the first in `enum activity` counts; where there is none, the time is idle.
 */
#ifndef ZEROSTAGE_ACCEL_ACTIVITY_H
#define ZEROSTAGE_ACCEL_ACTIVITY_H

#include "trace/trace.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum activity {
    ACTIVITY_COMPUTE,
    ACTIVITY_STORE,
    ACTIVITY_LOAD,
    ACTIVITY_WAIT_OUT, /* results are ready, the output stream is full */
    ACTIVITY_WAIT_IN,  /* an instruction needs words, the input stream is empty */
    ACTIVITY_IDLE,     /* between instructions */
    ACTIVITIES
};

/* "compute", "store", "load", "wait_out", "wait_in", "idle". */
const char *activity_name(enum activity what);

enum activity_unit { UNIT_LOAD, UNIT_COMPUTE, UNIT_STORE, ACTIVITY_UNITS };

struct activity_segment {
    uint64_t start_ps, end_ps;
    enum activity what;
};

/* Segments of one unit that are not counted yet. */
struct activity_queue {
    struct activity_segment *segments;
    size_t first, count, capacity;
};

struct activity_log {
    struct activity_queue queues[ACTIVITY_UNITS];
    uint64_t counted_ps; /* everything before is in total_ps */
    uint64_t total_ps[ACTIVITIES];
    struct trace_track *track; /* what is counted is reported there; NULL: it is not */
};

/* All zeros is an empty log. */
void activity_destroy(struct activity_log *log);

/* Returns 0 or -ENOMEM. Empty segments are dropped. */
int activity_add(struct activity_log *log, enum activity_unit unit, enum activity what,
                 uint64_t start_ps, uint64_t end_ps);

/* Count all time before `until_ps`; no unit may add a segment that starts earlier any more. */
void activity_count(struct activity_log *log, uint64_t until_ps);

#ifdef __cplusplus
}
#endif
#endif
