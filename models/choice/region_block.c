#include "choice/region_block.h"

/* The runtime's: dma_alloc() as accel-opt calls it, scatter-gather descriptors, and the slots in
 * which tiles lie behind their opcodes. */
enum { ALLOCATION_BYTES = 64, DESCRIPTOR_BYTES = 64, SLOT_BYTES = 8, WORD_BYTES = 4 };

static uint64_t round_up(uint64_t bytes, uint64_t step)
{
    return (bytes + step - 1) / step * step;
}

/* A block of `size` rows x columns in whole tiles, each in a slot with its opcode if these are
 * coalesced. */
static uint64_t operand_bytes(const struct region_space *space, const uint64_t size[2],
                              uint64_t tile_rows, uint64_t tile_columns)
{
    const uint64_t rows = round_up(size[0], tile_rows), columns = round_up(size[1], tile_columns);
    const uint64_t tile_bytes = tile_rows * tile_columns * space->input_bytes;
    const uint64_t slot_bytes = round_up(space->opcode_words * WORD_BYTES + tile_bytes, SLOT_BYTES);
    const bool has_slots = space->coalesce && !space->chains;

    return round_up(has_slots ? rows * columns / (tile_rows * tile_columns) * slot_bytes
                              : rows * columns * space->input_bytes,
                    ALLOCATION_BYTES);
}

/* Two rings for the longest packet: a row a descriptor. What is built ahead counts twice. */
static uint64_t descriptor_bytes(const struct region_space *space)
{
    const struct choice_sizes *const tile = &space->tile;
    const uint64_t longer = tile->m > tile->k ? tile->m : tile->k;
    const uint64_t packet =
        space->coalesce ? tile->m + tile->k + 2 * (uint64_t)space->opcode_words : longer;

    const uint64_t packets = space->pipeline ? 2 : 1;

    return space->chains ? 2 * packets * packet * DESCRIPTOR_BYTES : 0;
}

uint64_t region_in_bytes(const struct region_space *space, const struct choice_sizes *block)
{
    const struct choice_sizes *const tile = &space->tile;

    if (!space->sends_in_place) {
        return descriptor_bytes(space);
    }
    return operand_bytes(space, (const uint64_t[]){block->m, block->k}, tile->m, tile->k) +
           operand_bytes(space, (const uint64_t[]){block->k, block->n}, tile->k, tile->n) +
           space->literals * (uint64_t)ALLOCATION_BYTES + descriptor_bytes(space);
}

/* Parts of C come back one tile at a time: two, where neighbours overlap. */
uint64_t region_out_bytes(const struct region_space *space, const struct choice_sizes *block)
{
    const bool is_complete = space->keeps_c && block->k == space->problem.k;
    const uint64_t tiles = space->pipeline ? 2 : 1;
    const uint64_t parts = tiles * space->tile.m * space->tile.n;
    const uint64_t whole = round_up(block->m, space->tile.m) * round_up(block->n, space->tile.n);

    if (!space->receives_in_place) {
        return 0;
    }
    return round_up((is_complete ? whole : parts) * space->result_bytes, ALLOCATION_BYTES);
}

bool region_fits(const struct region_space *space, const struct choice_sizes *block)
{
    return region_in_bytes(space, block) <= space->in_bytes &&
           region_out_bytes(space, block) <= space->out_bytes;
}

static bool divides(uint32_t whole, uint32_t part, uint32_t step)
{
    return part == whole || (part != 0 && whole % part == 0 && part % step == 0);
}

bool region_divides(const struct region_space *space, const struct choice_sizes *block)
{
    const struct choice_sizes *const whole = &space->problem, *const step = &space->step;

    return divides(whole->m, block->m, step->m) && divides(whole->n, block->n, step->n) &&
           divides(whole->k, block->k, step->k);
}

/* Elements of A and B. What is one block is there from the start. */
static uint64_t brought_in(const struct choice_sizes *problem, const struct choice_sizes *block,
                           bool rows_first)
{
    const uint64_t rows = problem->m / block->m, columns = problem->n / block->n;
    const bool splits_a = rows > 1 || block->k != problem->k;
    const bool splits_b = columns > 1 || block->k != problem->k;
    const uint64_t a = splits_a ? (uint64_t)problem->m * problem->k : 0;
    const uint64_t b = splits_b ? (uint64_t)problem->k * problem->n : 0;

    return rows_first ? a + b * rows : b + a * columns;
}

bool region_rows_first(const struct choice_sizes *problem, const struct choice_sizes *block)
{
    return brought_in(problem, block, true) <= brought_in(problem, block, false);
}

/* Negative: the left one is better. */
static int compare(const struct region_space *space, const struct choice_sizes *left,
                   const struct choice_sizes *right)
{
    const struct choice_sizes *const problem = &space->problem;
    const bool left_whole = left->k == problem->k, right_whole = right->k == problem->k;
    const uint64_t l = brought_in(problem, left, region_rows_first(problem, left));
    const uint64_t r = brought_in(problem, right, region_rows_first(problem, right));
    const uint64_t left_size = (uint64_t)left->m * left->n * left->k;
    const uint64_t right_size = (uint64_t)right->m * right->n * right->k;

    if (space->keeps_c && left_whole != right_whole) {
        return left_whole ? -1 : 1;
    }
    if (l != r) {
        return l < r ? -1 : 1;
    }
    return left_size == right_size ? 0 : left_size > right_size ? -1 : 1;
}

/* The next size that divides `whole`, from `size` down in steps; 0: there is none. */
static uint32_t next_divisor(uint32_t whole, uint32_t size, uint32_t step)
{
    while (size > step) {
        size -= size % step != 0 ? size % step : step;
        if (whole % size == 0) {
            return size;
        }
    }
    return 0;
}

bool choose_region_block(const struct region_space *space, struct choice_sizes *best)
{
    const struct choice_sizes *const whole = &space->problem, *const step = &space->step;
    struct choice_sizes block;
    bool found = false;

    if (region_fits(space, whole)) {
        *best = *whole;
        return true;
    }
    for (block.m = whole->m; block.m != 0; block.m = next_divisor(whole->m, block.m, step->m)) {
        for (block.n = whole->n; block.n != 0; block.n = next_divisor(whole->n, block.n, step->n)) {
            for (block.k = whole->k; block.k != 0;
                 block.k = next_divisor(whole->k, block.k, step->k)) {
                if (region_fits(space, &block) && (!found || compare(space, &block, best) < 0)) {
                    *best = block;
                    found = true;
                }
            }
        }
    }
    return found;
}
