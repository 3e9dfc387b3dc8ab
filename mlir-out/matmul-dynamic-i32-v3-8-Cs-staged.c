/* Generated; do not edit. Made by:
 *
 * accel-opt matmul-dynamic-i32.mlir --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=staged
 * dma-address=0x40400000 dma-in-address=0x16000000 dma-in-bytes=4194304 dma-out-address=0x16400000
 * dma-out-bytes=4194304" --emit=c
 */
#include "axi_dma.h"
#include "memref.h"

#include <stdio.h>
#include <stdlib.h>

intptr_t host_size(intptr_t arg_0);
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

/* A[MxK] x B[KxN] on accelerator v3 of size 8x8, flow Cs (C stationary). Tiles at the edges are
 * filled up with zeros.
 *
 * a: [][]
 * b: [][]
 * c: [][]
 */
void matmul_call(struct memref_2d_i32 a, struct memref_2d_i32 b, struct memref_2d_i32 c)
{
    int32_t opcode_7_word = 7;
    struct memref_0d_i32 opcode_7 = {&opcode_7_word, &opcode_7_word, 0};
    int32_t opcode_8_word = 8;
    struct memref_0d_i32 opcode_8 = {&opcode_8_word, &opcode_8_word, 0};
    check_matmul_sizes(a.sizes[0], a.sizes[1], b.sizes[0], b.sizes[1], c.sizes[0], c.sizes[1], 8, 8,
                       8);

    /* m: rows of C, a tile at a time */
    for (intptr_t m = 0; m < c.sizes[0]; m += 8) {
        intptr_t m_size = c.sizes[0] - m < 8 ? c.sizes[0] - m : 8;

        /* n: columns of C, a tile at a time */
        for (intptr_t n = 0; n < c.sizes[1]; n += 8) {
            intptr_t n_size = c.sizes[1] - n < 8 ? c.sizes[1] - n : 8;

            /* k: columns of A and rows of B, a tile at a time */
            for (intptr_t k = 0; k < a.sizes[1]; k += 8) {
                intptr_t k_size = a.sizes[1] - k < 8 ? a.sizes[1] - k : 8;
                copy_to_inbuffer_i32(0, &opcode_7, 0);
                check(dma_start_send(1, 0));
                dma_wait_send();
                struct memref_2d_i32 tile_a = {
                    a.allocated, a.aligned, m * a.strides[0] + k, {m_size, k_size}, {a.strides[0],
                    1}};
                copy_to_inbuffer_padded_i32(2, &tile_a, 8, 8, 0);
                check(dma_start_send(64, 0));
                dma_wait_send();
                struct memref_2d_i32 tile_b = {
                    b.allocated, b.aligned, k * b.strides[0] + n, {k_size, n_size}, {b.strides[0],
                    1}};
                copy_to_inbuffer_padded_i32(2, &tile_b, 8, 8, 0);
                check(dma_start_send(64, 0));
                dma_wait_send();
            }
            copy_to_inbuffer_i32(0, &opcode_8, 0);
            check(dma_start_send(1, 0));
            dma_wait_send();
            struct memref_2d_i32 tile_c = {
                c.allocated, c.aligned, m * c.strides[0] + n, {m_size, n_size}, {c.strides[0], 1}};
            check(dma_start_recv(64, 0));
            dma_wait_recv();
            copy_from_outbuffer_padded_i32(2, &tile_c, 8, 8, 0);
        }
    }
}

void matmul_program(void)
{
    dma_init(0x40400000u, 0x16000000u, 4194304u, 0x16400000u, 4194304u);
    intptr_t m = host_size(0);
    intptr_t n = host_size(1);
    intptr_t k = host_size(2);
    int32_t *a_memory = malloc_or_exit((size_t)m * (size_t)k * sizeof(int32_t));
    struct memref_2d_i32 a = {a_memory, a_memory, 0, {m, k}, {k, 1}};
    int32_t *b_memory = malloc_or_exit((size_t)k * (size_t)n * sizeof(int32_t));
    struct memref_2d_i32 b = {b_memory, b_memory, 0, {k, n}, {n, 1}};
    int32_t *c_memory = malloc_or_exit((size_t)m * (size_t)n * sizeof(int32_t));
    struct memref_2d_i32 c = {c_memory, c_memory, 0, {m, n}, {n, 1}};
    host_initialise(2, &a, 2, &b, 2, &c);
    matmul_call(a, b, c);
    host_check(2, &a, 2, &b, 2, &c);
    free(a_memory);
    free(b_memory);
    free(c_memory);
    dma_free();
}
