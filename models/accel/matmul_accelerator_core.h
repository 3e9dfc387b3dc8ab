/* MatMul accelerator of AXI4MLIR: C = A x B on tiles, driven by words on a stream.
 *
 * The core is a state machine over the input words. It says what it wants next (words to take,
 * cycles to compute, words to give), so whoever owns time and streams can drive it step by step.
 * Opcode word: bit 0 read A, bit 1 read B, bit 2 compute, bit 3 send C, executed in this order.
 *   v1  no opcode: A, B in; C = A x B out
 *   v2  1..7: bit 2 computes C = A x B and sends it
 *   v3  1..15: compute accumulates into C, send clears it
 *   v4  as v3, each opcode followed by (tK << 20) | (tN << 10) | tM
 * Tiles are row-major: A is M x K, B is K x N, C is M x N.
 */
#ifndef ZEROSTAGE_ACCEL_MATMUL_ACCELERATOR_CORE_H
#define ZEROSTAGE_ACCEL_MATMUL_ACCELERATOR_CORE_H

#include "config/param.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum matmul_version { MATMUL_V1, MATMUL_V2, MATMUL_V3, MATMUL_V4 };
enum matmul_type {
    MATMUL_I32, /* wraps around */
    MATMUL_F32,
    MATMUL_I8 /* A and B: four elements a word, first in the low byte; C: int32 */
};
enum matmul_compute {
    MATMUL_OPS_PER_CYCLE, /* macs_per_cycle multiply-accumulates each cycle */
    MATMUL_SYSTOLIC_OS,   /* array_rows x array_columns array, output stationary */
    MATMUL_SYSTOLIC_WS,   /* weight (B) stationary */
    MATMUL_SYSTOLIC_IS    /* input (A) stationary */
};

struct matmul_accelerator_config {
    uint32_t version;        /* enum matmul_version */
    uint32_t size;           /* edge of the square tile; v4: of the block */
    uint32_t type;           /* enum matmul_type */
    uint64_t clock_hz;       /* 0: the stream's clock */
    uint32_t compute;        /* enum matmul_compute */
    uint32_t macs_per_cycle; /* ops_per_cycle only; 0: as AXI4MLIR's */
    uint32_t array_rows;     /* systolic only; 0: size */
    uint32_t array_columns;  /* systolic only; 0: size */
    bool double_buffering;   /* load, compute and store overlap; two buffers of A, B and C each */
    uint32_t compute_latency_cycles; /* added to each compute: pipeline fill and drain */
    uint32_t buffer_words;           /* v4: capacity of each of the A, B and C buffers */
    uint64_t watchdog_cycles;        /* longest wait within an instruction; 0: no limit */
};

extern const struct param matmul_accelerator_params[];
extern const size_t matmul_accelerator_params_count;

/* What the core does now. */
enum matmul_step {
    MATMUL_FETCH,   /* takes an opcode, or v4's dimensions */
    MATMUL_LOAD_A,  /* takes words */
    MATMUL_LOAD_B,  /* takes words */
    MATMUL_COMPUTE, /* spends cycles */
    MATMUL_STORE,   /* gives words, TLAST on the last of the tile */
    MATMUL_FAILED   /* a bad opcode or bad dimensions; message says what was expected */
};

enum { MATMUL_MESSAGE_BYTES = 256 };

struct matmul_accelerator_core {
    struct matmul_accelerator_config config;
    enum matmul_step step;
    uint32_t opcode;
    bool want_dimensions;
    uint32_t m, n, k;    /* the current instruction's tile */
    uint32_t words_done; /* of the current load or store */
    uint32_t words_total;
    uint32_t *a, *b, *c; /* bit patterns of int32 or float */
    uint32_t c_m, c_n;   /* shape that C was accumulated in */
    char message[MATMUL_MESSAGE_BYTES];

    /* counters */
    uint64_t macs, words_in, words_out, opcodes, tiles_out, errors;
};

/* v4: NULL when the accelerator can hold tiles of m x k, k x n and m x n elements, otherwise what
 * is wrong, as a clause. */
const char *matmul_tile_error(const struct matmul_accelerator_config *config, uint32_t m,
                              uint32_t n, uint32_t k);

/* Returns 0, -ENOMEM, or -EINVAL with the reason in *why (a static string). */
int matmul_core_init(struct matmul_accelerator_core *core,
                     const struct matmul_accelerator_config *config, const char **why);
void matmul_core_destroy(struct matmul_accelerator_core *core);

/* FETCH and LOAD: how many words it can take now (1 for a fetch). */
size_t matmul_core_wanted(const struct matmul_accelerator_core *core);
void matmul_core_take(struct matmul_accelerator_core *core, const uint32_t *words, size_t count);

/* Cycles of an m x n x k product on this accelerator's arithmetic. */
uint64_t matmul_core_compute_cycles(const struct matmul_accelerator_config *config, uint32_t m,
                                    uint32_t n, uint32_t k);

/* COMPUTE: do it; returns the accelerator cycles it takes. */
uint64_t matmul_core_run(struct matmul_accelerator_core *core);

/* STORE: the rest of the C tile, then acknowledge it. */
const uint32_t *matmul_core_result(const struct matmul_accelerator_core *core, size_t *count);
void matmul_core_sent(struct matmul_accelerator_core *core, size_t count);

/* At the start of an instruction: nothing is owed in either direction. */
bool matmul_core_at_rest(const struct matmul_accelerator_core *core);

/* "waits for word 5 of 64 of tile A (opcode 15: read A, read B, compute, send C)". */
void matmul_core_describe(const struct matmul_accelerator_core *core, char *text, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
