/* Generated; do not edit. Made by:
 *
 * accel-opt matmul-32x32x32-i32.mlir --accel-pipeline="accelerator=v3 tile=8 flow=Ns copy=staged
 * coalesce=true dma-address=0x40400000 dma-in-address=0x16000000 dma-in-bytes=4194304
 * dma-out-address=0x16400000 dma-out-bytes=4194304" --emit=c
 */
#include "axi_dma.h"
#include "memref.h"

#include <stdio.h>
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

static void *malloc_or_exit(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory == NULL) {
        perror("malloc");
        exit(EXIT_FAILURE);
    }
    return memory;
}

/* A[32x32] x B[32x32] on accelerator v3 of size 8x8, flow Ns (nothing stationary).
 *
 * a: [32][32]
 * b: [32][32]
 * c: [32][32]
 */
void matmul_call(struct memref_2d_i32 a, struct memref_2d_i32 b, struct memref_2d_i32 c)
{
    int32_t opcode_15_word = 15;
    struct memref_0d_i32 opcode_15 = {&opcode_15_word, &opcode_15_word, 0};

    for (intptr_t i = 0; i < 32; i++) {
        for (intptr_t j = 0; j < 32; j++) {
            c.aligned[i * 32 + j] = 0;
        }
    }
    int32_t *partial_c_memory = malloc_or_exit(8 * 8 * sizeof(int32_t));
    struct memref_2d_i32 partial_c = {partial_c_memory, partial_c_memory, 0, {8, 8}, {8, 1}};

    /* m: rows of C, a tile at a time */
    for (intptr_t m = 0; m < 32; m += 8) {
        /* n: columns of C, a tile at a time */
        for (intptr_t n = 0; n < 32; n += 8) {
            /* k: columns of A and rows of B, a tile at a time */
            for (intptr_t k = 0; k < 32; k += 8) {
                copy_to_inbuffer_i32(0, &opcode_15, 15);
                struct memref_2d_i32 tile_a = {a.allocated, a.aligned, m * 32 + k, {8, 8}, {32, 1}};
                copy_to_inbuffer_i32(2, &tile_a, 16);
                struct memref_2d_i32 tile_b = {b.allocated, b.aligned, k * 32 + n, {8, 8}, {32, 1}};
                copy_to_inbuffer_i32(2, &tile_b, 80);
                check(dma_start_send(129, 15));
                dma_wait_send();
                check(dma_start_recv(64, 0));
                dma_wait_recv();
                copy_from_outbuffer_i32(2, &partial_c, 0);
                struct memref_2d_i32 tile_c = {c.allocated, c.aligned, m * 32 + n, {8, 8}, {32, 1}};
                accumulate_i32(2, &tile_c, &partial_c);
            }
        }
    }
    free(partial_c_memory);
}

void matmul_program(void)
{
    dma_init(0x40400000u, 0x16000000u, 4194304u, 0x16400000u, 4194304u);
    int32_t *a_memory = malloc_or_exit(32 * 32 * sizeof(int32_t));
    struct memref_2d_i32 a = {a_memory, a_memory, 0, {32, 32}, {32, 1}};
    int32_t *b_memory = malloc_or_exit(32 * 32 * sizeof(int32_t));
    struct memref_2d_i32 b = {b_memory, b_memory, 0, {32, 32}, {32, 1}};
    int32_t *c_memory = malloc_or_exit(32 * 32 * sizeof(int32_t));
    struct memref_2d_i32 c = {c_memory, c_memory, 0, {32, 32}, {32, 1}};
    host_initialise(2, &a, 2, &b, 2, &c);
    matmul_call(a, b, c);
    host_check(2, &a, 2, &b, 2, &c);
    free(a_memory);
    free(b_memory);
    free(c_memory);
    dma_free();
}
