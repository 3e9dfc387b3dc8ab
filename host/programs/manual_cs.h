/* C stationary: the accelerator adds up, and a tile of C comes back when it is complete. */
#include "manual.h"

#if ZS_VERSION < 3
#error "accelerators v1 and v2 keep no tile of C"
#endif

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    for (int m = 0; m < M; m += TILE_M)
        for (int n = 0; n < N; n += TILE_N) {
            for (int k = 0; k < K; k += TILE_K) {
                int words = pack_opcode(READ_A | READ_B | COMPUTE);
                words = pack_a(words, a, m, k);
                words = pack_b(words, b, k, n);
                send_words(words);
            }
            send_words(pack_opcode(SEND_C));
            store_c(c, m, n);
        }
}
