/* Command line of the small sims, one block each:
 *
 *     NAME [CONFIG.yaml...] [--set PATH=VALUE]... [--params | --print-config | --help]
 */
#ifndef ZEROSTAGE_TESTBENCHES_DMA_BLOCK_CLI_H
#define ZEROSTAGE_TESTBENCHES_DMA_BLOCK_CLI_H

#include "config/config.h"

#ifdef __cplusplus
extern "C" {
#endif

struct block_cli {
    const char *name;
    const char *summary; /* one line for --help */
    const struct param_section *sections;
    size_t section_count;
    /* Adds errors about combinations of values; may be NULL. */
    void (*check)(struct config *config);
};

enum block_cli_result { BLOCK_CLI_RUN, BLOCK_CLI_DONE, BLOCK_CLI_BAD_INPUT };

/* Fills in the sections' objects. Mistakes are reported on stderr, with what was expected. */
enum block_cli_result block_cli_load(const struct block_cli *cli, int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
