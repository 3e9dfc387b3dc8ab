/* What the parts of a compiled kernel take on the board as configured: for best_cost. */
#ifndef ZEROSTAGE_BOARD_WORKLOAD_COSTS_H
#define ZEROSTAGE_BOARD_WORKLOAD_COSTS_H

#include "board/board_config.h"
#include "choice/choice_costs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Latencies are those of buses and memory with nothing else on them. */
struct choice_costs workload_costs(const struct board_config *board);

#ifdef __cplusplus
}
#endif
#endif
