/* How often a kernel moves tiles, by flow. */
#ifndef ZEROSTAGE_CHOICE_TILE_COUNTS_H
#define ZEROSTAGE_CHOICE_TILE_COUNTS_H

#include "choice/tile_choice.h"

struct tile_counts {
    uint64_t tiles_a, tiles_b; /* sent */
    uint64_t tiles_c;          /* received */
    uint64_t products;
    uint64_t stationary; /* opcodes besides one a product */
};

/* Steps through a size; the last one may be smaller, or padded. */
static inline uint64_t tile_steps(uint32_t size, uint32_t step)
{
    return (size + step - 1) / step;
}

struct tile_counts count_tiles(const struct choice_space *space, const struct tile_choice *choice);

#endif
