/* A call-graph profile: what each function costs, by itself and with what it calls, and each call
 * from one function to another.
 *
 * Costs are running totals of the whole machine, sampled at every entry and return: what has
 * accrued since the sample before belongs to the function that was running. So the exclusive costs
 * sum exactly to the totals. What ran outside of every function that is followed belongs to the
 * function 0, "(outside)".
 */
#ifndef ZEROSTAGE_CPU_PROFILE_H
#define ZEROSTAGE_CPU_PROFILE_H

#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum profile_cost {
    PROFILE_TIME_PS,
    PROFILE_INSTRUCTIONS,
    PROFILE_L1D_MISSES,
    PROFILE_L2_MISSES,
    PROFILE_BYTES_READ,    /* by the CPU from its bus: line fills, uncached and MMIO reads */
    PROFILE_BYTES_WRITTEN, /* lines written back, uncached and MMIO writes */
    PROFILE_COSTS
};

struct profile_costs {
    uint64_t of[PROFILE_COSTS];
};

struct profile_function {
    char *name;
    uint64_t calls;
    struct profile_costs self;
    struct profile_costs inclusive; /* calls of itself counted once */
    uint32_t active;                /* activations that are open */
};

struct profile_edge {
    uint32_t caller, callee; /* caller == callee: recursion */
    uint64_t calls;
    struct profile_costs inclusive;
};

struct profile;

/* NULL: no memory. */
struct profile *profile_create(void);
void profile_destroy(struct profile *profile);

/* Returns its number, from 1; or -ENOMEM. */
int64_t profile_add_function(struct profile *profile, const char *name);

/* Sampling begins, a function is entered, the innermost one is left, sampling ends. `now` never
 * runs backwards. 0 or -ENOMEM. */
void profile_start(struct profile *profile, const struct profile_costs *now);
int profile_enter(struct profile *profile, uint32_t function, const struct profile_costs *now);
int profile_leave(struct profile *profile, const struct profile_costs *now);
int profile_finish(struct profile *profile, const struct profile_costs *now);

/* Valid until the profile changes. */
const struct profile_function *profile_functions(const struct profile *profile, uint32_t *count);
const struct profile_edge *profile_edges(const struct profile *profile, uint32_t *count);
struct profile_costs profile_totals(const struct profile *profile);

/* Tables for people, by exclusive time; and the format of KCachegrind and callgrind_annotate.
 * 0 or a negative errno. */
int profile_write_text(const struct profile *profile, FILE *out);
int profile_write_callgrind(const struct profile *profile, const char *command, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
