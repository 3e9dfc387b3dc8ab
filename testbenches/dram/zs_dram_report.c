#include "zs_dram_report.h"

#include "stats/json.h"

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

/* Everything that is derived from counters, in the units in which it is printed. */
struct figures {
    double time_ns, bandwidth, busy_bandwidth, bus_utilisation, row_hit_rate;
    double read_queue, write_queue; /* mean length */
    double mean_ns, p50_ns, p99_ns, max_ns;
    uint64_t lines;
};

static struct figures derive(const struct zs_dram_report *report)
{
    const struct dram_replay *const replay = report->replay;
    const struct dram_counters *const c = dram_core_counters(report->core);
    const struct histogram *const latency = &replay->read_latency;
    const double clock_ns = (double)dram_core_device(report->core)->clock_fs * 1e-6;
    const double time_ns = (double)replay->time_ps * 1e-3;
    const uint64_t lines = replay->read_lines + replay->write_lines;
    const double bytes = (double)lines * DRAM_TRACE_LINE_BYTES;
    const double columns = (double)(c->reads + c->writes);
    const double peak = (double)dram_core_peak_bytes_per_second(report->core) * 1e-9;
    const double clocks = time_ns / clock_ns;

    return (struct figures){.time_ns = time_ns,
                            .bandwidth = ratio(bytes, time_ns),
                            .busy_bandwidth = ratio(bytes, (double)c->busy_clocks * clock_ns),
                            .bus_utilisation = ratio(
                                (double)(c->bus_read_bytes + c->bus_written_bytes), peak * time_ns),
                            .row_hit_rate = columns > 0 ? 1 - (double)c->activates / columns : 0,
                            .read_queue = ratio((double)c->read_queue_clocks, clocks),
                            .write_queue = ratio((double)c->write_queue_clocks, clocks),
                            .mean_ns = histogram_mean(latency) * 1e-3,
                            .p50_ns = (double)histogram_percentile(latency, 50) * 1e-3,
                            .p99_ns = (double)histogram_percentile(latency, 99) * 1e-3,
                            .max_ns = (double)latency->max * 1e-3,
                            .lines = lines};
}

static void print_energy(const struct zs_dram_report *report, FILE *out)
{
    const struct dram_energy_counters *const energy = &dram_core_counters(report->core)->energy;
    const struct dram_currents *const currents = &dram_core_device(report->core)->currents;

    if (currents->vdd <= 0) {
        fputs("energy                none: no currents are published for this device\n", out);
        return;
    }
    fprintf(out,
            "energy                activate %.3f uJ, read %.3f, write %.3f, refresh %.3f, "
            "background %.3f\n",
            (double)energy->activate_fj * 1e-9, (double)energy->read_fj * 1e-9,
            (double)energy->write_fj * 1e-9, (double)energy->refresh_fj * 1e-9,
            (double)energy->background_fj * 1e-9);
    fprintf(out, "                      from %s\n", currents->source);
}

static void print_epochs(const struct zs_dram_report *report, FILE *out)
{
    struct zs_dram_epoch last = {0};

    if (report->epoch_count == 0) {
        return;
    }
    fprintf(out, "\n%14s %12s %12s %10s %10s\n", "until ns", "read GB/s", "write GB/s", "activates",
            "row hits");
    for (size_t i = 0; i < report->epoch_count; i++) {
        const struct zs_dram_epoch *const epoch = &report->epochs[i];
        const double ns = (double)(epoch->time_ps - last.time_ps) * 1e-3;
        const struct dram_counters *const c = &epoch->counters;

        fprintf(out, "%14.1f %12.4f %12.4f %10llu %10llu\n", (double)epoch->time_ps * 1e-3,
                (double)(c->bus_read_bytes - last.counters.bus_read_bytes) / ns,
                (double)(c->bus_written_bytes - last.counters.bus_written_bytes) / ns,
                (unsigned long long)(c->activates - last.counters.activates),
                (unsigned long long)(c->row_hits - last.counters.row_hits));
        last = *epoch;
    }
}

void zs_dram_report_table(const struct zs_dram_report *report, FILE *out)
{
    const struct figures f = derive(report);
    const struct dram_counters *const c = dram_core_counters(report->core);

    fprintf(out, "device                %s\n", dram_core_device(report->core)->name);
    fprintf(out, "trace                 %s, %llu reads and %llu writes of 64 bytes\n",
            report->trace, (unsigned long long)report->replay->read_lines,
            (unsigned long long)report->replay->write_lines);
    fprintf(out, "outstanding reads     %u\n", report->outstanding);
    fprintf(out, "time                  %.1f ns\n", f.time_ns);
    fprintf(out, "bandwidth             %.4f GB/s; %.4f while busy; peak %.4f\n", f.bandwidth,
            f.busy_bandwidth, (double)dram_core_peak_bytes_per_second(report->core) * 1e-9);
    fprintf(out, "data bus used         %.1f %%\n", 100 * f.bus_utilisation);
    fprintf(out, "read latency          mean %.1f ns, p50 %.1f, p99 %.1f, max %.1f\n", f.mean_ns,
            f.p50_ns, f.p99_ns, f.max_ns);
    fprintf(out, "queue length          reads %.2f, writes %.2f bursts on average\n", f.read_queue,
            f.write_queue);
    fprintf(out, "column commands       %llu reads, %llu writes\n", (unsigned long long)c->reads,
            (unsigned long long)c->writes);
    fprintf(out, "from the write queue  %llu bursts read, %llu coalesced\n",
            (unsigned long long)c->forwarded, (unsigned long long)c->coalesced);
    fprintf(out, "activates             %llu: row hit rate %.4f (1 - ACT / column commands)\n",
            (unsigned long long)c->activates, f.row_hit_rate);
    fprintf(out, "row hits              %llu, misses %llu, conflicts %llu\n",
            (unsigned long long)c->row_hits, (unsigned long long)c->row_misses,
            (unsigned long long)c->row_conflicts);
    fprintf(out, "precharges            %llu\n", (unsigned long long)c->precharges);
    fprintf(out, "refreshes             %llu\n", (unsigned long long)c->refreshes);
    fprintf(out, "power-downs           %llu\n", (unsigned long long)c->powerdowns);
    print_energy(report, out);
    fprintf(out, "simulated in          %.3f s, %.0f thousand lines per second\n", report->wall_s,
            ratio((double)f.lines * 1e-3, report->wall_s));
    print_epochs(report, out);
}

static void json_counters(struct json *json, const struct dram_counters *c)
{
    json_u64(json, "bus_read_bytes", c->bus_read_bytes);
    json_u64(json, "bus_written_bytes", c->bus_written_bytes);
    json_u64(json, "reads", c->reads);
    json_u64(json, "writes", c->writes);
    json_u64(json, "activates", c->activates);
    json_u64(json, "precharges", c->precharges);
    json_u64(json, "refreshes", c->refreshes);
    json_u64(json, "row_hits", c->row_hits);
    json_u64(json, "row_misses", c->row_misses);
    json_u64(json, "row_conflicts", c->row_conflicts);
    json_u64(json, "forwarded", c->forwarded);
    json_u64(json, "coalesced", c->coalesced);
    json_u64(json, "write_drains", c->write_drains);
    json_u64(json, "powerdowns", c->powerdowns);
    json_u64(json, "busy_clocks", c->busy_clocks);
}

static void json_energy(struct json *json, const struct zs_dram_report *report)
{
    const struct dram_energy_counters *const energy = &dram_core_counters(report->core)->energy;
    const struct dram_currents *const currents = &dram_core_device(report->core)->currents;

    if (currents->vdd <= 0) {
        return;
    }
    json_begin_object(json, "energy_fj");
    json_u64(json, "activate", energy->activate_fj);
    json_u64(json, "read", energy->read_fj);
    json_u64(json, "write", energy->write_fj);
    json_u64(json, "refresh", energy->refresh_fj);
    json_u64(json, "background", energy->background_fj);
    json_string(json, "source", currents->source);
    json_end(json);
}

static void json_epochs(struct json *json, const struct zs_dram_report *report)
{
    if (report->epoch_count == 0) {
        return;
    }
    json_begin_array(json, "epochs");
    for (size_t i = 0; i < report->epoch_count; i++) {
        json_begin_flat_object(json, NULL);
        json_u64(json, "time_ps", report->epochs[i].time_ps);
        json_counters(json, &report->epochs[i].counters);
        json_end(json);
    }
    json_end(json);
}

int zs_dram_report_json(const struct zs_dram_report *report, FILE *out)
{
    const struct figures f = derive(report);
    struct json json;

    json_start(&json, out);
    json_begin_object(&json, NULL);
    json_string(&json, "device", dram_core_device(report->core)->name);
    json_string(&json, "trace", report->trace);
    json_u64(&json, "outstanding", report->outstanding);
    json_u64(&json, "read_lines", report->replay->read_lines);
    json_u64(&json, "write_lines", report->replay->write_lines);
    json_u64(&json, "time_ps", report->replay->time_ps);
    json_double(&json, "bandwidth_GBps", f.bandwidth);
    json_double(&json, "busy_bandwidth_GBps", f.busy_bandwidth);
    json_double(&json, "bus_utilisation", f.bus_utilisation);
    json_begin_object(&json, "read_latency_ns");
    json_double(&json, "mean", f.mean_ns);
    json_double(&json, "p50", f.p50_ns);
    json_double(&json, "p99", f.p99_ns);
    json_double(&json, "max", f.max_ns);
    json_end(&json);
    json_double(&json, "row_hit_rate", f.row_hit_rate);
    json_double(&json, "mean_read_queue", f.read_queue);
    json_double(&json, "mean_write_queue", f.write_queue);
    json_begin_object(&json, "counters");
    json_counters(&json, dram_core_counters(report->core));
    json_end(&json);
    json_energy(&json, report);
    json_epochs(&json, report);
    json_end(&json);
    return json_finish(&json);
}
