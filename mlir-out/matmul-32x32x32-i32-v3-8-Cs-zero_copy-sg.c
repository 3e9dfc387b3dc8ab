/* Generated; do not edit. Made by:
 *
 * accel-opt matmul-32x32x32-i32.mlir --accel-pipeline="accelerator=v3 tile=8 flow=Cs
 * copy=zero_copy transfer=sg dma-address=0x40400000 dma-in-address=0x16000000 dma-in-bytes=4194304
 * dma-out-address=0x16400000 dma-out-bytes=4194304" --emit=c
 */
#include "axi_dma.h"
#include "axi_dma_sg.h"
#include "memref.h"

#include <stdlib.h>

void host_initialise(int64_t arg_0_rank, void *arg_0, int64_t arg_1_rank, void *arg_1,
                     int64_t arg_2_rank, void *arg_2);
void host_check(int64_t arg_0_rank, void *arg_0, int64_t arg_1_rank, void *arg_1,
                int64_t arg_2_rank, void *arg_2);
void matmul_call(struct memref_2d_i32 a, struct memref_2d_i32 b, struct memref_2d_i32 c);
void matmul_program(void);

/* The runtime has said on stderr what went wrong. */
static void check(int result)
{
    if (result < 0)
        exit(EXIT_FAILURE);
}

/* dma_alloc says on stderr what was asked and what is free. */
static void *dma_alloc_or_exit(enum dma_region region, size_t bytes, size_t alignment)
{
    void *memory = dma_alloc(region, bytes, alignment);
    if (memory == NULL)
        exit(EXIT_FAILURE);
    return memory;
}

/* A[32x32] x B[32x32] on accelerator v3 of size 8x8, flow Cs (C stationary).
 *
 * a: [32][32], in DMA memory (in)
 * b: [32][32], in DMA memory (in)
 * c: [32][32], in DMA memory (out)
 */
void matmul_call(struct memref_2d_i32 a, struct memref_2d_i32 b, struct memref_2d_i32 c)
{
    int32_t *opcode_7 = dma_alloc_or_exit(DMA_REGION_IN, sizeof(int32_t), 64);
    *opcode_7 = 7;
    int32_t *opcode_8 = dma_alloc_or_exit(DMA_REGION_IN, sizeof(int32_t), 64);
    *opcode_8 = 8;

    /* m: rows of C, a tile at a time */
    for (intptr_t m = 0; m < 32; m += 8) {
        /* n: columns of C, a tile at a time */
        for (intptr_t n = 0; n < 32; n += 8) {
            /* k: columns of A and rows of B, a tile at a time */
            for (intptr_t k = 0; k < 32; k += 8) {
                check(dma_start_send_from(opcode_7, 1));
                dma_wait_send();
                struct memref_2d_i32 tile_a = {a.allocated, a.aligned, m * 32 + k, {8, 8}, {32, 1}};
                check(dma_append_send_i32(2, &tile_a));
                check(dma_start_send_appended());
                dma_wait_send();
                struct memref_2d_i32 tile_b = {b.allocated, b.aligned, k * 32 + n, {8, 8}, {32, 1}};
                check(dma_append_send_i32(2, &tile_b));
                check(dma_start_send_appended());
                dma_wait_send();
            }
            check(dma_start_send_from(opcode_8, 1));
            dma_wait_send();
            struct memref_2d_i32 tile_c = {c.allocated, c.aligned, m * 32 + n, {8, 8}, {32, 1}};
            check(dma_append_recv_i32(2, &tile_c));
            check(dma_start_recv_appended());
            dma_wait_recv();
        }
    }
    dma_release(opcode_7);
    dma_release(opcode_8);
}

void matmul_program(void)
{
    dma_init(0x40400000u, 0x16000000u, 4194304u, 0x16400000u, 4194304u);
    check(dma_open_chains(8));
    int32_t *a_memory = dma_alloc_or_exit(DMA_REGION_IN, 32 * 32 * sizeof(int32_t), 64);
    struct memref_2d_i32 a = {a_memory, a_memory, 0, {32, 32}, {32, 1}};
    int32_t *b_memory = dma_alloc_or_exit(DMA_REGION_IN, 32 * 32 * sizeof(int32_t), 64);
    struct memref_2d_i32 b = {b_memory, b_memory, 0, {32, 32}, {32, 1}};
    int32_t *c_memory = dma_alloc_or_exit(DMA_REGION_OUT, 32 * 32 * sizeof(int32_t), 64);
    struct memref_2d_i32 c = {c_memory, c_memory, 0, {32, 32}, {32, 1}};
    host_initialise(2, &a, 2, &b, 2, &c);
    matmul_call(a, b, c);
    host_check(2, &a, 2, &b, 2, &c);
    dma_release(a_memory);
    dma_release(b_memory);
    dma_release(c_memory);
    dma_close_chains();
    dma_free();
}
