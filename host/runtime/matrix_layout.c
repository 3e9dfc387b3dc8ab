#include "matrix_layout.h"

#include <string.h>

struct memref_view matrix_tiles(struct matrix matrix)
{
    struct memref_view view = memref_view(matrix.rank, matrix.descriptor);
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
    if (matrix.rank != 2 && matrix.rank != 4)
        return false;
    const struct memref_view view = matrix_tiles(matrix);
    shape->rows = view.sizes[0] * view.sizes[2];
    shape->columns = view.sizes[1] * view.sizes[3];
    return true;
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
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t row = 0; row < view.sizes[2]; row++)
            for (intptr_t j = 0; j < view.sizes[1]; j++) {
                scatter_row(matrix_tile_row(&view, i, j, row), view.strides[3], row_major,
                            view.sizes[3]);
                row_major += view.sizes[3];
            }
}

void matrix_gather(struct matrix matrix, uint32_t *row_major)
{
    const struct memref_view view = matrix_tiles(matrix);
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t row = 0; row < view.sizes[2]; row++)
            for (intptr_t j = 0; j < view.sizes[1]; j++) {
                gather_row(row_major, matrix_tile_row(&view, i, j, row), view.strides[3],
                           view.sizes[3]);
                row_major += view.sizes[3];
            }
}

void matrix_scatter_i8(struct matrix matrix, const int32_t *row_major)
{
    const struct memref_view view = matrix_tiles(matrix);
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t row = 0; row < view.sizes[2]; row++)
            for (intptr_t j = 0; j < view.sizes[1]; j++) {
                int8_t *into =
                    view.bytes + i * view.strides[0] + j * view.strides[1] + row * view.strides[2];
                for (intptr_t column = 0; column < view.sizes[3]; column++)
                    into[column * view.strides[3]] = (int8_t)*row_major++;
            }
}
