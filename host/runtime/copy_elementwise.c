#include "copy_elementwise.h"

void copy_elementwise(const struct memref_view *view, uint32_t *buffer, size_t elements,
                      enum copy_direction direction)
{
    /* Volatile and of 64 bits, as published: each use loads or stores a pair of registers. */
    volatile int64_t word = 0;
    volatile int64_t element = 0;
    int64_t index[MEMREF_MAX_RANK] = {0};

    while (word < (int64_t)elements) {
        if (direction == TO_BUFFER)
            buffer[word] = view->data[element];
        else
            view->data[element] = buffer[word];
        word = word + 1;
        for (int axis = view->rank - 1; axis >= 0; axis--) {
            element = element + view->strides[axis];
            if (++index[axis] < view->sizes[axis])
                break;
            element = element - view->sizes[axis] * view->strides[axis];
            index[axis] = 0;
        }
    }
}
