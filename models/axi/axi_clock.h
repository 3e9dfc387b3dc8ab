/* A clock: rising edges at multiples of its period, counted from edge 0 at time 0.
 * Exact to 2^-32 ps a cycle, also where the period is not a whole number of picoseconds. */
#ifndef ZEROSTAGE_AXI_AXI_CLOCK_H
#define ZEROSTAGE_AXI_AXI_CLOCK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AXI_CLOCK_MIN_HZ = 1000000 };
#define AXI_CLOCK_MAX_HZ 10000000000u

__extension__ typedef unsigned __int128 axi_wide;

struct axi_clock {
    uint64_t period_q32; /* ps, 32 fractional bits */
    uint64_t rate_q64;   /* cycles a ps, 64 fractional bits */
};

/* `hz` within AXI_CLOCK_MIN_HZ..AXI_CLOCK_MAX_HZ. */
static inline struct axi_clock axi_clock_make(uint64_t hz)
{
    const uint64_t ps_per_second = 1000000000000u;
    const struct axi_clock clock = {(uint64_t)(((axi_wide)ps_per_second << 32) / hz),
                                    (uint64_t)(((axi_wide)hz << 64) / ps_per_second)};
    return clock;
}

/* Time of a rising edge in ps. */
static inline uint64_t axi_clock_edge_ps(const struct axi_clock *clock, uint64_t cycle)
{
    return (uint64_t)(((axi_wide)cycle * clock->period_q32) >> 32);
}

/* First rising edge at or after a time. */
static inline uint64_t axi_clock_cycle(const struct axi_clock *clock, uint64_t ps)
{
    uint64_t cycle = (uint64_t)(((axi_wide)ps * clock->rate_q64) >> 64);

    /* the reciprocal is rounded down: the estimate is right or up to two cycles early */
    while (axi_clock_edge_ps(clock, cycle) < ps) {
        cycle++;
    }
    return cycle;
}

#ifdef __cplusplus
}
#endif
#endif
