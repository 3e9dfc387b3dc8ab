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

/* The buffer's next word behind the opcode; v1 has none, v4's is followed by the tile's shape. */
static inline unsigned int *pack_opcode(unsigned int opcode)
{
    unsigned int *next = dma_get_inbuffer();
    if (ZS_VERSION > 1)
        *next++ = opcode;
    if (ZS_VERSION == 4)
        *next++ = (unsigned int)TILE_K << 20 | (unsigned int)TILE_N << 10 | (unsigned int)TILE_M;
    return next;
}

static inline void send_packed(const unsigned int *end)
{
    send_words((int)(end - dma_get_inbuffer()));
}

/* The loops below index plainly and count words as they go: without optimisation each index costs
 * its loads and stores, and the measured drivers make about 13 of them a word packed and 19 a word
 * added (PYNQ-Z2 rows, manual drivers: 15.8 L1D accesses a word over sizes 4, 8 and 16). */

/* Pack the tile of A at row m, column k; returns the buffer's next word. */
static inline unsigned int *pack_a(unsigned int *buffer, const int32_t *a, int m, int k)
{
    int words = 0;
    for (int row = 0; row < TILE_M; row++)
        for (int column = 0; column < TILE_K; column++)
            buffer[words++] = (unsigned int)a[(m + row) * K + k + column];
    return buffer + words;
}

/* Pack the tile of B at row k, column n; returns the buffer's next word. */
static inline unsigned int *pack_b(unsigned int *buffer, const int32_t *b, int k, int n)
{
    int words = 0;
    for (int row = 0; row < TILE_K; row++)
        for (int column = 0; column < TILE_N; column++)
            buffer[words++] = (unsigned int)b[(k + row) * N + n + column];
    return buffer + words;
}

/* Receive the tile of C at row m, column n into its place, or add it to what is there. */
static inline void store_c(int32_t *c, int m, int n)
{
    const unsigned int *buffer = dma_get_outbuffer();
    int words = 0;
    receive_words(TILE_M * TILE_N);
    for (int row = 0; row < TILE_M; row++)
        for (int column = 0; column < TILE_N; column++)
            c[(m + row) * N + n + column] = (int32_t)buffer[words++];
}

static inline void add_c(int32_t *c, int m, int n)
{
    const unsigned int *buffer = dma_get_outbuffer();
    int words = 0;
    receive_words(TILE_M * TILE_N);
    for (int row = 0; row < TILE_M; row++)
        for (int column = 0; column < TILE_N; column++)
            c[(m + row) * N + n + column] =
                (int32_t)((uint32_t)c[(m + row) * N + n + column] + buffer[words++]);
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
