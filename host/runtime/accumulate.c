/* destination += source: partial results added up on the CPU. */
#include <stdio.h>
#include <stdlib.h>

#include "axi_dma.h"
#include "memref.h"

static void require_equal_matrices(const char *caller, int64_t rank,
                                   const memref_index *destination, const memref_index *source)
{
    if (rank == 2 && destination[0] == source[0] && destination[1] == source[1])
        return;
    fprintf(stderr, "%s: two equal-shaped memrefs of rank 2 are needed\n", caller);
    exit(EXIT_FAILURE);
}

void accumulate_i32(int64_t rank, void *destination, void *source)
{
    const struct memref_2d_i32 *to = destination;
    const struct memref_2d_i32 *from = source;
    require_equal_matrices(__func__, rank, to->sizes, from->sizes);
    for (intptr_t row = 0; row < to->sizes[0]; row++) {
        int32_t *into = to->aligned + to->offset + row * to->strides[0];
        const int32_t *add = from->aligned + from->offset + row * from->strides[0];
        for (intptr_t column = 0; column < to->sizes[1]; column++) {
            int32_t *sum = &into[column * to->strides[1]];
            /* Unsigned: wraps, as the accelerator does. */
            *sum = (int32_t)((uint32_t)*sum + (uint32_t)add[column * from->strides[1]]);
        }
    }
}

void accumulate_f32(int64_t rank, void *destination, void *source)
{
    const struct memref_2d_f32 *to = destination;
    const struct memref_2d_f32 *from = source;
    require_equal_matrices(__func__, rank, to->sizes, from->sizes);
    for (intptr_t row = 0; row < to->sizes[0]; row++) {
        float *into = to->aligned + to->offset + row * to->strides[0];
        const float *add = from->aligned + from->offset + row * from->strides[0];
        for (intptr_t column = 0; column < to->sizes[1]; column++)
            into[column * to->strides[1]] += add[column * from->strides[1]];
    }
}
