/* Counters of the simulated board: name, unit, description, value, over named intervals.
 *
 * A component keeps its counters as plain uint64_t fields and registers their addresses once;
 * counting is then an increment and nothing else. An interval (kernel, program, process) may be
 * entered several times: its value is the sum over all its activations.
 */
#ifndef ZEROSTAGE_STATS_STATS_H
#define ZEROSTAGE_STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum stats_interval {
    STATS_KERNEL,  /* the region of interest: the call that replaces linalg.matmul */
    STATS_PROGRAM, /* main() to its return */
    STATS_PROCESS, /* first to last instruction of the program */
    STATS_INTERVALS
};

struct stats;
struct histogram;

/* Returns NULL when memory runs out. */
struct stats *stats_create(void);
void stats_destroy(struct stats *stats);

/* Register a monotone counter. `value` must outlive `stats`; strings are copied.
 * Names are dotted paths, lower case: "dram.bytes.dma_read". Units: "bytes", "transactions",
 * "beats", "cycles", "ps", "words", "instructions", "events", ...
 * Returns 0, -EEXIST for a name already taken, -ENOMEM. */
int stats_add(struct stats *stats, const char *name, const char *unit, const char *description,
              const uint64_t *value);

/* Register a distribution; it is reported over the whole process only. */
int stats_add_histogram(struct stats *stats, const char *name, const char *unit,
                        const char *description, const struct histogram *histogram);

/* Some counters lag behind what they count. `settle` is called before counters are read: at every
 * enter and leave. Returns 0, -ENOMEM. */
int stats_add_settle(struct stats *stats, void (*settle)(void *context), void *context);

/* Enter and leave an interval at simulated time `now_ps`. Nested activations of the same interval
 * count once. Returns 0, -EINVAL for a leave without an enter or a time that runs backwards. */
int stats_enter(struct stats *stats, enum stats_interval interval, uint64_t now_ps);
int stats_leave(struct stats *stats, enum stats_interval interval, uint64_t now_ps);

/* Value of a counter over an interval's finished activations; -ENOENT for an unknown name. */
int stats_value(const struct stats *stats, const char *name, enum stats_interval interval,
                uint64_t *value);
uint64_t stats_interval_ps(const struct stats *stats, enum stats_interval interval);

/* Write {"intervals": {...}, "counters": [...], "histograms": [...]} members, sorted by name,
 * so that equal runs give equal bytes. Returns 0 or -EIO. */
int stats_write_json(const struct stats *stats, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
