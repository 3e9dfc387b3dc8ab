/* What passed over one link in one direction, and how long it took. Fits any link.
 *
 * Cycles are the link's. The mean number outstanding over an interval is latency_sum / interval,
 * the utilisation of the data channel beats / interval in cycles.
 */
#ifndef ZEROSTAGE_AXI_AXI_MONITOR_H
#define ZEROSTAGE_AXI_AXI_MONITOR_H

#include "stats/histogram.h"
#include "stats/stats.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum axi_direction { AXI_READ, AXI_WRITE, AXI_DIRECTIONS };

/* Which distributions to keep; one that is off costs a test and is not reported. */
struct axi_monitor_config {
    bool burst_histogram, latency_histogram, outstanding_histogram;
};

struct axi_monitor {
    struct axi_monitor_config config;
    uint64_t transactions, beats, bytes, errors;
    uint64_t latency_sum_ps; /* request at the link to last response */
    uint64_t stall_cycles;   /* waited for the link: a free slot, the address or data channel */
    uint64_t busy_cycles;    /* with at least one transaction outstanding */
    uint64_t counted_to;     /* busy_cycles are counted up to this cycle */
    struct histogram burst_beats, latency_ps, outstanding;
};

struct axi_monitor_sample {
    uint64_t end_cycle;
    uint64_t latency_ps, stall_cycles;
    uint32_t beats, bytes;
    bool error;
};

/* A transaction starts in `cycle` with `outstanding` others under way, `open` of which have an end
 * that is not known yet. Starts come in the order of their cycles. */
void axi_monitor_start(struct axi_monitor *monitor, uint64_t cycle, uint32_t outstanding,
                       uint32_t open);
void axi_monitor_finish(struct axi_monitor *monitor, const struct axi_monitor_sample *sample);

/* Register as link.<link>.<read|write>.*; returns what stats_add() returns. */
int axi_monitor_register(const struct axi_monitor *monitor, struct stats *stats, const char *link,
                         enum axi_direction direction);

#ifdef __cplusplus
}
#endif
#endif
