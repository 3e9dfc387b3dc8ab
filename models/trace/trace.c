#include "trace/trace_internal.h"

#include <stdlib.h>
#include <string.h>

#define PS_PER_SECOND 1e12

static const char out_of_memory[] = "memory ran out";
static const char limit_reached[] = "trace.max_events is reached";

enum { FIRST_CAPACITY = 64 };

void *trace_list_add(struct trace_list *list, size_t item_bytes)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : FIRST_CAPACITY;
        void *const items = realloc(list->items, capacity * item_bytes);

        if (!items) {
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + list->count++ * item_bytes;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Nothing that begins at `now_ps` or after is kept. */
static void end_recording(struct trace *trace, uint64_t now_ps, const char *why)
{
    if (!trace->ended_because) {
        trace->ended_because = why;
        trace->ended_ps = now_ps;
    }
}

/* --- the trace and its tracks --- */

struct trace *trace_create(const struct trace_config *config)
{
    struct trace *const trace = calloc(1, sizeof(*trace));

    if (!trace) {
        return NULL;
    }
    trace->config = *config;
    trace->from_ps = (uint64_t)(config->from_s * PS_PER_SECOND + 0.5);
    trace->to_ps = config->to_s > 0 ? (uint64_t)(config->to_s * PS_PER_SECOND + 0.5) : UINT64_MAX;
    trace->ended_ps = UINT64_MAX;
    trace->intervals = trace_add_track(trace, "cpu", "interval");
    return trace;
}

static void track_destroy(struct trace_track *track)
{
    free(track->group);
    free(track->name);
    free(track->open.items);
    free(track->bins.items);
    free(track);
}

void trace_destroy(struct trace *trace)
{
    if (!trace) {
        return;
    }
    for (size_t i = 0; i < trace->tracks.count; i++) {
        track_destroy(trace_track_at(trace, i));
    }
    free(trace->tracks.items);
    free(trace->transactions.items);
    free(trace->slices.items);
    free(trace->windows.items);
    free(trace);
}

static char *copy_of(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *const copy = malloc(bytes);

    return copy ? memcpy(copy, text, bytes) : NULL;
}

static struct trace_track *track_create(struct trace *trace, const char *group, const char *name)
{
    struct trace_track *const track = calloc(1, sizeof(*track));

    if (!track) {
        return NULL;
    }
    track->trace = trace;
    track->index = (uint32_t)trace->tracks.count;
    track->group = copy_of(group);
    track->name = copy_of(name);
    if (!track->group || !track->name) {
        track_destroy(track);
        return NULL;
    }
    return track;
}

struct trace_track *trace_add_track(struct trace *trace, const char *group, const char *name)
{
    if (!trace) {
        return NULL;
    }
    struct trace_track *const track = track_create(trace, group, name);
    struct trace_track **const entry =
        track ? trace_list_add(&trace->tracks, sizeof(void *)) : NULL;

    if (!entry) {
        end_recording(trace, 0, out_of_memory);
        if (track) {
            track_destroy(track);
        }
        return NULL;
    }
    *entry = track;
    return track;
}

/* --- when recording is on --- */

static void open_window(struct trace *trace, uint64_t now_ps)
{
    struct trace_window *const window = trace_list_add(&trace->windows, sizeof(*window));

    if (!window) {
        end_recording(trace, now_ps, out_of_memory);
        return;
    }
    *window = (struct trace_window){later(now_ps, trace->from_ps), trace->to_ps};
}

static void close_window(struct trace *trace, uint64_t now_ps)
{
    if (trace->windows.count > 0) {
        struct trace_window *const window = trace_window_at(trace, trace->windows.count - 1);

        window->to_ps = earlier(window->to_ps, now_ps);
    }
}

static const char *interval_name(enum stats_interval interval)
{
    static const char *const names[STATS_INTERVALS] = {"kernel", "program", "process"};

    return names[interval];
}

void trace_enter(struct trace *trace, enum stats_interval interval, uint64_t now_ps)
{
    if (!trace) {
        return;
    }
    if (interval == trace->config.interval && trace->inside++ == 0) {
        open_window(trace, now_ps);
    }
    trace_begin(trace->intervals, interval_name(interval), now_ps);
}

void trace_leave(struct trace *trace, enum stats_interval interval, uint64_t now_ps)
{
    if (!trace) {
        return;
    }
    trace_end(trace->intervals, now_ps);
    if (interval == trace->config.interval && trace->inside > 0 && --trace->inside == 0) {
        close_window(trace, now_ps);
    }
}

/* --- what is recorded --- */

/* Room for one event that ends at `end_ps`. At the limit, what began before goes on being recorded
 * until models that are behind have caught up, so that the trace is complete up to there. */
static void *add_event(struct trace *trace, struct trace_list *list, size_t item_bytes,
                       uint64_t end_ps)
{
    void *const item = trace_list_add(list, item_bytes);

    if (!item) {
        end_recording(trace, end_ps, out_of_memory);
        return NULL;
    }
    if (trace_events(trace) > trace->config.max_events) {
        end_recording(trace, end_ps, limit_reached);
    }
    return item;
}

void trace_record_transaction(struct trace_track *track,
                              const struct trace_transaction *transaction)
{
    struct trace *const trace = track->trace;

    if (trace->inside == 0 || transaction->response_ps < trace->from_ps ||
        transaction->request_ps >= earlier(trace->to_ps, trace->ended_ps)) {
        return;
    }
    struct trace_transaction_record *const record =
        add_event(trace, &trace->transactions, sizeof(*record), transaction->response_ps);
    if (record) {
        *record = (struct trace_transaction_record){*transaction, trace->order++, track->index};
    }
}

/* Reports come nearly in order: most are for the bin of the one before. */
void trace_record_bytes(struct trace_track *track, uint64_t bytes, uint64_t now_ps)
{
    struct trace *const trace = track->trace;
    const uint64_t start_ps = now_ps - now_ps % TRACE_BIN_PS;
    struct trace_bin *last =
        track->bins.count > 0 ? trace_bin_at(track, track->bins.count - 1) : NULL;

    if (trace->inside == 0 || now_ps < trace->from_ps ||
        now_ps >= earlier(trace->to_ps, trace->ended_ps)) {
        return;
    }
    if (!last || last->start_ps != start_ps) {
        trace->bins++;
        last = add_event(trace, &track->bins, sizeof(*last), now_ps);
        if (!last) {
            trace->bins--;
            return;
        }
        *last = (struct trace_bin){start_ps, 0};
    }
    last->bytes += bytes;
}

/* Record what of the slice lies in `window`. */
static void record_piece(struct trace *trace, const struct trace_slice *slice,
                         const struct trace_window *window)
{
    const uint64_t start_ps = later(slice->start_ps, window->from_ps);
    const uint64_t end_ps = earlier(slice->end_ps, earlier(window->to_ps, trace->ended_ps));
    const bool touches = start_ps == end_ps && slice->start_ps != slice->end_ps;

    if (start_ps > end_ps || touches || start_ps >= trace->ended_ps) {
        return;
    }
    struct trace_slice *const piece = add_event(trace, &trace->slices, sizeof(*piece), end_ps);
    if (piece) {
        *piece = *slice;
        piece->start_ps = start_ps;
        piece->end_ps = end_ps;
    }
}

static void record(struct trace *trace, const struct trace_slice *slice)
{
    for (size_t i = trace->windows.count; i > 0; i--) {
        const struct trace_window *const window = trace_window_at(trace, i - 1);

        if (window->to_ps < slice->start_ps) {
            break;
        }
        record_piece(trace, slice, window);
    }
}

void trace_record_slice(struct trace_track *track, const char *name, uint64_t start_ps,
                        uint64_t end_ps, uint64_t bytes)
{
    const struct trace_slice slice = {
        start_ps, later(start_ps, end_ps), name, bytes, track->trace->order++, track->index, 0};

    record(track->trace, &slice);
}

void trace_record_state(struct trace_track *track, const char *name, uint64_t start_ps,
                        uint64_t end_ps)
{
    struct trace *const trace = track->trace;
    struct trace_slice *const last =
        track->last_state > 0 ? trace_slice_at(trace, track->last_state - 1) : NULL;
    const struct trace_window *const window =
        trace->windows.count > 0 ? trace_window_at(trace, trace->windows.count - 1) : NULL;

    if (start_ps == end_ps || !window) {
        return;
    }
    if (last && last->track == track->index && last->end_ps == start_ps &&
        strcmp(last->name, name) == 0 && end_ps <= earlier(window->to_ps, trace->ended_ps)) {
        last->end_ps = end_ps;
        return;
    }
    trace_record_slice(track, name, start_ps, end_ps, TRACE_NO_BYTES);
    track->last_state = trace->slices.count;
}

void trace_record_begin(struct trace_track *track, const char *name, uint64_t now_ps)
{
    struct trace_open_slice *const open = trace_list_add(&track->open, sizeof(*open));

    if (!open) {
        end_recording(track->trace, now_ps, out_of_memory);
        return;
    }
    *open = (struct trace_open_slice){now_ps, track->trace->order++, name};
}

void trace_record_end(struct trace_track *track, uint64_t now_ps)
{
    if (track->open.count == 0) {
        return;
    }
    track->open.count--;
    const struct trace_open_slice *const open =
        (const struct trace_open_slice *)track->open.items + track->open.count;
    const struct trace_slice slice = {
        open->start_ps, later(open->start_ps, now_ps), open->name, TRACE_NO_BYTES, open->order,
        track->index,   (uint32_t)track->open.count};

    record(track->trace, &slice);
}

void trace_record_level(struct trace_track *track, const char *name, bool level, uint64_t now_ps)
{
    if (level == (track->open.count > 0)) {
        return;
    }
    if (level) {
        trace_record_begin(track, name, now_ps);
    } else {
        trace_record_end(track, now_ps);
    }
}

uint64_t trace_events(const struct trace *trace)
{
    return trace->transactions.count + trace->slices.count + trace->bins;
}

const char *trace_ended(const struct trace *trace, uint64_t *ended_ps)
{
    *ended_ps = trace->ended_ps;
    return trace->ended_because;
}
