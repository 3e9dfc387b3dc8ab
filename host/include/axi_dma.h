/* User-space AXI DMA driver (direct register mode): AXI4MLIR's runtime API v1, and zero-copy.
 *
 * API v1: same names and meanings as the AXI4MLIR project's runtime library; lengths and offsets
 * are in 32-bit words. Registers and buffers are reached through /dev/mem with O_SYNC, so uncached.
 *
 * The input (MM2S) and output (S2MM) regions are each used from both ends: staging from the bottom
 * (offset 0 up, by dma_copy_to_inbuffer and its like), zero-copy allocations from the top down.
 *
 * Errors: a failing call names itself and the reason on stderr; functions that return int return
 * a negative errno value, those that return pointers NULL. dma_wait_* end the program with exit
 * status 1 when the engine reports an error: there is nobody to return it to in API v1.
 */
#ifndef ZEROSTAGE_HOST_AXI_DMA_H
#define ZEROSTAGE_HOST_AXI_DMA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- AXI4MLIR API v1 --- */

/* Addresses are physical; sizes in bytes. Resets both channels and starts them. */
void dma_init(unsigned int dma_address, unsigned int in_address, unsigned int in_bytes,
              unsigned int out_address, unsigned int out_bytes);
void dma_free(void);

unsigned int *dma_get_inbuffer(void);
unsigned int *dma_get_outbuffer(void);

/* Return 0, or -EFAULT when the words do not fit. */
int dma_copy_to_inbuffer(unsigned int *source, int length_words, int offset_words);
int dma_copy_from_outbuffer(unsigned int *destination, int length_words, int offset_words);

/* Copy a memref (rank, pointer to its descriptor) by rows, or, in a runtime compiled with
 * ZS_COPY_ELEMENTWISE, element by element; return offset + words copied. i8 elements go four to a
 * word, first in the low byte, and have to fill whole words; always by rows. */
int copy_to_inbuffer_i32(int64_t rank, void *descriptor, int offset_words);
int copy_to_inbuffer_f32(int64_t rank, void *descriptor, int offset_words);
int copy_to_inbuffer_i8(int64_t rank, void *descriptor, int offset_words);
int copy_from_outbuffer_i32(int64_t rank, void *descriptor, int offset_words);
int copy_from_outbuffer_f32(int64_t rank, void *descriptor, int offset_words);

/* Return 0 or a negative errno. A start does not block; a wait polls for IOC and Idle, or, in a
 * runtime compiled with ZS_DMA_WAIT_INTERRUPT, looks and then sleeps until the interrupt. */
int dma_start_send(int length_words, int offset_words);
void dma_wait_send(void);
int dma_check_send(void); /* 1: done, 0: under way */
int dma_start_recv(int length_words, int offset_words);
void dma_wait_recv(void);
int dma_check_recv(void);

/* --- zero-copy --- */

enum dma_region { DMA_REGION_IN, DMA_REGION_OUT };

/* Allocate `bytes` of DMA-mapped memory, aligned to `alignment` (a power of two, at least 4).
 * When the region is exhausted: NULL, and a message with what was asked, what is free, and which
 * parameter sets the region's size. */
void *dma_alloc(enum dma_region region, size_t bytes, size_t alignment);
void dma_release(void *memory);

/* Send from, or receive into, memory inside the DMA regions, in place.
 * Return 0, -EFAULT when any of it is outside of both regions. */
int dma_start_send_from(const void *memory, int length_words);
int dma_start_recv_into(void *memory, int length_words);

/* --- tiles at the edges of a matrix --- */

/* As copy_to_inbuffer_* and copy_from_outbuffer_*, of a matrix of rank 2 with contiguous rows that
 * may be smaller than the tile of rows x columns elements that the accelerator gets or returns: the
 * copy fills the tile up with zeros, or leaves out what is not inside of the matrix. Both return
 * where the tile ends. */
int copy_to_inbuffer_padded_i32(int64_t rank, void *descriptor, int rows, int columns,
                                int offset_words);
int copy_to_inbuffer_padded_f32(int64_t rank, void *descriptor, int rows, int columns,
                                int offset_words);
int copy_to_inbuffer_padded_i8(int64_t rank, void *descriptor, int rows, int columns,
                               int offset_words);
int copy_from_outbuffer_padded_i32(int64_t rank, void *descriptor, int rows, int columns,
                                   int offset_words);
int copy_from_outbuffer_padded_f32(int64_t rank, void *descriptor, int rows, int columns,
                                   int offset_words);

/* --- on the CPU --- */

/* End the program, with a message, unless A of rows_a x columns_a can be multiplied with B into C.
 * Sizes are compared in whole tiles: of a matrix in DMA memory its padding counts, too. */
void check_matmul_sizes(intptr_t rows_a, intptr_t columns_a, intptr_t rows_b, intptr_t columns_b,
                        intptr_t rows_c, intptr_t columns_c, int tile_m, int tile_n, int tile_k);

/* Copy a matrix into another layout: memrefs of rank 2 (any strides), 4 (tile-major: sizes
 * {rows/tm, columns/tn, tm, tn}) or 6 (tile-major and padded: the matrix's rows and columns, of
 * stride 0, before the four). What zero-copy costs where a producer keeps its own layout.
 * Unequal shapes end the program with a message. */
void repack_i32(int64_t from_rank, void *from, int64_t to_rank, void *to);
void repack_f32(int64_t from_rank, void *from, int64_t to_rank, void *to);
void repack_i8(int64_t from_rank, void *from, int64_t to_rank, void *to);

/* A buffer of whole tiles, of rank 2 or 4 as above, in which a matrix has rows x columns elements:
 * write zeros everywhere else. */
void clear_padding_i32(int64_t rank, void *buffer, intptr_t rows, intptr_t columns);
void clear_padding_f32(int64_t rank, void *buffer, intptr_t rows, intptr_t columns);
void clear_padding_i8(int64_t rank, void *buffer, intptr_t rows, intptr_t columns);

/* destination += source, element-wise, for equal-shaped rank-2 memrefs. */
void accumulate_i32(int64_t rank, void *destination, void *source);
void accumulate_f32(int64_t rank, void *destination, void *source);

#ifdef __cplusplus
}
#endif
#endif
