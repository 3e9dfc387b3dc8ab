/* How a run went, and everything that its reports show. */
#ifndef ZEROSTAGE_ZS_SIM_RUN_RESULT_H
#define ZEROSTAGE_ZS_SIM_RUN_RESULT_H

#include "board/board_config.h"
#include "config/config.h"
#include "cpu/profile.h"
#include "derived.h"
#include "stats/audit.h"
#include "stats/stats.h"
#include "trace/trace.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RESULT_MESSAGE_BYTES = 1024, RESULT_DETAILS_BYTES = 8192 };

struct run_result {
    const struct config *config;
    const struct board_config *board;
    const struct stats *stats;
    const struct profile *profile; /* NULL: not asked for */
    const struct trace *trace;     /* NULL: not asked for */
    const char *program;           /* path of the ELF */
    const char *end;               /* "exited", "killed", "limit", "accelerator", "stalled" */
    int exit_code;                 /* of the program, when it ended */
    bool ok;
    char message[RESULT_MESSAGE_BYTES]; /* why not */
    char details[RESULT_DETAILS_BYTES]; /* callers, and what the board does; lines */
    bool audited;                       /* the program came to its end, so the audit applies */
    struct audit audit;
    struct derived derived;
    int argc;
    char **argv;
};

/* stats.json, schema zerostage-stats/1: the same for equal runs. Returns 0 or a negative errno. */
int write_stats(const struct run_result *result, FILE *out);
/* summary.txt, for people. */
int write_summary(const struct run_result *result, FILE *out);
/* manifest.json, schema zerostage-manifest/1: what the run was made of. */
int write_manifest(const struct run_result *result, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
