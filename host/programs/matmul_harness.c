/* main() of a generated kernel: the compiler's matmul_program() allocates the matrices where it
 * wants them and calls back to have them filled and checked. -DZS_TYPE_F32: float elements;
 * -DZS_TYPE_I8: int8 elements of A and B, int32 ones of C.
 * ZS_HOST_WRITES: how often A and B are filled; ZS_HOST_READS: how often C is read back besides the
 * check, by words, ZS_HOST_READ_BYTE: by bytes, ZS_HOST_READ_COPY: by memcpy; ZS_POST_PROCESS: bias
 * and ReLU on C. */
#include <stdint.h>
#include <stdlib.h>

#include "host_touch.h"
#include "matmul_check.h"

#ifdef ZS_TYPE_F32
#define INITIALISE matmul_initialise_f32
#define CHECK      matmul_check_f32
#elif defined ZS_TYPE_I8
#define INITIALISE matmul_initialise_i8
#define CHECK      matmul_check_i32 /* the same values, in fewer bits */
#else
#define INITIALISE matmul_initialise_i32
#define CHECK      matmul_check_i32
#endif

#ifndef ZS_HOST_WRITES
#define ZS_HOST_WRITES 1
#endif
#ifndef ZS_HOST_READS
#define ZS_HOST_READS 0
#endif
#ifdef ZS_HOST_READ_BYTE
#define READ_BACK read_back_bytes_i32
#elif defined ZS_HOST_READ_COPY
#define READ_BACK read_back_copy_i32
#else
#define READ_BACK read_back_i32
#endif

/* Written, so that reading back is not left out. */
static volatile uint32_t checksum;

void matmul_program(void);
void host_initialise(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c);
void host_check(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c);

__attribute__((noinline)) void host_initialise(int64_t rank_a, void *a, int64_t rank_b, void *b,
                                               int64_t rank_c, void *c)
{
    for (int i = 0; i < ZS_HOST_WRITES; i++)
        INITIALISE((struct matrix){rank_a, a}, (struct matrix){rank_b, b},
                   (struct matrix){rank_c, c});
}

__attribute__((noinline)) void host_check(int64_t rank_a, void *a, int64_t rank_b, void *b,
                                          int64_t rank_c, void *c)
{
    const struct matrix result = {rank_c, c};
    if (CHECK((struct matrix){rank_a, a}, (struct matrix){rank_b, b}, result) != 0)
        exit(EXIT_FAILURE);
    for (int i = 0; i < ZS_HOST_READS; i++)
        checksum += READ_BACK(result);
#ifdef ZS_POST_PROCESS
    if (post_process_and_check_i32(result) != 0)
        exit(EXIT_FAILURE);
#endif
}

int main(void)
{
    matmul_program();
    return EXIT_SUCCESS;
}
