/* Many configurations resolved by one process: what a sweep asks before it starts. */
#ifndef ZEROSTAGE_ZS_SIM_POINTS_H
#define ZEROSTAGE_ZS_SIM_POINTS_H

#include "config/config.h"
#include "options.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Loads the files and applies the overrides of the command line; errors stay in `config`. */
void options_apply(const struct options *options, struct config *config);

/* `in` names points, each a block of lines that an empty line (or the end) closes:
 *
 *     --set workload.flow=Ns     an override
 *     configs/other.yaml         a file; both apply in their order, on top of the command line
 *
 * A block that is only a dot, ".", is a point without any. Writes to `out` {"points": [...]}, one
 * object a point: "errors", texts as config_report prints them, and "config", the resolved values
 * as config_write_json writes them (those that are wrong: at their defaults).
 * Returns 0, or a negative errno when reading or writing fails; a wrong point is no failure. */
int points_resolve(const struct options *options, FILE *in, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
