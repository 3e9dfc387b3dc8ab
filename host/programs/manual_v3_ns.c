/* Hand-written driver, accelerator v3, nothing stationary: opcode and both tiles in one send,
 * partial results added up on the CPU. */
#include "matmul_check.h"
#include "tiles.h"

enum { READ_A_READ_B_COMPUTE_SEND_C = 15 };

void matmul_call(int32_t *a, int32_t *b, int32_t *c);

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    clear(c, M * N);
    for (int m = 0; m < M; m += TILE)
        for (int n = 0; n < N; n += TILE)
            for (int k = 0; k < K; k += TILE) {
                unsigned int *next = dma_get_inbuffer();
                *next++ = READ_A_READ_B_COMPUTE_SEND_C;
                next = pack_a(next, a, m, k);
                pack_b(next, b, k, n);
                send_words(1 + 2 * TILE_WORDS);
                receive_words(TILE_WORDS);
                add_c(c, m, n, dma_get_outbuffer());
            }
}

int main(void)
{
    open_engine();
    const int status = matmul_run_i32(M, N, K, matmul_call);
    dma_free();
    return status;
}
