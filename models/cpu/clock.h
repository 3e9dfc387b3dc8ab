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

__extension__ typedef unsigned __int128 cpu_clock_wide;

/* value x multiplier / divisor, rounded down. Split, and wide where need be: numerator and
 * denominator of a clock that shares few factors with a second have 40 bits each. */
static inline uint64_t cpu_clock_scale(uint64_t value, uint64_t multiplier, uint64_t divisor)
{
    const uint64_t whole = value / divisor * multiplier;
    const uint64_t rest = value % divisor;

    if ((multiplier | divisor) >> 32 == 0) {
        return whole + rest * multiplier / divisor;
    }
    return whole + (uint64_t)((cpu_clock_wide)rest * multiplier / divisor);
}

static inline uint64_t cpu_clock_ps(const struct cpu_clock *clock, uint64_t units)
{
    return cpu_clock_scale(units, clock->numerator, clock->denominator);
}

/* The first unit that is not before `ps`. */
static inline uint64_t cpu_clock_units(const struct cpu_clock *clock, uint64_t ps)
{
    const uint64_t units = cpu_clock_scale(ps, clock->denominator, clock->numerator);

    return cpu_clock_ps(clock, units) < ps ? units + 1 : units;
}

#ifdef __cplusplus
}
#endif
#endif
