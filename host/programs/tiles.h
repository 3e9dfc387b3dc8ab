/* Tiles of row-major matrices, copied and accumulated the plain way: for the hand-written drivers.
 */
#ifndef ZEROSTAGE_HOST_TILES_H
#define ZEROSTAGE_HOST_TILES_H

#include <stdint.h>
#include <stdlib.h>

#include "axi_dma.h"
#include "problem.h"

static inline void open_engine(void)
{
    dma_init(ZS_DMA_ADDRESS, ZS_DMA_IN_ADDRESS, ZS_DMA_IN_BYTES, ZS_DMA_OUT_ADDRESS,
             ZS_DMA_OUT_BYTES);
}

/* A start that fails has told why; what follows would be wrong. */
static inline void send_words(int words)
{
    if (dma_start_send(words, 0) != 0)
        exit(EXIT_FAILURE);
    dma_wait_send();
}

static inline void receive_words(int words)
{
    if (dma_start_recv(words, 0) != 0)
        exit(EXIT_FAILURE);
    dma_wait_recv();
}

/* The loops below index plainly and count words as they go: without optimisation each index costs
 * its loads and stores, and the measured drivers make about 13 of them a word packed and 19 a word
 * added (PYNQ-Z2 rows, manual drivers: 15.8 L1D accesses a word over sizes 4, 8 and 16). */

/* Pack the tile of A at row m, column k; returns the buffer's next word. */
static inline unsigned int *pack_a(unsigned int *buffer, const int32_t *a, int m, int k)
{
    int words = 0;
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            buffer[words++] = (unsigned int)a[(m + row) * K + k + column];
    return buffer + words;
}

/* Pack the tile of B at row k, column n; returns the buffer's next word. */
static inline unsigned int *pack_b(unsigned int *buffer, const int32_t *b, int k, int n)
{
    int words = 0;
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            buffer[words++] = (unsigned int)b[(k + row) * N + n + column];
    return buffer + words;
}

static inline void store_c(int32_t *c, int m, int n, const unsigned int *buffer)
{
    int words = 0;
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            c[(m + row) * N + n + column] = (int32_t)buffer[words++];
}

static inline void add_c(int32_t *c, int m, int n, const unsigned int *buffer)
{
    int words = 0;
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            c[(m + row) * N + n + column] =
                (int32_t)((uint32_t)c[(m + row) * N + n + column] + buffer[words++]);
}

static inline void clear(int32_t *values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = 0;
}

#endif
