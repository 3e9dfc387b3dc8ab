/* What zs-dma simulates: the engine's own parameters, and traffic for it. */
#ifndef ZEROSTAGE_TESTBENCHES_DMA_ZS_DMA_CONFIG_H
#define ZEROSTAGE_TESTBENCHES_DMA_ZS_DMA_CONFIG_H

#include "config/param.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum traffic_path { PATH_MM2S, PATH_S2MM, PATH_LOOP_BACK };

struct traffic_config {
    uint64_t clock_hz;
    uint32_t path; /* enum traffic_path */
    uint32_t bytes;
    uint32_t transfers;
    uint32_t rows, stride_bytes; /* of a transfer; 0: rows without a gap */
    uint64_t source, target;
    double memory_latency_ns;
    uint32_t seed;
};

extern const struct param traffic_params[];
extern const size_t traffic_params_count;

#ifdef __cplusplus
}
#endif
#endif
