/* Loads that missed and are under way, and what is executed behind them.
 *
 * The core goes on behind such a load for a number of cycles of instructions; in as many cycles it
 * makes as many loads and stores at most. Then it stops until the load's line is there. Instruction
 * time becomes known at the end of a slice only, so inside one the accesses are counted, and what a
 * stop hid is taken from the slice's instructions afterwards. Times are local ones, in units.
 */
#ifndef ZEROSTAGE_CPU_MISS_WINDOW_H
#define ZEROSTAGE_CPU_MISS_WINDOW_H

#include "cpu/slots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct missed_load {
    uint64_t done;   /* when its line is there */
    uint64_t access; /* which load or store of the program it is */
    uint64_t left;   /* units of instructions that may still be executed behind it */
    bool from_memory;
};

struct miss_window {
    uint32_t cycles; /* 0: a load that misses stops the core at once */
    uint32_t units_a_cycle;
    uint32_t count;
    struct missed_load loads[SLOTS_MAX]; /* the oldest first; those that are done go */
    uint64_t hidden; /* units of this slice's instructions that were executed during stops */
};

/* A load missed. There is room: no more are under way than there are line fill buffers. */
void miss_window_add(struct miss_window *window, uint64_t done, uint64_t access, bool from_memory);

/* The load that this access has to wait for, or NULL. */
const struct missed_load *miss_window_stops(struct miss_window *window, uint64_t now,
                                            uint64_t access);

/* Inside a slice the core has stopped for so long: instructions were executed meanwhile. */
void miss_window_stopped(struct miss_window *window, uint64_t units);

/* Execute a slice's instructions, as far as the loads under way allow; returns the time then. What
 * is left of `instructions` waits for the oldest load. */
uint64_t miss_window_execute(struct miss_window *window, uint64_t now, uint64_t *instructions);

#ifdef __cplusplus
}
#endif
#endif
