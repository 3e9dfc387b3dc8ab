#include "stats/stats.h"
#include "stats/histogram.h"
#include "stats/stats_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct counter {
    char *name, *unit, *description;
    const uint64_t *value;
    uint64_t at_enter[STATS_INTERVALS];
    uint64_t total[STATS_INTERVALS];
};

struct distribution {
    char *name, *unit, *description;
    const struct histogram *histogram;
};

struct settler {
    void (*settle)(void *context);
    void *context;
};

struct interval {
    unsigned depth; /* of nested activations */
    uint64_t activations;
    uint64_t entered_ps, left_ps, total_ps;
};

struct stats {
    struct counter *counters;
    size_t counter_count;
    struct distribution *distributions;
    size_t distribution_count;
    struct settler *settlers;
    size_t settler_count;
    struct interval intervals[STATS_INTERVALS];
};

static const char *const interval_names[STATS_INTERVALS] = {"kernel", "program", "process"};

static char *duplicate(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *const copy = malloc(bytes);
    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

/* Room for one more element; the old array stays valid when memory runs out. */
static void *grow(void *array, size_t count, size_t element_bytes)
{
    if ((count & (count - 1)) != 0) {
        return array;
    }
    return realloc(array, (count == 0 ? 1 : 2 * count) * element_bytes);
}

struct stats *stats_create(void)
{
    return calloc(1, sizeof(struct stats));
}

void stats_destroy(struct stats *stats)
{
    if (stats == NULL) {
        return;
    }
    for (size_t i = 0; i < stats->counter_count; i++) {
        free(stats->counters[i].name);
        free(stats->counters[i].unit);
        free(stats->counters[i].description);
    }
    for (size_t i = 0; i < stats->distribution_count; i++) {
        free(stats->distributions[i].name);
        free(stats->distributions[i].unit);
        free(stats->distributions[i].description);
    }
    free(stats->counters);
    free(stats->distributions);
    free(stats->settlers);
    free(stats);
}

static struct counter *find_counter(const struct stats *stats, const char *name)
{
    for (size_t i = 0; i < stats->counter_count; i++) {
        if (strcmp(stats->counters[i].name, name) == 0) {
            return &stats->counters[i];
        }
    }
    return NULL;
}

static const struct distribution *find_distribution(const struct stats *stats, const char *name)
{
    for (size_t i = 0; i < stats->distribution_count; i++) {
        if (strcmp(stats->distributions[i].name, name) == 0) {
            return &stats->distributions[i];
        }
    }
    return NULL;
}

/* Copies of the three texts, or of none. */
static int copy_texts(const char *const source[3], char *copy[3])
{
    for (int i = 0; i < 3; i++) {
        copy[i] = duplicate(source[i]);
    }
    if (copy[0] == NULL || copy[1] == NULL || copy[2] == NULL) {
        for (int i = 0; i < 3; i++) {
            free(copy[i]);
        }
        return -ENOMEM;
    }
    return 0;
}

int stats_add(struct stats *stats, const char *name, const char *unit, const char *description,
              const uint64_t *value)
{
    if (find_counter(stats, name) != NULL || find_distribution(stats, name) != NULL) {
        return -EEXIST;
    }
    struct counter *const grown =
        grow(stats->counters, stats->counter_count, sizeof(stats->counters[0]));
    if (grown == NULL) {
        return -ENOMEM;
    }
    stats->counters = grown;
    char *copy[3];
    const int error = copy_texts((const char *const[]){name, unit, description}, copy);
    if (error != 0) {
        return error;
    }
    struct counter *const counter = &stats->counters[stats->counter_count++];
    *counter =
        (struct counter){.name = copy[0], .unit = copy[1], .description = copy[2], .value = value};
    for (int i = 0; i < STATS_INTERVALS; i++) {
        counter->at_enter[i] = *value;
    }
    return 0;
}

int stats_add_histogram(struct stats *stats, const char *name, const char *unit,
                        const char *description, const struct histogram *histogram)
{
    if (find_counter(stats, name) != NULL || find_distribution(stats, name) != NULL) {
        return -EEXIST;
    }
    struct distribution *const grown =
        grow(stats->distributions, stats->distribution_count, sizeof(stats->distributions[0]));
    if (grown == NULL) {
        return -ENOMEM;
    }
    stats->distributions = grown;
    char *copy[3];
    const int error = copy_texts((const char *const[]){name, unit, description}, copy);
    if (error != 0) {
        return error;
    }
    stats->distributions[stats->distribution_count++] = (struct distribution){
        .name = copy[0], .unit = copy[1], .description = copy[2], .histogram = histogram};
    return 0;
}

int stats_add_settle(struct stats *stats, void (*settle)(void *context), void *context)
{
    struct settler *const grown =
        grow(stats->settlers, stats->settler_count, sizeof(stats->settlers[0]));
    if (grown == NULL) {
        return -ENOMEM;
    }
    stats->settlers = grown;
    stats->settlers[stats->settler_count++] =
        (struct settler){.settle = settle, .context = context};
    return 0;
}

static void settle_all(const struct stats *stats)
{
    for (size_t i = 0; i < stats->settler_count; i++) {
        stats->settlers[i].settle(stats->settlers[i].context);
    }
}

int stats_enter(struct stats *stats, enum stats_interval interval, uint64_t now_ps)
{
    struct interval *const state = &stats->intervals[interval];
    if (now_ps < state->left_ps || (state->depth > 0 && now_ps < state->entered_ps)) {
        return -EINVAL;
    }
    if (state->depth++ > 0) {
        return 0;
    }
    settle_all(stats);
    state->activations++;
    state->entered_ps = now_ps;
    for (size_t i = 0; i < stats->counter_count; i++) {
        stats->counters[i].at_enter[interval] = *stats->counters[i].value;
    }
    return 0;
}

int stats_leave(struct stats *stats, enum stats_interval interval, uint64_t now_ps)
{
    struct interval *const state = &stats->intervals[interval];
    if (state->depth == 0 || now_ps < state->entered_ps) {
        return -EINVAL;
    }
    if (--state->depth > 0) {
        return 0;
    }
    settle_all(stats);
    state->left_ps = now_ps;
    state->total_ps += now_ps - state->entered_ps;
    for (size_t i = 0; i < stats->counter_count; i++) {
        struct counter *const counter = &stats->counters[i];
        counter->total[interval] += *counter->value - counter->at_enter[interval];
    }
    return 0;
}

int stats_value(const struct stats *stats, const char *name, enum stats_interval interval,
                uint64_t *value)
{
    const struct counter *const counter = find_counter(stats, name);
    if (counter == NULL) {
        return -ENOENT;
    }
    *value = counter->total[interval];
    return 0;
}

uint64_t stats_interval_ps(const struct stats *stats, enum stats_interval interval)
{
    return stats->intervals[interval].total_ps;
}

uint64_t stats_interval_activations(const struct stats *stats, enum stats_interval interval)
{
    return stats->intervals[interval].activations;
}

const char *stats_interval_name(enum stats_interval interval)
{
    return interval_names[interval];
}

void stats_visit(const struct stats *stats, stats_visitor visitor, void *context)
{
    for (size_t i = 0; i < stats->counter_count; i++) {
        const struct counter *const counter = &stats->counters[i];
        visitor(context, counter->name, counter->unit, counter->description, counter->total);
    }
}

static void intervals_json(const struct stats *stats, struct json *json)
{
    json_begin_object(json, "intervals");
    for (int i = 0; i < STATS_INTERVALS; i++) {
        json_begin_flat_object(json, interval_names[i]);
        json_u64(json, "duration_ps", stats->intervals[i].total_ps);
        json_u64(json, "activations", stats->intervals[i].activations);
        json_end(json);
    }
    json_end(json);
}

static int by_counter_name(const void *left, const void *right)
{
    const struct counter *const *const a = left, *const *const b = right;
    return strcmp((*a)->name, (*b)->name);
}

static int by_distribution_name(const void *left, const void *right)
{
    const struct distribution *const *const a = left, *const *const b = right;
    return strcmp((*a)->name, (*b)->name);
}

static void counter_json(const struct counter *counter, struct json *json)
{
    json_begin_flat_object(json, NULL);
    json_string(json, "name", counter->name);
    json_string(json, "unit", counter->unit);
    for (int i = 0; i < STATS_INTERVALS; i++) {
        json_u64(json, interval_names[i], counter->total[i]);
    }
    json_string(json, "description", counter->description);
    json_end(json);
}

static void buckets_json(const struct histogram *histogram, struct json *json)
{
    json_begin_flat_array(json, "buckets");
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (histogram->buckets[i] != 0) {
            json_begin_flat_array(json, NULL);
            json_u64(json, NULL, histogram_bucket_first(i));
            json_u64(json, NULL, histogram_bucket_last(i));
            json_u64(json, NULL, histogram->buckets[i]);
            json_end(json);
        }
    }
    json_end(json);
}

static void distribution_json(const struct distribution *distribution, struct json *json)
{
    const struct histogram *const histogram = distribution->histogram;
    json_begin_object(json, NULL);
    json_string(json, "name", distribution->name);
    json_string(json, "unit", distribution->unit);
    json_string(json, "description", distribution->description);
    json_u64(json, "count", histogram->count);
    json_u64(json, "sum", histogram->sum);
    json_u64(json, "min", histogram->min);
    json_u64(json, "max", histogram->max);
    json_double(json, "mean", histogram_mean(histogram));
    json_u64(json, "p50", histogram_percentile(histogram, 50.0));
    json_u64(json, "p95", histogram_percentile(histogram, 95.0));
    json_u64(json, "p99", histogram_percentile(histogram, 99.0));
    buckets_json(histogram, json);
    json_end(json);
}

static int counters_json(const struct stats *stats, struct json *json)
{
    const size_t count = stats->counter_count;
    const struct counter **const sorted = calloc(count + 1, sizeof(*sorted));
    if (sorted == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &stats->counters[i];
    }
    qsort(sorted, count, sizeof(*sorted), by_counter_name);
    json_begin_array(json, "counters");
    for (size_t i = 0; i < count; i++) {
        counter_json(sorted[i], json);
    }
    json_end(json);
    free(sorted);
    return 0;
}

static int histograms_json(const struct stats *stats, struct json *json)
{
    const size_t count = stats->distribution_count;
    const struct distribution **const sorted = calloc(count + 1, sizeof(*sorted));
    if (sorted == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &stats->distributions[i];
    }
    qsort(sorted, count, sizeof(*sorted), by_distribution_name);
    json_begin_array(json, "histograms");
    for (size_t i = 0; i < count; i++) {
        distribution_json(sorted[i], json);
    }
    json_end(json);
    free(sorted);
    return 0;
}

int stats_json(const struct stats *stats, struct json *json)
{
    intervals_json(stats, json);
    const int error = counters_json(stats, json);
    return error != 0 ? error : histograms_json(stats, json);
}

int stats_write_json(const struct stats *stats, FILE *out)
{
    struct json json;
    json_start(&json, out);
    json_begin_object(&json, NULL);
    const int error = stats_json(stats, &json);
    json_end(&json);
    const int written = json_finish(&json);
    return error != 0 ? error : written;
}
