/* Scatter-gather descriptors of the AXI DMA as they lie in memory (PG021). */
#ifndef ZEROSTAGE_DMA_DESCRIPTOR_H
#define ZEROSTAGE_DMA_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum axi_dma_descriptor_layout {
    DESCRIPTOR_NXTDESC = 0x00,
    DESCRIPTOR_BUFFER = 0x08,
    DESCRIPTOR_STRIDE_VSIZE = 0x14, /* multichannel form only */
    DESCRIPTOR_CONTROL = 0x18,
    DESCRIPTOR_STATUS = 0x1c,
    DESCRIPTOR_FETCH_BYTES = 0x20 /* the words that the engine fetches */
};

enum axi_dma_descriptor_bits {
    DESCRIPTOR_LENGTH_MASK = (1u << 26) - 1,
    DESCRIPTOR_HSIZE_MASK = (1u << 16) - 1, /* CONTROL in the multichannel form */
    DESCRIPTOR_STRIDE_MASK = (1u << 16) - 1,
    DESCRIPTOR_VSIZE_SHIFT = 19,
    DESCRIPTOR_EOF = 1u << 26, /* CONTROL: TXEOF; STATUS of S2MM: RXEOF */
    DESCRIPTOR_SOF = 1u << 27, /* CONTROL: TXSOF; STATUS of S2MM: RXSOF */
    DESCRIPTOR_INTERNAL_ERROR = 1u << 28,
    DESCRIPTOR_SLAVE_ERROR = 1u << 29,
    DESCRIPTOR_DECODE_ERROR = 1u << 30
};
static const uint32_t DESCRIPTOR_COMPLETE = UINT32_C(1) << 31;

struct axi_dma_descriptor {
    uint64_t next;
    uint64_t buffer;
    uint32_t row_bytes;    /* without the multichannel form: the length, as one row */
    uint32_t rows;         /* may be 0 in memory, which no engine can execute */
    uint32_t stride_bytes; /* between the first bytes of rows */
    bool start_of_frame, end_of_frame, complete;
};

/* Take apart the DESCRIPTOR_FETCH_BYTES at `words`, in the multichannel form (2-D) or not. */
struct axi_dma_descriptor axi_dma_descriptor_decode(const uint32_t *words, bool multichannel);

#ifdef __cplusplus
}
#endif
#endif
