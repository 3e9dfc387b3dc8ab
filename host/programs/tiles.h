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

/* Pack the tile at `tile`, of a matrix with `columns` columns; returns the buffer's next word. */
static inline unsigned int *pack_tile(unsigned int *buffer, const int32_t *tile, int columns)
{
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            *buffer++ = (unsigned int)tile[row * columns + column];
    return buffer;
}

static inline void store_tile(int32_t *tile, int columns, const unsigned int *buffer)
{
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            tile[row * columns + column] = (int32_t)*buffer++;
}

static inline void add_tile(int32_t *tile, int columns, const unsigned int *buffer)
{
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++) {
            int32_t *sum = &tile[row * columns + column];
            *sum = (int32_t)((uint32_t)*sum + *buffer++);
        }
}

static inline void clear(int32_t *values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = 0;
}

#endif
