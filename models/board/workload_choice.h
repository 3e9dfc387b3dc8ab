/* workload.flow and workload.tile where the configuration leaves them to be chosen. */
#ifndef ZEROSTAGE_BOARD_WORKLOAD_CHOICE_H
#define ZEROSTAGE_BOARD_WORKLOAD_CHOICE_H

#include "board/board_config.h"
#include "choice/kernel_time.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether an accelerator can keep what a flow leaves in it. */
bool workload_flow_possible(uint32_t version, uint32_t flow);

/* Words that announce a tile: v1 has no opcodes, v4's is followed by the tile's shape. */
uint32_t workload_opcode_words(uint32_t version);

/* Puts the best flow and tile in the place of best and best_cost, or adds an error. */
void workload_choose(struct config *config, struct board_config *board);

/* How long the kernel is expected to take, as best_cost reckons, with flow and tile as they are.
 * False: it is no compiled one, or its sizes are not known. */
bool workload_estimate(const struct board_config *board, struct kernel_time *time);

#ifdef __cplusplus
}
#endif
#endif
