/* The trace of a whole small simulation, in one file whose ending says the format. */
#ifndef ZEROSTAGE_TRACE_TRACE_FILE_H
#define ZEROSTAGE_TRACE_TRACE_FILE_H

#include "trace/trace.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trace_file_config {
    char path[PARAM_STRING_BYTES]; /* empty: nothing is traced */
    uint64_t max_events;
};

extern const struct param trace_file_params[]; /* section trace */
extern const size_t trace_file_params_count;

/* NULL, or what is wrong with `path`. */
const char *trace_file_config_error(const struct trace_file_config *config);

struct trace_format;

struct trace_file {
    struct trace *trace; /* NULL: nothing is traced */
    const char *path;
    const struct trace_format *format;
    FILE *out;
};

/* Before the simulation; the configuration is without error and outlives the file. Returns 0, or a
 * negative errno after having said why. */
int trace_file_open(struct trace_file *file, const struct trace_file_config *config, FILE *errors);
/* After it. A trace that ended early is a warning on `errors`. Returns 0, or a negative errno after
 * having said why; everything is released in any case. */
int trace_file_close(struct trace_file *file, uint64_t now_ps, FILE *errors);

#ifdef __cplusplus
}
#endif
#endif
