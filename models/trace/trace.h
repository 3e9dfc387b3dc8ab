/* What happened when: bus transactions, slices of time and bandwidth on named tracks, kept for the
 * writers.
 *
 * A model gets a track for each thing that it does, and reports to it where it counts. Times are
 * the model's own: models run ahead of SystemC's time, so reports come in any order and
 * trace_finish() sorts them. Without a track (NULL: nothing is traced) a report costs a test.
 *
 * Recorded are the transactions and bytes that are reported while the interval is on, as counters
 * count them, and of slices the parts that lie in it.
 */
#ifndef ZEROSTAGE_TRACE_TRACE_H
#define ZEROSTAGE_TRACE_TRACE_H

#include "config/param.h"
#include "stats/stats.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trace_config {
    bool transactions, perfetto, vcd; /* files to write */
    uint32_t interval;                /* enum stats_interval */
    double from_s, to_s;              /* of the interval, only this; to_s 0: to its end */
    uint64_t max_events;              /* of all kinds; then recording ends */
};

extern const struct param trace_params[]; /* section trace */
extern const size_t trace_params_count;

static inline bool trace_wanted(const struct trace_config *config)
{
    return config->transactions || config->perfetto || config->vcd;
}

struct trace;
struct trace_track;

/* Returns NULL when memory runs out. `config` is copied. */
struct trace *trace_create(const struct trace_config *config);
void trace_destroy(struct trace *trace);

/* A track by the names of what it belongs to and of itself, lower case: "hp0", "read". They are
 * copied; the track lives as long as `trace`. NULL without a trace, or memory: then the trace ends
 * before it began, and says so. */
struct trace_track *trace_add_track(struct trace *trace, const char *group, const char *name);

/* The interval is entered and left, as stats_enter() and stats_leave() have it. */
void trace_enter(struct trace *trace, enum stats_interval interval, uint64_t now_ps);
void trace_leave(struct trace *trace, enum stats_interval interval, uint64_t now_ps);

/* A burst on a link. Strings are not copied. */
struct trace_transaction {
    uint64_t request_ps;    /* it reached the link */
    uint64_t issue_ps;      /* its address went out */
    uint64_t first_data_ps; /* its first beat went out (write) or came in (read) */
    uint64_t response_ps;   /* its last beat (read) or response (write) was in */
    uint64_t address;
    const char *traffic;  /* the initiator's class */
    const char *response; /* "OKAY", ... */
    uint32_t bytes;
    uint16_t beats, id;
};

enum { TRACE_NO_BYTES = 0, TRACE_BIN_PS = 1000000 };

void trace_record_transaction(struct trace_track *track,
                              const struct trace_transaction *transaction);
void trace_record_state(struct trace_track *track, const char *name, uint64_t start_ps,
                        uint64_t end_ps);
void trace_record_slice(struct trace_track *track, const char *name, uint64_t start_ps,
                        uint64_t end_ps, uint64_t bytes);
void trace_record_begin(struct trace_track *track, const char *name, uint64_t now_ps);
void trace_record_end(struct trace_track *track, uint64_t now_ps);
void trace_record_bytes(struct trace_track *track, uint64_t bytes, uint64_t now_ps);
void trace_record_level(struct trace_track *track, const char *name, bool level, uint64_t now_ps);

/* What follows does nothing without a track. Names are not copied. */

/* A time in one state; goes on where the last one on this track had the same name. */
static inline void trace_state(struct trace_track *track, const char *name, uint64_t start_ps,
                               uint64_t end_ps)
{
    if (track) {
        trace_record_state(track, name, start_ps, end_ps);
    }
}

/* Something that took this time, and moved so many bytes, or TRACE_NO_BYTES. */
static inline void trace_slice(struct trace_track *track, const char *name, uint64_t start_ps,
                               uint64_t end_ps, uint64_t bytes)
{
    if (track) {
        trace_record_slice(track, name, start_ps, end_ps, bytes);
    }
}

/* Slices that nest: an end is of what began last. */
static inline void trace_begin(struct trace_track *track, const char *name, uint64_t now_ps)
{
    if (track) {
        trace_record_begin(track, name, now_ps);
    }
}

static inline void trace_end(struct trace_track *track, uint64_t now_ps)
{
    if (track) {
        trace_record_end(track, now_ps);
    }
}

/* A signal; telling a level that it has is no event. */
static inline void trace_level(struct trace_track *track, const char *name, bool level,
                               uint64_t now_ps)
{
    if (track) {
        trace_record_level(track, name, level, now_ps);
    }
}

/* Bytes that moved at this time, added up by TRACE_BIN_PS. */
static inline void trace_bytes(struct trace_track *track, uint64_t bytes, uint64_t now_ps)
{
    if (track) {
        trace_record_bytes(track, bytes, now_ps);
    }
}

/* The simulation is over: end what is under way, sort. Nothing is reported after this. */
void trace_finish(struct trace *trace, uint64_t now_ps);

/* What was recorded, after trace_finish(). */
uint64_t trace_events(const struct trace *trace);
/* Why recording ended before the simulation did, and when; NULL when it did not. All that began
 * before is there. */
const char *trace_ended(const struct trace *trace, uint64_t *ended_ps);

#ifdef __cplusplus
}
#endif
#endif
