/* What a program does with the result besides checking it: the host's own touches.
 *
 * Works in place, whatever layout and memory C has: where no cache serves it, each touch pays.
 */
#ifndef ZEROSTAGE_HOST_HOST_TOUCH_H
#define ZEROSTAGE_HOST_HOST_TOUCH_H

#include <stdint.h>

#include "matmul_check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Read every element once, as words or as bytes; the sum of what was read, modulo 2^32. */
uint32_t read_back_i32(struct matrix c);
uint32_t read_back_bytes_i32(struct matrix c);

/* Read every element once by memcpy, a row of a tile (or 256 elements) at a time; the sum of the
 * pieces' last elements. */
uint32_t read_back_copy_i32(struct matrix c);

/* C[i][j] = max(0, C[i][j] + bias(j)), read and written once: what follows a layer of a network. */
void post_process_bias_relu_i32(struct matrix c);

/* The same on a copy on the heap: post-process C and compare. Returns 0, or -EBADMSG with a message
 * on stderr. */
int post_process_and_check_i32(struct matrix c);

#ifdef __cplusplus
}
#endif
#endif
