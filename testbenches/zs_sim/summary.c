/* summary.txt: what a person wants to see first. */
#include "run_result.h"

#include "axi/axi.h"
#include "cpu/phase.h"
#include "stats/stats_json.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { LABEL_WIDTH = 30, TEXT_BYTES = 64 };

static uint64_t value(const struct run_result *result, const char *name,
                      enum stats_interval interval)
{
    uint64_t number = 0;
    (void)stats_value(result->stats, name, interval, &number);
    return number;
}

static const char *time_text(double ps, char text[TEXT_BYTES])
{
    static const struct {
        double ps;
        const char *unit;
    } scales[] = {{1e12, "s"}, {1e9, "ms"}, {1e6, "us"}, {1e3, "ns"}};
    for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
        if (ps >= scales[i].ps) {
            snprintf(text, TEXT_BYTES, "%.3f %s", ps / scales[i].ps, scales[i].unit);
            return text;
        }
    }
    snprintf(text, TEXT_BYTES, "%.0f ps", ps);
    return text;
}

static const char *bytes_text(uint64_t bytes, char text[TEXT_BYTES])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double scaled = (double)bytes;
    size_t unit = 0;
    while (scaled >= 1024.0 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        scaled /= 1024.0;
        unit++;
    }
    snprintf(text, TEXT_BYTES, unit == 0 ? "%.0f %s" : "%.2f %s", scaled, units[unit]);
    return text;
}

static void row(FILE *out, const char *label, const char *kernel, const char *program)
{
    fprintf(out, "  %-*s %16s %16s\n", LABEL_WIDTH, label, kernel, program);
}

static void heading(FILE *out, const char *title)
{
    fprintf(out, "\n%-*s   %16s %16s\n", LABEL_WIDTH, title, "kernel", "program");
}

static void time_section(const struct run_result *result, FILE *out)
{
    char kernel[TEXT_BYTES], program[TEXT_BYTES];
    const double whole = (double)stats_interval_ps(result->stats, STATS_KERNEL);
    heading(out, "time");
    row(out, "all", time_text(whole, kernel),
        time_text((double)stats_interval_ps(result->stats, STATS_PROGRAM), program));
    for (int i = 0; i < PHASES; i++) {
        char name[TEXT_BYTES], share[TEXT_BYTES];
        snprintf(name, sizeof(name), "phase.%s_ps", phase_name((enum phase)i));
        const double ps = (double)value(result, name, STATS_KERNEL);
        if (ps > 0.0) {
            snprintf(share, sizeof(share), "(%.1f %%)", 100.0 * ps / whole);
            row(out, phase_name((enum phase)i), time_text(ps, kernel), share);
        }
    }
}

static void memory_section(const struct run_result *result, FILE *out)
{
    char kernel[TEXT_BYTES], program[TEXT_BYTES];
    uint64_t totals[STATS_INTERVALS] = {0};
    heading(out, "main memory data movement");
    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        char name[TEXT_BYTES];
        snprintf(name, sizeof(name), "dram.bytes.%s", traffic_class_name((enum traffic_class)i));
        const uint64_t in_kernel = value(result, name, STATS_KERNEL);
        const uint64_t in_program = value(result, name, STATS_PROGRAM);
        totals[STATS_KERNEL] += in_kernel;
        totals[STATS_PROGRAM] += in_program;
        if (in_program > 0) {
            row(out, traffic_class_name((enum traffic_class)i), bytes_text(in_kernel, kernel),
                bytes_text(in_program, program));
        }
    }
    row(out, "all", bytes_text(totals[STATS_KERNEL], kernel),
        bytes_text(totals[STATS_PROGRAM], program));
}

static void count_row(const struct run_result *result, FILE *out, const char *label,
                      const char *name)
{
    char kernel[TEXT_BYTES], program[TEXT_BYTES];
    snprintf(kernel, sizeof(kernel), "%" PRIu64, value(result, name, STATS_KERNEL));
    snprintf(program, sizeof(program), "%" PRIu64, value(result, name, STATS_PROGRAM));
    row(out, label, kernel, program);
}

static void link_rows(const struct run_result *result, FILE *out, const char *link)
{
    static const char *const directions[] = {"read", "write"};
    for (size_t i = 0; i < 2; i++) {
        char name[TEXT_BYTES], label[TEXT_BYTES];
        snprintf(name, sizeof(name), "link.%s.%s.transactions", link, directions[i]);
        snprintf(label, sizeof(label), "%s %ss", link, directions[i]);
        count_row(result, out, label, name);
    }
}

static void bus_section(const struct run_result *result, FILE *out)
{
    heading(out, "bus transactions");
    link_rows(result, out, "cpu_ddr");
    link_rows(result, out, "gp0");
    for (enum board_port port = 0; port < BOARD_PORTS; port++) {
        if (board_uses_port(result->board, port)) {
            link_rows(result, out, board_port_name(port));
        }
    }
}

static void derived_section(const struct run_result *result, FILE *out)
{
    heading(out, "derived");
    for (size_t i = 0; i < result->derived.count; i++) {
        const struct derived_figure *const figure = &result->derived.figures[i];
        char kernel[TEXT_BYTES], program[TEXT_BYTES];
        const bool ratio = strcmp(figure->unit, "ratio") == 0;
        snprintf(kernel, sizeof(kernel), ratio ? "%.4f" : "%.4g", figure->values[STATS_KERNEL]);
        snprintf(program, sizeof(program), ratio ? "%.4f" : "%.4g", figure->values[STATS_PROGRAM]);
        row(out, figure->name, kernel, program);
    }
}

int write_summary(const struct run_result *result, FILE *out)
{
    if (result->ok) {
        fprintf(out, "run: ok; the program exited with status 0\n");
    } else {
        fprintf(out, "run: FAILED: %s\n%s", result->message, result->details);
    }
    time_section(result, out);
    memory_section(result, out);
    bus_section(result, out);
    heading(out, "processor");
    count_row(result, out, "instructions", "cpu.instructions");
    count_row(result, out, "system calls", "os.syscalls");
    derived_section(result, out);
    if (result->audited) {
        fprintf(out, "\naudit: %zu identities, %s\n", result->audit.count,
                audit_passed(&result->audit) ? "all hold" : "NOT all hold:");
        audit_report_failures(&result->audit, out);
    } else {
        fprintf(out, "\naudit: not made, since the program did not come to its end\n");
    }
    return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
