/* Matrices of any layout, seen as row-major arrays of 32-bit elements. */
#ifndef ZEROSTAGE_HOST_MATRIX_LAYOUT_H
#define ZEROSTAGE_HOST_MATRIX_LAYOUT_H

#include <stdbool.h>

#include "matmul_check.h"
#include "memref_view.h"

struct matrix_shape {
    intptr_t rows, columns;
};

/* False: the rank is neither 2, 4 nor 6. */
bool matrix_shape(struct matrix matrix, struct matrix_shape *shape);

/* The matrix as one of rank 4, of tiles: one of rank 2 is a single tile. The rank is 2, 4 or 6; of
 * rank 6, the last tiles of rows and columns may reach over the matrix's edge. */
struct memref_view matrix_tiles(struct matrix matrix);

/* Of the tiles of row i, or column j, of tiles: how many rows, or columns, are inside. */
static inline intptr_t matrix_rows_inside(const struct memref_view *tiles,
                                          struct matrix_shape shape, intptr_t i)
{
    const intptr_t last = tiles->sizes[0] - 1;
    return i < last ? tiles->sizes[2] : shape.rows - last * tiles->sizes[2];
}

static inline intptr_t matrix_columns_inside(const struct memref_view *tiles,
                                             struct matrix_shape shape, intptr_t j)
{
    const intptr_t last = tiles->sizes[1] - 1;
    return j < last ? tiles->sizes[3] : shape.columns - last * tiles->sizes[3];
}

/* First element of a row of tile [i][j]; the next ones are strides[3] apart. */
static inline uint32_t *matrix_tile_row(const struct memref_view *tiles, intptr_t i, intptr_t j,
                                        intptr_t row)
{
    return tiles->data + i * tiles->strides[0] + j * tiles->strides[1] + row * tiles->strides[2];
}

/* Copy between a matrix of 32-bit elements and a row-major array of rows x columns elements. */
void matrix_scatter(struct matrix matrix, const uint32_t *row_major);
void matrix_gather(struct matrix matrix, uint32_t *row_major);

/* Copy an array of integers into a matrix of 8-bit ones. */
void matrix_scatter_i8(struct matrix matrix, const int32_t *row_major);

#endif
