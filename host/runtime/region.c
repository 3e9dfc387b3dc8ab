#include "region.h"

#include <stdlib.h>
#include <string.h>

void region_init(struct region *region, unsigned char *base, uint32_t physical, size_t bytes)
{
    region->base = base;
    region->physical = physical;
    region->bytes = bytes;
    region->blocks = NULL;
    region->block_count = 0;
    region->block_capacity = 0;
}

void region_destroy(struct region *region)
{
    free(region->blocks);
    region_init(region, NULL, 0, 0);
}

/* Highest start of an aligned block inside the gap [floor, ceiling); SIZE_MAX: it does not fit. */
static size_t place_in_gap(const struct region *region, size_t floor, size_t ceiling, size_t bytes,
                           size_t alignment)
{
    if (ceiling - floor < bytes)
        return SIZE_MAX;
    const size_t misaligned = (region->physical + (ceiling - bytes)) & (alignment - 1);
    if (ceiling - floor - bytes < misaligned)
        return SIZE_MAX;
    return ceiling - bytes - misaligned;
}

static bool make_room_for_block(struct region *region)
{
    if (region->block_count < region->block_capacity)
        return true;
    const size_t capacity = region->block_capacity ? 2 * region->block_capacity : 8;
    struct region_block *blocks = realloc(region->blocks, capacity * sizeof *blocks);
    if (!blocks)
        return false;
    region->blocks = blocks;
    region->block_capacity = capacity;
    return true;
}

static void insert_block(struct region *region, size_t index, struct region_block block)
{
    memmove(&region->blocks[index + 1], &region->blocks[index],
            (region->block_count - index) * sizeof block);
    region->blocks[index] = block;
    region->block_count++;
}

void *region_alloc(struct region *region, size_t bytes, size_t alignment)
{
    if (bytes == 0 || !make_room_for_block(region))
        return NULL;
    size_t ceiling = region->bytes;
    for (size_t i = 0; i <= region->block_count; i++) {
        const bool last = i == region->block_count;
        const size_t floor = last ? 0 : region->blocks[i].start + region->blocks[i].bytes;
        const size_t start = place_in_gap(region, floor, ceiling, bytes, alignment);
        if (start != SIZE_MAX) {
            insert_block(region, i, (struct region_block){start, bytes});
            return region->base + start;
        }
        if (!last)
            ceiling = region->blocks[i].start;
    }
    return NULL;
}

bool region_release(struct region *region, const void *memory)
{
    for (size_t i = 0; i < region->block_count; i++) {
        if (region->base + region->blocks[i].start != memory)
            continue;
        region->block_count--;
        memmove(&region->blocks[i], &region->blocks[i + 1],
                (region->block_count - i) * sizeof *region->blocks);
        return true;
    }
    return false;
}

bool region_holds(const struct region *region, const void *memory, size_t bytes)
{
    const uintptr_t address = (uintptr_t)memory;
    const uintptr_t base = (uintptr_t)region->base;
    return region->base && address >= base && address - base <= region->bytes &&
           bytes <= region->bytes - (address - base);
}

size_t region_free_bytes(const struct region *region)
{
    size_t used = 0;
    for (size_t i = 0; i < region->block_count; i++)
        used += region->blocks[i].bytes;
    return region->bytes - used;
}

size_t region_staging_bytes(const struct region *region)
{
    return region->block_count ? region->blocks[region->block_count - 1].start : region->bytes;
}
