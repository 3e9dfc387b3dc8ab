/* Matrices of any layout, seen as row-major arrays of 32-bit elements. */
#ifndef ZEROSTAGE_HOST_MATRIX_LAYOUT_H
#define ZEROSTAGE_HOST_MATRIX_LAYOUT_H

#include <stdbool.h>

#include "matmul_check.h"

struct matrix_shape {
    intptr_t rows, columns;
};

/* False: the rank is neither 2 nor 4. */
bool matrix_shape(struct matrix matrix, struct matrix_shape *shape);

/* Copy between the matrix and a row-major array of rows x columns elements. */
void matrix_scatter(struct matrix matrix, const uint32_t *row_major);
void matrix_gather(struct matrix matrix, uint32_t *row_major);

#endif
