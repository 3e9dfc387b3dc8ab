#include "axi/axi_monitor.h"

#include <errno.h>
#include <stdio.h>

enum { NAME_BYTES = 128 };

void axi_monitor_start(struct axi_monitor *monitor, uint64_t cycle, uint32_t outstanding,
                       uint32_t open)
{
    if (open == 0 && cycle > monitor->counted_to) {
        monitor->counted_to = cycle; /* nothing was outstanding in between */
    }
    if (monitor->config.outstanding_histogram) {
        histogram_record(&monitor->outstanding, outstanding + 1);
    }
}

void axi_monitor_finish(struct axi_monitor *monitor, const struct axi_monitor_sample *sample)
{
    monitor->transactions++;
    monitor->beats += sample->beats;
    monitor->bytes += sample->bytes;
    monitor->errors += sample->error;
    monitor->latency_sum_ps += sample->latency_ps;
    monitor->stall_cycles += sample->stall_cycles;
    if (sample->end_cycle > monitor->counted_to) {
        monitor->busy_cycles += sample->end_cycle - monitor->counted_to;
        monitor->counted_to = sample->end_cycle;
    }
    if (monitor->config.burst_histogram) {
        histogram_record(&monitor->burst_beats, sample->beats);
    }
    if (monitor->config.latency_histogram) {
        histogram_record(&monitor->latency_ps, sample->latency_ps);
    }
}

struct counter {
    const char *name, *unit, *description;
    const uint64_t *value;
};

struct distribution {
    const char *name, *unit, *description;
    const struct histogram *histogram;
    bool on;
};

static const char *full_name(char name[NAME_BYTES], const char *link, enum axi_direction direction,
                             const char *leaf)
{
    const int length = snprintf(name, NAME_BYTES, "link.%s.%s.%s", link,
                                direction == AXI_READ ? "read" : "write", leaf);

    return length < NAME_BYTES ? name : NULL;
}

static int register_counters(const struct axi_monitor *monitor, struct stats *stats,
                             const char *link, enum axi_direction direction)
{
    const struct counter counters[] = {
        {"transactions", "transactions", "AXI bursts", &monitor->transactions},
        {"beats", "beats", "data channel transfers", &monitor->beats},
        {"bytes", "bytes", "bytes on the byte lanes in use", &monitor->bytes},
        {"errors", "transactions", "bursts answered DECERR or SLVERR", &monitor->errors},
        {"latency_sum_ps", "ps", "latencies of all bursts added up", &monitor->latency_sum_ps},
        {"stall_cycles", "cycles", "bursts waited for a slot or a channel, added up",
         &monitor->stall_cycles},
        {"busy_cycles", "cycles", "at least one burst outstanding", &monitor->busy_cycles},
    };
    char name[NAME_BYTES];
    int error = 0;

    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]) && error == 0; i++) {
        error = full_name(name, link, direction, counters[i].name) == NULL
                    ? -ENAMETOOLONG
                    : stats_add(stats, name, counters[i].unit, counters[i].description,
                                counters[i].value);
    }
    return error;
}

int axi_monitor_register(const struct axi_monitor *monitor, struct stats *stats, const char *link,
                         enum axi_direction direction)
{
    const struct distribution distributions[] = {
        {"burst_beats", "beats", "burst length", &monitor->burst_beats,
         monitor->config.burst_histogram},
        {"latency_ps", "ps", "request at the link to last response", &monitor->latency_ps,
         monitor->config.latency_histogram},
        {"outstanding", "transactions", "bursts outstanding, at the start of each",
         &monitor->outstanding, monitor->config.outstanding_histogram},
    };
    char name[NAME_BYTES];
    int error = register_counters(monitor, stats, link, direction);

    for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]) && error == 0; i++) {
        if (!distributions[i].on) {
            continue;
        }
        error = full_name(name, link, direction, distributions[i].name) == NULL
                    ? -ENAMETOOLONG
                    : stats_add_histogram(stats, name, distributions[i].unit,
                                          distributions[i].description, distributions[i].histogram);
    }
    return error;
}
