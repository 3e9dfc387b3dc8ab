#include "matmul_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix_layout.h"
#include "memref.h"

enum { MISMATCHES_SHOWN = 5, SEED_A = 1, SEED_B = 2 };

/* Integers up to 2^24 are exact in float, and so is any order of summing them. */
static const float f32_tolerance = 1e-5F;

struct problem {
    intptr_t m, n, k;
};

static _Noreturn void fail(const char *message)
{
    fprintf(stderr, "matmul check: %s\n", message);
    exit(EXIT_FAILURE);
}

static void *allocate(size_t elements)
{
    void *memory = malloc(elements * sizeof(uint32_t));
    if (!memory)
        fail("out of memory");
    return memory;
}

static struct problem problem_of(struct matrix a, struct matrix b, struct matrix c)
{
    struct matrix_shape sa, sb, sc;
    if (!matrix_shape(a, &sa) || !matrix_shape(b, &sb) || !matrix_shape(c, &sc))
        fail("matrices must have rank 2, 4 (tile-major) or 6 (tile-major and padded)");
    if (sa.rows != sc.rows || sa.columns != sb.rows || sb.columns != sc.columns)
        fail("the matrices' shapes do not fit: A is MxK, B KxN, C MxN");
    return (struct problem){sa.rows, sb.columns, sa.columns};
}

/* -8 to 7, from a multiplicative hash of the position. */
static int32_t test_value(uint32_t seed, uint32_t index)
{
    const uint32_t hash = (index * 16U + seed) * 2654435761U;
    return (int32_t)(hash >> 28) - 8;
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void *values_i32(intptr_t elements, uint32_t seed)
{
    int32_t *values = allocate((size_t)elements);
    for (intptr_t i = 0; i < elements; i++)
        values[i] = test_value(seed, (uint32_t)i);
    return values;
}

static float *values_f32(intptr_t elements, uint32_t seed)
{
    float *values = allocate((size_t)elements);
    for (intptr_t i = 0; i < elements; i++)
        values[i] = (float)test_value(seed, (uint32_t)i);
    return values;
}

static uint32_t *bits_of_values_f32(intptr_t elements, uint32_t seed)
{
    uint32_t *bits = allocate((size_t)elements);
    for (intptr_t i = 0; i < elements; i++)
        bits[i] = bits_of((float)test_value(seed, (uint32_t)i));
    return bits;
}

/* Scatters and frees `values`. */
static void fill(struct matrix matrix, void *values)
{
    matrix_scatter(matrix, values);
    free(values);
}

static void fill_i8(struct matrix matrix, int32_t *values)
{
    matrix_scatter_i8(matrix, values);
    free(values);
}

/* Not zero: a result tile that nobody wrote, or added to a C that nobody cleared, shows. */
static void fill_constant(struct matrix matrix, intptr_t elements, uint32_t value)
{
    uint32_t *values = allocate((size_t)elements);
    for (intptr_t i = 0; i < elements; i++)
        values[i] = value;
    fill(matrix, values);
}

void matmul_initialise_i32(struct matrix a, struct matrix b, struct matrix c)
{
    const struct problem p = problem_of(a, b, c);
    fill(a, values_i32(p.m * p.k, SEED_A));
    fill(b, values_i32(p.k * p.n, SEED_B));
    fill_constant(c, p.m * p.n, 0x5A5A5A5A);
}

void matmul_initialise_f32(struct matrix a, struct matrix b, struct matrix c)
{
    const struct problem p = problem_of(a, b, c);
    fill(a, bits_of_values_f32(p.m * p.k, SEED_A));
    fill(b, bits_of_values_f32(p.k * p.n, SEED_B));
    fill_constant(c, p.m * p.n, bits_of(1e9F));
}

void matmul_initialise_i8(struct matrix a, struct matrix b, struct matrix c)
{
    const struct problem p = problem_of(a, b, c);
    fill_i8(a, values_i32(p.m * p.k, SEED_A));
    fill_i8(b, values_i32(p.k * p.n, SEED_B));
    fill_constant(c, p.m * p.n, 0x5A5A5A5A);
}

static void *gather(struct matrix matrix, intptr_t elements)
{
    uint32_t *copy = allocate((size_t)elements);
    matrix_gather(matrix, copy);
    return copy;
}

/* The reference: row by row, the inner loop along rows of B and C, so that it vectorises. */
static void product_i32(struct problem p, const int32_t *a, const int32_t *b, uint32_t *c)
{
    memset(c, 0, (size_t)(p.m * p.n) * sizeof *c);
    for (intptr_t i = 0; i < p.m; i++)
        for (intptr_t l = 0; l < p.k; l++) {
            const uint32_t factor = (uint32_t)a[i * p.k + l];
            for (intptr_t j = 0; j < p.n; j++)
                c[i * p.n + j] += factor * (uint32_t)b[l * p.n + j];
        }
}

static void product_f32(struct problem p, const float *a, const float *b, float *c)
{
    for (intptr_t i = 0; i < p.m * p.n; i++)
        c[i] = 0;
    for (intptr_t i = 0; i < p.m; i++)
        for (intptr_t l = 0; l < p.k; l++) {
            const float factor = a[i * p.k + l];
            for (intptr_t j = 0; j < p.n; j++)
                c[i * p.n + j] += factor * b[l * p.n + j];
        }
}

static int verdict(struct problem p, intptr_t mismatches)
{
    if (mismatches > 0) {
        fprintf(stderr, "matmul %dx%dx%d: %d of %d elements of C are wrong\n", (int)p.m, (int)p.n,
                (int)p.k, (int)mismatches, (int)(p.m * p.n));
        return -EBADMSG;
    }
    printf("matmul %dx%dx%d: verified\n", (int)p.m, (int)p.n, (int)p.k);
    return 0;
}

static intptr_t compare_i32(struct problem p, const int32_t *got, const int32_t *expected)
{
    intptr_t mismatches = 0;
    for (intptr_t i = 0; i < p.m * p.n; i++) {
        if (got[i] == expected[i])
            continue;
        if (mismatches++ < MISMATCHES_SHOWN)
            fprintf(stderr, "C[%d][%d] is %d, expected %d\n", (int)(i / p.n), (int)(i % p.n),
                    (int)got[i], (int)expected[i]);
    }
    return mismatches;
}

static float magnitude(float value)
{
    return value < 0 ? -value : value;
}

static intptr_t compare_f32(struct problem p, const float *got, const float *expected)
{
    intptr_t mismatches = 0;
    for (intptr_t i = 0; i < p.m * p.n; i++) {
        if (magnitude(got[i] - expected[i]) <= f32_tolerance * (1.0F + magnitude(expected[i])))
            continue;
        if (mismatches++ < MISMATCHES_SHOWN)
            fprintf(stderr, "C[%d][%d] is %g, expected %g\n", (int)(i / p.n), (int)(i % p.n),
                    (double)got[i], (double)expected[i]);
    }
    return mismatches;
}

int matmul_check_i32(struct matrix a, struct matrix b, struct matrix c)
{
    const struct problem p = problem_of(a, b, c);
    int32_t *in_a = values_i32(p.m * p.k, SEED_A);
    int32_t *in_b = values_i32(p.k * p.n, SEED_B);
    int32_t *got = gather(c, p.m * p.n);
    int32_t *expected = allocate((size_t)(p.m * p.n));
    product_i32(p, in_a, in_b, (uint32_t *)expected);
    const int result = verdict(p, compare_i32(p, got, expected));
    free(expected);
    free(got);
    free(in_b);
    free(in_a);
    return result;
}

int matmul_check_f32(struct matrix a, struct matrix b, struct matrix c)
{
    const struct problem p = problem_of(a, b, c);
    float *in_a = values_f32(p.m * p.k, SEED_A);
    float *in_b = values_f32(p.k * p.n, SEED_B);
    float *got = gather(c, p.m * p.n);
    float *expected = allocate((size_t)(p.m * p.n));
    product_f32(p, in_a, in_b, expected);
    const int result = verdict(p, compare_f32(p, got, expected));
    free(expected);
    free(got);
    free(in_b);
    free(in_a);
    return result;
}

static struct memref_2d_i32 row_major(int rows, int columns)
{
    int32_t *data = allocate((size_t)rows * (size_t)columns);
    return (struct memref_2d_i32){data, data, 0, {rows, columns}, {columns, 1}};
}

int matmul_run_i32(int m, int n, int k, void (*kernel)(int32_t *a, int32_t *b, int32_t *c))
{
    struct memref_2d_i32 a = row_major(m, k), b = row_major(k, n), c = row_major(m, n);
    const struct matrix any_a = {2, &a}, any_b = {2, &b}, any_c = {2, &c};
    matmul_initialise_i32(any_a, any_b, any_c);
    kernel(a.aligned, b.aligned, c.aligned);
    const int result = matmul_check_i32(any_a, any_b, any_c);
    free(a.allocated);
    free(b.allocated);
    free(c.allocated);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
