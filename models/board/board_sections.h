/* The sections of the configuration tree, in the order in which they are shown. */
#ifndef ZEROSTAGE_BOARD_BOARD_SECTIONS_H
#define ZEROSTAGE_BOARD_BOARD_SECTIONS_H

#include "board/board_config.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { BOARD_SECTIONS = 26 };

/* Fills `sections` with BOARD_SECTIONS entries that write into `board`; returns their number. */
size_t board_sections(struct board_config *board, struct param_section *sections);

#ifdef __cplusplus
}
#endif
#endif
