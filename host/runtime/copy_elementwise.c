#include "copy_elementwise.h"

/* MLIR's way to walk a memref of any rank, as AXI4MLIR's library published it: everything is of 64
 * bits and in memory, the two places are volatile, and the place in the buffer is stepped at each
 * axis and taken back where an axis ends. What each element costs is the point of it: 26 loads and
 * stores, here as on the board. */
struct walk {
    int rank;
    int64_t index[MEMREF_MAX_RANK], sizes[MEMREF_MAX_RANK], strides[MEMREF_MAX_RANK];
};

static inline void start(struct walk *walk, const struct memref_view *view)
{
    walk->rank = view->rank;
    for (int axis = 0; axis < view->rank; axis++) {
        walk->index[axis] = 0;
        walk->sizes[axis] = view->sizes[axis];
        walk->strides[axis] = view->strides[axis];
    }
}

/* Step to the next element; false behind the last. */
static inline bool advance(struct walk *walk, volatile int64_t *element, volatile int64_t *word)
{
#pragma GCC unroll 1
    for (int64_t axis = walk->rank - 1; axis >= 0; axis--) {
        const int64_t next = ++walk->index[axis];
        *element += walk->strides[axis];
        *word += 1;
        if (next != walk->sizes[axis])
            return true;
        walk->index[axis] = 0;
        *element -= walk->sizes[axis] * walk->strides[axis];
        *word -= 1;
    }
    return false;
}

static void to_buffer(const struct memref_view *view, uint32_t *buffer)
{
    struct walk walk;
    volatile int64_t element = 0, word = 0;

    start(&walk, view);
    do {
        buffer[word] = view->data[element];
    } while (advance(&walk, &element, &word));
}

static void from_buffer(const struct memref_view *view, const uint32_t *buffer)
{
    struct walk walk;
    volatile int64_t element = 0, word = 0;

    start(&walk, view);
    do {
        view->data[element] = buffer[word];
    } while (advance(&walk, &element, &word));
}

void copy_elementwise(const struct memref_view *view, uint32_t *buffer, size_t elements,
                      enum copy_direction direction)
{
    if (elements == 0)
        return;
    if (direction == TO_BUFFER)
        to_buffer(view, buffer);
    else
        from_buffer(view, buffer);
}
