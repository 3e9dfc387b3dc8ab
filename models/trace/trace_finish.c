/* The end of a trace: what is under way ends, and everything comes into its order. */
#include "trace/trace_internal.h"

#include <stdlib.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* A simulation that is stopped leaves models behind that ran ahead of its time. */
static uint64_t last_report_ps(const struct trace *trace, uint64_t now_ps)
{
    for (size_t i = 0; i < trace->transactions.count; i++) {
        now_ps = later(now_ps, trace_transaction_at(trace, i)->what.response_ps);
    }
    for (size_t i = 0; i < trace->slices.count; i++) {
        now_ps = later(now_ps, trace_slice_at(trace, i)->end_ps);
    }
    for (size_t i = 0; i < trace->tracks.count; i++) {
        const struct trace_list *const open = &trace_track_at(trace, i)->open;
        const struct trace_open_slice *const slices = open->items;

        now_ps = open->count > 0 ? later(now_ps, slices[open->count - 1].start_ps) : now_ps;
    }
    return now_ps;
}

static void end_open_slices(struct trace *trace, uint64_t now_ps)
{
    for (size_t i = 0; i < trace->tracks.count; i++) {
        struct trace_track *const track = trace_track_at(trace, i);

        while (track->open.count > 0) {
            trace_record_end(track, now_ps);
        }
    }
}

static void close_last_window(struct trace *trace, uint64_t now_ps)
{
    if (trace->windows.count > 0) {
        struct trace_window *const window = trace_window_at(trace, trace->windows.count - 1);
        const uint64_t end_ps = now_ps < trace->ended_ps ? now_ps : trace->ended_ps;

        window->to_ps = end_ps < window->to_ps ? end_ps : window->to_ps;
    }
}

/* Models that ran ahead have reported what begins after the recording ended. */
static void drop_what_came_after(struct trace *trace)
{
    size_t kept = 0;

    for (size_t i = 0; i < trace->transactions.count; i++) {
        if (trace_transaction_at(trace, i)->what.request_ps < trace->ended_ps) {
            *trace_transaction_at(trace, kept++) = *trace_transaction_at(trace, i);
        }
    }
    trace->transactions.count = kept;
    kept = 0;
    for (size_t i = 0; i < trace->slices.count; i++) {
        struct trace_slice slice = *trace_slice_at(trace, i);

        if (slice.start_ps < trace->ended_ps) {
            slice.end_ps = slice.end_ps < trace->ended_ps ? slice.end_ps : trace->ended_ps;
            *trace_slice_at(trace, kept++) = slice;
        }
    }
    trace->slices.count = kept;
}

static int order_of(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* By time; at one instant as the tracks were added. */
static int compare_transactions(const void *left, const void *right)
{
    const struct trace_transaction_record *const a = left, *const b = right;
    const int by_time = order_of(a->what.request_ps, b->what.request_ps);
    const int by_track = order_of(a->track, b->track);

    return by_time != 0 ? by_time : by_track != 0 ? by_track : order_of(a->order, b->order);
}

/* Track by track; there by time, and what is around something before it. */
static int compare_slices(const void *left, const void *right)
{
    const struct trace_slice *const a = left, *const b = right;
    const int by_track = order_of(a->track, b->track);
    const int by_time = order_of(a->start_ps, b->start_ps);

    return by_track != 0 ? by_track : by_time != 0 ? by_time : order_of(a->order, b->order);
}

static int compare_bins(const void *left, const void *right)
{
    const struct trace_bin *const a = left, *const b = right;

    return order_of(a->start_ps, b->start_ps);
}

/* By time, one bin for each; none that begins after the recording ended. */
static void sort_bins(struct trace_track *track, uint64_t ended_ps)
{
    size_t kept = 0;

    if (track->bins.count > 0) {
        qsort(track->bins.items, track->bins.count, sizeof(struct trace_bin), compare_bins);
    }
    for (size_t i = 0; i < track->bins.count; i++) {
        const struct trace_bin bin = *trace_bin_at(track, i);

        if (kept > 0 && trace_bin_at(track, kept - 1)->start_ps == bin.start_ps) {
            trace_bin_at(track, kept - 1)->bytes += bin.bytes;
        } else if (bin.start_ps < ended_ps) {
            *trace_bin_at(track, kept++) = bin;
        }
    }
    track->trace->bins -= track->bins.count - kept;
    track->bins.count = kept;
}

void trace_finish(struct trace *trace, uint64_t now_ps)
{
    if (trace->inside > 0) {
        now_ps = last_report_ps(trace, now_ps);
    }
    end_open_slices(trace, now_ps);
    close_last_window(trace, now_ps);
    drop_what_came_after(trace);
    for (size_t i = 0; i < trace->tracks.count; i++) {
        sort_bins(trace_track_at(trace, i), trace->ended_ps);
    }
    if (trace->transactions.count > 0) {
        qsort(trace->transactions.items, trace->transactions.count,
              sizeof(struct trace_transaction_record), compare_transactions);
    }
    if (trace->slices.count > 0) {
        qsort(trace->slices.items, trace->slices.count, sizeof(struct trace_slice), compare_slices);
    }
}
