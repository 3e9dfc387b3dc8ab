/* Generated; do not edit. Made by:
 *
 * accel-opt matmul-dynamic-i32.mlir --accel-pipeline="accelerator=v3 tile=8 flow=Ns copy=zero_copy
 * transfer=packed dma-address=0x40400000 dma-in-address=0x16000000 dma-in-bytes=4194304
 * dma-out-address=0x16400000 dma-out-bytes=4194304" --emit=c
 */
#include "axi_dma.h"
#include "memref.h"

#include <stdio.h>
#include <stdlib.h>

ZS_MEMREF(memref_6d_i32, int32_t, 6);

intptr_t host_size(intptr_t arg_0);
void host_initialise(int64_t arg_0_rank, void *arg_0, int64_t arg_1_rank, void *arg_1,
                     int64_t arg_2_rank, void *arg_2);
void host_check(int64_t arg_0_rank, void *arg_0, int64_t arg_1_rank, void *arg_1,
                int64_t arg_2_rank, void *arg_2);
void matmul_call(struct memref_4d_i32 a, struct memref_4d_i32 b, struct memref_2d_i32 c);
void matmul_program(void);

/* The runtime has said on stderr what went wrong. */
static void check(int result)
{
    if (result < 0)
        exit(EXIT_FAILURE);
}

static void *malloc_or_exit(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory == NULL) {
        perror("malloc");
        exit(EXIT_FAILURE);
    }
    return memory;
}

/* dma_alloc says on stderr what was asked and what is free. */
static void *dma_alloc_or_exit(enum dma_region region, size_t bytes, size_t alignment)
{
    void *memory = dma_alloc(region, bytes, alignment);
    if (memory == NULL)
        exit(EXIT_FAILURE);
    return memory;
}

/* A[MxK] x B[KxN] on accelerator v3 of size 8x8, flow Ns (nothing stationary). Tiles at the edges
 * are filled up with zeros.
 *
 * a: [][][8][8], tile-major: in 8x8 tiles, in DMA memory (in)
 * b: [][][8][8], tile-major: in 8x8 tiles, in DMA memory (in)
 * c: [][]
 */
void matmul_call(struct memref_4d_i32 a, struct memref_4d_i32 b, struct memref_2d_i32 c)
{
    int32_t *opcode_15 = dma_alloc_or_exit(DMA_REGION_IN, sizeof(int32_t), 64);
    *opcode_15 = 15;

    for (intptr_t i = 0; i < c.sizes[0]; i++) {
        for (intptr_t j = 0; j < c.sizes[1]; j++) {
            c.aligned[i * c.strides[0] + j] = 0;
        }
    }
    check_matmul_sizes(a.sizes[0] * 8, a.sizes[1] * 8, b.sizes[0] * 8, b.sizes[1] * 8, c.sizes[0],
                       c.sizes[1], 8, 8, 8);
    int32_t *partial_c = dma_alloc_or_exit(DMA_REGION_OUT, 8 * 8 * sizeof(int32_t), 64);

    /* m: rows of C, a tile at a time */
    for (intptr_t m = 0; m < c.sizes[0]; m += 8) {
        intptr_t m_size = c.sizes[0] - m < 8 ? c.sizes[0] - m : 8;

        /* n: columns of C, a tile at a time */
        for (intptr_t n = 0; n < c.sizes[1]; n += 8) {
            intptr_t n_size = c.sizes[1] - n < 8 ? c.sizes[1] - n : 8;

            /* k: columns of A and rows of B, a tile at a time */
            for (intptr_t k = 0; k < a.sizes[1] * 8; k += 8) {
                check(dma_start_send_from(opcode_15, 1));
                dma_wait_send();
                int32_t *tile_a = a.aligned + m / 8 * a.strides[0] + k / 8 * 64;
                check(dma_start_send_from(tile_a, 64));
                dma_wait_send();
                int32_t *tile_b = b.aligned + k / 8 * b.strides[0] + n / 8 * 64;
                check(dma_start_send_from(tile_b, 64));
                dma_wait_send();
                check(dma_start_recv_into(partial_c, 64));
                dma_wait_recv();
                struct memref_2d_i32 tile_c = {
                    c.allocated, c.aligned, m * c.strides[0] + n, {m_size, n_size}, {c.strides[0],
                    1}};
                struct memref_2d_i32 inside = {partial_c, partial_c, 0, {m_size, n_size}, {8, 1}};
                accumulate_i32(2, &tile_c, &inside);
            }
        }
    }
    dma_release(partial_c);
    dma_release(opcode_15);
}

void matmul_program(void)
{
    dma_init(0x40400000u, 0x16000000u, 4194304u, 0x16400000u, 4194304u);
    intptr_t m = host_size(0);
    intptr_t n = host_size(1);
    intptr_t k = host_size(2);
    int32_t *a_memory = dma_alloc_or_exit(DMA_REGION_IN,
                                          (size_t)((m + 7) / 8) * (size_t)((k + 7) / 8) * 8 * 8 *
                                          sizeof(int32_t), 64);
    struct memref_4d_i32 a = {
        a_memory, a_memory, 0, {(m + 7) / 8, (k + 7) / 8, 8, 8}, {(k + 7) / 8 * 64, 64, 8, 1}};
    clear_padding_i32(4, &a, m, k);
    int32_t *b_memory = dma_alloc_or_exit(DMA_REGION_IN,
                                          (size_t)((k + 7) / 8) * (size_t)((n + 7) / 8) * 8 * 8 *
                                          sizeof(int32_t), 64);
    struct memref_4d_i32 b = {
        b_memory, b_memory, 0, {(k + 7) / 8, (n + 7) / 8, 8, 8}, {(n + 7) / 8 * 64, 64, 8, 1}};
    clear_padding_i32(4, &b, k, n);
    int32_t *c_memory = malloc_or_exit((size_t)m * (size_t)n * sizeof(int32_t));
    struct memref_2d_i32 c = {c_memory, c_memory, 0, {m, n}, {n, 1}};
    struct memref_6d_i32 a_matrix = {
        a.allocated, a.aligned, 0, {m, k, (m + 7) / 8, (k + 7) / 8, 8, 8}, {0, 0, (k + 7) / 8 * 64,
        64, 8, 1}};
    struct memref_6d_i32 b_matrix = {
        b.allocated, b.aligned, 0, {k, n, (k + 7) / 8, (n + 7) / 8, 8, 8}, {0, 0, (n + 7) / 8 * 64,
        64, 8, 1}};
    host_initialise(6, &a_matrix, 6, &b_matrix, 2, &c);
    matmul_call(a, b, c);
    host_check(6, &a_matrix, 6, &b_matrix, 2, &c);
    dma_release(a_memory);
    dma_release(b_memory);
    free(c_memory);
    dma_free();
}
