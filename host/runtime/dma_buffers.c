/* The input and output buffers: where they are, and allocation inside them. */
#include <stdio.h>

#include "dma_driver.h"

unsigned int *dma_get_inbuffer(void)
{
    return (unsigned int *)(void *)dma_driver.regions[DMA_REGION_IN].base;
}

unsigned int *dma_get_outbuffer(void)
{
    return (unsigned int *)(void *)dma_driver.regions[DMA_REGION_OUT].base;
}

void *dma_alloc(enum dma_region which, size_t bytes, size_t alignment)
{
    struct region *region = &dma_driver.regions[which];
    if (alignment < 4 || (alignment & (alignment - 1)) != 0) {
        fprintf(stderr, "dma_alloc: alignment is %zu: a power of two from 4 up is needed\n",
                alignment);
        return NULL;
    }
    void *memory = region_alloc(region, bytes, alignment);
    if (!memory)
        fprintf(stderr,
                "dma_alloc: no room for %zu bytes (alignment %zu) in the %s buffer: %zu of %zu "
                "bytes are free; its size is dma_init's %s (accel-opt: dma-%s-bytes)\n",
                bytes, alignment, region->name, region_free_bytes(region), region->bytes,
                region->parameter, which == DMA_REGION_IN ? "in" : "out");
    return memory;
}

void dma_release(void *memory)
{
    if (!memory || region_release(&dma_driver.regions[DMA_REGION_IN], memory) ||
        region_release(&dma_driver.regions[DMA_REGION_OUT], memory))
        return;
    fprintf(stderr, "dma_release: %p was not allocated by dma_alloc\n", memory);
}
