#include "choice/tile_choice.h"

/* --- what the kernel takes, each with its source --- */

/* A blocking transfer besides the words it moves: about 2,200 cycles at 650 MHz. Measured:
 * AXI4MLIR's driver on a PYNQ-Z2. */
static const double START_AND_WAIT_NS = 2200 / 0.65;
/* A word on the stream. Datasheet: 32 bits a cycle; choice: 100 MHz. */
static const double STREAM_WORD_NS = 10;
/* The rest is derived from `./zs run configs/demo.yaml` with Ns and 64x64x64, v3 of 8x8, the kernel
 * compiled without -O: 66,048 words are copied into uncached DMA memory in 710 us, */
static const double COPY_IN_WORD_NS = 10.8;
/* and 32,768 words out of it in 1.92 ms. */
static const double COPY_OUT_WORD_NS = 58.7;
/* As many are added to C in 1.54 ms from a scratch tile in the cache, in 4.89 ms from DMA memory.
 */
static const double ACCUMULATE_NS = 46.8;
static const double ACCUMULATE_UNCACHED_NS = 149;
/* A cycle of the accelerator. Choice: 100 MHz. */
static const double ACCELERATOR_CYCLE_NS = 10;

/* AXI4MLIR's candidates go up to this. */
enum { LARGEST_TILE = 256 };

const char *choice_flow_name(enum choice_flow flow)
{
    static const char *const names[] = {"Ns", "As", "Bs", "Cs"};

    return names[flow];
}

/* --- how often things move --- */

struct counts {
    uint64_t tiles_a, tiles_b; /* sent */
    uint64_t tiles_c;          /* received */
    uint64_t products;
    uint64_t stationary; /* opcodes besides one a product */
};

/* The last one may be smaller, or padded. */
static uint64_t times(uint32_t size, uint32_t step)
{
    return (size + step - 1) / step;
}

/* What is stationary is so within a block. */
static struct counts count(const struct choice_space *space, const struct tile_choice *choice)
{
    const struct choice_sizes *const problem = &space->problem, *const block = &space->block;
    const uint64_t m = times(problem->m, choice->tile.m);
    const uint64_t n = times(problem->n, choice->tile.n);
    const uint64_t k = times(problem->k, choice->tile.k);
    const uint64_t products = m * n * k;
    struct counts counts = {products, products, products, products, 0};

    if (choice->flow == CHOICE_AS) {
        counts.tiles_a = counts.stationary = m * k * times(problem->n, block->n);
    } else if (choice->flow == CHOICE_BS) {
        counts.tiles_b = counts.stationary = k * n * times(problem->m, block->m);
    } else if (choice->flow == CHOICE_CS) {
        counts.tiles_c = counts.stationary = m * n * times(problem->k, block->k);
    }
    return counts;
}

struct words {
    uint64_t a, b, c;
};

static struct words count_words(const struct counts *counts, const struct choice_sizes *tile)
{
    return (struct words){counts->tiles_a * tile->m * tile->k, counts->tiles_b * tile->k * tile->n,
                          counts->tiles_c * tile->m * tile->n};
}

/* Transfers of a tile that is sent: one a row, unless its rows follow each other in memory. */
static uint64_t count_sends(enum choice_travel travel, uint32_t rows, uint32_t columns,
                            uint32_t matrix_columns)
{
    return travel == CHOICE_ROWS_IN_PLACE && times(matrix_columns, columns) > 1 ? rows : 1;
}

/* --- what is less --- */

double choice_estimate_ns(const struct choice_space *space, const struct tile_choice *choice)
{
    const struct choice_sizes *const tile = &choice->tile;
    const struct counts counts = count(space, choice);
    const struct words words = count_words(&counts, tile);
    const uint64_t opcode_words = space->opcode_words * (counts.products + counts.stationary);
    const uint64_t words_in = words.a + words.b + opcode_words;
    const uint64_t transfers =
        counts.tiles_a * count_sends(space->travel, tile->m, tile->k, space->problem.k) +
        counts.tiles_b * count_sends(space->travel, tile->k, tile->n, space->problem.n) +
        counts.tiles_c + opcode_words;
    const uint64_t macs = (uint64_t)tile->m * tile->n * tile->k;
    const uint64_t product_cycles = (macs + space->macs_per_cycle - 1) / space->macs_per_cycle;
    const bool staged = space->travel == CHOICE_STAGED;
    double time_ns = (double)transfers * START_AND_WAIT_NS +
                     (double)(words_in + words.c) * STREAM_WORD_NS +
                     (double)(counts.products * product_cycles) * ACCELERATOR_CYCLE_NS;

    if (staged) {
        time_ns += (double)words_in * COPY_IN_WORD_NS + (double)words.c * COPY_OUT_WORD_NS;
    }
    if (choice->flow != CHOICE_CS) { /* the CPU adds partial tiles up */
        time_ns += (double)words.c * (staged ? ACCUMULATE_NS : ACCUMULATE_UNCACHED_NS);
    }
    return time_ns;
}

static bool has_fewer_words(const struct choice_space *space, const struct tile_choice *left,
                            const struct tile_choice *right)
{
    const struct counts counts[] = {count(space, left), count(space, right)};
    const struct words l = count_words(&counts[0], &left->tile);
    const struct words r = count_words(&counts[1], &right->tile);
    const uint64_t of_left = l.a + l.b + 2 * l.c, of_right = r.a + r.b + 2 * r.c;

    return of_left != of_right ? of_left < of_right : counts[0].products < counts[1].products;
}

static bool is_better(const struct choice_space *space, enum choice_measure measure,
                      const struct tile_choice *left, const struct tile_choice *right)
{
    return measure == CHOICE_BY_WORDS
               ? has_fewer_words(space, left, right)
               : choice_estimate_ns(space, left) < choice_estimate_ns(space, right);
}

/* --- the candidates, smallest tile first --- */

/* Whether a tile divides a size, as far as any can: padding fills up the last step at most. */
static bool divides(const struct choice_space *space, uint32_t tile, uint32_t size)
{
    return times(size, space->tile_step) * space->tile_step % tile == 0;
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
