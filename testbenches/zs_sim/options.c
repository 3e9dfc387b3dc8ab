#include "options.h"

#include "config/nearest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "zs-sim: run a static ARM Linux program on a simulated board, and count what it moves.\n"
    "\n"
    "usage: zs-sim CONFIG.yaml... [OPTION...]\n"
    "\n"
    "  CONFIG.yaml             configuration; of several, later ones win\n"
    "  --set PATH=VALUE        override one parameter, such as workload.flow=Ns (repeatable)\n"
    "  --program FILE          the program: a static ARM ELF (default: workload.program)\n"
    "  --out DIR               write a run directory: config.yaml, stats.json, summary.txt,\n"
    "                          manifest.json, and with simulation.profile=true profile.txt and\n"
    "                          callgrind.out (default: print the summary, write nothing)\n"
    "  --overwrite             let --out replace an earlier run directory\n"
    "  --check                 check the configuration, do not run\n"
    "  --print-config[=json]   print the resolved configuration, do not run\n"
    "  --costs                 print what the parts of a kernel take on this board, for "
    "accel-opt's\n"
    "                          costs-file; do not run\n"
    "  --estimate              print how long the kernel is expected to take; do not run\n"
    "  --points                resolve many points, named on stdin, to JSON; do not run "
    "(points.h)\n"
    "  --params                list every parameter: type, unit, default, source\n"
    "  --version, --help\n"
    "\n"
    "Exit status: 0 done, 1 the run failed (program, audit or limit), 2 bad input.\n";

static const char *const names[] = {"--set",
                                    "--program",
                                    "--out",
                                    "--overwrite",
                                    "--check",
                                    "--costs",
                                    "--estimate",
                                    "--params",
                                    "--points",
                                    "--print-config",
                                    "--print-config=json",
                                    "--print-config=yaml",
                                    "--version",
                                    "--help",
                                    NULL};

void options_help(FILE *out)
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
        fprintf(errors, "zs-sim: error: unknown option '%s'; did you mean '%s'?\n", argument,
                meant);
    } else {
        fprintf(errors, "zs-sim: error: unknown option '%s'; --help lists them\n", argument);
    }
    return -EINVAL;
}

/* The value of "NAME VALUE" or "NAME=VALUE"; NULL when `argv[*i]` is another option. */
static const char *value_of(const char *name, int argc, char **argv, int *i, bool *missing)
{
    const size_t length = strlen(name);
    if (strncmp(argv[*i], name, length) != 0) {
        return NULL;
    }
    if (argv[*i][length] == '=') {
        return argv[*i] + length + 1;
    }
    if (argv[*i][length] != '\0') {
        return NULL;
    }
    if (*i + 1 == argc) {
        *missing = true;
        return NULL;
    }
    return argv[++*i];
}

static int set_mode(struct options *options, enum options_mode mode, FILE *errors)
{
    if (options->mode != MODE_RUN && options->mode != mode) {
        fputs("zs-sim: error: --check, --costs, --estimate, --params, --points, --print-config, "
              "--version and --help exclude one another\n",
              errors);
        return -EINVAL;
    }
    options->mode = mode;
    return 0;
}

static int parse_flag(struct options *options, const char *argument, FILE *errors)
{
    static const struct {
        const char *name;
        enum options_mode mode;
    } modes[] = {{"--check", MODE_CHECK},
                 {"--costs", MODE_COSTS},
                 {"--estimate", MODE_ESTIMATE},
                 {"--params", MODE_PARAMS},
                 {"--points", MODE_POINTS},
                 {"--print-config", MODE_PRINT_YAML},
                 {"--print-config=yaml", MODE_PRINT_YAML},
                 {"--print-config=json", MODE_PRINT_JSON},
                 {"--version", MODE_VERSION},
                 {"--help", MODE_HELP},
                 {"-h", MODE_HELP}};
    if (strcmp(argument, "--overwrite") == 0) {
        options->overwrite = true;
        return 0;
    }
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(argument, modes[i].name) == 0) {
            return set_mode(options, modes[i].mode, errors);
        }
    }
    return unknown(argument, errors);
}

static int set_once(const char **slot, const char *value, const char *name, FILE *errors)
{
    if (*slot != NULL) {
        fprintf(errors, "zs-sim: error: %s is given twice: '%s' and '%s'\n", name, *slot, value);
        return -EINVAL;
    }
    *slot = value;
    return 0;
}

static int parse_one(struct options *options, int argc, char **argv, int *i, FILE *errors)
{
    const char *const argument = argv[*i];
    const char *value;
    bool missing = false;

    if (argument[0] != '-' || argument[1] == '\0') {
        options->configs[options->config_count++] = argument;
        return 0;
    }
    if ((value = value_of("--set", argc, argv, i, &missing)) != NULL) {
        options->overrides[options->override_count++] = value;
        return 0;
    }
    if ((value = value_of("--program", argc, argv, i, &missing)) != NULL) {
        return set_once(&options->program, value, "--program", errors);
    }
    if ((value = value_of("--out", argc, argv, i, &missing)) != NULL) {
        return set_once(&options->out, value, "--out", errors);
    }
    if (missing) {
        fprintf(errors, "zs-sim: error: %s needs a value\n", argument);
        return -EINVAL;
    }
    return parse_flag(options, argument, errors);
}

static int check_together(const struct options *options, FILE *errors)
{
    const bool needs_config =
        options->mode == MODE_RUN || options->mode == MODE_CHECK || options->mode == MODE_POINTS;
    if (needs_config && options->config_count == 0) {
        fputs("zs-sim: error: no configuration is given; expected zs-sim CONFIG.yaml..., see "
              "--help\n",
              errors);
        return -EINVAL;
    }
    if (options->mode != MODE_RUN &&
        (options->out != NULL || options->program != NULL || options->overwrite)) {
        fputs("zs-sim: error: --program, --out and --overwrite are for runs only\n", errors);
        return -EINVAL;
    }
    if (options->overwrite && options->out == NULL) {
        fputs("zs-sim: error: --overwrite has no effect without --out\n", errors);
        return -EINVAL;
    }
    return 0;
}

int options_parse(struct options *options, int argc, char **argv, FILE *errors)
{
    int error = 0;
    *options = (struct options){.mode = MODE_RUN};
    options->configs = calloc((size_t)argc + 1, sizeof(*options->configs));
    options->overrides = calloc((size_t)argc + 1, sizeof(*options->overrides));
    if (options->configs == NULL || options->overrides == NULL) {
        fputs("zs-sim: error: out of memory\n", errors);
        return -ENOMEM;
    }
    for (int i = 1; i < argc && error == 0; i++) {
        error = parse_one(options, argc, argv, &i, errors);
    }
    return error != 0 ? error : check_together(options, errors);
}

void options_release(struct options *options)
{
    free(options->configs);
    free(options->overrides);
}
