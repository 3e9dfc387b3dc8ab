#include "options.h"

#include <errno.h>
#include <string.h>

void options_help(FILE *out)
{
    fputs("zs-axi: drive the memory ports of a Zynq with traffic, and measure them.\n"
          "\n"
          "usage: zs-axi [CONFIG.yaml...] [OPTION...]\n"
          "\n"
          "  CONFIG.yaml       configuration; of several, later ones win\n"
          "  --set PATH=VALUE  override one parameter, such as hp0.traffic.pattern=random\n"
          "  --stats FILE      write every counter and distribution as JSON\n"
          "  --check           check the configuration, do not run\n"
          "  --params          list every parameter: type, unit, default, source\n"
          "  --help\n"
          "\n"
          "Ports: hp0 to hp3, and cpu (L2 to the DDR controller). A port without\n"
          "PORT.traffic.pattern is idle.\n"
          "\n"
          "Exit status: 0 done, 1 the run failed, 2 bad input.\n",
          out);
}

static int complain(FILE *errors, const char *what, const char *argument)
{
    fprintf(errors, "zs-axi: error: %s '%s'; see --help\n", what, argument);
    return -EINVAL;
}

/* An option with a value; moves *i on to it. */
static int apply_valued(struct options *options, struct config *config, int argc, char **argv,
                        int *i, FILE *errors)
{
    const char *const name = argv[*i];

    if (*i + 1 == argc) {
        return complain(errors, "a value is missing after", name);
    }
    const char *const value = argv[++*i];

    if (strcmp(name, "--set") == 0) {
        config_set(config, value); /* its mistakes are reported with all others */
        return 0;
    }
    if (options->stats != NULL) {
        return complain(errors, "--stats is given twice:", value);
    }
    options->stats = value;
    return 0;
}

int options_apply(struct options *options, struct config *config, int argc, char **argv,
                  FILE *errors)
{
    int error = 0;

    *options = (struct options){.mode = MODE_RUN};
    for (int i = 1; i < argc && error == 0; i++) {
        if (strcmp(argv[i], "--set") == 0 || strcmp(argv[i], "--stats") == 0) {
            error = apply_valued(options, config, argc, argv, &i, errors);
        } else if (strcmp(argv[i], "--check") == 0) {
            options->mode = MODE_CHECK;
        } else if (strcmp(argv[i], "--params") == 0) {
            options->mode = MODE_PARAMS;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            options->mode = MODE_HELP;
        } else if (argv[i][0] == '-') {
            error = complain(errors, "unknown option", argv[i]);
        } else {
            config_load_file(config, argv[i]);
        }
    }
    return error;
}
