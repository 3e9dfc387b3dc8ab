/* Run a generated kernel against the accelerator model: is the result right, and did as many
 * transfers and words go as the flow says?
 *
 * Arguments: version size M N K, then the seven counts of struct fake_counts that are expected.
 * Prints a hash of what went over the wire.
 */
#include "fake_axi_dma.h"
#include "memref.h"
#include "stream_accelerator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void matmul_program(void);
void host_initialise(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c);
void host_check(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c);
intptr_t host_size(intptr_t which);

#ifdef ZS_F32
typedef struct memref_2d_f32 matrix;
typedef struct memref_4d_f32 tiled_matrix;
#else
typedef struct memref_2d_i32 matrix;
typedef struct memref_4d_i32 tiled_matrix;
#endif
ZS_MEMREF(padded_matrix, element, 6);
#if defined ZS_F32
typedef struct memref_2d_f32 input_matrix;
typedef struct memref_4d_f32 tiled_input_matrix;
#elif defined ZS_I8
typedef struct memref_2d_i8 input_matrix;
typedef struct memref_4d_i8 tiled_input_matrix;
#else
typedef struct memref_2d_i32 input_matrix;
typedef struct memref_4d_i32 tiled_input_matrix;
#endif
ZS_MEMREF(padded_input_matrix, input_element, 6);

/* What C holds before the kernel; a kernel that fills C with zero drops it. */
#ifdef ZS_C_IS_FILLED
enum { C_BEFORE = 0 };
#else
enum { C_BEFORE = 3 };
#endif

static intptr_t rows_m, columns_n, inner_k;
static int was_checked;

/* The element (row, column) of a row-major, tile-major, or tile-major and padded matrix. */
#define DEFINE_AT(name, element, matrix, tiled_matrix, padded_matrix)                              \
    static element *name(int64_t rank, void *descriptor, intptr_t row, intptr_t column)            \
    {                                                                                              \
        const matrix *m = descriptor;                                                              \
        const tiled_matrix *t = descriptor;                                                        \
        const padded_matrix *p = descriptor;                                                       \
                                                                                                   \
        if (rank == 6)                                                                             \
            return &p->aligned[p->offset + row / p->sizes[4] * p->strides[2] +                     \
                               column / p->sizes[5] * p->strides[3] +                              \
                               row % p->sizes[4] * p->strides[4] +                                 \
                               column % p->sizes[5] * p->strides[5]];                              \
        if (rank == 2)                                                                             \
            return &m->aligned[m->offset + row * m->strides[0] + column * m->strides[1]];          \
        return &t->aligned[t->offset + row / t->sizes[2] * t->strides[0] +                         \
                           column / t->sizes[3] * t->strides[1] +                                  \
                           row % t->sizes[2] * t->strides[2] +                                     \
                           column % t->sizes[3] * t->strides[3]];                                  \
    }

DEFINE_AT(at_result, element, matrix, tiled_matrix, struct padded_matrix)
DEFINE_AT(at_input, input_element, input_matrix, tiled_input_matrix, struct padded_input_matrix)

/* Small integers, all different in a neighbourhood: exact in float too. */
static input_element value_a(intptr_t row, intptr_t column)
{
    return (input_element)((row * 7 + column * 3) % 23 - 11);
}

static input_element value_b(intptr_t row, intptr_t column)
{
    return (input_element)((row * 5 + column * 11) % 19 - 9);
}

intptr_t host_size(intptr_t which)
{
    const intptr_t sizes[] = {rows_m, columns_n, inner_k};

    return sizes[which];
}

/* A padded matrix says how large it is itself. */
static void check_size(int64_t rank, const void *descriptor, intptr_t rows, intptr_t columns)
{
    const struct padded_matrix *padded = descriptor;

    if (rank == 6 && (padded->sizes[0] != rows || padded->sizes[1] != columns)) {
        fprintf(stderr, "a padded matrix says that it is %" PRIdPTR "x%" PRIdPTR "\n",
                padded->sizes[0], padded->sizes[1]);
        exit(EXIT_FAILURE);
    }
}

void host_initialise(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c)
{
    check_size(rank_a, a, rows_m, inner_k);
    check_size(rank_b, b, inner_k, columns_n);
    check_size(rank_c, c, rows_m, columns_n);
    for (intptr_t m = 0; m < rows_m; m++)
        for (intptr_t k = 0; k < inner_k; k++)
            *at_input(rank_a, a, m, k) = value_a(m, k);
    for (intptr_t k = 0; k < inner_k; k++)
        for (intptr_t n = 0; n < columns_n; n++)
            *at_input(rank_b, b, k, n) = value_b(k, n);
    for (intptr_t m = 0; m < rows_m; m++)
        for (intptr_t n = 0; n < columns_n; n++)
            *at_result(rank_c, c, m, n) = (element)3;
}

void host_check(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c)
{
    (void)rank_a, (void)a, (void)rank_b, (void)b;
    for (intptr_t m = 0; m < rows_m; m++) {
        for (intptr_t n = 0; n < columns_n; n++) {
            element expected = (element)C_BEFORE;

            for (intptr_t k = 0; k < inner_k; k++)
                expected += value_a(m, k) * value_b(k, n);
            if (*at_result(rank_c, c, m, n) != expected) {
                fprintf(stderr, "C[%" PRIdPTR "][%" PRIdPTR "] is %g, expected %g\n", m, n,
                        (double)*at_result(rank_c, c, m, n), (double)expected);
                exit(EXIT_FAILURE);
            }
        }
    }
    was_checked = 1;
}

static int differs(const char *what, int64_t counted, const char *expected)
{
    if (counted == strtoll(expected, NULL, 10))
        return 0;
    fprintf(stderr, "%s: %" PRId64 ", expected %s\n", what, counted, expected);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 13) {
        fprintf(stderr, "expected 12 arguments, not %d\n", argc - 1);
        return EXIT_FAILURE;
    }
    fake_axi_dma_setup((int)strtol(argv[1], NULL, 10), (int)strtol(argv[2], NULL, 10));
    rows_m = strtol(argv[3], NULL, 10);
    columns_n = strtol(argv[4], NULL, 10);
    inner_k = strtol(argv[5], NULL, 10);

    matmul_program();

    const struct fake_counts counts = fake_axi_dma_counts();
    int wrong = !was_checked;
    wrong |= differs("sends", counts.sends, argv[6]);
    wrong |= differs("receives", counts.receives, argv[7]);
    wrong |= differs("words in", counts.words_in, argv[8]);
    wrong |= differs("words out", counts.words_out, argv[9]);
    wrong |= differs("staging copies in", counts.copies_in, argv[10]);
    wrong |= differs("staging copies out", counts.copies_out, argv[11]);
    wrong |= differs("accumulations", counts.accumulations, argv[12]);
    printf("wire %016" PRIx64 "\n", counts.wire_hash);
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
