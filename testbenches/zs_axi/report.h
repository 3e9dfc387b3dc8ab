/* What zs-axi prints: one line for each port and direction, and the DRAM's share. */
#ifndef ZEROSTAGE_ZS_AXI_REPORT_H
#define ZEROSTAGE_ZS_AXI_REPORT_H

#include "axi/axi_link_core.h"
#include "stats/stats.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

void report_head(FILE *out);
void report_link(FILE *out, const char *name, const struct axi_link_core *link, uint64_t time_ps);
void report_dram(FILE *out, uint64_t bytes, uint64_t peak_bytes_per_second, uint64_t time_ps);

/* {"schema": ..., counters, histograms}; returns 0 or a negative errno. */
int report_stats(FILE *out, const struct stats *stats, bool ok);

#ifdef __cplusplus
}
#endif
#endif
