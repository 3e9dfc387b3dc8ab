/* zs-dram: replay a trace of 64-byte lines on the DRAM model. */
#include "config/config.h"
#include "dram/dram_config.h"
#include "dram_replay.h"
#include "zs_dram_options.h"
#include "zs_dram_report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { EXIT_BAD_INPUT = 2, MAX_EPOCHS = 1000000 };

struct epochs {
    struct zs_dram_epoch *list;
    size_t count, room;
    bool failed;
};

static void note_epoch(void *context, uint64_t time_ps, const struct dram_counters *counters)
{
    struct epochs *const epochs = context;

    if (epochs->count == epochs->room && !epochs->failed) {
        const size_t larger = epochs->room == 0 ? 64 : 2 * epochs->room;
        struct zs_dram_epoch *const grown =
            larger > MAX_EPOCHS ? NULL : realloc(epochs->list, larger * sizeof *grown);
        epochs->failed = grown == NULL;
        if (grown != NULL) {
            epochs->list = grown;
            epochs->room = larger;
        }
    }
    if (!epochs->failed) {
        epochs->list[epochs->count].time_ps = time_ps;
        epochs->list[epochs->count++].counters = *counters;
    }
}

static int load_config(struct config *config, const struct zs_dram_options *options)
{
    for (size_t i = 0; i < options->config_count; i++) {
        config_load_file(config, options->configs[i]);
    }
    for (size_t i = 0; i < options->set_count; i++) {
        config_set(config, options->sets[i]);
    }
    if (config_finish(config) != 0) {
        config_report(config, stderr);
        return -EINVAL;
    }
    return 0;
}

static int create_core(struct dram_core **core, const struct dram_config *config)
{
    char error[256] = "";
    struct dram_core_config core_config;

    int status = dram_config_resolve(config, &core_config, error, sizeof error);
    if (status == 0) {
        status = dram_core_create(core, &core_config, error, sizeof error);
    }
    if (status != 0) {
        fprintf(stderr, "zs-dram: error: board.dram: %s\n", error);
    }
    return status;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int replay_and_report(const struct zs_dram_options *options, struct dram_core *core,
                             const struct dram_trace *trace, struct epochs *epochs)
{
    static struct dram_replay replay; /* its histogram is too large for a stack */
    const double start = seconds();
    const int status = dram_replay_run(&replay, core, trace, options->outstanding);
    const double end = seconds();

    if (status == -ERANGE) {
        fprintf(stderr, "zs-dram: error: %s: an address beyond the %llu bytes of %s\n",
                options->trace, (unsigned long long)dram_device_bytes(dram_core_device(core)),
                dram_core_device(core)->name);
        return status;
    }
    if (status == 0 && epochs->failed) {
        fprintf(stderr, "zs-dram: error: --epoch: more than %d epochs\n", MAX_EPOCHS);
        return -EINVAL;
    }
    if (status != 0) {
        fprintf(stderr, "zs-dram: error: the replay failed with %d\n", status);
        return status;
    }
    const struct zs_dram_report report = {.trace = options->trace,
                                          .outstanding = options->outstanding,
                                          .core = core,
                                          .replay = &replay,
                                          .epochs = epochs->list,
                                          .epoch_count = epochs->count,
                                          .wall_s = end - start};
    if (options->json) {
        return zs_dram_report_json(&report, stdout);
    }
    zs_dram_report_table(&report, stdout);
    return 0;
}

static int run(const struct zs_dram_options *options, const struct dram_config *config)
{
    struct dram_core *core = NULL;
    struct dram_trace trace = {NULL, 0};
    struct epochs epochs = {.list = NULL};
    char error[512] = "";

    int status = create_core(&core, config);
    if (status == 0) {
        status = dram_trace_load(&trace, options->trace, error, sizeof error);
        if (status != 0) {
            fprintf(stderr, "zs-dram: error: %s\n", error);
        }
    }
    if (status == 0 && options->epoch_ns > 0) {
        status = dram_core_observe_epochs(core, (uint64_t)llround(options->epoch_ns * 1000),
                                          note_epoch, &epochs);
    }
    if (status == 0) {
        status = replay_and_report(options, core, &trace, &epochs);
    }
    free(epochs.list);
    dram_trace_free(&trace);
    dram_core_destroy(core);
    return status;
}

int main(int argc, char **argv)
{
    struct zs_dram_options options;
    struct dram_config dram;
    const struct param_section sections[] = {{"board.dram", dram_params, dram_params_count, &dram}};

    if (zs_dram_options_parse(&options, argc, argv, stderr) != 0) {
        return EXIT_BAD_INPUT;
    }
    if (options.help) {
        zs_dram_options_help(stdout);
        return EXIT_SUCCESS;
    }
    struct config *const config = config_create(sections, 1);
    if (config == NULL) {
        fputs("zs-dram: error: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    int status;
    if (options.params) {
        status = config_describe(config, stdout);
    } else {
        status = load_config(config, &options);
        if (status == 0) {
            status = run(&options, &dram);
        }
    }
    config_destroy(config);
    return status == 0 ? EXIT_SUCCESS : EXIT_BAD_INPUT;
}
