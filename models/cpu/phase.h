/* Who gets the time: exclusive phases by function symbol, with call-stack scope.
 *
 * A mapped function opens its phase at entry and closes it at return; what it calls belongs to it,
 * until an inner function is mapped as well. The kernel function itself is mapped to
 * PHASE_HOST_COMPUTE: so its own code, and what unmapped functions do for it, goes there. Time
 * counts only inside the kernel, so the phases sum exactly to the kernel interval. PHASE_OTHER
 * takes time whose function is not known: the call stack was too deep to follow.
 */
#ifndef ZEROSTAGE_CPU_PHASE_H
#define ZEROSTAGE_CPU_PHASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum phase {
    PHASE_COPY_IN,
    PHASE_COPY_OUT,
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
    uint64_t ps[PHASES];              /* inside the kernel */
    uint64_t uncached_cycles[PHASES]; /* thereof */
    struct phase_clock since;         /* when the current phase was last accounted for */
    uint32_t kernel_depth;
    uint32_t depth;
    uint8_t stack[PHASE_DEPTH_MAX];
};

/* A function with a phase of its own was entered or left; clocks never run backwards. */
void phase_enter(struct phase_tracker *tracker, enum phase phase, struct phase_clock now);
void phase_leave(struct phase_tracker *tracker, struct phase_clock now);

/* The kernel function was entered or left (nested calls count once). */
void phase_enter_kernel(struct phase_tracker *tracker, struct phase_clock now);
void phase_leave_kernel(struct phase_tracker *tracker, struct phase_clock now);

/* Bring the sums up to `now`. */
void phase_account(struct phase_tracker *tracker, struct phase_clock now);

/* What is running, whether or not inside the kernel; PHASE_OTHER when nothing mapped is. */
enum phase phase_current(const struct phase_tracker *tracker);

#ifdef __cplusplus
}
#endif
#endif
