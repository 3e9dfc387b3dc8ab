#include "derived.h"

#include "axi/axi.h"
#include "board/board_audit.h"
#include "stats/stats_json.h"

#include <assert.h>

static double counter(const struct stats *stats, const char *name, enum stats_interval interval)
{
    uint64_t value = 0;
    const int error = stats_value(stats, name, interval, &value);
    assert(error == 0);
    (void)error;
    return (double)value;
}

static double ratio(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

static double seconds(const struct stats *stats, enum stats_interval interval)
{
    return (double)stats_interval_ps(stats, interval) * 1e-12;
}

static double memory_bytes(const struct stats *stats, enum stats_interval interval)
{
    double sum = 0.0;
    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        char name[64];
        snprintf(name, sizeof(name), "dram.bytes.%s", traffic_class_name((enum traffic_class)i));
        sum += counter(stats, name, interval);
    }
    return sum;
}

static struct derived_figure *add(struct derived *derived, const char *name, const char *unit,
                                  const char *description)
{
    assert(derived->count < DERIVED_FIGURES);
    struct derived_figure *const figure = &derived->figures[derived->count++];
    snprintf(figure->name, sizeof(figure->name), "%s", name);
    figure->unit = unit;
    figure->description = description;
    return figure;
}

/* A hit is a column command without an activate of its own: 1 - ACT/CAS, reads and writes. */
static void add_row_hit_rate(const struct stats *stats, struct derived *derived)
{
    struct derived_figure *const figure =
        add(derived, "dram.row_hit_rate", "ratio", "column commands that needed no activate");
    for (int i = 0; i < STATS_INTERVALS; i++) {
        const enum stats_interval interval = (enum stats_interval)i;
        const double hits = counter(stats, "dram.row_hits", interval);
        figure->values[i] = ratio(hits, hits + counter(stats, "dram.row_misses", interval) +
                                            counter(stats, "dram.row_conflicts", interval));
    }
}

static void add_link(const struct stats *stats, struct derived *derived, const char *link,
                     const char *direction, uint64_t clock_hz)
{
    char name[DERIVED_NAME_BYTES], beats[DERIVED_NAME_BYTES];
    snprintf(name, sizeof(name), "link.%s.%s.utilisation", link, direction);
    snprintf(beats, sizeof(beats), "link.%s.%s.beats", link, direction);
    struct derived_figure *const figure =
        add(derived, name, "ratio", "cycles in which the data channel carried a beat");
    for (int i = 0; i < STATS_INTERVALS; i++) {
        const enum stats_interval interval = (enum stats_interval)i;
        figure->values[i] =
            ratio(counter(stats, beats, interval) / (double)clock_hz, seconds(stats, interval));
    }
}

static void add_times(const struct stats *stats, const struct board_config *board,
                      uint64_t accelerator_period_ps, struct derived *derived)
{
    struct derived_figure *const utilisation =
        add(derived, "accelerator.utilisation", "ratio", "time in which the accelerator computed");
    struct derived_figure *const bytes =
        add(derived, "memory.bytes", "bytes", "main memory data movement: dram.bytes.* in all");
    struct derived_figure *const bandwidth =
        add(derived, "memory.bandwidth", "bytes/s", "memory.bytes by time");
    struct derived_figure *const cycles =
        add(derived, "cpu.cycles_per_instruction", "cycles", "time in CPU cycles by instructions");
    for (int i = 0; i < STATS_INTERVALS; i++) {
        const enum stats_interval interval = (enum stats_interval)i;
        const double time = seconds(stats, interval);
        utilisation->values[i] = ratio(counter(stats, "accel.cycles.compute", interval) *
                                           (double)accelerator_period_ps * 1e-12,
                                       time);
        bytes->values[i] = memory_bytes(stats, interval);
        bandwidth->values[i] = ratio(bytes->values[i], time);
        cycles->values[i] =
            ratio(time * (double)board->cpu.clock_hz, counter(stats, "cpu.instructions", interval));
    }
}

void derive(const struct stats *stats, const struct board_config *board,
            uint64_t accelerator_period_ps, struct derived *derived)
{
    derived->count = 0;
    add_times(stats, board, accelerator_period_ps, derived);
    add_row_hit_rate(stats, derived);
    add_link(stats, derived, "cpu_ddr", "read", board->cpu_ddr.clock_hz);
    add_link(stats, derived, "cpu_ddr", "write", board->cpu_ddr.clock_hz);
    for (enum board_port port = 0; port < BOARD_PORTS; port++) {
        if (board_uses_port(board, port)) {
            const uint64_t clock_hz = board->ports[port].clock_hz;
            add_link(stats, derived, board_port_name(port), "read", clock_hz);
            add_link(stats, derived, board_port_name(port), "write", clock_hz);
        }
    }
}

/* Of the words on a stream, the part that is padding. */
static void add_padding(const struct stats *stats, struct derived *derived, const char *name,
                        const char *words, double padding_bytes, double all_words)
{
    struct derived_figure *const figure =
        add(derived, name, "bytes", "streamed words that only fill tiles up at a matrix's edge");
    for (int i = 0; i < STATS_INTERVALS; i++) {
        figure->values[i] =
            counter(stats, words, (enum stats_interval)i) * ratio(padding_bytes, all_words);
    }
}

void derive_padding(const struct stats *stats, const struct board_config *board,
                    struct derived *derived)
{
    struct kernel_words kernel;
    kernel_words_of(&board->workload, &board->accelerator, &kernel);
    add_padding(stats, derived, "padding.bytes_in", "stream.mm2s.words",
                (double)kernel.padding_bytes_in, (double)kernel.words_in);
    add_padding(stats, derived, "padding.bytes_out", "stream.s2mm.words",
                (double)kernel.padding_bytes_out, (double)kernel.words_out);
}

void derived_json(const struct derived *derived, struct json *json)
{
    json_begin_array(json, "derived");
    for (size_t i = 0; i < derived->count; i++) {
        const struct derived_figure *const figure = &derived->figures[i];
        json_begin_flat_object(json, NULL);
        json_string(json, "name", figure->name);
        json_string(json, "unit", figure->unit);
        for (int j = 0; j < STATS_INTERVALS; j++) {
            json_double(json, stats_interval_name((enum stats_interval)j), figure->values[j]);
        }
        json_string(json, "description", figure->description);
        json_end(json);
    }
    json_end(json);
}
