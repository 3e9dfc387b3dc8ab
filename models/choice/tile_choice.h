/* Choice of tile and flow for a matmul: AXI4MLIR's published heuristic, and one by cost.
 *
 * For the compiler and for the board's configuration alike, so that both take the same. */
#ifndef ZEROSTAGE_CHOICE_TILE_CHOICE_H
#define ZEROSTAGE_CHOICE_TILE_CHOICE_H

#include "choice/choice_costs.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a problem, a block or a tile, in elements. */
struct choice_sizes {
    uint32_t m, n, k;
};

enum choice_flow { CHOICE_NS, CHOICE_AS, CHOICE_BS, CHOICE_CS, CHOICE_FLOWS };
enum choice_measure { CHOICE_BY_WORDS, CHOICE_BY_COST };
/* How tiles are sent. */
enum choice_travel {
    CHOICE_STAGED,
    CHOICE_IN_PLACE,      /* one range a tile */
    CHOICE_ROWS_IN_PLACE, /* a transfer a row */
    CHOICE_CHAINS         /* a descriptor a row */
};

/* What there is to choose from. */
struct choice_space {
    struct choice_sizes problem;
    struct choice_sizes block; /* for the caches; the problem where there is none */
    bool flows[CHOICE_FLOWS];
    struct choice_sizes tile; /* all 0: any that fits, of an accelerator with tiles of any shape */
    uint32_t tile_step;       /* then a tile's sizes are multiples of this, */
    uint32_t buffer_words;    /* and its A, B and C have at most this many words each */
    uint32_t opcode_words;    /* an opcode's: v1 0, v2 and v3 1, v4 2 */
    /* By cost: how tiles move, and what that takes. */
    enum choice_travel sends;
    bool receives_in_place;
    bool adds_on_cpu; /* in flow Cs, too */
    bool coalesce, pipeline;
    const struct choice_costs *costs;
};

struct tile_choice {
    enum choice_flow flow;
    struct choice_sizes tile;
};

const char *choice_flow_name(enum choice_flow flow);

/* By words: the fewest words moved, C counted twice; then the fewest tile computes. By cost: the
 * shortest kernel_time. Among equals the first flow, the smallest tile. A tile divides the blocks,
 * or what they are when their last step is padded. False when there is nothing to choose from: no
 * tile fits the buffers. */
bool choose_tile(const struct choice_space *space, enum choice_measure measure,
                 struct tile_choice *best);

#ifdef __cplusplus
}
#endif
#endif
