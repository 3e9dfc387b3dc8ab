/* Blocks of a matmul whose matrices do not fit the DMA regions as a whole: a block of A and one of
 * B lie in the input region at a time, one of C in the output region.
 *
 * For the compiler and for the board's configuration alike, so that both take the same. */
#ifndef ZEROSTAGE_CHOICE_REGION_BLOCK_H
#define ZEROSTAGE_CHOICE_REGION_BLOCK_H

#include "choice/tile_choice.h"

#ifdef __cplusplus
extern "C" {
#endif

struct region_space {
    struct choice_sizes problem, tile;
    struct choice_sizes
        step; /* a block consists of whole ones: the tile, or blocks for the caches */
    bool sends_in_place, receives_in_place;
    bool keeps_c; /* in the accelerator, over all of K if a block has it: C needs a block, too */
    bool coalesce, pipeline, chains;
    uint32_t input_bytes, result_bytes; /* of an element of A and B, of C */
    uint32_t opcode_words;              /* that an opcode takes: v1 0, v2 and v3 1, v4 2 */
    uint32_t literals;                  /* opcode words that lie in DMA memory by themselves */
    uint64_t in_bytes, out_bytes;       /* of the regions */
};

/* What a block takes of each region, with opcodes, descriptors and alignment: an upper bound. */
uint64_t region_in_bytes(const struct region_space *space, const struct choice_sizes *block);
uint64_t region_out_bytes(const struct region_space *space, const struct choice_sizes *block);
bool region_fits(const struct region_space *space, const struct choice_sizes *block);

/* Whether each size of a block is that of the problem, or divides it and consists of whole steps.
 */
bool region_divides(const struct region_space *space, const struct choice_sizes *block);

/* Whether the rows of C are the outer loop over blocks: then each block of A is brought in once,
 * otherwise each of B. */
bool region_rows_first(const struct choice_sizes *problem, const struct choice_sizes *block);

/* The problem if it fits. Otherwise, of the blocks that divide it and fit: one with all of K if C
 * then stays; then the fewest elements brought in; then the fewest blocks. False: none fits. */
bool choose_region_block(const struct region_space *space, struct choice_sizes *block);

#ifdef __cplusplus
}
#endif
#endif
