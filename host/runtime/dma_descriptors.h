/* AXI DMA v7.1 with scatter-gather: descriptors, registers and bits, from PG021. */
#ifndef ZEROSTAGE_HOST_DMA_DESCRIPTORS_H
#define ZEROSTAGE_HOST_DMA_DESCRIPTORS_H

#include <stdint.h>

struct dma_descriptor {
    uint32_t next, next_msb;
    uint32_t buffer, buffer_msb;
    uint32_t reserved;
    uint32_t shape;   /* 2-D: stride in bytes, and rows << DESCRIPTOR_ROWS_SHIFT */
    uint32_t control; /* length in bytes (2-D: of a row), DESCRIPTOR_* */
    uint32_t status;  /* written by the engine; must be 0 before */
    uint32_t application[5];
    uint32_t alignment[3]; /* descriptors start at multiples of 64 bytes */
};

enum {
    DESCRIPTOR_BYTES = 64,
    DESCRIPTOR_MAX_LENGTH = (1 << 26) - 1,
    DESCRIPTOR_MAX_ROW = (1 << 16) - 1, /* 2-D: HSIZE, STRIDE */
    DESCRIPTOR_MAX_ROWS = (1 << 13) - 1,
    DESCRIPTOR_ROWS_SHIFT = 19,
    DESCRIPTOR_LAST = 1 << 26, /* TXEOF; in a received packet's status RXEOF */
    DESCRIPTOR_FIRST = 1 << 27 /* TXSOF */
};

/* Offsets from a channel's control register. */
enum { CHANNEL_CURRENT_DESCRIPTOR = 0x08, CHANNEL_TAIL_DESCRIPTOR = 0x10 };

enum {
    STATUS_SG_INCLUDED = 1 << 3,
    STATUS_SG_INTERNAL_ERROR = 1 << 8, /* SGIntErr */
    STATUS_SG_SLAVE_ERROR = 1 << 9,    /* SGSlvErr */
    STATUS_SG_DECODE_ERROR = 1 << 10   /* SGDecErr */
};

#endif
