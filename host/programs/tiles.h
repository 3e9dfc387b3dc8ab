/* What programs without a compiler do to the engine and to matrices. */
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

static inline void clear(int32_t *values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = 0;
}

#endif
