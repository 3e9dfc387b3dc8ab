#include "axi/axi_stream_core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BITS = 32 };

static const uint64_t PS_PER_SECOND = 1000000000000u;

static uint64_t later(uint64_t a_ps, uint64_t b_ps)
{
    return a_ps > b_ps ? a_ps : b_ps;
}

int axi_stream_core_init(struct axi_stream_core *stream, const struct axi_stream_config *config)
{
    memset(stream, 0, sizeof(*stream));
    if (config->clock_hz == 0 || config->clock_hz > PS_PER_SECOND || config->width_bits == 0 ||
        config->width_bits % WORD_BITS != 0 ||
        config->depth_words < config->width_bits / WORD_BITS) {
        return -EINVAL;
    }
    stream->slots = calloc(config->depth_words, sizeof(*stream->slots));
    if (!stream->slots) {
        return -ENOMEM;
    }
    stream->depth = config->depth_words;
    stream->words_per_beat = config->width_bits / WORD_BITS;
    stream->period_ps = (PS_PER_SECOND + config->clock_hz / 2) / config->clock_hz;
    stream->latency_ps = config->latency_cycles * stream->period_ps;
    return 0;
}

void axi_stream_core_destroy(struct axi_stream_core *stream)
{
    free(stream->slots);
    stream->slots = NULL;
}

size_t axi_stream_core_level(const struct axi_stream_core *stream)
{
    return stream->level;
}

/* The slot so many places from another one, at most once around. */
static uint32_t slot_after(const struct axi_stream_core *stream, uint32_t slot, size_t places)
{
    const uint32_t at = slot + (uint32_t)places;

    return at >= stream->depth ? at - stream->depth : at;
}

/* One beat, as soon as all its slots are free. Returns its end. */
static uint64_t push_beat(struct axi_stream_core *stream, const uint32_t *words, size_t count,
                          uint64_t now_ps)
{
    const uint32_t last = slot_after(stream, stream->write_at, count - 1);
    const uint64_t start_ps = later(now_ps, stream->slots[last].free_ps);
    const uint64_t end_ps = start_ps + stream->period_ps;

    for (size_t i = 0; i < count; i++) {
        struct axi_stream_slot *const slot = &stream->slots[stream->write_at];

        slot->word = words[i];
        slot->last_bytes = 0;
        slot->starts_beat = i == 0;
        slot->ready_ps = end_ps + stream->latency_ps;
        stream->write_at = slot_after(stream, stream->write_at, 1);
    }
    stream->level += (uint32_t)count;
    stream->words += count;
    stream->stall_ps += start_ps - now_ps;
    return end_ps;
}

/* The last word written ends a packet. */
static void end_packet(struct axi_stream_core *stream, uint8_t last_bytes)
{
    stream->slots[slot_after(stream, stream->write_at, stream->depth - 1)].last_bytes = last_bytes;
    stream->packets++;
}

size_t axi_stream_core_push(struct axi_stream_core *stream, const uint32_t *words, size_t count,
                            uint8_t last_bytes, uint64_t *now_ps)
{
    size_t done = 0;

    while (done < count) {
        size_t beat = count - done;

        if (beat > stream->words_per_beat) {
            beat = stream->words_per_beat;
        }
        if (stream->level + beat > stream->depth) {
            break;
        }
        *now_ps = push_beat(stream, words + done, beat, *now_ps);
        done += beat;
    }
    if (count > 0 && done == count && last_bytes > 0) {
        end_packet(stream, last_bytes);
    }
    stream->producer_stall_cycles = stream->stall_ps / stream->period_ps;
    return done;
}

/* Wait for the beat that begins with this word; the rest of it costs no time. */
static void start_read_beat(struct axi_stream_core *stream, const struct axi_stream_slot *slot,
                            uint64_t *now_ps)
{
    stream->read_beat_ps = later(*now_ps, slot->ready_ps);
    stream->starve_ps += stream->read_beat_ps - *now_ps;
    *now_ps = stream->read_beat_ps + stream->period_ps;
}

struct axi_stream_read axi_stream_core_pop(struct axi_stream_core *stream, uint32_t *words,
                                           size_t count, bool stop_at_last, uint64_t *now_ps)
{
    struct axi_stream_read read = {0};

    while (read.words < count && stream->level > 0) {
        struct axi_stream_slot *const slot = &stream->slots[stream->read_at];
        const uint64_t asked_ps = *now_ps;

        if (slot->starts_beat) {
            start_read_beat(stream, slot, now_ps);
            read.beats++;
        }
        if (read.words == 0) {
            read.first_ps = slot->starts_beat ? stream->read_beat_ps : asked_ps;
        }
        words[read.words++] = slot->word;
        read.last_bytes = slot->last_bytes;
        slot->free_ps = stream->read_beat_ps + stream->period_ps;
        stream->read_at = slot_after(stream, stream->read_at, 1);
        stream->level--;
        if (stop_at_last && read.last_bytes > 0) {
            break;
        }
    }
    stream->consumer_starve_cycles = stream->starve_ps / stream->period_ps;
    return read;
}
