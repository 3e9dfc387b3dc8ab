#include "stats/json.h"
#include "trace/trace_internal.h"
#include "trace/trace_writers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A group of tracks is a process, a track a thread; a link's bursts overlap, and so take as many
 * threads as are needed for those of each to come one after the other. Begin and end are events of
 * their own: viewers count in whole nanoseconds, and drop what a rounded duration makes overlap. */

enum {
    DECIMALS = 6,    /* of a microsecond: picoseconds */
    LANES_MAX = 256, /* in their order; more than a link has bursts under way */
    TEXT_BYTES = 256
};

struct lane {
    uint64_t free_ps;
    uint32_t thread;
};

struct writer {
    const struct trace *trace;
    struct json json;
    uint32_t *groups;         /* process by track */
    struct trace_list *lanes; /* struct lane, by track */
    uint32_t threads;
    int error;
};

static void begin_event(struct writer *writer, const char *phase, uint32_t process, uint32_t thread)
{
    json_begin_flat_object(&writer->json, NULL);
    json_string(&writer->json, "ph", phase);
    json_u64(&writer->json, "pid", process);
    json_u64(&writer->json, "tid", thread);
}

static void begin_timed_event(struct writer *writer, const char *phase, uint32_t track,
                              uint32_t thread, uint64_t ps)
{
    begin_event(writer, phase, writer->groups[track], thread);
    json_decimal(&writer->json, "ts", ps, DECIMALS);
}

/* --- names --- */

/* Viewers sort by a place, not by number. */
static void write_metadata(struct writer *writer, const char *what, uint32_t process,
                           uint32_t thread, const char *name, uint32_t place)
{
    begin_event(writer, "M", process, thread);
    json_string(&writer->json, "name", what);
    json_begin_flat_object(&writer->json, "args");
    if (name) {
        json_string(&writer->json, "name", name);
    } else {
        json_u64(&writer->json, "sort_index", place);
    }
    json_end(&writer->json);
    json_end(&writer->json);
}

/* The first track of a group gives the process its number. */
static void find_groups(struct writer *writer)
{
    const struct trace *const trace = writer->trace;

    for (uint32_t i = 0; i < trace->tracks.count; i++) {
        uint32_t first = 0;

        while (strcmp(trace_track_at(trace, first)->group, trace_track_at(trace, i)->group) != 0) {
            first++;
        }
        writer->groups[i] = first + 1;
        if (first == i) {
            write_metadata(writer, "process_name", i + 1, 0, trace_track_at(trace, i)->group, 0);
            write_metadata(writer, "process_sort_index", i + 1, 0, NULL, i);
        }
    }
}

/* A thread of a track's own; its number is nobody else's, nor a process's. */
static uint32_t add_thread(struct writer *writer, uint32_t track, size_t lane)
{
    const uint32_t thread = (uint32_t)writer->trace->tracks.count + 1 + writer->threads++;
    const char *const name = trace_track_at(writer->trace, track)->name;
    char text[TEXT_BYTES];

    if (lane == 0) {
        snprintf(text, sizeof(text), "%s", name);
    } else {
        snprintf(text, sizeof(text), "%s %zu", name, lane + 1);
    }
    write_metadata(writer, "thread_name", writer->groups[track], thread, text, 0);
    write_metadata(writer, "thread_sort_index", writer->groups[track], thread, NULL,
                   track * LANES_MAX + (uint32_t)lane);
    return thread;
}

/* --- slices --- */

static void write_begin(struct writer *writer, const struct trace_slice *slice, uint32_t thread)
{
    begin_timed_event(writer, "B", slice->track, thread, slice->start_ps);
    json_string(&writer->json, "name", slice->name);
    json_string(&writer->json, "cat", trace_track_at(writer->trace, slice->track)->name);
    if (slice->bytes != TRACE_NO_BYTES) {
        json_begin_flat_object(&writer->json, "args");
        json_u64(&writer->json, "bytes", slice->bytes);
        json_end(&writer->json);
    }
    json_end(&writer->json);
}

static void write_end(struct writer *writer, uint32_t track, uint32_t thread, uint64_t ps)
{
    begin_timed_event(writer, "E", track, thread, ps);
    json_end(&writer->json);
}

/* End those in `open` that do not hold a slice at `depth`. */
static void end_down_to(struct writer *writer, struct trace_list *open, uint32_t depth,
                        uint32_t thread)
{
    const struct trace_slice **const slices = open->items;

    while (open->count > 0 && slices[open->count - 1]->depth >= depth) {
        const struct trace_slice *const slice = slices[--open->count];

        write_end(writer, slice->track, thread, slice->end_ps);
    }
}

static void write_slices(struct writer *writer)
{
    const struct trace *const trace = writer->trace;
    struct trace_list open = {NULL, 0, 0}; /* const struct trace_slice *: the innermost last */
    uint32_t thread = 0;

    for (size_t i = 0; i < trace->slices.count && writer->error == 0; i++) {
        const struct trace_slice *const slice = trace_slice_at(trace, i);

        if (i == 0 || slice->track != trace_slice_at(trace, i - 1)->track) {
            end_down_to(writer, &open, 0, thread);
            thread = add_thread(writer, slice->track, 0);
        }
        end_down_to(writer, &open, slice->depth, thread);
        write_begin(writer, slice, thread);
        const struct trace_slice **const entry = trace_list_add(&open, sizeof(void *));
        if (!entry) {
            writer->error = -ENOMEM;
        } else {
            *entry = slice;
        }
    }
    end_down_to(writer, &open, 0, thread);
    free(open.items);
}

/* --- bursts --- */

/* The first thread of the track that is free; NULL when memory runs out. */
static struct lane *find_lane(struct writer *writer, const struct trace_transaction_record *record)
{
    struct trace_list *const lanes = &writer->lanes[record->track];

    for (size_t i = 0; i < lanes->count; i++) {
        struct lane *const lane = (struct lane *)lanes->items + i;

        if (lane->free_ps <= record->what.request_ps) {
            return lane;
        }
    }
    struct lane *const added = trace_list_add(lanes, sizeof(*added));
    if (added) {
        added->thread = add_thread(writer, record->track, lanes->count - 1);
    }
    return added;
}

static void write_burst(struct writer *writer, const struct trace_transaction_record *record,
                        uint32_t thread)
{
    const struct trace_transaction *const burst = &record->what;
    struct json *const json = &writer->json;
    char address[TEXT_BYTES];

    snprintf(address, sizeof(address), "0x%08" PRIx64, burst->address);
    begin_timed_event(writer, "B", record->track, thread, burst->request_ps);
    json_string(json, "name", burst->traffic);
    json_string(json, "cat", "burst");
    json_begin_flat_object(json, "args");
    json_string(json, "address", address);
    json_u64(json, "bytes", burst->bytes);
    json_u64(json, "beats", burst->beats);
    json_u64(json, "axi_id", burst->id);
    json_decimal(json, "issue_us", burst->issue_ps, DECIMALS);
    json_decimal(json, "first_data_us", burst->first_data_ps, DECIMALS);
    json_string(json, "response", burst->response);
    json_end(json);
    json_end(json);
    write_end(writer, record->track, thread, burst->response_ps);
}

static void write_bursts(struct writer *writer)
{
    const struct trace *const trace = writer->trace;

    for (size_t i = 0; i < trace->transactions.count; i++) {
        const struct trace_transaction_record *const record = trace_transaction_at(trace, i);
        struct lane *const lane = find_lane(writer, record);

        if (!lane) {
            writer->error = -ENOMEM;
            return;
        }
        lane->free_ps = record->what.response_ps;
        write_burst(writer, record, lane->thread);
    }
}

/* --- bandwidth --- */

static void write_counter(struct writer *writer, uint32_t track, uint64_t ps, uint64_t bytes)
{
    begin_timed_event(writer, "C", track, 0, ps);
    json_string(&writer->json, "name", trace_track_at(writer->trace, track)->name);
    json_begin_flat_object(&writer->json, "args");
    json_u64(&writer->json, "MB/s", bytes * 1000000 / TRACE_BIN_PS);
    json_end(&writer->json);
    json_end(&writer->json);
}

/* A value holds until the next. */
static void write_bins(struct writer *writer, uint32_t index)
{
    const struct trace_track *const track = trace_track_at(writer->trace, index);

    for (size_t i = 0; i < track->bins.count; i++) {
        const struct trace_bin *const bin = trace_bin_at(track, i);
        const uint64_t end_ps = bin->start_ps + TRACE_BIN_PS;

        write_counter(writer, index, bin->start_ps, bin->bytes);
        if (i + 1 == track->bins.count || trace_bin_at(track, i + 1)->start_ps != end_ps) {
            write_counter(writer, index, end_ps, 0);
        }
    }
}

/* --- the file --- */

static void write_events(struct writer *writer)
{
    struct json *const json = &writer->json;

    json_begin_object(json, NULL);
    json_string(json, "displayTimeUnit", "ns");
    json_begin_array(json, "traceEvents");
    find_groups(writer);
    write_slices(writer);
    write_bursts(writer);
    for (uint32_t i = 0; i < writer->trace->tracks.count; i++) {
        write_bins(writer, i);
    }
    json_end(json);
    json_end(json);
}

int trace_write_perfetto(const struct trace *trace, FILE *out)
{
    const size_t tracks = trace->tracks.count;
    struct writer writer = {.trace = trace};

    writer.groups = calloc(tracks + 1, sizeof(*writer.groups));
    writer.lanes = calloc(tracks + 1, sizeof(*writer.lanes));
    writer.error = writer.groups && writer.lanes ? 0 : -ENOMEM;
    json_start(&writer.json, out);
    if (writer.error == 0) {
        write_events(&writer);
    }
    for (size_t i = 0; writer.lanes && i < tracks; i++) {
        free(writer.lanes[i].items);
    }
    free(writer.lanes);
    free(writer.groups);
    return writer.error != 0 ? writer.error : json_finish(&writer.json);
}
