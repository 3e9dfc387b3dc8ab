/* Nothing stationary: both tiles in one send, partial results added up on the CPU. */
#include "manual.h"

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    clear(c, M * N);
    for (int k = 0; k < K; k += TILE_K)
        for (int n = 0; n < N; n += TILE_N)
            for (int m = 0; m < M; m += TILE_M) {
                int words = pack_opcode(READ_A | READ_B | MULTIPLY);
                words = pack_a(words, a, m, k);
                words = pack_b(words, b, k, n);
                send_words(words);
                add_c(c, m, n);
            }
}
