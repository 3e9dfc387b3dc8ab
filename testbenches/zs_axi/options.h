/* zs-axi's command line. */
#ifndef ZEROSTAGE_ZS_AXI_OPTIONS_H
#define ZEROSTAGE_ZS_AXI_OPTIONS_H

#include "config/config.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mode { MODE_RUN, MODE_CHECK, MODE_PARAMS, MODE_HELP };

struct options {
    enum mode mode;
    const char *stats; /* file for the counters; NULL: none */
};

/* Reads the options, and files and --set into `config` as they come. Returns 0; -EINVAL after
 * having said on `errors` what was wrong, except for mistakes that `config` holds. */
int options_apply(struct options *options, struct config *config, int argc, char **argv,
                  FILE *errors);
void options_help(FILE *out);

#ifdef __cplusplus
}
#endif
#endif
