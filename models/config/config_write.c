/* The resolved configuration as YAML and JSON, and the table of all parameters. */
#include "config/config.h"
#include "config/config_internal.h"
#include "config/value.h"
#include "stats/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Called for each inner node and leaf of the tree, in the order of the tables. */
struct visitor {
    void (*enter)(void *context, const char *name, unsigned depth);
    void (*leave)(void *context);
    void (*leaf)(void *context, const struct slot *slot, unsigned depth);
    void *context;
};

static bool below(const char *path, const char *prefix, size_t length)
{
    return length == 0 || (strncmp(path, prefix, length) == 0 && path[length] == '.');
}

/* Did a slot before `end` lie in this inner node already? */
static bool seen_before(const struct config *config, size_t end, const char *inner)
{
    for (size_t i = 0; i < end; i++) {
        if (below(config->slots[i].path, inner, strlen(inner))) {
            return true;
        }
    }
    return false;
}

static void walk(const struct config *config, const char *prefix, unsigned depth,
                 const struct visitor *visitor)
{
    const size_t length = strlen(prefix);
    for (size_t i = 0; i < config->slot_count; i++) {
        const struct slot *const slot = &config->slots[i];
        if (!below(slot->path, prefix, length)) {
            continue;
        }
        const char *const rest = slot->path + (length == 0 ? 0 : length + 1);
        const char *const dot = strchr(rest, '.');
        if (dot == NULL) {
            visitor->leaf(visitor->context, slot, depth);
            continue;
        }
        char inner[CONFIG_PATH_BYTES], name[CONFIG_PATH_BYTES];
        snprintf(inner, sizeof(inner), "%.*s", (int)(dot - slot->path), slot->path);
        snprintf(name, sizeof(name), "%.*s", (int)(dot - rest), rest);
        if (!seen_before(config, i, inner)) {
            visitor->enter(visitor->context, name, depth);
            walk(config, inner, depth + 1, visitor);
            visitor->leave(visitor->context);
        }
    }
}

/* --- YAML --- */

static void yaml_enter(void *context, const char *name, unsigned depth)
{
    fprintf(context, "%*s%s:\n", (int)(2 * depth), "", name);
}

static void yaml_leave(void *context)
{
    (void)context;
}

static void yaml_leaf(void *context, const struct slot *slot, unsigned depth)
{
    const struct param *const param = slot->param;
    char origin[1024];
    config_origin_text(&slot->origin, origin, sizeof(origin));
    fprintf(context, "%*s%s: ", (int)(2 * depth), "", param->name);
    value_write_yaml(param, slot->object, context);
    fprintf(context, " # %s%s", param->unit, param->unit[0] == '\0' ? "" : "; ");
    if (slot->asked != NULL) {
        fprintf(context, "chosen by %s, ", slot->asked);
    }
    fputs(origin, context);
    if (slot->origin.kind == ORIGIN_DEFAULT) {
        fprintf(context, ", %s: %s", param_kind_name(param->kind), param->source);
    }
    fputc('\n', context);
}

int config_write_yaml(const struct config *config, FILE *out)
{
    const struct visitor visitor = {yaml_enter, yaml_leave, yaml_leaf, out};
    fputs("# Resolved configuration: every value, its unit, and where it comes from.\n", out);
    walk(config, "", 0, &visitor);
    return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}

/* --- JSON --- */

static void json_enter(void *context, const char *name, unsigned depth)
{
    (void)depth;
    json_begin_object(context, name);
}

static void json_leave(void *context)
{
    json_end(context);
}

static void json_list(struct json *json, const char *name, const struct param_list *list)
{
    json_begin_flat_array(json, name);
    for (uint32_t i = 0; i < list->count; i++) {
        json_string(json, NULL, list->items[i]);
    }
    json_end(json);
}

static void json_leaf(void *context, const struct slot *slot, unsigned depth)
{
    const struct param *const param = slot->param;
    const void *const value = (const char *)slot->object + param->offset;
    (void)depth;
    switch (param->type) {
    case PARAM_BOOL:
        json_bool(context, param->name, *(const bool *)value);
        break;
    case PARAM_U32:
        json_u64(context, param->name, *(const uint32_t *)value);
        break;
    case PARAM_U64:
        json_u64(context, param->name, *(const uint64_t *)value);
        break;
    case PARAM_DOUBLE:
        json_double(context, param->name, *(const double *)value);
        break;
    case PARAM_ENUM:
        json_string(context, param->name, param->choices[*(const uint32_t *)value]);
        break;
    case PARAM_STRING:
        json_string(context, param->name, value);
        break;
    case PARAM_LIST:
        json_list(context, param->name, value);
        break;
    }
}

void config_json(const struct config *config, const char *key, struct json *json)
{
    const struct visitor visitor = {json_enter, json_leave, json_leaf, json};
    json_begin_object(json, key);
    walk(config, "", 0, &visitor);
    json_end(json);
}

int config_write_json(const struct config *config, FILE *out)
{
    struct json json;
    json_start(&json, out);
    config_json(config, NULL, &json);
    return json_finish(&json);
}

/* --- description of the parameters --- */

enum { TEXT_COLUMNS = 100, INDENT_COLUMNS = 4 };

/* Words of `text` from `column` on, indented, in lines that a terminal shows whole; from
 * TEXT_COLUMNS on they begin a line. Returns the column behind them. */
static size_t write_wrapped(const char *text, size_t column, FILE *out)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        if (column + 1 + length > TEXT_COLUMNS) {
            fprintf(out, "\n%*s", INDENT_COLUMNS, "");
            column = INDENT_COLUMNS;
        } else {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)length, text);
        column += length;
        text += length + strspn(text + length, " ");
    }
    return column;
}

static void write_type(const struct param *param, FILE *out)
{
    if (param->type != PARAM_ENUM) {
        fputs(param_type_name(param->type), out);
    }
    for (size_t i = 0; param->type == PARAM_ENUM && param->choices[i] != NULL; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : "|", param->choices[i]);
    }
    if (param->unit[0] != '\0') {
        fprintf(out, ", %s", param->unit);
    }
}

static void describe_slot(const struct slot *slot, FILE *out)
{
    const struct param *const param = slot->param;
    const char *const text = param->default_text;
    fprintf(out, "%s = %s  (", slot->path,
            text == NULL      ? "(required)"
            : text[0] == '\0' ? "\"\""
                              : text);
    write_type(param, out);
    fputc(')', out);
    write_wrapped(param->description, TEXT_COLUMNS, out);
    const size_t column = write_wrapped(param_kind_name(param->kind), TEXT_COLUMNS, out);
    fputc(':', out);
    write_wrapped(param->source, column + 1, out);
    fputs("\n\n", out);
}

int config_describe(const struct config *config, FILE *out)
{
    fputs("PARAMETER = DEFAULT  (TYPE, UNIT)\n"
          "    what it is\n"
          "    how the default came about: its source\n\n",
          out);
    for (size_t i = 0; i < config->slot_count; i++) {
        describe_slot(&config->slots[i], out);
    }
    return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
