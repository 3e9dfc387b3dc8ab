/* CPU time in 1/16 cycles, and its conversion to picoseconds without loss. */
#ifndef ZEROSTAGE_CPU_CLOCK_H
#define ZEROSTAGE_CPU_CLOCK_H

#include "cpu/instruction.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ps = units x numerator / denominator, rounded down. */
struct cpu_clock {
    uint64_t numerator, denominator;
};

static inline struct cpu_clock cpu_clock_of(uint64_t hz)
{
    uint64_t a = UINT64_C(1000000000000), b = hz * COST_UNITS_PER_CYCLE;
    struct cpu_clock clock;

    while (b != 0) {
        const uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    clock.numerator = UINT64_C(1000000000000) / a;
    clock.denominator = hz * COST_UNITS_PER_CYCLE / a;
    return clock;
}

/* Split, so that nothing overflows within months of simulated time. */
static inline uint64_t cpu_clock_ps(const struct cpu_clock *clock, uint64_t units)
{
    return units / clock->denominator * clock->numerator +
           units % clock->denominator * clock->numerator / clock->denominator;
}

/* The first unit that is not before `ps`. */
static inline uint64_t cpu_clock_units(const struct cpu_clock *clock, uint64_t ps)
{
    return ps / clock->numerator * clock->denominator +
           (ps % clock->numerator * clock->denominator + clock->numerator - 1) / clock->numerator;
}

#ifdef __cplusplus
}
#endif
#endif
