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
    return (size_t)(stream->written - stream->read);
}

static struct axi_stream_slot *slot_of(const struct axi_stream_core *stream, uint64_t index)
{
    return &stream->slots[index % stream->depth];
}

/* One beat, as soon as all its slots are free. Returns its end. */
static uint64_t push_beat(struct axi_stream_core *stream, const uint32_t *words, size_t count,
                          uint64_t now_ps)
{
    uint64_t start_ps = later(now_ps, slot_of(stream, stream->written + count - 1)->free_ps);
    uint64_t end_ps = start_ps + stream->period_ps;

    for (size_t i = 0; i < count; i++) {
        struct axi_stream_slot *slot = slot_of(stream, stream->written + i);

        slot->word = words[i];
        slot->last_bytes = 0;
        slot->starts_beat = i == 0;
        slot->ready_ps = end_ps + stream->latency_ps;
    }
    stream->written += count;
    stream->words += count;
    stream->stall_ps += start_ps - now_ps;
    stream->producer_stall_cycles = stream->stall_ps / stream->period_ps;
    return end_ps;
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
        if (axi_stream_core_level(stream) + beat > stream->depth) {
            return done;
        }
        *now_ps = push_beat(stream, words + done, beat, *now_ps);
        done += beat;
    }
    if (count > 0 && last_bytes > 0) {
        slot_of(stream, stream->written - 1)->last_bytes = last_bytes;
        stream->packets++;
    }
    return done;
}

/* Wait for the beat that begins with this word; the rest of it costs no time. */
static void start_read_beat(struct axi_stream_core *stream, const struct axi_stream_slot *slot,
                            uint64_t *now_ps)
{
    stream->read_beat_ps = later(*now_ps, slot->ready_ps);
    stream->starve_ps += stream->read_beat_ps - *now_ps;
    stream->consumer_starve_cycles = stream->starve_ps / stream->period_ps;
    *now_ps = stream->read_beat_ps + stream->period_ps;
}

struct axi_stream_read axi_stream_core_pop(struct axi_stream_core *stream, uint32_t *words,
                                           size_t count, bool stop_at_last, uint64_t *now_ps)
{
    struct axi_stream_read read = {0};

    while (read.words < count && axi_stream_core_level(stream) > 0) {
        struct axi_stream_slot *slot = slot_of(stream, stream->read);
        uint64_t asked_ps = *now_ps;

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
        stream->read++;
        if (stop_at_last && read.last_bytes > 0) {
            break;
        }
    }
    return read;
}
