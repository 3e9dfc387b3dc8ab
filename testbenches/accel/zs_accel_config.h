/* What zs-accel simulates beside the accelerator's own parameters: the product to compute. */
#ifndef ZEROSTAGE_TESTBENCHES_ACCEL_ZS_ACCEL_CONFIG_H
#define ZEROSTAGE_TESTBENCHES_ACCEL_ZS_ACCEL_CONFIG_H

#include "config/param.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct product_config {
    uint64_t clock_hz; /* of the streams */
    uint32_t m, n, k;
    uint32_t tile_m, tile_n, tile_k; /* v4 only; 0: accelerator.size */
    uint32_t seed;
};

extern const struct param product_params[];
extern const size_t product_params_count;

#ifdef __cplusplus
}
#endif
#endif
