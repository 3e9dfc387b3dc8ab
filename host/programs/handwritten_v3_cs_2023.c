/* What the compiler's staged code for accelerator v3, C stationary, does, written by hand: each
 * opcode and each tile is a transfer of its own, copied by rows through the runtime.
 * The generated program must put the same bytes on the wire in the same order. */
#include "matmul_check.h"
#include "memref.h"
#include "tiles.h"

enum { READ_A_READ_B_COMPUTE = 7, SEND_C = 8 };

static struct memref_2d_i32 tile_of(int32_t *matrix, int row, int column, int columns)
{
    return (struct memref_2d_i32){
        matrix, matrix, row * columns + column, {TILE, TILE}, {columns, 1}};
}

static void send_literal(int32_t opcode)
{
    struct memref_0d_i32 literal = {&opcode, &opcode, 0};
    send_words(copy_to_inbuffer_i32(0, &literal, 0));
}

static void send_tile(struct memref_2d_i32 tile)
{
    send_words(copy_to_inbuffer_i32(2, &tile, 0));
}

/* Through a temporary tile that is added into C, as the generated code does for each flow. */
static void receive_and_add(struct memref_2d_i32 c)
{
    static int32_t words[TILE_WORDS];
    struct memref_2d_i32 temporary = {words, words, 0, {TILE, TILE}, {TILE, 1}};
    receive_words(TILE_WORDS);
    if (copy_from_outbuffer_i32(2, &temporary, 0) != TILE_WORDS)
        exit(EXIT_FAILURE);
    accumulate_i32(2, &c, &temporary);
}

void matmul_call(int32_t *a, int32_t *b, int32_t *c);

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    clear(c, M * N);
    for (int m = 0; m < M; m += TILE)
        for (int n = 0; n < N; n += TILE) {
            for (int k = 0; k < K; k += TILE) {
                send_literal(READ_A_READ_B_COMPUTE);
                send_tile(tile_of(a, m, k, K));
                send_tile(tile_of(b, k, n, N));
            }
            send_literal(SEND_C);
            receive_and_add(tile_of(c, m, n, N));
        }
}

int main(void)
{
    open_engine();
    const int status = matmul_run_i32(M, N, K, matmul_call);
    dma_free();
    return status;
}
