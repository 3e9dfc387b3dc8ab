/* Cycles of an R x C systolic array for an M x N x K product, operands always there.
 *
 * The product is cut into folds that fit the array; a fold streams its long dimension through,
 * skewed by one cycle a row and a column. Counted from the first operand to the last result, these
 * are the published closed forms of SCALE-Sim v2.
 */
#ifndef ZEROSTAGE_ACCEL_SYSTOLIC_H
#define ZEROSTAGE_ACCEL_SYSTOLIC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct systolic_shape {
    uint32_t m, n, k;
};

struct systolic_array {
    uint32_t rows, columns;
};

/* ceil(M/R) ceil(N/C) (K + R + C - 2) - 1 */
uint64_t systolic_output_stationary(struct systolic_array array, struct systolic_shape shape);
/* ceil(K/R) ceil(N/C) (M + 2R + C - 2) - 1 */
uint64_t systolic_weight_stationary(struct systolic_array array, struct systolic_shape shape);
/* ceil(K/R) ceil(M/C) (N + 2R + C - 2) - 1 */
uint64_t systolic_input_stationary(struct systolic_array array, struct systolic_shape shape);

#ifdef __cplusplus
}
#endif
#endif
