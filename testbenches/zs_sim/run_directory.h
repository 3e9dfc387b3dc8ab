/* The directory that a run leaves behind. */
#ifndef ZEROSTAGE_ZS_SIM_RUN_DIRECTORY_H
#define ZEROSTAGE_ZS_SIM_RUN_DIRECTORY_H

#include "run_result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Before the run: create the directory, or see that it may be used: empty, or, with `overwrite`, a
 * run directory (it has a manifest.json). Returns 0, or a negative errno after having said why. */
int run_directory_prepare(const char *path, bool overwrite, FILE *errors);

/* config.yaml, stats.json, summary.txt and manifest.json; with simulation.profile, profile.txt and
 * callgrind.out; those of trace.*. Each appears whole or not at all, the manifest last. Returns 0,
 * or a negative errno after having said why. */
int run_directory_write(const char *path, const struct run_result *result, FILE *errors);

#ifdef __cplusplus
}
#endif
#endif
