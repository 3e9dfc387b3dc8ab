#include "choice/tile_choice.h"

#include "choice/kernel_time.h"
#include "choice/tile_counts.h"

/* AXI4MLIR's candidates go up to this. */
enum { LARGEST_TILE = 256 };

const char *choice_flow_name(enum choice_flow flow)
{
    static const char *const names[] = {"Ns", "As", "Bs", "Cs"};

    return names[flow];
}

/* --- what is less --- */

struct words {
    uint64_t a, b, c;
};

static struct words count_words(const struct tile_counts *counts, const struct choice_sizes *tile)
{
    return (struct words){counts->tiles_a * tile->m * tile->k, counts->tiles_b * tile->k * tile->n,
                          counts->tiles_c * tile->m * tile->n};
}

static bool has_fewer_words(const struct choice_space *space, const struct tile_choice *left,
                            const struct tile_choice *right)
{
    const struct tile_counts counts[] = {count_tiles(space, left), count_tiles(space, right)};
    const struct words l = count_words(&counts[0], &left->tile);
    const struct words r = count_words(&counts[1], &right->tile);
    const uint64_t of_left = l.a + l.b + 2 * l.c, of_right = r.a + r.b + 2 * r.c;

    return of_left != of_right ? of_left < of_right : counts[0].products < counts[1].products;
}

static bool is_better(const struct choice_space *space, enum choice_measure measure,
                      const struct tile_choice *left, const struct tile_choice *right)
{
    return measure == CHOICE_BY_WORDS ? has_fewer_words(space, left, right)
                                      : estimate_kernel_time(space, left).total_ns <
                                            estimate_kernel_time(space, right).total_ns;
}

/* --- the candidates, smallest tile first --- */

/* Whether a tile divides a size, as far as any can: padding fills up the last step at most. */
static bool divides(const struct choice_space *space, uint32_t tile, uint32_t size)
{
    return tile_steps(size, space->tile_step) * space->tile_step % tile == 0;
}

static bool fits(const struct choice_space *space, const struct choice_sizes *tile)
{
    const struct choice_sizes *const block = &space->block;

    return divides(space, tile->m, block->m) && divides(space, tile->n, block->n) &&
           divides(space, tile->k, block->k) && tile->m * tile->k <= space->buffer_words &&
           tile->k * tile->n <= space->buffer_words && tile->m * tile->n <= space->buffer_words;
}

/* Steps through one size after the other, k first. False past the last tile. */
static bool next_size(const struct choice_space *space, struct choice_sizes *tile)
{
    uint32_t *const sizes[] = {&tile->k, &tile->n, &tile->m};

    for (int i = 0; i < 3; i++) {
        *sizes[i] += space->tile_step;
        if (*sizes[i] <= LARGEST_TILE) {
            return true;
        }
        *sizes[i] = space->tile_step;
    }
    return false;
}

static bool next_tile(const struct choice_space *space, struct choice_sizes *tile)
{
    while (next_size(space, tile)) {
        if (fits(space, tile)) {
            return true;
        }
    }
    return false;
}

static bool first_tile(const struct choice_space *space, struct choice_sizes *tile)
{
    *tile = (struct choice_sizes){space->tile_step, space->tile_step, space->tile_step};
    return fits(space, tile) || next_tile(space, tile);
}

static void consider(const struct choice_space *space, enum choice_measure measure,
                     const struct tile_choice *candidate, struct tile_choice *best, bool *found)
{
    if (!*found || is_better(space, measure, candidate, best)) {
        *best = *candidate;
    }
    *found = true;
}

bool choose_tile(const struct choice_space *space, enum choice_measure measure,
                 struct tile_choice *best)
{
    const bool is_fixed = space->tile.m != 0;
    bool found = false;

    for (int flow = 0; flow < CHOICE_FLOWS; flow++) {
        struct tile_choice candidate = {.flow = (enum choice_flow)flow, .tile = space->tile};
        if (!space->flows[flow] || (!is_fixed && !first_tile(space, &candidate.tile))) {
            continue;
        }
        do {
            consider(space, measure, &candidate, best, &found);
        } while (!is_fixed && next_tile(space, &candidate.tile));
    }
    return found;
}
