/* What a trace consists of: for those who record it and those who write it. */
#ifndef ZEROSTAGE_TRACE_TRACE_INTERNAL_H
#define ZEROSTAGE_TRACE_TRACE_INTERNAL_H

#include "trace/trace.h"

struct trace_transaction_record {
    struct trace_transaction what;
    uint64_t order; /* of being reported */
    uint32_t track;
};

struct trace_slice {
    uint64_t start_ps, end_ps;
    const char *name;
    uint64_t bytes; /* TRACE_NO_BYTES: says nothing of them */
    uint64_t order; /* of its begin: together with depth, it tells what is in what */
    uint32_t track, depth;
};

/* What moved in TRACE_BIN_PS from here. */
struct trace_bin {
    uint64_t start_ps, bytes;
};

/* A begun slice. */
struct trace_open_slice {
    uint64_t start_ps, order;
    const char *name;
};

/* A time in which recording was on. */
struct trace_window {
    uint64_t from_ps, to_ps;
};

/* Items of one type that grow as needed. */
struct trace_list {
    void *items;
    size_t count, capacity;
};

struct trace_track {
    struct trace *trace;
    uint32_t index;
    char *group, *name;
    struct trace_list open; /* struct trace_open_slice: the innermost last */
    struct trace_list bins; /* struct trace_bin */
    size_t last_state;      /* index of the slice of the state reported last, plus one */
};

struct trace {
    struct trace_config config;
    uint64_t from_ps, to_ps;        /* of config */
    struct trace_list tracks;       /* struct trace_track *, in the order in which they are shown */
    struct trace_list transactions; /* struct trace_transaction_record */
    struct trace_list slices;       /* struct trace_slice */
    struct trace_list windows;      /* struct trace_window */
    size_t bins;                    /* of all tracks */
    unsigned inside;                /* activations of the interval */
    uint64_t order;
    struct trace_track *intervals;
    const char *ended_because; /* NULL: it was not */
    uint64_t ended_ps;         /* UINT64_MAX: not yet */
};

static inline struct trace_track *trace_track_at(const struct trace *trace, size_t index)
{
    return ((struct trace_track **)trace->tracks.items)[index];
}

static inline struct trace_transaction_record *trace_transaction_at(const struct trace *trace,
                                                                    size_t index)
{
    return (struct trace_transaction_record *)trace->transactions.items + index;
}

static inline struct trace_slice *trace_slice_at(const struct trace *trace, size_t index)
{
    return (struct trace_slice *)trace->slices.items + index;
}

static inline struct trace_window *trace_window_at(const struct trace *trace, size_t index)
{
    return (struct trace_window *)trace->windows.items + index;
}

static inline struct trace_bin *trace_bin_at(const struct trace_track *track, size_t index)
{
    return (struct trace_bin *)track->bins.items + index;
}

/* Room for one more item, which is returned; NULL when memory runs out. */
void *trace_list_add(struct trace_list *list, size_t item_bytes);

#endif
