#include "board/workload_region.h"

#include "board/workload_choice.h"
#include "board/workload_tile.h"
#include "choice/region_block.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH "workload.region_block"

static struct choice_sizes sizes_of(const struct workload_tile *tile)
{
    return (struct choice_sizes){tile->m, tile->n, tile->k};
}

/* One opcode a product, one more for what is stationary; v4: the tile's shape. */
static uint32_t literals_of(uint32_t version, uint32_t flow)
{
    const uint32_t opcodes = version == MATMUL_V1 ? 0 : flow == WORKLOAD_NS ? 1 : 2;

    return opcodes + (version == MATMUL_V4);
}

/* False: a tile or block is no such text, which is said where these are checked. */
static bool get_space(const struct workload_config *work,
                      const struct matmul_accelerator_config *accelerator,
                      struct region_space *space)
{
    struct workload_tile tile, step;

    if (!workload_tile_of(work, accelerator->size, &tile) ||
        !workload_outer_block_of(work, &tile, &step)) {
        return false;
    }
    *space = (struct region_space){
        .problem = {work->m, work->n, work->k},
        .tile = sizes_of(&tile),
        .step = sizes_of(&step),
        .sends_in_place = workload_sends_in_place(work),
        .receives_in_place = workload_receives_in_place(work),
        .keeps_c = work->flow == WORKLOAD_CS && work->accumulate != ACCUMULATE_CPU,
        .coalesce = work->coalesce,
        .pipeline = work->pipeline,
        .chains = work->transfer == TRANSFER_SG || work->transfer == TRANSFER_2D,
        .input_bytes = work->type == WORKLOAD_I8 ? 1 : 4,
        .result_bytes = 4,
        .opcode_words = workload_opcode_words(accelerator->version),
        .literals = literals_of(accelerator->version, work->flow),
        .in_bytes = work->dma_in_bytes,
        .out_bytes = work->dma_out_bytes,
    };
    return true;
}

static void say_no_room(struct config *config, const char *what, const struct region_space *space,
                        const struct choice_sizes *block)
{
    config_error(config, PATH,
                 "%s, %" PRIu32 "x%" PRIu32 "x%" PRIu32 ", takes %" PRIu64
                 " bytes of the input region's %" PRIu64 " (workload.dma_in_bytes) and %" PRIu64
                 " of the output region's %" PRIu64 " (workload.dma_out_bytes)",
                 what, block->m, block->n, block->k, region_in_bytes(space, block), space->in_bytes,
                 region_out_bytes(space, block), space->out_bytes);
}

static void set(struct config *config, struct workload_config *work, const char *text)
{
    snprintf(work->region_block, sizeof(work->region_block), "%s", text);
    config_chosen(config, PATH, "auto");
}

static bool is_multiple(const struct choice_sizes *whole, const struct choice_sizes *part)
{
    return whole->m % part->m == 0 && whole->n % part->n == 0 && whole->k % part->k == 0;
}

static void choose(struct config *config, struct workload_config *work,
                   const struct region_space *space)
{
    struct choice_sizes block;
    char text[3 * 11];

    if (!choose_region_block(space, &block)) {
        if (is_multiple(&space->problem, &space->step)) {
            say_no_room(config, "even the smallest block", space, &space->step);
        } else {
            say_no_room(config, "no block of whole tiles divides the problem, which", space,
                        &space->problem);
        }
        set(config, work, "none");
        return;
    }
    const bool is_whole =
        block.m == space->problem.m && block.n == space->problem.n && block.k == space->problem.k;
    snprintf(text, sizeof(text), "%" PRIu32 "x%" PRIu32 "x%" PRIu32, block.m, block.n, block.k);
    set(config, work, is_whole ? "none" : text);
    if (work->accumulate == ACCUMULATE_ACCELERATOR && block.k != space->problem.k) {
        config_error(config, "workload.accumulate",
                     "the accelerator adds up over all of K, which does not fit the DMA regions: "
                     "expected cpu, or larger regions (workload.dma_in_bytes, dma_out_bytes)");
    }
}

static void check(struct config *config, const struct workload_config *work,
                  const struct region_space *space)
{
    struct workload_tile region;

    if (!workload_region_of(work, &region)) {
        config_error(config, PATH, "expected auto, none, or M x N x K as in 64x64x128");
        return;
    }
    const struct choice_sizes block = sizes_of(&region);
    if (work->copy == WORKLOAD_STAGED) {
        config_error(config, PATH,
                     "has no effect with workload.copy: staged, which needs room for tiles only");
    } else if (!region_divides(space, &block)) {
        config_error(config, PATH,
                     "expected a divisor of the problem that is a multiple of %" PRIu32 "x%" PRIu32
                     "x%" PRIu32 " (the tile, or workload.cache_tile)",
                     space->step.m, space->step.n, space->step.k);
    } else if (!region_fits(space, &block)) {
        say_no_room(config, "a block", space, &block);
    }
}

void workload_choose_region(struct config *config, struct workload_config *work,
                            const struct matmul_accelerator_config *accelerator)
{
    const bool is_open = strcmp(work->region_block, "auto") == 0;
    const bool is_harness = strcmp(work->program, "harness") == 0;
    const bool is_dynamic = work->sizes == SIZES_DYNAMIC;
    struct region_space space;

    if (strcmp(work->region_block, "none") == 0) {
        return;
    }
    if (is_open && (!is_harness || work->copy == WORKLOAD_STAGED || is_dynamic)) {
        set(config, work, "none");
    } else if (is_harness && is_dynamic) {
        config_error(config, PATH, "needs sizes that are known: expected workload.sizes: static");
    } else if (is_harness && get_space(work, accelerator, &space)) {
        is_open ? choose(config, work, &space) : check(config, work, &space);
    }
}
