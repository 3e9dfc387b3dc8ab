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

struct axi_dma_descriptor axi_dma_descriptor_decode(const uint32_t *words)
{
    uint32_t control = word_at(words, DESCRIPTOR_CONTROL);

    return (struct axi_dma_descriptor){
        .next = address_at(words, DESCRIPTOR_NXTDESC),
        .buffer = address_at(words, DESCRIPTOR_BUFFER),
        .length_bytes = control & DESCRIPTOR_LENGTH_MASK,
        .start_of_frame = control & DESCRIPTOR_SOF,
        .end_of_frame = control & DESCRIPTOR_EOF,
        .complete = word_at(words, DESCRIPTOR_STATUS) & DESCRIPTOR_COMPLETE,
    };
}
