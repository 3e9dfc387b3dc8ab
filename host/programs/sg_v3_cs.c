/* Hand-written driver, accelerator v3, C stationary, for an engine with scatter-gather: the
 * opcode and the strided tiles of A and B are one descriptor chain, and a tile of C is received
 * in its place. No tile is copied. With ZS_2D the engine is in the multichannel form, and a tile
 * is one descriptor. */
#include <string.h>

#include "axi_dma_sg.h"
#include "matmul_check.h"
#include "tiles.h"

enum {
    READ_A_READ_B_COMPUTE = 7,
    SEND_C = 8,
    WORD_BYTES = sizeof(int32_t),
    DESCRIPTORS = 1 + 2 * TILE /* the longest packet: an opcode, rows of A and of B */
};

static int32_t *allocate(enum dma_region region, int words)
{
    int32_t *memory = dma_alloc(region, (size_t)words * WORD_BYTES, 64);
    if (!memory)
        exit(EXIT_FAILURE);
    return memory;
}

static struct dma_rows tile_of(int32_t *matrix, int row, int column, int columns)
{
    return (struct dma_rows){&matrix[row * columns + column], TILE, TILE * WORD_BYTES,
                             (unsigned int)(columns * WORD_BYTES)};
}

static struct dma_rows word_at(int32_t *word)
{
    return (struct dma_rows){word, 1, WORD_BYTES, WORD_BYTES};
}

static void send(const struct dma_rows *parts, size_t count)
{
    if (dma_start_send_chain(parts, count) != 0)
        exit(EXIT_FAILURE);
    dma_wait_send_chain();
}

static void multiply(int32_t *a, int32_t *b, int32_t *c, int32_t *opcodes)
{
    const struct dma_rows send_c = word_at(&opcodes[1]);
    for (int m = 0; m < M; m += TILE)
        for (int n = 0; n < N; n += TILE) {
            const struct dma_rows c_tile = tile_of(c, m, n, N);
            if (dma_start_recv_chain(&c_tile, 1) != 0)
                exit(EXIT_FAILURE);
            for (int k = 0; k < K; k += TILE) {
                const struct dma_rows parts[] = {word_at(&opcodes[0]), tile_of(a, m, k, K),
                                                 tile_of(b, k, n, N)};
                send(parts, 3);
            }
            send(&send_c, 1);
            dma_wait_recv_chain();
        }
}

void matmul_call(int32_t *a, int32_t *b, int32_t *c);

/* Whole matrices move between the heap and DMA memory once. */
__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    int32_t *const dma_a = allocate(DMA_REGION_IN, M * K);
    int32_t *const dma_b = allocate(DMA_REGION_IN, K * N);
    int32_t *const dma_c = allocate(DMA_REGION_OUT, M * N);
    int32_t *const opcodes = allocate(DMA_REGION_IN, 2);

    opcodes[0] = READ_A_READ_B_COMPUTE;
    opcodes[1] = SEND_C;
    memcpy(dma_a, a, M * K * WORD_BYTES);
    memcpy(dma_b, b, K * N * WORD_BYTES);
    multiply(dma_a, dma_b, dma_c, opcodes);
    memcpy(c, dma_c, M * N * WORD_BYTES);
    dma_release(opcodes);
    dma_release(dma_c);
    dma_release(dma_b);
    dma_release(dma_a);
}

int main(void)
{
    open_engine();
#ifdef ZS_2D
    const int error = dma_open_2d_chains(DESCRIPTORS);
#else
    const int error = dma_open_chains(DESCRIPTORS);
#endif
    if (error != 0)
        return EXIT_FAILURE;
    const int status = matmul_run_i32(M, N, K, matmul_call);
    dma_close_chains();
    dma_free();
    return status;
}
