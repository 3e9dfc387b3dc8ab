#include "report.h"

#include "stats/histogram.h"
#include "stats/json.h"
#include "stats/stats_json.h"

static const double ps_per_ns = 1e3, ps_per_second = 1e12;

static double megabytes_per_second(uint64_t bytes, uint64_t time_ps)
{
    return time_ps == 0 ? 0.0 : (double)bytes * ps_per_second / (double)time_ps / 1e6;
}

void report_head(FILE *out)
{
    fprintf(out, "%-4s %-5s %12s %9s %6s %8s %8s %8s %8s %12s\n", "port", "dir", "bursts", "MB/s",
            "util", "mean ns", "p50 ns", "p99 ns", "max ns", "stall cycles");
}

static void report_side(FILE *out, const char *name, const char *direction,
                        const struct axi_link_core *link, const struct axi_monitor *monitor,
                        uint64_t time_ps)
{
    const struct histogram *const latency = &monitor->latency_ps;
    const double cycles = (double)time_ps * (double)link->config.clock_hz / ps_per_second;
    const double mean_ps = (double)monitor->latency_sum_ps / (double)monitor->transactions;

    fprintf(out, "%-4s %-5s %12llu %9.1f %5.1f%% %8.1f ", name, direction,
            (unsigned long long)monitor->transactions,
            megabytes_per_second(monitor->bytes, time_ps), 100.0 * (double)monitor->beats / cycles,
            mean_ps / ps_per_ns);
    if (monitor->config.latency_histogram) {
        fprintf(out, "%8.1f %8.1f %8.1f ", (double)histogram_percentile(latency, 50) / ps_per_ns,
                (double)histogram_percentile(latency, 99) / ps_per_ns,
                (double)latency->max / ps_per_ns);
    } else {
        fprintf(out, "%8s %8s %8s ", "-", "-", "-");
    }
    fprintf(out, "%12llu\n", (unsigned long long)monitor->stall_cycles);
}

void report_link(FILE *out, const char *name, const struct axi_link_core *link, uint64_t time_ps)
{
    static const char *const directions[] = {"read", "write"};

    for (int i = 0; i < AXI_DIRECTIONS; i++) {
        const struct axi_monitor *const monitor = &link->sides[i].monitor;
        if (monitor->transactions != 0) {
            report_side(out, name, directions[i], link, monitor, time_ps);
        }
    }
}

void report_dram(FILE *out, uint64_t bytes, uint64_t peak_bytes_per_second, uint64_t time_ps)
{
    const double rate = megabytes_per_second(bytes, time_ps);

    fprintf(out, "DRAM: %.1f MB/s of %.1f, %.1f %%\n", rate, (double)peak_bytes_per_second / 1e6,
            100.0 * rate * 1e6 / (double)peak_bytes_per_second);
}

int report_stats(FILE *out, const struct stats *stats, bool ok)
{
    struct json json;

    json_start(&json, out);
    json_begin_object(&json, NULL);
    json_string(&json, "schema", "zerostage-stats/1");
    json_string(&json, "status", ok ? "ok" : "failed");
    const int error = stats_json(stats, &json);
    json_end(&json);
    const int written = json_finish(&json);
    return error != 0 ? error : written;
}
