/* The buffers through /dev/mem: cached only for an engine that sees the caches. */
#define _POSIX_C_SOURCE   200809L
#define _FILE_OFFSET_BITS 64 /* physical addresses from 2 GiB up */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "dma_driver.h"
#include "dma_memory.h"

#ifndef ZS_DMA_UDMABUF

#if ZS_DMA_MAPPING == DMA_MAPPING_CACHED
#error "a cached mapping needs cache maintenance, which /dev/mem does not offer: ZS_DMA_UDMABUF"
#endif

void dma_memory_map(enum dma_region which, unsigned int address, unsigned int bytes)
{
    struct region *region = &dma_driver.regions[which];
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, dma_driver.memory_file,
                      (off_t)address);
    if (base == MAP_FAILED) {
        fprintf(stderr, "dma_init: cannot map the %s buffer at 0x%08x, %u bytes: %s\n",
                region->name, address, bytes, strerror(errno));
        exit(EXIT_FAILURE);
    }
    region_init(region, base, address, bytes);
}

void dma_memory_unmap(enum dma_region which)
{
    struct region *region = &dma_driver.regions[which];
    munmap(region->base, region->bytes);
    region_destroy(region);
}

#endif
