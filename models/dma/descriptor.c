#include "dma/descriptor.h"

static uint32_t word_at(const uint32_t *words, uint32_t offset)
{
    return words[offset / sizeof(*words)];
}

static uint64_t address_at(const uint32_t *words, uint32_t offset)
{
    return word_at(words, offset) | (uint64_t)word_at(words, offset + (uint32_t)sizeof(*words))
                                        << 32;
}

struct axi_dma_descriptor axi_dma_descriptor_decode(const uint32_t *words, bool multichannel)
{
    uint32_t control = word_at(words, DESCRIPTOR_CONTROL);
    uint32_t shape = word_at(words, DESCRIPTOR_STRIDE_VSIZE);

    return (struct axi_dma_descriptor){
        .next = address_at(words, DESCRIPTOR_NXTDESC),
        .buffer = address_at(words, DESCRIPTOR_BUFFER),
        .row_bytes = control & (multichannel ? DESCRIPTOR_HSIZE_MASK : DESCRIPTOR_LENGTH_MASK),
        .rows = multichannel ? shape >> DESCRIPTOR_VSIZE_SHIFT : 1,
        .stride_bytes = multichannel ? shape & DESCRIPTOR_STRIDE_MASK : 0,
        .start_of_frame = control & DESCRIPTOR_SOF,
        .end_of_frame = control & DESCRIPTOR_EOF,
        .complete = word_at(words, DESCRIPTOR_STATUS) & DESCRIPTOR_COMPLETE,
    };
}
