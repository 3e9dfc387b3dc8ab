/* Waiting by interrupt instead of polling: compiled in with ZS_DMA_WAIT_INTERRUPT. */
#ifndef ZEROSTAGE_HOST_DMA_INTERRUPTS_H
#define ZEROSTAGE_HOST_DMA_INTERRUPTS_H

#include "dma_driver.h"

#ifdef ZS_DMA_WAIT_INTERRUPT

/* Open both channels' UIO files; end the program when there are none. */
void dma_interrupts_open(void);
void dma_interrupts_close(void);

/* Sleep until the channel's interrupt is raised. It is level-triggered: one that was raised before
 * the call is not missed. */
void dma_interrupt_wait(const struct dma_channel *channel);

/* Take back the interrupt of a transfer that has finished. */
void dma_interrupt_acknowledge(const struct dma_channel *channel);

#else

static inline void dma_interrupts_open(void) {}

static inline void dma_interrupts_close(void) {}

static inline void dma_interrupt_wait(const struct dma_channel *channel)
{
    (void)channel;
}

/* Who polls need not: IOC stays set from the first transfer on, and Idle tells. As API v1. */
static inline void dma_interrupt_acknowledge(const struct dma_channel *channel)
{
    (void)channel;
}

#endif
#endif
