/* The DMA runtime's API (axi_dma.h) in one process, with an accelerator model on the other end.
 *
 * It ends the program with a message on any misuse that would hang or corrupt a board: a wait
 * without a start, a transfer outside the regions, memory that was not released, a receive of more
 * or less than the accelerator's packet.
 */
#ifndef ZEROSTAGE_TEST_FAKE_AXI_DMA_H
#define ZEROSTAGE_TEST_FAKE_AXI_DMA_H

#include <stdint.h>

struct fake_counts {
    int64_t sends;
    int64_t receives;
    int64_t words_in;
    int64_t words_out;
    int64_t copies_in;
    int64_t copies_out;
    int64_t accumulations;
    uint64_t wire_hash; /* of every transfer's direction, length and words, in their order */
};

/* Choose the accelerator, before dma_init. */
void fake_axi_dma_setup(int version, int size);

/* What has happened since. */
struct fake_counts fake_axi_dma_counts(void);

#endif
