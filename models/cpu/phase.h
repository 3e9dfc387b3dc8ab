/* Who gets the time: exclusive phases by function symbol, with call-stack scope.
 *
 * A mapped function opens its phase at entry and closes it at return; what it calls belongs to it,
 * until an inner function is mapped as well. The kernel function itself is mapped to
 * PHASE_HOST_COMPUTE: so its own code, and what unmapped functions do for it, goes there. All
 * other time is PHASE_OTHER: outside of mapped functions, or where the call stack was too deep to
 * follow. So the phases sum exactly to any interval.
 */
#ifndef ZEROSTAGE_CPU_PHASE_H
#define ZEROSTAGE_CPU_PHASE_H

#include "trace/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum phase {
    PHASE_COPY_IN,
    PHASE_COPY_OUT,
    PHASE_PACK,
    PHASE_DMA_SETUP,
    PHASE_WAIT_SEND,
    PHASE_WAIT_RECV,
    PHASE_MAINTENANCE,
    PHASE_ALLOC,
    PHASE_HOST_COMPUTE,
    PHASE_OTHER,
    PHASES
};

/* "copy_in", ...; NULL when out of range. */
const char *phase_name(enum phase phase);

enum { PHASE_DEPTH_MAX = 4096 };

/* What a phase is charged with: both run on together. */
struct phase_clock {
    uint64_t ps;
    uint64_t uncached_cycles; /* waited for accesses to memory that no cache serves */
};

struct phase_tracker {
    uint64_t ps[PHASES];
    uint64_t uncached_cycles[PHASES]; /* thereof */
    struct phase_clock since;         /* when the current phase was last accounted for */
    struct trace_track *track;        /* NULL: phases are not traced */
    uint32_t depth;
    uint8_t stack[PHASE_DEPTH_MAX];
};

/* A function with a phase of its own was entered or left; clocks never run backwards. */
void phase_enter(struct phase_tracker *tracker, enum phase phase, struct phase_clock now);
void phase_leave(struct phase_tracker *tracker, struct phase_clock now);

/* Bring the sums up to `now`. */
void phase_account(struct phase_tracker *tracker, struct phase_clock now);

/* What is running; PHASE_OTHER when nothing mapped is. */
enum phase phase_current(const struct phase_tracker *tracker);

#ifdef __cplusplus
}
#endif
#endif
