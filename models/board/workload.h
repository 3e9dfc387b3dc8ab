/* What the board is to compute, and with which program: section workload. */
#ifndef ZEROSTAGE_BOARD_WORKLOAD_H
#define ZEROSTAGE_BOARD_WORKLOAD_H

#include "config/param.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum workload_flow {
    WORKLOAD_NS,
    WORKLOAD_AS,
    WORKLOAD_BS,
    WORKLOAD_CS,
    WORKLOAD_BEST, /* until the configuration is finished */
    WORKLOAD_BEST_COST
};
enum workload_copy {
    WORKLOAD_STAGED,
    WORKLOAD_ZERO_COPY,
    WORKLOAD_ZERO_COPY_INPUTS, /* only what is sent */
    WORKLOAD_ZERO_COPY_OUTPUTS /* only what is received */
};
enum workload_type { WORKLOAD_I32, WORKLOAD_F32, WORKLOAD_I8 }; /* as enum matmul_type */
enum workload_sizes { SIZES_STATIC, SIZES_DYNAMIC };
enum workload_transfer {
    TRANSFER_AUTO, /* until the configuration is finished */
    TRANSFER_NONE, /* staged: the copy packs the tile */
    TRANSFER_PACKED,
    TRANSFER_ROWS,
    TRANSFER_SG,
    TRANSFER_2D
};

enum workload_behaviour { BEHAVIOUR_AXI4MLIR_2023, BEHAVIOUR_AXI4MLIR_2022 };
enum workload_copy_style { COPY_ROWWISE, COPY_ELEMENTWISE };
enum workload_accumulate { ACCUMULATE_AUTO, ACCUMULATE_CPU, ACCUMULATE_ACCELERATOR };
enum workload_host_read_style { HOST_READ_WORD, HOST_READ_BYTE, HOST_READ_COPY };
enum workload_post_process { POST_PROCESS_NONE, POST_PROCESS_BIAS_RELU };
enum workload_emit { EMIT_C, EMIT_OBJECT };
enum workload_dma_wait { DMA_WAIT_POLL, DMA_WAIT_INTERRUPT };

/* Section dma: the memory that driver and engine share. */
enum dma_memory_source { DMA_MEMORY_DEVMEM, DMA_MEMORY_UDMABUF };
enum dma_memory_mapping {
    DMA_MEMORY_UNCACHED,
    DMA_MEMORY_WRITE_COMBINE,
    DMA_MEMORY_CACHED,
    DMA_MEMORY_COHERENT
};

enum dma_memory_maintenance {
    DMA_MAINTENANCE_BEFORE_START,
    DMA_MAINTENANCE_AFTER_START,
    DMA_MAINTENANCE_NEVER
};

struct dma_memory_config {
    uint32_t buffers;     /* enum dma_memory_source */
    uint32_t mapping;     /* enum dma_memory_mapping */
    uint32_t maintenance; /* enum dma_memory_maintenance */
};

extern const struct param dma_memory_params[];
extern const size_t dma_memory_params_count;

struct workload_config {
    uint32_t m, n, k;
    uint32_t sizes;      /* enum workload_sizes */
    uint32_t type;       /* enum workload_type */
    uint32_t flow;       /* enum workload_flow */
    uint32_t copy;       /* enum workload_copy */
    uint32_t transfer;   /* enum workload_transfer */
    uint32_t behaviour;  /* enum workload_behaviour */
    uint32_t copy_style; /* enum workload_copy_style */
    uint32_t accumulate; /* enum workload_accumulate */
    bool coalesce, pipeline;
    uint32_t emit;     /* enum workload_emit */
    uint32_t dma_wait; /* enum workload_dma_wait */
    uint32_t host_writes, host_reads;
    uint32_t host_read_style;      /* enum workload_host_read_style */
    uint32_t post_process;         /* enum workload_post_process */
    char tile[PARAM_STRING_BYTES]; /* "auto", MxNxK (v4); "best", "best_cost" until finished */
    char cache_tile[PARAM_STRING_BYTES];   /* "none", MxNxK, or two of them with a comma */
    char region_block[PARAM_STRING_BYTES]; /* "none", or MxNxK; "auto" until finished */
    char kernel[PARAM_STRING_BYTES];
    char program[PARAM_STRING_BYTES];
    struct param_list cflags, runtime_cflags, args, environment;
    uint32_t dma_in_address, dma_in_bytes, dma_out_address, dma_out_bytes;
};

/* Whether what is sent lies in DMA memory. */
bool workload_sends_in_place(const struct workload_config *workload);
/* Whether C does, where it comes back complete. */
bool workload_receives_in_place(const struct workload_config *workload);

extern const struct param workload_params[];
extern const size_t workload_params_count;

#ifdef __cplusplus
}
#endif
#endif
