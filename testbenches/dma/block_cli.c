#include "block_cli.h"

#include <string.h>

static void help(const struct block_cli *cli)
{
    printf("%s: %s\n\n"
           "usage: %s [CONFIG.yaml...] [OPTION...]\n\n"
           "  --set PATH=VALUE   override one parameter (repeatable)\n"
           "  --params           list every parameter: type, unit, default, source\n"
           "  --print-config     print the resolved configuration, do not run\n"
           "  --help\n\n"
           "Exit status: 0 done, 1 the run failed, 2 bad input.\n",
           cli->name, cli->summary, cli->name);
}

/* What an argument asks for; BLOCK_CLI_RUN when it was a part of the configuration. */
enum request { REQUEST_NOTHING, REQUEST_HELP, REQUEST_PARAMS, REQUEST_PRINT, REQUEST_UNKNOWN };

static enum request take(struct config *config, int argc, char **argv, int *i)
{
    const char *argument = argv[*i];

    if (strcmp(argument, "--set") == 0 && *i + 1 < argc) {
        (void)config_set(config, argv[++*i]); /* its errors are reported with all the others */
        return REQUEST_NOTHING;
    }
    if (strcmp(argument, "--help") == 0) {
        return REQUEST_HELP;
    }
    if (strcmp(argument, "--params") == 0) {
        return REQUEST_PARAMS;
    }
    if (strcmp(argument, "--print-config") == 0) {
        return REQUEST_PRINT;
    }
    if (argument[0] == '-') {
        return REQUEST_UNKNOWN;
    }
    (void)config_load_file(config, argument);
    return REQUEST_NOTHING;
}

static enum block_cli_result answer(const struct block_cli *cli, struct config *config,
                                    enum request request)
{
    if (request == REQUEST_HELP) {
        help(cli);
        return BLOCK_CLI_DONE;
    }
    if (request == REQUEST_PARAMS) {
        return config_describe(config, stdout) == 0 ? BLOCK_CLI_DONE : BLOCK_CLI_BAD_INPUT;
    }
    if (config_finish(config) == 0 && cli->check) {
        cli->check(config);
    }
    if (config_error_count(config) > 0) {
        config_report(config, stderr);
        return BLOCK_CLI_BAD_INPUT;
    }
    if (request == REQUEST_PRINT) {
        return config_write_yaml(config, stdout) == 0 ? BLOCK_CLI_DONE : BLOCK_CLI_BAD_INPUT;
    }
    return BLOCK_CLI_RUN;
}

enum block_cli_result block_cli_load(const struct block_cli *cli, int argc, char **argv)
{
    struct config *config = config_create(cli->sections, cli->section_count);
    enum request request = REQUEST_NOTHING;
    enum block_cli_result result;

    if (!config) {
        fprintf(stderr, "%s: error: out of memory\n", cli->name);
        return BLOCK_CLI_BAD_INPUT;
    }
    for (int i = 1; i < argc && request != REQUEST_UNKNOWN; i++) {
        enum request asked = take(config, argc, argv, &i);

        request = asked == REQUEST_NOTHING ? request : asked;
        if (asked == REQUEST_UNKNOWN) {
            fprintf(stderr,
                    "%s: error: '%s' is no option, or lacks its value; expected --set PATH=VALUE, "
                    "--params, --print-config or --help\n",
                    cli->name, argv[i]);
        }
    }
    result = request == REQUEST_UNKNOWN ? BLOCK_CLI_BAD_INPUT : answer(cli, config, request);
    config_destroy(config);
    return result;
}
