/* What the starts and waits of axi_dma.h need of chains: see axi_dma_sg.h. */
#ifndef ZEROSTAGE_HOST_DMA_CHAINS_H
#define ZEROSTAGE_HOST_DMA_CHAINS_H

#include <stdbool.h>
#include <stddef.h>

#include "dma_driver.h"

bool dma_chains_are_open(void);

/* A packet of one contiguous part. Errors are those of dma_start_send_chain. */
int dma_chain_start(const struct dma_channel *channel, const void *memory, size_t bytes);
void dma_chain_wait(const struct dma_channel *channel);
bool dma_chain_check(const struct dma_channel *channel); /* true: nothing is under way */

#endif
