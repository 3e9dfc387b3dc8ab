#include "trace/trace.h"

#define FIELD(name) offsetof(struct trace_config, name)

/* In the order of enum stats_interval. */
static const char *const intervals[] = {"kernel", "program", "process", NULL};

static const char OFF[] = "off: what happened when is asked of few runs";

const struct param trace_params[] = {
    {"transactions", PARAM_BOOL, "", FIELD(transactions), "false", 0, 0, NULL, KIND_CHOICE, OFF,
     "write transactions.csv: a row for each AXI burst on each link"},
    {"perfetto", PARAM_BOOL, "", FIELD(perfetto), "false", 0, 0, NULL, KIND_CHOICE, OFF,
     "write trace.json for ui.perfetto.dev: phases, DMA, accelerator, bursts"},
    {"vcd", PARAM_BOOL, "", FIELD(vcd), "false", 0, 0, NULL, KIND_CHOICE, OFF,
     "write trace.vcd for GTKWave: the same as signals"},
    {"interval", PARAM_ENUM, "", FIELD(interval), "kernel", 0, 0, intervals, KIND_CHOICE,
     "the region of interest; a process also loads, fills matrices and checks",
     "what is traced: the calls of the kernel, main(), or all of the process"},
    {"from", PARAM_DOUBLE, "s", FIELD(from_s), "0", 0, 1e6, NULL, KIND_CHOICE, "project default",
     "simulated time at which the trace begins, within trace.interval"},
    {"to", PARAM_DOUBLE, "s", FIELD(to_s), "0", 0, 1e6, NULL, KIND_CHOICE, "project default",
     "simulated time at which the trace ends; 0: with trace.interval"},
    {"max_events", PARAM_U64, "events", FIELD(max_events), "1000000", 1, 1e9, NULL, KIND_CHOICE,
     "some 100 MB of memory and of trace.json",
     "bursts, slices of time and values after which the trace ends, with a warning"},
};
const size_t trace_params_count = sizeof(trace_params) / sizeof(*trace_params);
