#include "os/frame_allocator.h"

#include <errno.h>
#include <stdlib.h>

#include "os/address_space.h"

int frame_allocator_init(struct frame_allocator *frames, uint32_t base, uint32_t bytes,
                         enum frame_order order)
{
    if ((base | bytes) & PAGE_OFFSET_MASK || bytes > UINT32_MAX - base)
        return -EINVAL;
    *frames = (struct frame_allocator){.base = base, .count = bytes / PAGE_BYTES, .order = order};
    return 0;
}

void frame_allocator_destroy(struct frame_allocator *frames)
{
    free(frames->freed);
    *frames = (struct frame_allocator){0};
}

/* A permutation of [0, 2^bits): each step can be undone. */
static uint32_t shuffle(uint32_t index, unsigned int bits)
{
    const uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);

    for (int round = 0; round < 2; round++) {
        index = index * 0x9E3779B1U & mask;
        index ^= index >> (bits / 2 + 1);
    }
    return index;
}

/* Which frame comes `index`-th: shuffled again until it is one of the range. */
static uint32_t scattered(const struct frame_allocator *frames, uint32_t index)
{
    unsigned int bits = 1;

    while (UINT64_C(1) << bits < frames->count)
        bits++;
    do {
        index = shuffle(index, bits);
    } while (index >= frames->count);
    return index;
}

int frame_allocator_take(struct frame_allocator *frames, uint32_t *frame)
{
    if (frames->freed_count > 0) {
        *frame = frames->freed[--frames->freed_count];
        return 0;
    }
    if (frames->taken == frames->count)
        return -ENOMEM;
    const uint32_t index = frames->taken++;
    *frame = frames->base +
             (frames->order == FRAMES_SCATTERED ? scattered(frames, index) : index) * PAGE_BYTES;
    return 0;
}

int frame_allocator_give(struct frame_allocator *frames, uint32_t frame)
{
    if (frames->freed_count == frames->freed_capacity) {
        const size_t capacity = frames->freed_capacity ? 2 * frames->freed_capacity : 64;
        uint32_t *freed = realloc(frames->freed, capacity * sizeof *freed);
        if (!freed)
            return -ENOMEM;
        frames->freed = freed;
        frames->freed_capacity = capacity;
    }
    frames->freed[frames->freed_count++] = frame;
    return 0;
}

size_t frame_allocator_available(const struct frame_allocator *frames)
{
    return frames->freed_count + (frames->count - frames->taken);
}
