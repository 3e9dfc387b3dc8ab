#include "board/workload_choice.h"

#include "board/workload_costs.h"
#include "board/workload_tile.h"
#include "choice/tile_choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)WORKLOAD_NS == (int)CHOICE_NS && (int)WORKLOAD_CS == (int)CHOICE_CS,
               "a flow is the same number to both");

bool workload_flow_possible(uint32_t version, uint32_t flow)
{
    return flow == WORKLOAD_NS || version > MATMUL_V2 ||
           (version == MATMUL_V2 && flow != WORKLOAD_CS);
}

static bool is_flow_open(const struct workload_config *work)
{
    return work->flow == WORKLOAD_BEST || work->flow == WORKLOAD_BEST_COST;
}

static bool is_tile_open(const struct workload_config *work)
{
    return strcmp(work->tile, "best") == 0 || strcmp(work->tile, "best_cost") == 0;
}

static bool is_by_cost(const struct workload_config *work)
{
    return work->flow == WORKLOAD_BEST_COST || strcmp(work->tile, "best_cost") == 0;
}

static enum choice_travel travel_of(const struct workload_config *work)
{
    const bool chains = work->transfer == TRANSFER_SG || work->transfer == TRANSFER_2D;

    return !workload_sends_in_place(work)    ? CHOICE_STAGED
           : work->transfer == TRANSFER_ROWS ? CHOICE_ROWS_IN_PLACE
           : chains                          ? CHOICE_CHAINS
                                             : CHOICE_IN_PLACE;
}

static bool may_be(const struct workload_config *work, uint32_t version, uint32_t flow)
{
    if (!is_flow_open(work)) {
        return work->flow == flow;
    }
    return workload_flow_possible(version, flow) &&
           (work->accumulate != ACCUMULATE_ACCELERATOR || flow == WORKLOAD_CS);
}

uint32_t workload_opcode_words(uint32_t version)
{
    return version == MATMUL_V1 ? 0 : version == MATMUL_V4 ? 2 : 1;
}

/* False: the tile or the block is no such text, which is said where these are checked. */
static bool get_space(const struct workload_config *work,
                      const struct matmul_accelerator_config *accelerator,
                      const struct choice_costs *costs, struct choice_space *space)
{
    struct workload_tile tile = {0}, block;

    if (!workload_block_of(work, &block) ||
        (!is_tile_open(work) && !workload_tile_of(work, accelerator->size, &tile))) {
        return false;
    }
    *space = (struct choice_space){
        .problem = {work->m, work->n, work->k},
        .block = {block.m, block.n, block.k},
        .tile = {tile.m, tile.n, tile.k},
        .tile_step = accelerator->size,
        .buffer_words = accelerator->buffer_words,
        .opcode_words = workload_opcode_words(accelerator->version),
        .sends = travel_of(work),
        .receives_in_place = workload_receives_in_place(work),
        .adds_on_cpu = work->accumulate == ACCUMULATE_CPU,
        .coalesce = work->coalesce,
        .pipeline = work->pipeline,
        .costs = costs,
    };
    for (uint32_t flow = 0; flow < CHOICE_FLOWS; flow++) {
        space->flows[flow] = may_be(work, accelerator->version, flow);
    }
    return true;
}

/* Two ways to choose, or nothing to choose a tile from. */
static bool check_question(struct config *config, const struct workload_config *work,
                           uint32_t version)
{
    if (is_tile_open(work) && version != MATMUL_V4) {
        config_error(config, "workload.tile",
                     "only accelerator v4 has tiles of any shape to choose from; of v1 to v3 it is "
                     "accelerator.size: expected auto");
        return false;
    }
    if (is_tile_open(work) && is_flow_open(work) &&
        (work->flow == WORKLOAD_BEST_COST) != (strcmp(work->tile, "best_cost") == 0)) {
        config_error(config, "workload.tile",
                     "is chosen together with workload.flow: expected the same of both, best or "
                     "best_cost");
        return false;
    }
    return true;
}

static void take(struct config *config, struct workload_config *work,
                 const struct tile_choice *choice)
{
    const char *const asked = is_by_cost(work) ? "best_cost" : "best";

    if (is_tile_open(work)) {
        snprintf(work->tile, sizeof(work->tile), "%" PRIu32 "x%" PRIu32 "x%" PRIu32, choice->tile.m,
                 choice->tile.n, choice->tile.k);
        config_chosen(config, "workload.tile", asked);
    }
    if (is_flow_open(work)) {
        work->flow = choice->flow;
        config_chosen(config, "workload.flow", asked);
    }
}

/* So that the checks of the rest have something to go by. */
static void give_up(struct workload_config *work)
{
    if (is_tile_open(work)) {
        strcpy(work->tile, "auto");
    }
    if (is_flow_open(work)) {
        work->flow = WORKLOAD_NS;
    }
}

/* That no flow adds up in the accelerator is said of workload.accumulate. */
static void say_nothing_fits(struct config *config, const struct workload_config *work,
                             const struct choice_space *space)
{
    if (is_tile_open(work)) {
        config_error(config, "workload.tile",
                     "not even a tile of accelerator.size, %" PRIu32
                     ", fits accelerator.buffer_words, %" PRIu32,
                     space->tile_step, space->buffer_words);
    }
}

void workload_choose(struct config *config, struct board_config *board)
{
    struct workload_config *const work = &board->workload;
    const struct matmul_accelerator_config *const accelerator = &board->accelerator;
    const enum choice_measure measure = is_by_cost(work) ? CHOICE_BY_COST : CHOICE_BY_WORDS;
    const struct choice_costs costs = workload_costs(board);
    struct choice_space space = {0};
    struct tile_choice best;

    if (!is_flow_open(work) && !is_tile_open(work)) {
        return;
    }
    if (!check_question(config, work, accelerator->version) ||
        !get_space(work, accelerator, &costs, &space)) {
        give_up(work);
    } else if (choose_tile(&space, measure, &best)) {
        take(config, work, &best);
    } else {
        say_nothing_fits(config, work, &space);
        give_up(work);
    }
}

bool workload_estimate(const struct board_config *board, struct kernel_time *time)
{
    const struct workload_config *const work = &board->workload;
    const struct choice_costs costs = workload_costs(board);
    struct choice_space space;

    if (strcmp(work->program, "harness") != 0 || work->sizes == SIZES_DYNAMIC ||
        !get_space(work, &board->accelerator, &costs, &space)) {
        return false;
    }
    const struct tile_choice choice = {(enum choice_flow)work->flow, space.tile};
    *time = estimate_kernel_time(&space, &choice);
    return true;
}
