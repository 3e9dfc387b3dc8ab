/* What the parts of a kernel take on a board, for estimates of time.
 *
 * The board's configuration says them (board/workload_costs.h); the compiler reads them from a file
 * of lines `name: value`, which `zs-sim --costs` writes. */
#ifndef ZEROSTAGE_CHOICE_CHOICE_COSTS_H
#define ZEROSTAGE_CHOICE_CHOICE_COSTS_H

#include "accel/matmul_accelerator_core.h"

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct choice_costs {
    /* The driver: of a transfer, whatever its length. */
    double start_ns;      /* from the call to the engine's start */
    double descriptor_ns; /* a row that joins a chain */
    double poll_ns;       /* a look whether it is over */
    double sleep_ns;      /* ... or from a look in vain until the CPU idles; 0: the driver polls */
    double wake_ns;       /* ... and from the interrupt until the driver goes on */
    double send_sync_ns;  /* handing the buffer over to the engine, */
    double receive_sync_ns; /* ... and back, */
    double sync_word_ns;    /* ... a word of it */
    /* The engine and the stream. */
    double send_latency_ns, receive_latency_ns;
    double send_word_ns, receive_word_ns;
    double fifo_words; /* in front of the accelerator */
    /* The CPU, as long as the L1 serves it. */
    double opcode_ns;        /* an opcode word into the buffer */
    double copy_tile_ns;     /* a staging copy, */
    double copy_row_ns;      /* ... a row of the tile, */
    double copy_in_word_ns;  /* ... a word to the buffer, */
    double copy_out_word_ns; /* ... a word from it */
    double add_row_ns;       /* a partial tile to C: a row, */
    double add_word_ns;      /* ... a word from the heap, */
    double add_in_place_ns;  /* ... a word from the buffer */
    double clear_word_ns;    /* a word of C, before the kernel adds to it */
    /* The caches. */
    double l1_miss_ns, l2_miss_ns; /* a line that the next level has */
    double l1_bytes, l2_bytes, line_bytes;
    double micro_tlb_miss_ns, tlb_miss_ns;
    double micro_tlb_entries, tlb_entries, page_bytes;
    /* The accelerator. */
    double cycle_ns;
    struct matmul_accelerator_config accelerator; /* for its compute time */
};

/* One line a figure, with unit and meaning. */
void choice_costs_write(const struct choice_costs *costs, FILE *out);

enum { CHOICE_COSTS_ERROR_BYTES = 200 };

/* From such lines, all of them. Returns 0, or the number of the line (behind the last: what is
 * missing) with a message for people. */
int choice_costs_read(struct choice_costs *costs, const char *text,
                      char error[CHOICE_COSTS_ERROR_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
