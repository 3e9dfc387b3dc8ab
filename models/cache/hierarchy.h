/* The Cortex-A9's data path to memory: L1D over a unified L2 (PL310), not inclusive.
 *
 * What an access costs beyond the instruction's base cost (which contains an L1 hit) comes back in
 * CPU cycles, split by who took them. Memory below is an ops table; its latency is its own affair.
 *
 * With prefetch_lines, each line that the L1 reads from the L2, hit or miss, makes the L2 fetch the
 * one that many lines further on, as the PL310 does, unless the L2 has it. The CPU waits for such a
 * line only when it asks for it while it is on its way. The same holds for lines that
 * hierarchy_prefetch() brings to the L1.
 */
#ifndef ZEROSTAGE_CACHE_HIERARCHY_H
#define ZEROSTAGE_CACHE_HIERARCHY_H

#include "cache/cache.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What lies below the L2. `after_cycles` is how long after the start of the CPU's access the
 * request leaves the L2. Both return the CPU cycles for which the access has to wait for them: a
 * posted write returns 0 unless there was no room for it.
 *
 * A prefetch gives the line's bytes at once, takes their way over the bus in the background, and
 * returns false, having done nothing, when no buffer is free for it or another master has the line
 * under way. wait_prefetch() returns the CPU cycles until the line's bytes have really come. */
struct memory_port {
    void *context;
    uint64_t (*read_line)(void *context, uint32_t address, uint8_t *data, uint32_t bytes,
                          uint64_t after_cycles);
    uint64_t (*write_line)(void *context, uint32_t address, const uint8_t *data, uint32_t bytes,
                           uint64_t after_cycles);
    bool (*prefetch_line)(void *context, uint32_t address, uint8_t *data, uint32_t bytes,
                          uint64_t after_cycles);
    uint64_t (*wait_prefetch)(void *context, uint32_t address, uint32_t bytes,
                              uint64_t after_cycles);
    /* Functional, without time. */
    void (*debug_read)(void *context, uint32_t address, void *data, uint32_t bytes);
    void (*debug_write)(void *context, uint32_t address, const void *data, uint32_t bytes);
};

struct hierarchy_config {
    struct cache_config l1d, l2;
};

struct hierarchy {
    struct cache l1d, l2;
    struct memory_port memory;
    struct hierarchy_config config;
    bool filling; /* a line of the L2 is on its way from memory */
    uint32_t filling_address;
    uint32_t lines_under_way[4]; /* of the CPU's access: a coherent master must not touch them */
    uint32_t lines_under_way_count;
};

struct access_cost {
    uint64_t l2_cycles;     /* look-ups in the L2 */
    uint64_t memory_cycles; /* below the L2 */
    bool prefetched;        /* the first access to a line that was prefetched to the L1 */
};

/* NULL when sound, otherwise what is wrong, as a sentence that names the level. */
const char *hierarchy_config_error(const struct hierarchy_config *config);

/* Returns 0, -EINVAL, -ENOMEM. */
int hierarchy_init(struct hierarchy *hierarchy, const struct hierarchy_config *config,
                   const struct memory_port *memory);
void hierarchy_release(struct hierarchy *hierarchy);

/* Everything but a hit in the L1's most recent way; use hierarchy_access(). */
uint8_t *hierarchy_access_slow(struct hierarchy *hierarchy, uint32_t address, bool write,
                               struct access_cost *cost);

/* A load or store that stays within one line: brings the line into the L1 and returns its bytes,
 * to be read or changed at address % line. Adds to `cost`. */
static inline uint8_t *hierarchy_access(struct hierarchy *hierarchy, uint32_t address, bool write,
                                        struct access_cost *cost)
{
    uint8_t *const line = cache_find_recent(&hierarchy->l1d, address, write);

    if (write) {
        hierarchy->l1d.counters.writes++;
    } else {
        hierarchy->l1d.counters.reads++;
    }
    return line ? line : hierarchy_access_slow(hierarchy, address, write, cost);
}

/* The first store to a line that will be overwritten as a whole: the line comes into the L1 without
 * being fetched. Returns NULL, and does nothing, when a level has it: use hierarchy_access(). Adds
 * to `cost` what making room takes. */
uint8_t *hierarchy_claim(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost);

/* Fetch a line to the L1 that nobody waits for yet. Returns false, and does nothing, when the L1
 * has it or no buffer is free for it. Adds to `cost`: as L2 cycles, after which the L2 has been
 * looked up, and the line is there if the L2 had it; as memory cycles, what making room takes. */
bool hierarchy_prefetch(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost);

/* Clean and/or invalidate every line that overlaps the range, in the L1 or, CACHE_TO_MEMORY, in
 * both levels. Returns CPU cycles. An invalidation without cleaning loses what was dirty, except
 * in a line of which the range holds a part only: that one is cleaned first, as Linux does. */
uint64_t hierarchy_maintain(struct hierarchy *hierarchy, uint32_t address, uint32_t bytes,
                            enum cache_maintenance operation, enum cache_reach reach);

/* Memory may let others act during the CPU's access. False when they may use the coherent functions
 * below for a range, true as long as a line of it is on its way between CPU, caches and memory. */
bool hierarchy_under_way(const struct hierarchy *hierarchy, uint32_t address, uint32_t bytes);

/* A coherent master (ACP) asks first here. Each stays within one line. No time passes, and memory
 * is not touched: a dirty line that had to make room goes to `evicted`, and the caller takes it
 * there.
 *
 * A read returns true and the newest bytes if a level holds the line. A write takes the line out of
 * the L1, and returns true when the L2 now holds what was written. What missed, the master gets
 * from memory or writes there, and may allocate in the L2: a whole line. That returns false, and
 * does nothing, when the L2 has the line, or the CPU waits for a line of the same set. */
bool hierarchy_snoop_read(struct hierarchy *hierarchy, uint32_t address, void *data,
                          uint32_t bytes);
bool hierarchy_snoop_write(struct hierarchy *hierarchy, uint32_t address, const void *data,
                           uint32_t bytes, struct cache_victim *evicted);
bool hierarchy_snoop_allocate(struct hierarchy *hierarchy, uint32_t address, const void *line,
                              bool dirty, struct cache_victim *evicted);

/* What the CPU would see, without time, counters or changes to what is cached. */
void hierarchy_debug_read(struct hierarchy *hierarchy, uint32_t address, void *data,
                          uint32_t bytes);
void hierarchy_debug_write(struct hierarchy *hierarchy, uint32_t address, const void *data,
                           uint32_t bytes);

/* Forget the lines of a range, dirty or not, without time or counters: memory gets new content by
 * other means. */
void hierarchy_discard(struct hierarchy *hierarchy, uint32_t address, uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif
