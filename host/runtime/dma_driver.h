/* The driver's state, shared by its files and by nobody else. */
#ifndef ZEROSTAGE_HOST_DMA_DRIVER_H
#define ZEROSTAGE_HOST_DMA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#include "axi_dma.h"
#include "region.h"

/* A wait may only follow a start: otherwise it would poll for ever. */
enum transfer_state { TRANSFER_NONE, TRANSFER_STARTED, TRANSFER_DONE };

struct dma_channel {
    const char *name;     /* for messages: "send" */
    unsigned int control; /* offset of its control register in bytes */
    enum transfer_state state;
    /* The transfer that was started last. */
    enum dma_region region;
    size_t offset, bytes;
};

struct dma_driver {
    volatile uint32_t *registers; /* the mapped register page; NULL before dma_init */
    int memory_file;
    struct region regions[2]; /* by enum dma_region */
    struct dma_channel send, receive;
};

extern struct dma_driver dma_driver;

#endif
