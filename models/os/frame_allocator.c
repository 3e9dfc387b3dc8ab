#include "os/frame_allocator.h"

#include <errno.h>
#include <stdlib.h>

#include "os/address_space.h"

int frame_allocator_init(struct frame_allocator *frames, uint32_t base, uint32_t bytes)
{
    if ((base | bytes) & PAGE_OFFSET_MASK || bytes > UINT32_MAX - base)
        return -EINVAL;
    *frames = (struct frame_allocator){.next = base, .end = base + bytes};
    return 0;
}

void frame_allocator_destroy(struct frame_allocator *frames)
{
    free(frames->freed);
    *frames = (struct frame_allocator){0};
}

int frame_allocator_take(struct frame_allocator *frames, uint32_t *frame)
{
    if (frames->freed_count > 0) {
        *frame = frames->freed[--frames->freed_count];
        return 0;
    }
    if (frames->next == frames->end)
        return -ENOMEM;
    *frame = frames->next;
    frames->next += PAGE_BYTES;
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
    return frames->freed_count + (frames->end - frames->next) / PAGE_BYTES;
}
