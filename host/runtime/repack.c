/* Matrices from one layout into another, a run of contiguous elements at a time. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "axi_dma.h"
#include "matrix_layout.h"

/* First byte of element [row][column]. */
static unsigned char *at(const struct memref_view *tiles, intptr_t row, intptr_t column,
                         size_t element_bytes)
{
    const intptr_t offset =
        row / tiles->sizes[2] * tiles->strides[0] + column / tiles->sizes[3] * tiles->strides[1] +
        row % tiles->sizes[2] * tiles->strides[2] + column % tiles->sizes[3] * tiles->strides[3];
    unsigned char *const first =
        element_bytes == 1 ? (unsigned char *)tiles->bytes : (unsigned char *)tiles->data;
    return first + offset * (intptr_t)element_bytes;
}

/* Elements of a row that lie side by side in both layouts: those of the narrower tile. A tile as
 * wide as its matrix has no edge that they could reach over. */
static intptr_t run_length(const struct memref_view *from, const struct memref_view *to)
{
    const bool from_is_narrow = from->sizes[3] < to->sizes[3];
    const struct memref_view *narrow = from_is_narrow ? from : to;
    const struct memref_view *wide = from_is_narrow ? to : from;
    const bool fits = wide->sizes[1] == 1 || wide->sizes[3] % narrow->sizes[3] == 0;
    return from->strides[3] == 1 && to->strides[3] == 1 && fits ? narrow->sizes[3] : 1;
}

static void repack(struct matrix from, struct matrix to, size_t element_bytes)
{
    struct matrix_shape shape, other;
    if (!matrix_shape(from, &shape) || !matrix_shape(to, &other) || shape.rows != other.rows ||
        shape.columns != other.columns) {
        fprintf(stderr, "repack: two matrices of equal shape, of rank 2, 4 or 6, are needed\n");
        exit(EXIT_FAILURE);
    }
    const struct memref_view source = matrix_tiles(from), target = matrix_tiles(to);
    const intptr_t run = run_length(&source, &target);
    for (intptr_t row = 0; row < shape.rows; row++)
        for (intptr_t column = 0; column < shape.columns; column += run) {
            const intptr_t left = shape.columns - column;
            memcpy(at(&target, row, column, element_bytes), at(&source, row, column, element_bytes),
                   (size_t)(run < left ? run : left) * element_bytes);
        }
}

void repack_i32(int64_t from_rank, void *from, int64_t to_rank, void *to)
{
    repack((struct matrix){from_rank, from}, (struct matrix){to_rank, to}, sizeof(int32_t));
}

void repack_f32(int64_t from_rank, void *from, int64_t to_rank, void *to)
{
    repack((struct matrix){from_rank, from}, (struct matrix){to_rank, to}, sizeof(float));
}

void repack_i8(int64_t from_rank, void *from, int64_t to_rank, void *to)
{
    repack((struct matrix){from_rank, from}, (struct matrix){to_rank, to}, sizeof(int8_t));
}
