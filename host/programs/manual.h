/* What the hand-written drivers share: an opcode and its tiles are packed into the DMA buffer and
 * go in one send. ZS_VERSION is the accelerator's, 1 to 4. */
#ifndef ZEROSTAGE_HOST_MANUAL_H
#define ZEROSTAGE_HOST_MANUAL_H

#include <stdint.h>

#include "matmul_check.h"
#include "tiles.h"

#if ZS_VERSION < 4 && (ZS_TILE_M != ZS_TILE || ZS_TILE_N != ZS_TILE || ZS_TILE_K != ZS_TILE)
#error "only accelerator v4 has tiles of M x N x K: leave ZS_TILE_M, ZS_TILE_N and ZS_TILE_K out"
#endif

enum { READ_A = 1 << 0, READ_B = 1 << 1, COMPUTE = 1 << 2, SEND_C = 1 << 3 };

/* v2 sends each product at once, without being told to. */
enum { MULTIPLY = ZS_VERSION == 2 ? COMPUTE : COMPUTE | SEND_C };

/* The order of the loops and the way through a tile are the published drivers', since they decide
 * what these cost: B is packed column by column, so that words which are neighbours in the buffer
 * are not written one after the other. Without optimisation a word packed takes 14 loads and
 * stores, a word added 15; on the board both are about 15. */

/* The opcode, for what is packed behind it; returns the words in the buffer: v1 has no opcode, v4's
 * is followed by the tile's shape. */
static inline int pack_opcode(unsigned int opcode)
{
    unsigned int *const buffer = dma_get_inbuffer();
    int words = 0;
    if (ZS_VERSION > 1)
        buffer[words++] = opcode;
    if (ZS_VERSION == 4)
        buffer[words++] =
            (unsigned int)TILE_K << 20 | (unsigned int)TILE_N << 10 | (unsigned int)TILE_M;
    return words;
}

/* Pack the tile of A at row m, column k behind `words`; returns the words in the buffer then. */
static inline int pack_a(int words, const int32_t *a, int m, int k)
{
    unsigned int *const buffer = dma_get_inbuffer();
    for (int row = 0; row < TILE_M; row++)
        for (int column = 0; column < TILE_K; column++)
            buffer[words + TILE_K * row + column] = (unsigned int)a[(m + row) * K + k + column];
    return words + TILE_M * TILE_K;
}

/* Pack the tile of B at row k, column n behind `words`; returns the words in the buffer then. */
static inline int pack_b(int words, const int32_t *b, int k, int n)
{
    unsigned int *const buffer = dma_get_inbuffer();
    for (int column = 0; column < TILE_N; column++)
        for (int row = 0; row < TILE_K; row++)
            buffer[words + TILE_N * row + column] = (unsigned int)b[(k + row) * N + n + column];
    return words + TILE_K * TILE_N;
}

/* Receive the tile of C at row m, column n into its place, or add it to what is there. */
static inline void store_c(int32_t *c, int m, int n)
{
    receive_words(TILE_M * TILE_N);
    const unsigned int *const buffer = dma_get_outbuffer();
    for (int row = 0; row < TILE_M; row++)
        for (int column = 0; column < TILE_N; column++)
            c[(m + row) * N + n + column] = (int32_t)buffer[TILE_N * row + column];
}

static inline void add_c(int32_t *c, int m, int n)
{
    receive_words(TILE_M * TILE_N);
    const unsigned int *const buffer = dma_get_outbuffer();
    uint32_t *const tile = (uint32_t *)&c[m * N + n]; /* unsigned: wraps, as the accelerator does */
    for (int row = 0; row < TILE_M; row++)
        for (int column = 0; column < TILE_N; column++)
            tile[N * row + column] += buffer[TILE_N * row + column];
}

/* The kernel: C = A x B, row-major. */
void matmul_call(int32_t *a, int32_t *b, int32_t *c);

int main(void)
{
    open_engine();
    const int status = matmul_run_i32(M, N, K, matmul_call);
    dma_free();
    return status;
}

#endif
