/* Hand-written driver, accelerator v3, C stationary: opcode and both tiles in one send; the
 * accelerator adds up, and a tile of C comes back when it is complete. */
#include "matmul_check.h"
#include "tiles.h"

enum { READ_A_READ_B_COMPUTE = 7, SEND_C = 8 };

static void multiply_tiles(const int32_t *a, const int32_t *b, int m, int n, int k)
{
    unsigned int *next = dma_get_inbuffer();
    *next++ = READ_A_READ_B_COMPUTE;
    next = pack_a(next, a, m, k);
    pack_b(next, b, k, n);
    send_words(1 + 2 * TILE_WORDS);
}

static void fetch_result(int32_t *c, int m, int n)
{
    *dma_get_inbuffer() = SEND_C;
    send_words(1);
    receive_words(TILE_WORDS);
    store_c(c, m, n, dma_get_outbuffer());
}

void matmul_call(int32_t *a, int32_t *b, int32_t *c);

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    for (int m = 0; m < M; m += TILE)
        for (int n = 0; n < N; n += TILE) {
            for (int k = 0; k < K; k += TILE)
                multiply_tiles(a, b, m, n, k);
            fetch_result(c, m, n);
        }
}

int main(void)
{
    open_engine();
    const int status = matmul_run_i32(M, N, K, matmul_call);
    dma_free();
    return status;
}
