/* A stationary: a tile of A is sent once for a row of B's tiles; partial results are added up on
 * the CPU. */
#include "manual.h"

#if ZS_VERSION < 2
#error "accelerator v1 keeps no tile of A"
#endif

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    clear(c, M * N);
    for (int k = 0; k < K; k += TILE_K)
        for (int m = 0; m < M; m += TILE_M) {
            send_words(pack_a(pack_opcode(READ_A), a, m, k));
            for (int n = 0; n < N; n += TILE_N) {
                send_words(pack_b(pack_opcode(READ_B | MULTIPLY), b, k, n));
                add_c(c, m, n);
            }
        }
}
