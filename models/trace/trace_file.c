#include "trace/trace_file.h"

#include "trace/trace_internal.h"
#include "trace/trace_writers.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define FIELD(name) offsetof(struct trace_file_config, name)

const struct param trace_file_params[] = {
    {"file", PARAM_STRING, "", FIELD(path), "", 0, 0, NULL, KIND_CHOICE, "project default",
     "write what happened when to this file, of the form that its ending says: .csv, .json "
     "(ui.perfetto.dev) or .vcd (GTKWave); empty: do not"},
    {"max_events", PARAM_U64, "events", FIELD(max_events), "1000000", 1, 1e9, NULL, KIND_CHOICE,
     "as a run's", "bursts, slices of time and values after which the trace ends, with a warning"},
};
const size_t trace_file_params_count = sizeof(trace_file_params) / sizeof(*trace_file_params);

struct trace_format {
    const char *ending;
    int (*write)(const struct trace *trace, FILE *out);
};

static const struct trace_format formats[] = {
    {".csv", trace_write_csv}, {".json", trace_write_perfetto}, {".vcd", trace_write_vcd}};

static const struct trace_format *format_of(const char *path)
{
    const char *const ending = strrchr(path, '.');

    for (size_t i = 0; ending && i < sizeof(formats) / sizeof(*formats); i++) {
        if (strcmp(ending, formats[i].ending) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

const char *trace_file_config_error(const struct trace_file_config *config)
{
    return config->path[0] == '\0' || format_of(config->path)
               ? NULL
               : "expected a name that ends in .csv, .json or .vcd";
}

static int complain(const char *path, const char *what, int error, FILE *errors)
{
    fprintf(errors, "error: trace.file: %s: %s: %s\n", path, what, strerror(-error));
    return error;
}

int trace_file_open(struct trace_file *file, const struct trace_file_config *config, FILE *errors)
{
    const struct trace_config trace = {.interval = STATS_PROCESS, .max_events = config->max_events};

    *file = (struct trace_file){.path = config->path, .format = format_of(config->path)};
    if (!file->format) {
        return 0;
    }
    file->out = fopen(config->path, "w");
    if (!file->out) {
        return complain(config->path, "cannot be written", -errno, errors);
    }
    file->trace = trace_create(&trace);
    if (!file->trace) {
        fclose(file->out);
        return complain(config->path, "cannot be written", -ENOMEM, errors);
    }
    trace_enter(file->trace, STATS_PROCESS, 0);
    return 0;
}

static void warn(const struct trace_file *file, FILE *errors)
{
    const struct trace *const trace = file->trace;
    uint64_t ended_ps;
    const char *const why = trace_ended(trace, &ended_ps);

    if (why) {
        fprintf(errors,
                "warning: the trace ends at %.9f ms, after %" PRIu64 " events: %s; expected a "
                "larger trace.max_events, or less to simulate\n",
                (double)ended_ps / 1e9, trace_events(trace), why);
    }
    if (file->format->write == trace_write_csv && trace->transactions.count == 0) {
        fprintf(errors, "warning: %s holds no burst: there was none on a link\n", file->path);
    }
}

int trace_file_close(struct trace_file *file, uint64_t now_ps, FILE *errors)
{
    int error;

    if (!file->trace) {
        return 0;
    }
    trace_leave(file->trace, STATS_PROCESS, now_ps);
    trace_finish(file->trace, now_ps);
    warn(file, errors);
    error = file->format->write(file->trace, file->out);
    if (fclose(file->out) != 0 && error == 0) {
        error = -errno;
    }
    trace_destroy(file->trace);
    return error == 0 ? 0 : complain(file->path, "could not be written", error, errors);
}
