#include "dma/dma_span.h"

void dma_span_add(struct dma_span *span, uint64_t address, uint64_t bytes)
{
    if (bytes == 0) {
        return;
    }
    if (span->bytes == 0) {
        *span = (struct dma_span){.low = address, .bytes = bytes};
        return;
    }
    uint64_t high = span->low + span->bytes;
    if (address + bytes > high) {
        high = address + bytes;
    }
    if (address < span->low) {
        span->low = address;
    }
    span->bytes = high - span->low;
}
