/* One level of a set-associative, write-back, write-allocate cache: tags and the bytes themselves.
 *
 * The cache holds its own copy of the data, so a line that memory's other users have changed is
 * stale here until somebody invalidates it, as on hardware. Addresses are physical. No time passes
 * in here: hierarchy.h adds the cycles.
 */
#ifndef ZEROSTAGE_CACHE_CACHE_H
#define ZEROSTAGE_CACHE_CACHE_H

#include "config/param.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cache_replacement { CACHE_LRU, CACHE_PLRU, CACHE_RANDOM };
enum cache_maintenance { CACHE_CLEAN = 1, CACHE_INVALIDATE = 2, CACHE_CLEAN_INVALIDATE = 3 };
/* How far down maintenance goes: through the L1 only, where instruction and data caches meet (ARM's
 * point of unification), or to memory (its point of coherency). */
enum cache_reach { CACHE_TO_UNIFICATION, CACHE_TO_MEMORY };
enum { CACHE_LINE_BYTES_MAX = 128, CACHE_WAYS_MAX = 32 };

struct cache_config {
    uint32_t bytes, ways, line_bytes;
    uint32_t replacement;        /* enum cache_replacement */
    uint32_t hit_cycles;         /* on top of a hit in the level above; CPU cycles */
    uint32_t miss_cycles;        /* on top of what the level below takes; CPU cycles */
    uint32_t maintenance_cycles; /* a line cleaned or invalidated, without its write-back */
    uint32_t prefetch_lines;     /* the L2: how far ahead of a read, 0: not; see hierarchy.h */
    bool preload;                /* the L1: PLD fetches a line */
    uint32_t prefetch_streams, prefetch_requests; /* the L1: see stream_prefetcher.h */
};

extern const struct param cache_l1d_params[]; /* section board.l1d */
extern const size_t cache_l1d_params_count;
extern const struct param cache_l2_params[]; /* section board.l2 */
extern const size_t cache_l2_params_count;

struct cache_counters {
    uint64_t reads, writes;
    uint64_t read_misses, write_misses;
    uint64_t refills;           /* lines read from the level below */
    uint64_t write_backs;       /* dirty lines sent to the level below, for any reason */
    uint64_t maintenance_lines; /* lines looked up by maintenance, present or not */
    uint64_t snoop_hits;
    uint64_t prefetches;    /* refills that nobody has asked for yet */
    uint64_t prefetch_hits; /* prefetched lines that were then asked for */
    uint64_t prefetch_late; /* of those, not there yet */
};

/* A dirty line on its way out. */
struct cache_victim {
    bool dirty;
    uint32_t address;
    uint8_t data[CACHE_LINE_BYTES_MAX];
};

/* A line that loads and stores find by its virtual address, without translation and look-up. An
 * access to it must change nothing else, so under LRU and PLRU it is its set's most recent one.
 * SHORT_WAY_CLOSED for what must go the long way: stores to a clean line, for one. */
struct short_way {
    uint32_t load_line, store_line; /* virtual address */
    uint8_t *bytes;
};

/* A way's place is chosen by its virtual address; no line has more than one. */
enum { SHORT_WAYS = 1024, SHORT_WAY_PAGE_BYTES = 4096 };
enum { SHORT_WAY_CLOSED = 1 }; /* no line is at an odd address */

struct cache {
    uint32_t line_bytes, line_shift, set_mask, ways;
    uint32_t offset_mask; /* of an address: the byte in its line */
    uint32_t tag_mask;    /* of a tag: the line's address and CACHE_VALID */
    uint32_t replacement;
    uint32_t *tags;   /* [set][way]: line address | CACHE_VALID ... */
    uint32_t *recent; /* [set]: the slot used last, looked at first */
    uint8_t *recency; /* LRU, [set][position]: ways, the most recent first */
    uint32_t *tree;   /* PLRU, [set]: a bit a node, 1: the victim is to the right */
    uint8_t *data;    /* [set][way][byte] */
    uint32_t random;
    struct cache_counters counters;
    uint16_t *short_way_of; /* [set][way]: the short way that may lead to the line */
    struct short_way short_ways[SHORT_WAYS];
};

enum { CACHE_VALID = 1, CACHE_DIRTY = 2, CACHE_PREFETCHED = 4 };

/* NULL when the configuration is sound, otherwise what is wrong with it, as a sentence. */
const char *cache_config_error(const struct cache_config *config);

/* Returns 0, -EINVAL for an unsound configuration, -ENOMEM. */
int cache_init(struct cache *cache, const struct cache_config *config);
void cache_release(struct cache *cache);

static inline uint32_t cache_line_address(const struct cache *cache, uint32_t address)
{
    return address & ~cache->offset_mask;
}

/* The usual line is copied in registers, without a call. */
static inline void cache_copy_line(void *to, const void *from, uint32_t bytes)
{
    enum { USUAL_BYTES = 32 };

    if (bytes == USUAL_BYTES) {
        memcpy(to, from, USUAL_BYTES);
    } else {
        memcpy(to, from, bytes);
    }
}

static inline uint32_t cache_set(const struct cache *cache, uint32_t address)
{
    return (address >> cache->line_shift) & cache->set_mask;
}

static inline bool cache_slot_holds(const struct cache *cache, uint32_t slot, uint32_t address)
{
    return ((cache->tags[slot] ^ (address | CACHE_VALID)) & cache->tag_mask) == 0;
}

static inline struct short_way *cache_short_way(struct cache *cache, uint32_t address)
{
    return &cache->short_ways[(address >> cache->line_shift) & (SHORT_WAYS - 1)];
}

/* The line of an aligned access to `bytes`; for another, what is no line's address. */
static inline uint32_t cache_aligned_line(const struct cache *cache, uint32_t address,
                                          uint32_t bytes)
{
    return address & (~cache->offset_mask | (bytes - 1));
}

/* The hot path: where the `bytes` at a virtual address are, if an aligned access to them may go the
 * short way; otherwise NULL. */
static inline uint8_t *cache_short_load(struct cache *cache, uint32_t address, uint32_t bytes)
{
    const struct short_way *const way = cache_short_way(cache, address);

    return way->load_line == cache_aligned_line(cache, address, bytes)
               ? way->bytes + (address & cache->offset_mask)
               : NULL;
}

static inline uint8_t *cache_short_store(struct cache *cache, uint32_t address, uint32_t bytes)
{
    const struct short_way *const way = cache_short_way(cache, address);

    return way->store_line == cache_aligned_line(cache, address, bytes)
               ? way->bytes + (address & cache->offset_mask)
               : NULL;
}

/* Open the short way to the line that holds the physical `address`, if it is its set's most recent
 * one. The cache closes it when the line goes or, under LRU and PLRU, is not the most recent one
 * any more. Whoever opens it closes it when the translation goes, or the right to read or write. */
void cache_open_short_way(struct cache *cache, uint32_t address, uint32_t virtual_address,
                          bool may_load, bool may_store);
void cache_close_short_ways(struct cache *cache, uint32_t virtual_page);
void cache_close_all_short_ways(struct cache *cache);

/* The bytes of the line that holds `address`, if it is in its set's most recently used way and not
 * a prefetched one that nobody has asked for; otherwise NULL, which says nothing about the other
 * ways. */
static inline uint8_t *cache_find_recent(struct cache *cache, uint32_t address, bool write)
{
    const uint32_t slot = cache->recent[cache_set(cache, address)];

    if (!cache_slot_holds(cache, slot, address) || (cache->tags[slot] & CACHE_PREFETCHED)) {
        return NULL;
    }
    if (write) {
        cache->tags[slot] |= CACHE_DIRTY;
    }
    uint8_t *const bytes = cache->data + ((size_t)slot << cache->line_shift);
    if (bytes == NULL) {
        __builtin_unreachable(); /* spares the caller's question on the way of a hit */
    }
    return bytes;
}

/* The bytes of the line, from any way, which becomes the most recent one; NULL when absent. */
uint8_t *cache_find(struct cache *cache, uint32_t address, bool write);

/* The bytes of the line without touching recency or dirtiness; NULL when absent. */
uint8_t *cache_peek(struct cache *cache, uint32_t address);
bool cache_is_dirty(const struct cache *cache, uint32_t address);

/* Make room for an absent line: returns its bytes, to be filled by the caller, and the line that
 * had to go. Counts a write-back when that one was dirty. */
uint8_t *cache_allocate(struct cache *cache, uint32_t address, bool dirty,
                        struct cache_victim *victim);

/* Mark the line that has just been allocated as prefetched; and take the mark away from the one
 * that has just been found: true the first time that it is asked for. */
void cache_mark_prefetched(struct cache *cache, uint32_t address);
bool cache_take_prefetched(struct cache *cache, uint32_t address);

/* Clean and/or invalidate the line that holds `address`; a dirty line that is cleaned goes to
 * `victim`. Returns whether the line was present. */
bool cache_maintain_line(struct cache *cache, uint32_t address, enum cache_maintenance operation,
                         struct cache_victim *victim);

/* Remove a line; if it was dirty, it goes to `victim`, counted as a write-back, and the result is
 * true. */
bool cache_take(struct cache *cache, uint32_t address, struct cache_victim *victim);

/* Forget the line that holds `address`, dirty or not, uncounted. */
void cache_discard(struct cache *cache, uint32_t address);

#ifdef __cplusplus
}
#endif
#endif
