#include "accel/systolic.h"

static uint64_t ceil_div(uint32_t a, uint32_t b)
{
    return ((uint64_t)a + b - 1) / b;
}

/* The last of `length` skewed operands reaches the far corner of the array. */
static uint64_t stream_through(struct systolic_array array, uint32_t length)
{
    return (uint64_t)length + (array.rows - 1) + (array.columns - 1);
}

/* Folds follow each other without a gap; the first result counts from cycle 0. */
static uint64_t folds_of(uint64_t folds, uint64_t cycles)
{
    return folds * cycles - 1;
}

uint64_t systolic_output_stationary(struct systolic_array array, struct systolic_shape shape)
{
    return folds_of(ceil_div(shape.m, array.rows) * ceil_div(shape.n, array.columns),
                    stream_through(array, shape.k));
}

/* A stationary operand is first loaded, one row of the array a cycle. */
uint64_t systolic_weight_stationary(struct systolic_array array, struct systolic_shape shape)
{
    return folds_of(ceil_div(shape.k, array.rows) * ceil_div(shape.n, array.columns),
                    array.rows + stream_through(array, shape.m));
}

uint64_t systolic_input_stationary(struct systolic_array array, struct systolic_shape shape)
{
    return folds_of(ceil_div(shape.k, array.rows) * ceil_div(shape.m, array.columns),
                    array.rows + stream_through(array, shape.n));
}
