/* main() of a generated kernel: the compiler's matmul_program() allocates the matrices where it
 * wants them and calls back to have them filled and checked. -DZS_TYPE_F32: float elements. */
#include <stdint.h>
#include <stdlib.h>

#include "matmul_check.h"

#ifdef ZS_TYPE_F32
#define INITIALISE matmul_initialise_f32
#define CHECK      matmul_check_f32
#else
#define INITIALISE matmul_initialise_i32
#define CHECK      matmul_check_i32
#endif

void matmul_program(void);
void host_initialise(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c);
void host_check(int64_t rank_a, void *a, int64_t rank_b, void *b, int64_t rank_c, void *c);

__attribute__((noinline)) void host_initialise(int64_t rank_a, void *a, int64_t rank_b, void *b,
                                               int64_t rank_c, void *c)
{
    INITIALISE((struct matrix){rank_a, a}, (struct matrix){rank_b, b}, (struct matrix){rank_c, c});
}

__attribute__((noinline)) void host_check(int64_t rank_a, void *a, int64_t rank_b, void *b,
                                          int64_t rank_c, void *c)
{
    if (CHECK((struct matrix){rank_a, a}, (struct matrix){rank_b, b}, (struct matrix){rank_c, c}) !=
        0)
        exit(EXIT_FAILURE);
}

int main(void)
{
    matmul_program();
    return EXIT_SUCCESS;
}
