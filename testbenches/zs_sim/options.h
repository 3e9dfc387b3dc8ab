/* zs-sim's command line. */
#ifndef ZEROSTAGE_ZS_SIM_OPTIONS_H
#define ZEROSTAGE_ZS_SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum options_mode {
    MODE_RUN,
    MODE_CHECK,
    MODE_PARAMS,
    MODE_PRINT_YAML,
    MODE_PRINT_JSON,
    MODE_POINTS,
    MODE_COSTS,
    MODE_ESTIMATE,
    MODE_HELP,
    MODE_VERSION
};

struct options {
    enum options_mode mode;
    const char **configs; /* of argv */
    size_t config_count;
    const char **overrides;
    size_t override_count;
    const char *program; /* NULL: from the configuration */
    const char *out;     /* NULL: no run directory */
    bool overwrite;
};

/* Returns 0; -EINVAL after having said on `errors` what was wrong and what was expected. */
int options_parse(struct options *options, int argc, char **argv, FILE *errors);
void options_release(struct options *options);
void options_help(FILE *out);

#ifdef __cplusplus
}
#endif
#endif
