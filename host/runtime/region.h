/* A contiguous range of DMA-mapped memory, and what is allocated in it, from the top down.
 *
 * The bookkeeping is kept outside of the range: that memory is uncached, so slow to look into.
 */
#ifndef ZEROSTAGE_HOST_REGION_H
#define ZEROSTAGE_HOST_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct region_block {
    size_t start, bytes; /* offset from the region's base */
};

struct region {
    const char *name;      /* "input" */
    const char *parameter; /* what sets its size: "in_bytes" */
    unsigned char *base;   /* mapped address */
    uint32_t physical;
    size_t bytes;
    struct region_block *blocks; /* by descending start */
    size_t block_count, block_capacity;
};

void region_init(struct region *region, unsigned char *base, uint32_t physical, size_t bytes);
/* Forget all blocks; the range itself belongs to the caller. */
void region_destroy(struct region *region);

/* Highest fitting place, aligned in physical memory. NULL when there is none. */
void *region_alloc(struct region *region, size_t bytes, size_t alignment);
/* False: `memory` is not the start of a block of this region. */
bool region_release(struct region *region, const void *memory);

/* Is [memory, memory + bytes) inside the region? */
bool region_holds(const struct region *region, const void *memory, size_t bytes);
size_t region_free_bytes(const struct region *region);
/* Bytes from offset 0 to the lowest allocation: what is left for staging. */
size_t region_staging_bytes(const struct region *region);

#endif
