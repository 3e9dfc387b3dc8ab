#include "choice/tile_counts.h"

/* What is stationary is so within a block. */
struct tile_counts count_tiles(const struct choice_space *space, const struct tile_choice *choice)
{
    const struct choice_sizes *const problem = &space->problem, *const block = &space->block;
    const uint64_t m = tile_steps(problem->m, choice->tile.m);
    const uint64_t n = tile_steps(problem->n, choice->tile.n);
    const uint64_t k = tile_steps(problem->k, choice->tile.k);
    const uint64_t products = m * n * k;
    struct tile_counts counts = {products, products, products, products, 0};

    if (choice->flow == CHOICE_AS) {
        counts.tiles_a = counts.stationary = m * k * tile_steps(problem->n, block->n);
    } else if (choice->flow == CHOICE_BS) {
        counts.tiles_b = counts.stationary = k * n * tile_steps(problem->m, block->m);
    } else if (choice->flow == CHOICE_CS) {
        counts.tiles_c = counts.stationary = m * n * tile_steps(problem->k, block->k);
    }
    return counts;
}
