/* Inputs for a matmul, and the check of its result: shared by the harness and hand-written drivers.
 *
 * Matrices come as memref descriptors of rank 2 (any strides), rank 4 (tile-major: sizes
 * {rows/tm, columns/tn, tm, tn}) or rank 6 (tile-major, and padded where the tiles reach over the
 * edge: the matrix's rows and columns, of stride 0, before the four). A is MxK, B KxN, C MxN. The
 * values are small, signed and a function of their position in the matrix alone: the same for each
 * layout.
 */
#ifndef ZEROSTAGE_HOST_MATMUL_CHECK_H
#define ZEROSTAGE_HOST_MATMUL_CHECK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A matrix in whatever layout its descriptor says. */
struct matrix {
    int64_t rank;
    void *descriptor;
};

/* Fill A and B with the test values and C with a value that no result has to be left at.
 * Wrong ranks or shapes end the program with a message. */
void matmul_initialise_i32(struct matrix a, struct matrix b, struct matrix c);
void matmul_initialise_f32(struct matrix a, struct matrix b, struct matrix c);
void matmul_initialise_i8(struct matrix a, struct matrix b, struct matrix c); /* C: int32 */

/* Compare C with a plain product of the values that A and B were filled with. Prints "matmul MxNxK:
 * verified" and returns 0, or prints the first mismatches with their indices on stderr and returns
 * -EBADMSG. */
int matmul_check_i32(struct matrix a, struct matrix b, struct matrix c);
int matmul_check_f32(struct matrix a, struct matrix b, struct matrix c);

/* A whole program around a hand-written kernel: allocate row-major int32 matrices on the heap,
 * initialise, call `kernel` once, check, free. Returns main()'s exit status. */
int matmul_run_i32(int m, int n, int k, void (*kernel)(int32_t *a, int32_t *b, int32_t *c));

#ifdef __cplusplus
}
#endif
#endif
