/* A profile as tables for people, and as a file for KCachegrind. */
#include "cpu/profile_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

enum { SHOWN_EDGES = 60 };

static const struct {
    const char *event, *description;
} costs[PROFILE_COSTS] = {
    [PROFILE_TIME_PS] = {"Time", "Simulated time, ps"},
    [PROFILE_INSTRUCTIONS] = {"Ir", "Instructions"},
    [PROFILE_L1D_MISSES] = {"L1Dm", "L1D misses"},
    [PROFILE_L2_MISSES] = {"L2m", "L2 misses"},
    [PROFILE_BYTES_READ] = {"BytesRd", "Bytes that the CPU read from its bus"},
    [PROFILE_BYTES_WRITTEN] = {"BytesWr", "Bytes that the CPU wrote to its bus"},
};

static void write_costs(const struct profile_costs *values, FILE *out)
{
    for (int i = 0; i < PROFILE_COSTS; i++) {
        fprintf(out, " %" PRIu64, values->of[i]);
    }
    fputc('\n', out);
}

/* Functions are numbered, and named where they come up first. */
static void write_name(const struct profile *profile, const char *key, uint32_t function,
                       bool *named, FILE *out)
{
    if (named[function]) {
        fprintf(out, "%s=(%" PRIu32 ")\n", key, function + 1);
    } else {
        fprintf(out, "%s=(%" PRIu32 ") %s\n", key, function + 1, profile->functions[function].name);
        named[function] = true;
    }
}

static void write_header(const struct profile *profile, const char *command, FILE *out)
{
    const struct profile_costs totals = profile_totals(profile);

    fprintf(out, "# callgrind format\nversion: 1\ncreator: zerostage\ncmd: %s\n", command);
    fputs("positions: line\n", out);
    for (int i = 0; i < PROFILE_COSTS; i++) {
        fprintf(out, "event: %s : %s\n", costs[i].event, costs[i].description);
    }
    fputs("events:", out);
    for (int i = 0; i < PROFILE_COSTS; i++) {
        fprintf(out, " %s", costs[i].event);
    }
    fputs("\nsummary:", out);
    write_costs(&totals, out);
    fputs("\nfl=(1) ???\n", out); /* as callgrind says that it does not know the source file */
}

int profile_write_callgrind(const struct profile *profile, const char *command, FILE *out)
{
    bool *const named = calloc(profile->function_count, sizeof(*named));

    if (named == NULL) {
        return -ENOMEM;
    }
    write_header(profile, command, out);
    for (uint32_t i = 0; i < profile->function_count; i++) {
        if (i != 0 && profile->functions[i].calls == 0) {
            continue;
        }
        fputc('\n', out);
        write_name(profile, "fn", i, named, out);
        fputs("0", out);
        write_costs(&profile->functions[i].self, out);
        for (uint32_t j = 0; j < profile->edge_count; j++) {
            const struct profile_edge *const edge = &profile->edges[j];

            if (edge->caller == i) {
                write_name(profile, "cfn", edge->callee, named, out);
                fprintf(out, "calls=%" PRIu64 " 0\n0", edge->calls);
                write_costs(&edge->inclusive, out);
            }
        }
    }
    free(named);
    return ferror(out) ? -EIO : 0;
}

/* --- tables --- */

static int by_self_time(const void *left, const void *right)
{
    const struct profile_function *const *const a = left, *const *const b = right;
    const uint64_t x = (*a)->self.of[PROFILE_TIME_PS], y = (*b)->self.of[PROFILE_TIME_PS];

    if (x != y) {
        return x > y ? -1 : 1;
    }
    return *a < *b ? -1 : 1;
}

static int by_inclusive_time(const void *left, const void *right)
{
    const struct profile_edge *const *const a = left, *const *const b = right;
    const uint64_t x = (*a)->inclusive.of[PROFILE_TIME_PS], y = (*b)->inclusive.of[PROFILE_TIME_PS];

    if (x != y) {
        return x > y ? -1 : 1;
    }
    return *a < *b ? -1 : 1;
}

static double us(uint64_t ps)
{
    return (double)ps / 1e6;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

static void write_counts(const struct profile_costs *values, FILE *out)
{
    fprintf(out, " %12" PRIu64 " %9" PRIu64 " %9" PRIu64 " %11" PRIu64 " %11" PRIu64,
            values->of[PROFILE_INSTRUCTIONS], values->of[PROFILE_L1D_MISSES],
            values->of[PROFILE_L2_MISSES], values->of[PROFILE_BYTES_READ],
            values->of[PROFILE_BYTES_WRITTEN]);
}

static const char COUNT_HEADINGS[] = " instructions L1D misses L2 misses  bytes read bytes writt.";

static void write_functions(const struct profile *profile, const struct profile_function **order,
                            FILE *out)
{
    const struct profile_costs totals = profile_totals(profile);
    const uint64_t whole = totals.of[PROFILE_TIME_PS];
    uint32_t count = 0;

    for (uint32_t i = 0; i < profile->function_count; i++) {
        const struct profile_function *const function = &profile->functions[i];

        if (function->calls > 0 || function->self.of[PROFILE_TIME_PS] > 0) {
            order[count++] = function;
        }
    }
    qsort(order, count, sizeof(*order), by_self_time);
    fprintf(out, "Functions, by exclusive time; counts are exclusive too.\n\n");
    fprintf(out, "%14s %6s %14s %6s %9s%s  function\n", "exclusive us", "%", "inclusive us", "%",
            "calls", COUNT_HEADINGS);
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t self = order[i]->self.of[PROFILE_TIME_PS];
        const uint64_t inclusive = order[i]->inclusive.of[PROFILE_TIME_PS];

        fprintf(out, "%14.3f %6.2f %14.3f %6.2f %9" PRIu64, us(self), percent(self, whole),
                us(inclusive), percent(inclusive, whole), order[i]->calls);
        write_counts(&order[i]->self, out);
        fprintf(out, "  %s\n", order[i]->name);
    }
    fprintf(out, "%14.3f %6.2f %14.3f %6.2f %9s", us(whole), 100.0, us(whole), 100.0, "");
    write_counts(&totals, out);
    fprintf(out, "  all\n");
}

static void write_edges(const struct profile *profile, const struct profile_edge **order, FILE *out)
{
    for (uint32_t i = 0; i < profile->edge_count; i++) {
        order[i] = &profile->edges[i];
    }
    qsort(order, profile->edge_count, sizeof(*order), by_inclusive_time);
    fprintf(out, "\nCalls, by inclusive time; counts are inclusive too");
    if (profile->edge_count > SHOWN_EDGES) {
        fprintf(out, "; the first %d of %" PRIu32, SHOWN_EDGES, profile->edge_count);
    }
    fprintf(out, ".\n\n%14s %9s%s  caller -> function\n", "inclusive us", "calls", COUNT_HEADINGS);
    for (uint32_t i = 0; i < profile->edge_count && i < SHOWN_EDGES; i++) {
        fprintf(out, "%14.3f %9" PRIu64, us(order[i]->inclusive.of[PROFILE_TIME_PS]),
                order[i]->calls);
        write_counts(&order[i]->inclusive, out);
        fprintf(out, "  %s -> %s\n", profile->functions[order[i]->caller].name,
                profile->functions[order[i]->callee].name);
    }
}

int profile_write_text(const struct profile *profile, FILE *out)
{
    const struct profile_function **const functions =
        calloc(profile->function_count, sizeof(*functions));
    const struct profile_edge **const edges = calloc(profile->edge_count + 1, sizeof(*edges));
    int error = -ENOMEM;

    if (functions != NULL && edges != NULL) {
        write_functions(profile, functions, out);
        write_edges(profile, edges, out);
        error = ferror(out) ? -EIO : 0;
    }
    free(functions);
    free(edges);
    return error;
}
