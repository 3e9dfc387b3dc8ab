/* What zs-dram prints. */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_ZS_DRAM_REPORT_H
#define ZEROSTAGE_TESTBENCHES_DRAM_ZS_DRAM_REPORT_H

#include "dram_replay.h"

#include <stdio.h>

struct zs_dram_epoch {
    uint64_t time_ps; /* end of the epoch */
    struct dram_counters counters;
};

struct zs_dram_report {
    const char *trace;
    uint32_t outstanding;
    const struct dram_core *core;
    const struct dram_replay *replay;
    const struct zs_dram_epoch *epochs;
    size_t epoch_count;
    double wall_s; /* of the replay, without loading the trace */
};

void zs_dram_report_table(const struct zs_dram_report *report, FILE *out);
/* Without the wall time: equal runs give equal bytes. Returns 0 or -EIO. */
int zs_dram_report_json(const struct zs_dram_report *report, FILE *out);

#endif
