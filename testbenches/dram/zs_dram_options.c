#include "zs_dram_options.h"

#include "config/nearest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "zs-dram: replay a trace of 64-byte lines on the DRAM model.\n"
    "\n"
    "usage: zs-dram --trace FILE [OPTION...]\n"
    "\n"
    "  --trace FILE       one access a row, `R|W hexaddress`; plain or gzip\n"
    "  --config FILE      configuration (board.dram); of several, later ones win\n"
    "  --set PATH=VALUE   override one parameter, such as board.dram.preset=ddr3-1600-x64\n"
    "  --outstanding N    64-byte reads in flight, 1 to 1024 (default 8)\n"
    "  --epoch TIME_NS    also report every TIME_NS of simulated time\n"
    "  --json             print the result as JSON\n"
    "  --params           list every parameter: type, unit, default, source\n"
    "  --help\n"
    "\n"
    "At most one burst is offered a clock, writes are posted; latency is from the offer of a\n"
    "line's first burst to the data of its last; the time ends with the last read's data and the\n"
    "last write's acceptance.\n"
    "\n"
    "Exit status: 0 done, 2 bad input.\n";

static const char *const names[] = {"--trace",       "--config", "--set",
                                    "--outstanding", "--epoch",  "--json",
                                    "--params",      "--help",   NULL};

void zs_dram_options_help(FILE *out)
{
    fputs(help, out);
}

static int unknown(const char *argument, FILE *errors)
{
    struct nearest nearest = {0};

    for (size_t i = 0; names[i] != NULL; i++) {
        nearest_offer(&nearest, argument, names[i]);
    }
    const char *const meant = nearest_name(&nearest, argument);
    if (meant != NULL) {
        fprintf(errors, "zs-dram: error: unknown option '%s'; did you mean '%s'?\n", argument,
                meant);
    } else {
        fprintf(errors, "zs-dram: error: unknown option '%s'; --help lists them\n", argument);
    }
    return -EINVAL;
}

static int set_outstanding(struct zs_dram_options *options, const char *value, FILE *errors)
{
    char *end;
    const long number = strtol(value, &end, 10);

    if (end == value || *end != '\0' || number < 1 || number > 1024) {
        fprintf(errors, "zs-dram: error: --outstanding %s: expected 1 to 1024\n", value);
        return -EINVAL;
    }
    options->outstanding = (uint32_t)number;
    return 0;
}

static int set_epoch(struct zs_dram_options *options, const char *value, FILE *errors)
{
    char *end;
    const double number = strtod(value, &end);

    if (end == value || *end != '\0' || !isfinite(number) || number < 100 || number > 1e12) {
        fprintf(errors, "zs-dram: error: --epoch %s: expected 100 to 1e12 ns\n", value);
        return -EINVAL;
    }
    options->epoch_ns = number;
    return 0;
}

static int too_many(const char *name, FILE *errors)
{
    fprintf(errors, "zs-dram: error: too many %s\n", name);
    return -EINVAL;
}

static int set_value(struct zs_dram_options *options, const char *name, const char *value,
                     FILE *errors)
{
    if (strcmp(name, "--trace") == 0) {
        options->trace = value;
        return 0;
    }
    if (strcmp(name, "--config") == 0) {
        if (options->config_count == ZS_DRAM_MAX_CONFIGS) {
            return too_many(name, errors);
        }
        options->configs[options->config_count++] = value;
        return 0;
    }
    if (strcmp(name, "--set") == 0) {
        if (options->set_count == ZS_DRAM_MAX_SETS) {
            return too_many(name, errors);
        }
        options->sets[options->set_count++] = value;
        return 0;
    }
    if (strcmp(name, "--outstanding") == 0) {
        return set_outstanding(options, value, errors);
    }
    if (strcmp(name, "--epoch") == 0) {
        return set_epoch(options, value, errors);
    }
    return unknown(name, errors);
}

static bool set_flag(struct zs_dram_options *options, const char *name)
{
    bool *const flag = strcmp(name, "--json") == 0     ? &options->json
                       : strcmp(name, "--params") == 0 ? &options->params
                       : strcmp(name, "--help") == 0   ? &options->help
                                                       : NULL;

    if (flag != NULL) {
        *flag = true;
    }
    return flag != NULL;
}

static bool takes_value(const char *name)
{
    for (size_t i = 0; i < 5; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

int zs_dram_options_parse(struct zs_dram_options *options, int argc, char **argv, FILE *errors)
{
    *options = (struct zs_dram_options){.outstanding = 8};
    for (int i = 1; i < argc; i++) {
        char name[32];
        const char *value = strchr(argv[i], '=');
        const size_t length = value != NULL ? (size_t)(value - argv[i]) : strlen(argv[i]);

        if (set_flag(options, argv[i])) {
            continue;
        }
        if (length >= sizeof name) {
            return unknown(argv[i], errors);
        }
        memcpy(name, argv[i], length);
        name[length] = '\0';
        if (!takes_value(name)) {
            return unknown(argv[i], errors);
        }
        value = value != NULL ? value + 1 : i + 1 < argc ? argv[++i] : NULL;
        if (value == NULL) {
            fprintf(errors, "zs-dram: error: %s needs a value\n", name);
            return -EINVAL;
        }
        if (set_value(options, name, value, errors) != 0) {
            return -EINVAL;
        }
    }
    if (options->trace == NULL && !options->help && !options->params) {
        fputs("zs-dram: error: --trace FILE is missing; --help shows the usage\n", errors);
        return -EINVAL;
    }
    return 0;
}
