/* workload.region_block: in which blocks matrices go through DMA regions that do not hold them. */
#ifndef ZEROSTAGE_BOARD_WORKLOAD_REGION_H
#define ZEROSTAGE_BOARD_WORKLOAD_REGION_H

#include "board/board_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Puts none, or MxNxK, in the place of auto, or adds an error; checks what was given. */
void workload_choose_region(struct config *config, struct workload_config *workload,
                            const struct matmul_accelerator_config *accelerator);

#ifdef __cplusplus
}
#endif
#endif
