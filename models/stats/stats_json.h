/* Reading a whole set of counters: for reports and for stats.json. */
#ifndef ZEROSTAGE_STATS_STATS_JSON_H
#define ZEROSTAGE_STATS_STATS_JSON_H

#include "stats/json.h"
#include "stats/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Members "intervals", "counters" and "histograms" of the open object, sorted by name.
 * Returns 0 or -ENOMEM. */
int stats_json(const struct stats *stats, struct json *json);

const char *stats_interval_name(enum stats_interval interval);
uint64_t stats_interval_activations(const struct stats *stats, enum stats_interval interval);

/* Calls `visitor` for every counter, in the order of registration. */
typedef void (*stats_visitor)(void *context, const char *name, const char *unit,
                              const char *description, const uint64_t values[STATS_INTERVALS]);
void stats_visit(const struct stats *stats, stats_visitor visitor, void *context);

#ifdef __cplusplus
}
#endif
#endif
