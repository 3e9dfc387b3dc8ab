/* The command line of zs-dram. */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_ZS_DRAM_OPTIONS_H
#define ZEROSTAGE_TESTBENCHES_DRAM_ZS_DRAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { ZS_DRAM_MAX_CONFIGS = 16, ZS_DRAM_MAX_SETS = 64 };

struct zs_dram_options {
    const char *configs[ZS_DRAM_MAX_CONFIGS];
    size_t config_count;
    const char *sets[ZS_DRAM_MAX_SETS];
    size_t set_count;
    const char *trace;
    uint32_t outstanding;
    double epoch_ns; /* 0: none */
    bool json, params, help;
};

/* Returns 0, or -EINVAL after a message to `errors`. */
int zs_dram_options_parse(struct zs_dram_options *options, int argc, char **argv, FILE *errors);
void zs_dram_options_help(FILE *out);

#endif
