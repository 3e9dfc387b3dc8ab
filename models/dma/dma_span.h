/* How much of memory a channel has touched: from the lowest to the highest address it moved. */
#ifndef ZEROSTAGE_DMA_SPAN_H
#define ZEROSTAGE_DMA_SPAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dma_span {
    uint64_t low, bytes; /* bytes only grows, as a counter has to */
};

/* All zero is a span of nothing. */
void dma_span_add(struct dma_span *span, uint64_t address, uint64_t bytes);

#ifdef __cplusplus
}
#endif
#endif
