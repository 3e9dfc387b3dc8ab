/* The files that a finished trace is written to, one writer a format. Each returns 0 or a negative
 * errno; equal traces give equal bytes. */
#ifndef ZEROSTAGE_TRACE_TRACE_WRITERS_H
#define ZEROSTAGE_TRACE_TRACE_WRITERS_H

#include "trace/trace.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One row a burst, by time: for spreadsheets. */
int trace_write_csv(const struct trace *trace, FILE *out);
/* Trace events in JSON, of the form that ui.perfetto.dev opens: a process a group, a thread a
 * track; the bursts of a link on as many threads as there were at once. */
int trace_write_perfetto(const struct trace *trace, FILE *out);
/* Value changes (IEEE 1364): a wire for each name on a track, and the bursts outstanding. */
int trace_write_vcd(const struct trace *trace, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
