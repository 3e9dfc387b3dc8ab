/* A memref descriptor of any rank, read from its untyped form. */
#ifndef ZEROSTAGE_HOST_MEMREF_VIEW_H
#define ZEROSTAGE_HOST_MEMREF_VIEW_H

#include <stdint.h>
#include <string.h>

#include "memref.h"

enum { MEMREF_MAX_RANK = 4 };

struct memref_view {
    uint32_t *data; /* the first element, of a 32-bit type */
    int8_t *bytes;  /* the first element, of an 8-bit type */
    int rank;
    memref_index sizes[MEMREF_MAX_RANK];
    memref_index strides[MEMREF_MAX_RANK];
};

/* `rank` is 0 to MEMREF_MAX_RANK. */
static inline struct memref_view memref_view(int64_t rank, const void *descriptor)
{
    struct {
        void *allocated, *aligned;
        memref_index offset;
    } head;
    struct memref_view view = {.rank = (int)rank};
    const size_t bytes = (size_t)rank * sizeof(memref_index);
    const unsigned char *shape = (const unsigned char *)descriptor + sizeof head;
    /* By memcpy: the pointers' declared element type is not known here. */
    memcpy(&head, descriptor, sizeof head);
    memcpy(view.sizes, shape, bytes);
    memcpy(view.strides, shape + bytes, bytes);
    view.data = (uint32_t *)head.aligned + head.offset;
    view.bytes = (int8_t *)head.aligned + head.offset;
    return view;
}

#endif
