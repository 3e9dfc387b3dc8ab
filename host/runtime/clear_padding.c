/* Zeros around a matrix in a buffer of whole tiles. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "axi_dma.h"
#include "matrix_layout.h"

/* What of one row of the buffer is not in the matrix: from `column` to its end. */
static void clear_row(const struct memref_view *tiles, intptr_t row, intptr_t column,
                      size_t element_bytes)
{
    const intptr_t width = tiles->sizes[3];
    unsigned char *const first =
        element_bytes == 1 ? (unsigned char *)tiles->bytes : (unsigned char *)tiles->data;
    for (intptr_t j = column / width; j < tiles->sizes[1]; j++, column = j * width) {
        const intptr_t offset = row / tiles->sizes[2] * tiles->strides[0] + j * tiles->strides[1] +
                                row % tiles->sizes[2] * tiles->strides[2] + column % width;
        memset(first + offset * (intptr_t)element_bytes, 0,
               (size_t)(width - column % width) * element_bytes);
    }
}

static void clear_padding(struct matrix buffer, intptr_t rows, intptr_t columns,
                          size_t element_bytes)
{
    struct matrix_shape shape;
    if (!matrix_shape(buffer, &shape) || rows > shape.rows || columns > shape.columns) {
        fprintf(stderr, "clear_padding: a buffer of rank 2 or 4 with room for %dx%d is needed\n",
                (int)rows, (int)columns);
        exit(EXIT_FAILURE);
    }
    const struct memref_view tiles = matrix_tiles(buffer);
    for (intptr_t row = 0; row < shape.rows; row++)
        clear_row(&tiles, row, row < rows ? columns : 0, element_bytes);
}

void clear_padding_i32(int64_t rank, void *buffer, intptr_t rows, intptr_t columns)
{
    clear_padding((struct matrix){rank, buffer}, rows, columns, sizeof(int32_t));
}

void clear_padding_f32(int64_t rank, void *buffer, intptr_t rows, intptr_t columns)
{
    clear_padding((struct matrix){rank, buffer}, rows, columns, sizeof(float));
}

void clear_padding_i8(int64_t rank, void *buffer, intptr_t rows, intptr_t columns)
{
    clear_padding((struct matrix){rank, buffer}, rows, columns, sizeof(int8_t));
}
