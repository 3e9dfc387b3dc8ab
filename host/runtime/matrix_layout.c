#include "matrix_layout.h"

#include <string.h>

enum { PADDED_RANK = 6 }; /* rows and columns, and then the tiles */

/* A descriptor of rank 6: its tiles, and the size of the matrix in them. */
static struct memref_view read_padded(const void *descriptor, struct matrix_shape *shape)
{
    ZS_MEMREF(padded, void, PADDED_RANK) padded;
    struct memref_view view = {.rank = MEMREF_MAX_RANK};
    memcpy(&padded, descriptor, sizeof padded);
    memcpy(view.sizes, padded.sizes + 2, sizeof view.sizes);
    memcpy(view.strides, padded.strides + 2, sizeof view.strides);
    view.data = (uint32_t *)padded.aligned + padded.offset;
    view.bytes = (int8_t *)padded.aligned + padded.offset;
    *shape = (struct matrix_shape){padded.sizes[0], padded.sizes[1]};
    return view;
}

struct memref_view matrix_tiles(struct matrix matrix)
{
    struct matrix_shape shape;
    if (matrix.rank == PADDED_RANK)
        return read_padded(matrix.descriptor, &shape);
    const struct memref_view view = memref_view(matrix.rank, matrix.descriptor);
    if (view.rank == 4)
        return view;
    return (struct memref_view){.data = view.data,
                                .bytes = view.bytes,
                                .rank = 4,
                                .sizes = {1, 1, view.sizes[0], view.sizes[1]},
                                .strides = {0, 0, view.strides[0], view.strides[1]}};
}

bool matrix_shape(struct matrix matrix, struct matrix_shape *shape)
{
    if (matrix.rank == PADDED_RANK) {
        (void)read_padded(matrix.descriptor, shape);
        return true;
    }
    if (matrix.rank != 2 && matrix.rank != 4)
        return false;
    const struct memref_view view = matrix_tiles(matrix);
    shape->rows = view.sizes[0] * view.sizes[2];
    shape->columns = view.sizes[1] * view.sizes[3];
    return true;
}

/* Of a matrix whose rank is right. */
static struct matrix_shape shape_of(struct matrix matrix)
{
    struct matrix_shape shape = {0, 0};
    (void)matrix_shape(matrix, &shape);
    return shape;
}

static void scatter_row(uint32_t *into, intptr_t stride, const uint32_t *row, intptr_t count)
{
    if (stride == 1)
        memcpy(into, row, (size_t)count * sizeof *into);
    else
        for (intptr_t i = 0; i < count; i++)
            into[i * stride] = row[i];
}

static void gather_row(uint32_t *row, const uint32_t *from, intptr_t stride, intptr_t count)
{
    if (stride == 1)
        memcpy(row, from, (size_t)count * sizeof *row);
    else
        for (intptr_t i = 0; i < count; i++)
            row[i] = from[i * stride];
}

void matrix_scatter(struct matrix matrix, const uint32_t *row_major)
{
    const struct memref_view view = matrix_tiles(matrix);
    const struct matrix_shape shape = shape_of(matrix);
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t row = 0; row < matrix_rows_inside(&view, shape, i); row++)
            for (intptr_t j = 0; j < view.sizes[1]; j++) {
                const intptr_t count = matrix_columns_inside(&view, shape, j);
                scatter_row(matrix_tile_row(&view, i, j, row), view.strides[3], row_major, count);
                row_major += count;
            }
}

void matrix_gather(struct matrix matrix, uint32_t *row_major)
{
    const struct memref_view view = matrix_tiles(matrix);
    const struct matrix_shape shape = shape_of(matrix);
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t row = 0; row < matrix_rows_inside(&view, shape, i); row++)
            for (intptr_t j = 0; j < view.sizes[1]; j++) {
                const intptr_t count = matrix_columns_inside(&view, shape, j);
                gather_row(row_major, matrix_tile_row(&view, i, j, row), view.strides[3], count);
                row_major += count;
            }
}

void matrix_scatter_i8(struct matrix matrix, const int32_t *row_major)
{
    const struct memref_view view = matrix_tiles(matrix);
    const struct matrix_shape shape = shape_of(matrix);
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t row = 0; row < matrix_rows_inside(&view, shape, i); row++)
            for (intptr_t j = 0; j < view.sizes[1]; j++) {
                int8_t *into =
                    view.bytes + i * view.strides[0] + j * view.strides[1] + row * view.strides[2];
                const intptr_t count = matrix_columns_inside(&view, shape, j);
                for (intptr_t column = 0; column < count; column++)
                    into[column * view.strides[3]] = (int8_t)*row_major++;
            }
}
