/* Physical 4 KiB frames for anonymous memory, out of one contiguous range.
 *
 * Frames come in ascending order, or scattered over the range as on a system that has been up for a
 * while; freed frames are reused first, last freed first. So equal runs get equal addresses.
 */
#ifndef ZEROSTAGE_OS_FRAME_ALLOCATOR_H
#define ZEROSTAGE_OS_FRAME_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum frame_order { FRAMES_ASCENDING, FRAMES_SCATTERED };

struct frame_allocator {
    uint32_t base, count; /* the range, in frames */
    uint32_t taken;       /* handed out for the first time */
    uint32_t order;       /* enum frame_order */
    uint32_t *freed;
    size_t freed_count, freed_capacity;
};

/* `base` and `bytes` are page-aligned. -EINVAL. */
int frame_allocator_init(struct frame_allocator *frames, uint32_t base, uint32_t bytes,
                         enum frame_order order);
void frame_allocator_destroy(struct frame_allocator *frames);

/* 0, or -ENOMEM when the range is used up. */
int frame_allocator_take(struct frame_allocator *frames, uint32_t *frame);
/* 0, or -ENOMEM when the host has no memory for the list; the frame is then lost. */
int frame_allocator_give(struct frame_allocator *frames, uint32_t frame);
size_t frame_allocator_available(const struct frame_allocator *frames);

#ifdef __cplusplus
}
#endif
#endif
