/* Bytes by buffer: of the two that the DMA engine works on, and of all other memory. */
#ifndef ZEROSTAGE_DRAM_DRAM_BUFFERS_H
#define ZEROSTAGE_DRAM_DRAM_BUFFERS_H

#include "dram/dram_core.h"

#ifdef __cplusplus
extern "C" {
#endif

enum dram_buffer {
    DRAM_BUFFER_INPUT,
    DRAM_BUFFER_OUTPUT,
    DRAM_BUFFER_ELSEWHERE, /* heap, stack, code */
    DRAM_BUFFERS
};

struct dram_range {
    uint64_t first, bytes;
};

struct dram_buffers {
    struct dram_range input, output;
    uint64_t bytes[DRAM_BUFFERS][DRAM_CLASSES];
};

/* "input", "output", "elsewhere" */
const char *dram_buffer_name(enum dram_buffer buffer);

/* A request lies in one buffer: those are whole pages, which no burst and no line crosses. */
void dram_buffers_count(struct dram_buffers *buffers, const struct dram_request *request);

#ifdef __cplusplus
}
#endif
#endif
