/* Scatter-gather for the AXI DMA driver: strided tiles as one packet, without a copy.
 *
 * For an engine that was built with scatter-gather (simulator: board.dma.include_sg), after
 * dma_init. Each channel has a ring of descriptors in the input region. A packet is a list of
 * parts, each a number of rows; a row is one descriptor, and so are rows that follow each other
 * without a gap. An engine in the multichannel form (simulator: board.dma.multichannel) takes a
 * whole part as one descriptor. While chains are open, the starts of axi_dma.h send and receive
 * packets of one part, and its waits and checks are those of chains.
 *
 * Errors: as in axi_dma.h. A wait ends the program with exit status 1 when the engine reports an
 * error, and says which of PG021's it is and at which descriptor; so does waiting for a packet
 * that ended before its last descriptor.
 */
#ifndef ZEROSTAGE_HOST_AXI_DMA_SG_H
#define ZEROSTAGE_HOST_AXI_DMA_SG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dma_rows {
    void *memory; /* first row, inside the DMA regions */
    unsigned int rows, row_bytes, stride_bytes;
};

/* Rings of `descriptors` each, for both channels; both channels run then.
 * Returns 0, -EINVAL before dma_init or for less than 1 descriptor, -ENODEV when the engine has no
 * scatter-gather, -ENOMEM when the input region has no room. */
int dma_open_chains(unsigned int descriptors);
/* The same for an engine in the multichannel form. No register tells the two apart: with the wrong
 * one the engine misreads every descriptor. */
int dma_open_2d_chains(unsigned int descriptors);
/* Before dma_free. */
void dma_close_chains(void);

/* Send or receive one packet. A start does not block.
 * Returns 0, -EINVAL when the last packet has not been waited for or a part is empty, -EFAULT when
 * a part is not inside one DMA region, -E2BIG when a part does not fit a 2-D descriptor (rows of
 * 65535 bytes at a stride of 65535, 8191 of them), -ENOSPC when the packet needs more descriptors
 * than the ring has. */
int dma_start_send_chain(const struct dma_rows *parts, size_t count);
int dma_start_recv_chain(const struct dma_rows *parts, size_t count);

/* Until the packet is done, by polling or by interrupt. */
void dma_wait_send_chain(void);
void dma_wait_recv_chain(void);

/* A packet part by part, also while the last one is under way: a memref of rank 0 to 2 (rank,
 * pointer to its descriptor) whose rows are contiguous; then start it.
 * Return 0, -EINVAL for another memref or when nothing was appended, otherwise as above. */
int dma_append_send_i32(int64_t rank, void *descriptor);
int dma_append_send_f32(int64_t rank, void *descriptor);
int dma_append_send_i8(int64_t rank, void *descriptor);
int dma_append_recv_i32(int64_t rank, void *descriptor);
int dma_append_recv_f32(int64_t rank, void *descriptor);
int dma_start_send_appended(void);
int dma_start_recv_appended(void);

#ifdef __cplusplus
}
#endif
#endif
