/* When may a command issue? The constraint table of a device at work.
 *
 * Knows clocks and commands, not requests: every issued command pushes back the earliest edge of
 * those that may follow, in its bank, its bank group and its rank.
 */
#ifndef ZEROSTAGE_DRAM_DRAM_TIMING_H
#define ZEROSTAGE_DRAM_DRAM_TIMING_H

#include "dram/dram_device.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DRAM_MAX_BANKS = 32, DRAM_MAX_WINDOW = 8, DRAM_MAX_WINDOWS = 2 };

/* "Not before `delay` clocks later." */
struct dram_rule {
    uint16_t following;
    int16_t delay;
};

/* What a command pushes back at one level. */
struct dram_rules {
    uint32_t count;
    struct dram_rule rules[DRAM_COMMANDS];
};

/* A limit on the last `size` commands of a set: tFAW. */
struct dram_window {
    uint32_t preceding, following; /* command sets */
    int64_t delay;
    uint32_t size, at;
    int64_t edges[DRAM_MAX_WINDOW];
};

struct dram_timing_state {
    uint32_t clocks[DRAM_TIMING_COUNT];
    int64_t read_end, write_end;                 /* clocks from command to end of data */
    uint32_t groups_shift;                       /* bank >> groups_shift is its bank group */
    int64_t bus_free;                            /* first edge at which the command bus is free */
    int64_t bank[DRAM_MAX_BANKS][DRAM_COMMANDS]; /* earliest edges */
    int64_t group[DRAM_MAX_BANKS][DRAM_COMMANDS];
    int64_t rank[DRAM_COMMANDS];
    uint8_t command_clocks[DRAM_COMMANDS];
    struct dram_rules after[DRAM_COMMANDS][DRAM_LEVELS];
    int16_t in_bank[DRAM_COMMANDS][DRAM_COMMANDS]; /* from one command to the next in its bank */
    struct dram_window windows[DRAM_MAX_WINDOWS];
    uint32_t window_count;
};

/* Returns 0, or -EINVAL with a message for people. */
int dram_timing_init(struct dram_timing_state *timing, const struct dram_device *device,
                     char *error, size_t error_bytes);

/* The bank's and its group's part of earliest(): changes only with commands to them. */
static inline int64_t dram_timing_bank_earliest(const struct dram_timing_state *timing,
                                                uint32_t command, uint32_t bank)
{
    const int64_t in_bank = timing->bank[bank][command];
    const int64_t in_group = timing->group[bank >> timing->groups_shift][command];

    return in_bank > in_group ? in_bank : in_group;
}

static inline int64_t dram_timing_rank_earliest(const struct dram_timing_state *timing,
                                                uint32_t command)
{
    const int64_t in_rank = timing->rank[command];

    return in_rank > timing->bus_free ? in_rank : timing->bus_free;
}

/* Earliest edge for a command; `bank` is any for commands to the whole rank. */
static inline int64_t dram_timing_earliest(const struct dram_timing_state *timing, uint32_t command,
                                           uint32_t bank)
{
    const int64_t in_bank = dram_timing_bank_earliest(timing, command, bank);
    const int64_t in_rank = dram_timing_rank_earliest(timing, command);

    return in_bank > in_rank ? in_bank : in_rank;
}

/* Of a series of one command in one bank only the last counts, unless a window does. */
void dram_timing_issue(struct dram_timing_state *timing, uint32_t command, uint32_t bank,
                       int64_t edge);

#ifdef __cplusplus
}
#endif
#endif
