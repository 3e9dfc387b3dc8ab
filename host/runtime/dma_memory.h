/* The buffers' memory: how it is mapped, and the cache maintenance that the mapping needs.
 *
 * Compiled in: ZS_DMA_MAPPING says how, ZS_DMA_UDMABUF that it comes from u-dma-buf instead of
 * /dev/mem. Cached memory needs u-dma-buf, since /dev/mem offers no maintenance.
 */
#ifndef ZEROSTAGE_HOST_DMA_MEMORY_H
#define ZEROSTAGE_HOST_DMA_MEMORY_H

#include "axi_dma.h"
#include "region.h"

#define DMA_MAPPING_UNCACHED      0
#define DMA_MAPPING_WRITE_COMBINE 1
#define DMA_MAPPING_CACHED        2 /* with maintenance around each transfer */
#define DMA_MAPPING_COHERENT      3 /* cached, and the engine sees the caches */

#ifndef ZS_DMA_MAPPING
#define ZS_DMA_MAPPING DMA_MAPPING_WRITE_COMBINE
#endif

/* Map a buffer of `bytes` at physical address `address` and set the region's base and physical
 * address, which with u-dma-buf is where the buffer really is. Ends the program with a message when
 * that cannot be. */
void dma_memory_map(enum dma_region which, unsigned int address, unsigned int bytes);
void dma_memory_unmap(enum dma_region which);

/* ZS_DMA_SYNC_NEVER and ZS_DMA_SYNC_AFTER_START are drivers' mistakes, to see what comes of them.
 */
#if ZS_DMA_MAPPING == DMA_MAPPING_CACHED && !defined ZS_DMA_SYNC_NEVER
#define DMA_SYNCHRONISES 1
#else
#define DMA_SYNCHRONISES 0
#endif

#if DMA_SYNCHRONISES

/* Hand `bytes` at `offset` of a region to the engine, which will read them, or write if `receive`;
 * take them back after it has written. End the program when the kernel refuses. */
void dma_sync_for_device(enum dma_region which, size_t offset, size_t bytes, int receive);
void dma_sync_for_cpu(enum dma_region which, size_t offset, size_t bytes);

#else

static inline void dma_sync_for_device(enum dma_region which, size_t offset, size_t bytes,
                                       int receive)
{
    (void)which, (void)offset, (void)bytes, (void)receive;
}

static inline void dma_sync_for_cpu(enum dma_region which, size_t offset, size_t bytes)
{
    (void)which, (void)offset, (void)bytes;
}

#endif
#endif
