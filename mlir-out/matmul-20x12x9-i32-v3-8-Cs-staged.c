/* Generated; do not edit. Made by:
 *
 * accel-opt matmul-20x12x9-i32.mlir --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=staged
 * dma-address=0x40400000 dma-in-address=0x16000000 dma-in-bytes=4194304 dma-out-address=0x16400000
 * dma-out-bytes=4194304" --emit=c
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

/* A[20x9] x B[9x12] on accelerator v3 of size 8x8, flow Cs (C stationary). Tiles at the edges are
 * filled up with zeros.
 *
 * a: [20][9]
 * b: [9][12]
 * c: [20][12]
 */
void matmul_call(struct memref_2d_i32 a, struct memref_2d_i32 b, struct memref_2d_i32 c)
{
    int32_t opcode_7_word = 7;
    struct memref_0d_i32 opcode_7 = {&opcode_7_word, &opcode_7_word, 0};
    int32_t opcode_8_word = 8;
    struct memref_0d_i32 opcode_8 = {&opcode_8_word, &opcode_8_word, 0};

    /* m: rows of C, a tile at a time */
    for (intptr_t m = 0; m < 20; m += 8) {
        intptr_t m_size = 20 - m < 8 ? 20 - m : 8;

        /* n: columns of C, a tile at a time */
        for (intptr_t n = 0; n < 12; n += 8) {
            intptr_t n_size = 12 - n < 8 ? 12 - n : 8;

            /* k: columns of A and rows of B, a tile at a time */
            for (intptr_t k = 0; k < 9; k += 8) {
                intptr_t k_size = 9 - k < 8 ? 9 - k : 8;
                copy_to_inbuffer_i32(0, &opcode_7, 0);
                check(dma_start_send(1, 0));
                dma_wait_send();
                struct memref_2d_i32 tile_a = {
                    a.allocated, a.aligned, m * 9 + k, {m_size, k_size}, {9, 1}};
                copy_to_inbuffer_padded_i32(2, &tile_a, 8, 8, 0);
                check(dma_start_send(64, 0));
                dma_wait_send();
                struct memref_2d_i32 tile_b = {
                    b.allocated, b.aligned, k * 12 + n, {k_size, n_size}, {12, 1}};
                copy_to_inbuffer_padded_i32(2, &tile_b, 8, 8, 0);
                check(dma_start_send(64, 0));
                dma_wait_send();
            }
            copy_to_inbuffer_i32(0, &opcode_8, 0);
            check(dma_start_send(1, 0));
            dma_wait_send();
            struct memref_2d_i32 tile_c = {
                c.allocated, c.aligned, m * 12 + n, {m_size, n_size}, {12, 1}};
            check(dma_start_recv(64, 0));
            dma_wait_recv();
            copy_from_outbuffer_padded_i32(2, &tile_c, 8, 8, 0);
        }
    }
}

void matmul_program(void)
{
    dma_init(0x40400000u, 0x16000000u, 4194304u, 0x16400000u, 4194304u);
    int32_t *a_memory = malloc_or_exit(20 * 9 * sizeof(int32_t));
    struct memref_2d_i32 a = {a_memory, a_memory, 0, {20, 9}, {9, 1}};
    int32_t *b_memory = malloc_or_exit(9 * 12 * sizeof(int32_t));
    struct memref_2d_i32 b = {b_memory, b_memory, 0, {9, 12}, {12, 1}};
    int32_t *c_memory = malloc_or_exit(20 * 12 * sizeof(int32_t));
    struct memref_2d_i32 c = {c_memory, c_memory, 0, {20, 12}, {12, 1}};
    host_initialise(2, &a, 2, &b, 2, &c);
    matmul_call(a, b, c);
    host_check(2, &a, 2, &b, 2, &c);
    free(a_memory);
    free(b_memory);
    free(c_memory);
    dma_free();
}
