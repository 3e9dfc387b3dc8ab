/* CPU time in 1/16 cycles, and its conversion to picoseconds without loss. */
#ifndef ZEROSTAGE_CPU_CLOCK_H
#define ZEROSTAGE_CPU_CLOCK_H

#include "cpu/instruction.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

__extension__ typedef unsigned __int128 cpu_clock_wide;

/* A number to divide by; multiplying by its reciprocal is many times faster. */
struct cpu_clock_divisor {
    uint64_t value, reciprocal; /* 2^64 / value, rounded down to less than that */
};

/* ps = units x numerator / denominator, rounded down. */
struct cpu_clock {
    struct cpu_clock_divisor numerator, denominator;
};

/* Cycles that these units take up, the last one whole. */
static inline uint64_t cpu_clock_cycles(uint64_t units)
{
    return (units + COST_UNITS_PER_CYCLE - 1) / COST_UNITS_PER_CYCLE;
}

static inline struct cpu_clock_divisor cpu_clock_divisor_of(uint64_t value)
{
    const struct cpu_clock_divisor divisor = {value, UINT64_MAX / value};

    return divisor;
}

static inline struct cpu_clock cpu_clock_of(uint64_t hz)
{
    uint64_t a = UINT64_C(1000000000000), b = hz * COST_UNITS_PER_CYCLE;
    struct cpu_clock clock;

    while (b != 0) {
        const uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    clock.numerator = cpu_clock_divisor_of(UINT64_C(1000000000000) / a);
    clock.denominator = cpu_clock_divisor_of(hz * COST_UNITS_PER_CYCLE / a);
    return clock;
}

/* The reciprocal's rounding costs the quotient one at most. */
static inline uint64_t cpu_clock_divide(uint64_t value, const struct cpu_clock_divisor *divisor)
{
    const uint64_t quotient = (uint64_t)((cpu_clock_wide)value * divisor->reciprocal >> 64);

    return value - quotient * divisor->value < divisor->value ? quotient : quotient + 1;
}

/* value x multiplier / divisor, rounded down or up. Split, and wide where need be: numerator and
 * denominator of a clock that shares few factors with a second have 40 bits each. */
static inline uint64_t cpu_clock_scale(uint64_t value, uint64_t multiplier,
                                       const struct cpu_clock_divisor *divisor, bool up)
{
    const uint64_t whole = cpu_clock_divide(value, divisor);
    const uint64_t rest = value - whole * divisor->value;

    if ((multiplier | divisor->value) >> 32 == 0) {
        const uint64_t product = rest * multiplier;
        const uint64_t part = cpu_clock_divide(product, divisor);

        return whole * multiplier + part + (up && part * divisor->value != product ? 1 : 0);
    }
    const cpu_clock_wide product = (cpu_clock_wide)rest * multiplier;
    const uint64_t part = (uint64_t)(product / divisor->value);

    return whole * multiplier + part +
           (up && (cpu_clock_wide)part * divisor->value != product ? 1 : 0);
}

static inline uint64_t cpu_clock_ps(const struct cpu_clock *clock, uint64_t units)
{
    return cpu_clock_scale(units, clock->numerator.value, &clock->denominator, false);
}

/* The first unit that is not before `ps`. */
static inline uint64_t cpu_clock_units(const struct cpu_clock *clock, uint64_t ps)
{
    return cpu_clock_scale(ps, clock->denominator.value, &clock->numerator, true);
}

#ifdef __cplusplus
}
#endif
#endif
