/* Tiles of the accelerator and blocks for the caches, from their text: "16x32x64" is M x N x K. */
#ifndef ZEROSTAGE_BOARD_WORKLOAD_TILE_H
#define ZEROSTAGE_BOARD_WORKLOAD_TILE_H

#include "board/workload.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct workload_tile {
    uint32_t m, n, k;
};

/* workload.tile; "auto" is the accelerator's size, cubed. False: the text is none. */
bool workload_tile_of(const struct workload_config *workload, uint32_t size,
                      struct workload_tile *tile);

/* workload.region_block; "none" and "auto" are the whole problem. False: the text is none. */
bool workload_region_of(const struct workload_config *workload, struct workload_tile *block);

/* The outermost block of workload.cache_tile; "none" is the tile. False: the text is none. */
bool workload_outer_block_of(const struct workload_config *workload,
                             const struct workload_tile *tile, struct workload_tile *block);

/* The innermost block of workload.cache_tile; "none" is the region's. False: the text is none. */
bool workload_block_of(const struct workload_config *workload, struct workload_tile *block);

#ifdef __cplusplus
}
#endif
#endif
