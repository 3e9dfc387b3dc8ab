#include "zs_accel_config.h"

#define FIELD(name) offsetof(struct product_config, name)

#define TILE_SOURCE "0: accelerator.size"

const struct param product_params[] = {
    {"clock_hz", PARAM_U64, "Hz", FIELD(clock_hz), "100 MHz", 1e6, 1e10, NULL, KIND_CHOICE,
     "the board's default", "clock of the streams"},
    {"m", PARAM_U32, "elements", FIELD(m), "64", 1, 4096, NULL, KIND_CHOICE, "", "rows of A and C"},
    {"n", PARAM_U32, "elements", FIELD(n), "64", 1, 4096, NULL, KIND_CHOICE, "",
     "columns of B and C"},
    {"k", PARAM_U32, "elements", FIELD(k), "64", 1, 4096, NULL, KIND_CHOICE, "",
     "columns of A, rows of B"},
    {"tile_m", PARAM_U32, "elements", FIELD(tile_m), "0", 0, 1023, NULL, KIND_CHOICE, TILE_SOURCE,
     "v4: rows of a tile of A and C"},
    {"tile_n", PARAM_U32, "elements", FIELD(tile_n), "0", 0, 1023, NULL, KIND_CHOICE, TILE_SOURCE,
     "v4: columns of a tile of B and C"},
    {"tile_k", PARAM_U32, "elements", FIELD(tile_k), "0", 0, 1023, NULL, KIND_CHOICE, TILE_SOURCE,
     "v4: columns of a tile of A, rows of one of B"},
    {"seed", PARAM_U32, "", FIELD(seed), "1", 0, 0, NULL, KIND_CHOICE, "", "of the operands"},
};
const size_t product_params_count = sizeof(product_params) / sizeof(product_params[0]);
