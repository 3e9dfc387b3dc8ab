/* What must hold after every run: bytes, words and time are conserved on their way. */
#ifndef ZEROSTAGE_BOARD_BOARD_AUDIT_H
#define ZEROSTAGE_BOARD_BOARD_AUDIT_H

#include "board/board_config.h"
#include "stats/audit.h"
#include "stats/stats.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct audit_facts {
    uint32_t l2_line_bytes;
    uint64_t mm2s_words_left, s2mm_words_left; /* in the streams at the end */
    uint64_t accelerator_period_ps;
    bool dma_idle; /* no transfer was under way at the end */
    bool harness;  /* the program is a generated kernel with the harness */
    const struct board_config *board;
};

/* Words and transfers of a generated kernel: tiles and opcodes of the whole product. */
struct kernel_words {
    uint64_t sends, receives;     /* tiles and opcodes; a row that is sent counts on its own */
    uint64_t words_in, words_out; /* of the accelerator */
    /* Of these, what only fills tiles up at the edges of the matrices. */
    uint64_t padding_bytes_in, padding_bytes_out;
    uint64_t macs; /* in whole tiles */
};
void kernel_words_of(const struct workload_config *workload,
                     const struct matmul_accelerator_config *accelerator,
                     struct kernel_words *words);

/* Adds every identity that applies to a program that came to its end. Returns 0, -ENOENT for a
 * counter that nobody registered. */
int board_audit(const struct stats *stats, const struct audit_facts *facts, struct audit *audit);

#ifdef __cplusplus
}
#endif
#endif
