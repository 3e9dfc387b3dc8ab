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

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
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

/* How many of `count` words fit in whole beats. */
static size_t words_that_fit(const struct axi_stream_core *stream, size_t count)
{
    const size_t room = stream->depth - stream->level;

    return count <= room ? count : room - room % stream->words_per_beat;
}

/* How many beats go at one a cycle from `now_ps` on through the next `count` slots, those round the
 * end of the ring apart: all, or 0 where somebody may wait. Beats of one word filled or left these
 * slots at least a cycle after one another, so if the last is in time, all are. */
static size_t beats_in_time(const struct axi_stream_core *stream, uint32_t at, size_t count,
                            uint64_t now_ps)
{
    const size_t beats = smaller(count, stream->depth - at);
    const uint64_t last_ps = now_ps + (beats - 1) * stream->period_ps;

    return stream->words_per_beat == 1 && stream->slots[at + beats - 1].from_ps <= last_ps ? beats
                                                                                           : 0;
}

/* One beat, as soon as all its slots are free. Returns the words written. */
static size_t push_beat(struct axi_stream_core *stream, const uint32_t *words, size_t count,
                        uint64_t *now_ps)
{
    const size_t beat = smaller(count, stream->words_per_beat);
    const uint32_t last = slot_after(stream, stream->write_at, beat - 1);
    const uint64_t start_ps = later(*now_ps, stream->slots[last].from_ps);

    stream->stall_ps += start_ps - *now_ps;
    *now_ps = start_ps + stream->period_ps;
    for (size_t i = 0; i < beat; i++) {
        stream->slots[stream->write_at] =
            (struct axi_stream_slot){words[i], 0, i == 0, *now_ps + stream->latency_ps};
        stream->write_at = slot_after(stream, stream->write_at, 1);
    }
    return beat;
}

/* Beats of one word for which there is room in time. */
static void push_in_time(struct axi_stream_core *stream, const uint32_t *words, size_t beats,
                         uint64_t *now_ps)
{
    struct axi_stream_slot *const slots = &stream->slots[stream->write_at];
    const uint64_t period_ps = stream->period_ps;
    uint64_t ready_ps = *now_ps + stream->latency_ps;

    for (size_t i = 0; i < beats; i++) {
        ready_ps += period_ps;
        slots[i] = (struct axi_stream_slot){words[i], 0, true, ready_ps};
    }
    stream->write_at = slot_after(stream, stream->write_at, beats);
    *now_ps += beats * period_ps;
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
    const size_t fit = words_that_fit(stream, count);

    for (size_t done = 0; done < fit;) {
        const size_t beats = beats_in_time(stream, stream->write_at, fit - done, *now_ps);

        if (beats > 0) {
            push_in_time(stream, words + done, beats, now_ps);
            done += beats;
        } else {
            done += push_beat(stream, words + done, fit - done, now_ps);
        }
    }
    stream->level += (uint32_t)fit;
    stream->words += fit;
    if (count > 0 && fit == count && last_bytes > 0) {
        end_packet(stream, last_bytes);
    }
    stream->producer_stall_cycles = stream->stall_ps / stream->period_ps;
    return fit;
}

/* When a word can be read by whoever asks now; the rest of a beat costs no time. */
static uint64_t readable_ps(const struct axi_stream_slot *slot, uint64_t now_ps)
{
    return slot->starts_beat ? later(now_ps, slot->from_ps) : now_ps;
}

static void pop_word(struct axi_stream_core *stream, uint32_t *word, struct axi_stream_read *read,
                     uint64_t *now_ps)
{
    struct axi_stream_slot *const slot = &stream->slots[stream->read_at];

    if (slot->starts_beat) {
        stream->read_beat_ps = readable_ps(slot, *now_ps);
        stream->starve_ps += stream->read_beat_ps - *now_ps;
        *now_ps = stream->read_beat_ps + stream->period_ps;
        read->beats++;
    }
    *word = slot->word;
    slot->from_ps = stream->read_beat_ps + stream->period_ps;
    stream->read_at = slot_after(stream, stream->read_at, 1);
    read->last_bytes = slot->last_bytes;
    read->words++;
}

/* Beats of one word that are there in time. */
static void pop_in_time(struct axi_stream_core *stream, uint32_t *words, size_t beats,
                        struct axi_stream_read *read, uint64_t *now_ps)
{
    struct axi_stream_slot *const slots = &stream->slots[stream->read_at];
    const uint64_t period_ps = stream->period_ps;
    uint64_t end_ps = *now_ps;

    for (size_t i = 0; i < beats; i++) {
        end_ps += period_ps;
        words[i] = slots[i].word;
        slots[i].from_ps = end_ps;
    }
    stream->read_beat_ps = end_ps - period_ps;
    stream->read_at = slot_after(stream, stream->read_at, beats);
    read->last_bytes = slots[beats - 1].last_bytes;
    read->words += beats;
    read->beats += beats;
    *now_ps = end_ps;
}

/* Words up to the end of the packet, `count` at most. */
static size_t words_to_last(const struct axi_stream_core *stream, size_t count)
{
    size_t words = 1;

    while (words < count &&
           stream->slots[slot_after(stream, stream->read_at, words - 1)].last_bytes == 0) {
        words++;
    }
    return smaller(words, count);
}

struct axi_stream_read axi_stream_core_pop(struct axi_stream_core *stream, uint32_t *words,
                                           size_t count, bool stop_at_last, uint64_t *now_ps)
{
    const size_t there = smaller(count, stream->level);
    const size_t limit = stop_at_last ? words_to_last(stream, there) : there;
    struct axi_stream_read read = {.first_ps =
                                       readable_ps(&stream->slots[stream->read_at], *now_ps)};

    while (read.words < limit) {
        const size_t left = limit - read.words;
        const size_t beats = beats_in_time(stream, stream->read_at, left, *now_ps);

        if (beats > 0) {
            pop_in_time(stream, words + read.words, beats, &read, now_ps);
        } else {
            pop_word(stream, words + read.words, &read, now_ps);
        }
    }
    stream->level -= (uint32_t)read.words;
    stream->consumer_starve_cycles = stream->starve_ps / stream->period_ps;
    return read;
}
