#include "host_touch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix_layout.h"

enum { BIASES = 7 };

static int32_t bias(intptr_t column)
{
    return (int32_t)(column % BIASES) * 8 - 20;
}

static int32_t bias_relu(int32_t value, intptr_t column)
{
    const int32_t sum = value + bias(column);
    return sum > 0 ? sum : 0;
}

/* Sum of what `read` returns for each row of each tile. */
static inline uint32_t sum_of_rows(struct matrix c,
                                   uint32_t (*read)(const uint32_t *row, intptr_t elements,
                                                    intptr_t stride))
{
    const struct memref_view view = matrix_tiles(c);
    struct matrix_shape shape;
    uint32_t sum = 0;
    if (!matrix_shape(c, &shape))
        return 0;
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t j = 0; j < view.sizes[1]; j++)
            for (intptr_t row = 0; row < matrix_rows_inside(&view, shape, i); row++)
                sum += read(matrix_tile_row(&view, i, j, row),
                            matrix_columns_inside(&view, shape, j), view.strides[3]);
    return sum;
}

static uint32_t read_words(const uint32_t *row, intptr_t elements, intptr_t stride)
{
    uint32_t sum = 0;
    for (intptr_t i = 0; i < elements; i++)
        sum += row[i * stride];
    return sum;
}

static uint32_t read_bytes(const uint32_t *row, intptr_t elements, intptr_t stride)
{
    uint32_t sum = 0;
    for (intptr_t i = 0; i < elements; i++) {
        const uint8_t *bytes = (const uint8_t *)&row[i * stride];
        for (size_t byte = 0; byte < sizeof *row; byte++)
            sum += bytes[byte];
    }
    return sum;
}

/* Where copies go: longer rows are copied in pieces. */
static uint32_t copied[256];

static uint32_t read_copy(const uint32_t *row, intptr_t elements, intptr_t stride)
{
    const intptr_t most = stride == 1 ? (intptr_t)(sizeof copied / sizeof *copied) : 1;
    uint32_t sum = 0;
    for (intptr_t done = 0, piece; done < elements; done += piece) {
        piece = elements - done < most ? elements - done : most;
        memcpy(copied, row + done * stride, (size_t)piece * sizeof *row);
        sum += copied[piece - 1];
    }
    return sum;
}

uint32_t read_back_i32(struct matrix c)
{
    return sum_of_rows(c, read_words);
}

uint32_t read_back_bytes_i32(struct matrix c)
{
    return sum_of_rows(c, read_bytes);
}

uint32_t read_back_copy_i32(struct matrix c)
{
    return sum_of_rows(c, read_copy);
}

void post_process_bias_relu_i32(struct matrix c)
{
    const struct memref_view view = matrix_tiles(c);
    struct matrix_shape shape;
    if (!matrix_shape(c, &shape))
        return;
    for (intptr_t i = 0; i < view.sizes[0]; i++)
        for (intptr_t j = 0; j < view.sizes[1]; j++)
            for (intptr_t row = 0; row < matrix_rows_inside(&view, shape, i); row++) {
                int32_t *values = (int32_t *)matrix_tile_row(&view, i, j, row);
                const intptr_t count = matrix_columns_inside(&view, shape, j);
                for (intptr_t column = 0; column < count; column++) {
                    int32_t *value = &values[column * view.strides[3]];
                    *value = bias_relu(*value, j * view.sizes[3] + column);
                }
            }
}

int post_process_and_check_i32(struct matrix c)
{
    struct matrix_shape shape;
    if (!matrix_shape(c, &shape))
        return -EINVAL;
    const size_t elements = (size_t)(shape.rows * shape.columns);
    int32_t *const expected = malloc(elements * sizeof *expected);
    int32_t *const got = malloc(elements * sizeof *got);
    int result = -ENOMEM;
    if (expected && got) {
        matrix_gather(c, (uint32_t *)expected);
        for (size_t i = 0; i < elements; i++)
            expected[i] = bias_relu(expected[i], (intptr_t)i % shape.columns);
        post_process_bias_relu_i32(c);
        matrix_gather(c, (uint32_t *)got);
        result = memcmp(expected, got, elements * sizeof *got) == 0 ? 0 : -EBADMSG;
    }
    if (result != 0)
        fprintf(stderr, "post-processing: %s\n", strerror(-result));
    free(got);
    free(expected);
    return result;
}
