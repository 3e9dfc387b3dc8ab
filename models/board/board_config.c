#include "board/board_config.h"
#include "board/board_sections.h"

#include <string.h>

struct config *board_config_create(struct board_config *board)
{
    struct param_section sections[BOARD_SECTIONS];
    memset(board, 0, sizeof(*board));
    return config_create(sections, board_sections(board, sections));
}
