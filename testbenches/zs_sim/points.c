#include "points.h"

#include "board/board_config.h"
#include "stats/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static const char set_prefix[] = "--set ";

struct lines {
    FILE *in;
    char *text;
    size_t bytes;
};

void options_apply(const struct options *options, struct config *config)
{
    config_add_directory(config, ZEROSTAGE_CONFIGS);
    for (size_t i = 0; i < options->config_count; i++) {
        config_load_file(config, options->configs[i]);
    }
    for (size_t i = 0; i < options->override_count; i++) {
        config_set(config, options->overrides[i]);
    }
}

/* The next line without its line feed; NULL at the end. */
static const char *next_line(struct lines *lines)
{
    const ssize_t length = getline(&lines->text, &lines->bytes, lines->in);
    if (length < 0) {
        return NULL;
    }
    if (length > 0 && lines->text[length - 1] == '\n') {
        lines->text[length - 1] = '\0';
    }
    return lines->text;
}

static void apply_line(const char *line, struct config *config)
{
    if (strncmp(line, set_prefix, sizeof(set_prefix) - 1) == 0) {
        config_set(config, line + sizeof(set_prefix) - 1);
    } else if (strcmp(line, ".") != 0) {
        config_load_file(config, line);
    }
}

static void write_point(const struct config *config, struct json *json)
{
    json_begin_object(json, NULL);
    json_begin_array(json, "errors");
    for (size_t i = 0; i < config_error_count(config); i++) {
        json_string(json, NULL, config_error_text(config, i));
    }
    json_end(json);
    config_json(config, "config", json);
    json_end(json);
}

/* Reads one block and writes its point; `line` is the block's first. */
static int resolve_point(const struct options *options, const char *line, struct lines *lines,
                         struct json *json)
{
    struct board_config *const board = malloc(sizeof(*board));
    struct config *const config = board == NULL ? NULL : board_config_create(board);
    if (config == NULL) {
        free(board);
        return -ENOMEM;
    }
    options_apply(options, config);
    for (; line != NULL && line[0] != '\0'; line = next_line(lines)) {
        apply_line(line, config);
    }
    (void)board_config_finish(config, board); /* its errors are part of the answer */
    write_point(config, json);
    config_destroy(config);
    free(board);
    return 0;
}

int points_resolve(const struct options *options, FILE *in, FILE *out)
{
    struct lines lines = {.in = in};
    struct json json;
    const char *line;
    int error = 0;

    json_start(&json, out);
    json_begin_object(&json, NULL);
    json_begin_array(&json, "points");
    while (error == 0 && (line = next_line(&lines)) != NULL) {
        if (line[0] != '\0') {
            error = resolve_point(options, line, &lines, &json);
        }
    }
    json_end(&json);
    json_end(&json);
    free(lines.text);
    if (error == 0 && ferror(in)) {
        error = -EIO;
    }
    const int written = json_finish(&json);
    return error != 0 ? error : written;
}
