/* AXI4-Stream channel: a FIFO of 32-bit words with TLAST and exact time for each beat.
 *
 * Producer and consumer each keep a local time. A word carries the time at which it can be read,
 * a slot the time at which it was read, so both sides may run ahead of each other by blocks of
 * words, and every beat still happens when the handshake would: one beat a cycle, never before
 * data is there, never before space is there. Times do not depend on the size of the blocks.
 *
 * A beat carries width_bits / 32 words; a packet always starts a new beat.
 * Words are readable latency_cycles after the end of the beat that wrote them.
 */
#ifndef ZEROSTAGE_AXI_AXI_STREAM_CORE_H
#define ZEROSTAGE_AXI_AXI_STREAM_CORE_H

#include "config/param.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct axi_stream_config {
    uint64_t clock_hz;       /* of the stream; the board sets it */
    uint32_t width_bits;     /* TDATA; a multiple of 32 */
    uint32_t depth_words;    /* capacity; at least one beat */
    uint32_t latency_cycles; /* through the FIFO, beyond the beat itself */
};

/* width_bits, depth_words, latency_cycles. */
extern const struct param axi_stream_params[];
extern const size_t axi_stream_params_count;

struct axi_stream_slot {
    uint32_t word;
    uint8_t last_bytes; /* 0: not last; 1..4: TLAST, with so many valid bytes in the word */
    bool starts_beat;
    uint64_t from_ps; /* earliest time of the beat that reads it, or, while empty, writes it */
};

struct axi_stream_core {
    struct axi_stream_slot *slots;
    uint32_t depth;
    uint32_t words_per_beat;
    uint64_t period_ps;
    uint64_t latency_ps;
    uint32_t level;             /* words written and not yet read */
    uint32_t write_at, read_at; /* the next slots */
    uint64_t read_beat_ps;      /* start of the beat being read */
    uint64_t stall_ps;          /* producer had a beat and no space */
    uint64_t starve_ps;         /* consumer was ready and no beat */

    /* counters */
    uint64_t words, packets, producer_stall_cycles, consumer_starve_cycles;
};

/* Returns 0, -EINVAL for a bad configuration, -ENOMEM. */
int axi_stream_core_init(struct axi_stream_core *stream, const struct axi_stream_config *config);
void axi_stream_core_destroy(struct axi_stream_core *stream);

/* Write up to `count` words in whole beats, the first beat not before *now_ps. `last_bytes` 1..4
 * puts TLAST on the final word, which has so many valid bytes; 0: the packet goes on. Returns the
 * words written: fewer than `count` when the FIFO is full. *now_ps becomes the end of the last
 * beat written. */
size_t axi_stream_core_push(struct axi_stream_core *stream, const uint32_t *words, size_t count,
                            uint8_t last_bytes, uint64_t *now_ps);

struct axi_stream_read {
    size_t words; /* read */
    size_t beats;
    uint8_t last_bytes; /* not 0: the final word had TLAST and so many valid bytes */
    uint64_t first_ps;  /* start of the first beat; only if words > 0 */
};

/* Read up to `count` words, the first beat not before *now_ps, and not beyond a TLAST when
 * `stop_at_last`. *now_ps becomes the end of the last beat read. */
struct axi_stream_read axi_stream_core_pop(struct axi_stream_core *stream, uint32_t *words,
                                           size_t count, bool stop_at_last, uint64_t *now_ps);

/* Words written and not yet read. */
size_t axi_stream_core_level(const struct axi_stream_core *stream);

#ifdef __cplusplus
}
#endif
#endif
