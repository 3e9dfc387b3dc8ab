#include "config/config.h"
#include "config/config_internal.h"
#include "config/value.h"
#include "config/yaml_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Append a copy of `text` to a growing array of strings. */
static const char *push(struct config *config, char ***array, size_t *count, const char *text)
{
    char **const grown = realloc(*array, (*count + 1) * sizeof(**array));
    char *const copy = strdup(text);
    if (grown != NULL) {
        *array = grown;
    }
    if (grown == NULL || copy == NULL) {
        free(copy);
        config->out_of_memory = true;
        return NULL;
    }
    (*array)[(*count)++] = copy;
    return copy;
}

static void free_all(char **array, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(array[i]);
    }
    free(array);
}

const char *config_keep(struct config *config, const char *text)
{
    for (size_t i = 0; i < config->name_count; i++) {
        if (strcmp(config->names[i], text) == 0) {
            return config->names[i];
        }
    }
    return push(config, &config->names, &config->name_count, text);
}

void config_note_file(struct config *config, const char *name)
{
    for (size_t i = 0; i < config->file_count; i++) {
        if (strcmp(config->files[i], name) == 0) {
            return;
        }
    }
    push(config, &config->files, &config->file_count, name);
}

const char *config_file(const struct config *config, size_t index)
{
    return index < config->file_count ? config->files[index] : NULL;
}

void config_origin_text(const struct origin *origin, char *text, size_t bytes)
{
    switch (origin->kind) {
    case ORIGIN_DEFAULT:
        snprintf(text, bytes, "default");
        break;
    case ORIGIN_FILE:
        if (origin->line == 0) {
            snprintf(text, bytes, "%s", origin->name);
        } else {
            snprintf(text, bytes, "%s:%u:%u", origin->name, origin->line, origin->column);
        }
        break;
    case ORIGIN_SET:
        snprintf(text, bytes, "%s", origin->name);
        break;
    case ORIGIN_FOLLOWS:
        snprintf(text, bytes, "as %s", origin->name);
        break;
    }
}

void config_add_error_list(struct config *config, const struct origin *origin, const char *format,
                           va_list arguments)
{
    char place[1024], message[1024], line[2 * 1024 + 16];
    vsnprintf(message, sizeof(message), format, arguments);
    if (origin == NULL) {
        snprintf(line, sizeof(line), "error: %s", message);
    } else {
        config_origin_text(origin, place, sizeof(place));
        snprintf(line, sizeof(line), "%s: error: %s", place, message);
    }
    push(config, &config->errors, &config->error_count, line);
}

void config_add_error(struct config *config, const struct origin *origin, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    config_add_error_list(config, origin, format, arguments);
    va_end(arguments);
}

struct slot *config_find_slot(const struct config *config, const char *path)
{
    for (size_t i = 0; i < config->slot_count; i++) {
        if (strcmp(config->slots[i].path, path) == 0) {
            return &config->slots[i];
        }
    }
    return NULL;
}

bool config_is_inner(const struct config *config, const char *path)
{
    const size_t length = strlen(path);
    for (size_t i = 0; i < config->slot_count; i++) {
        if (strncmp(config->slots[i].path, path, length) == 0 &&
            config->slots[i].path[length] == '.') {
            return true;
        }
    }
    return false;
}

static void default_list(struct config *config, struct slot *slot, const char *text)
{
    struct yaml_node *root;
    struct yaml_error yaml_error;
    char message[VALUE_MESSAGE_BYTES];

    value_clear_list(slot->param, slot->object);
    if (yaml_parse(text, strlen(text), &root, &yaml_error) != 0 || root == NULL ||
        root->kind != YAML_SEQUENCE) {
        config_add_error(config, &slot->origin, "%s: '%s' is not a list", slot->path, text);
        return;
    }
    for (const struct yaml_node *item = root->first_child; item != NULL; item = item->next) {
        if (item->kind != YAML_SCALAR ||
            value_append(slot->param, slot->object, item->text, message) != 0) {
            config_add_error(config, &slot->origin, "%s: an item of '%s' does not fit", slot->path,
                             text);
        }
    }
    yaml_free(root);
}

void config_default_slot(struct config *config, struct slot *slot)
{
    const char *const text = slot->param->default_text;
    char message[VALUE_MESSAGE_BYTES];

    slot->origin = (struct origin){.kind = ORIGIN_DEFAULT};
    if (text == NULL) {
        if (slot->param->type == PARAM_LIST) {
            value_clear_list(slot->param, slot->object);
        }
    } else if (slot->param->type == PARAM_LIST) {
        default_list(config, slot, text);
    } else if (value_store(slot->param, slot->object, text, message) != 0) {
        config_add_error(config, &slot->origin, "%s: %s", slot->path, message);
    }
}

static size_t count_params(const struct param_section *sections, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += sections[i].count;
    }
    return total;
}

static void add_slot(struct config *config, const struct param_section *section,
                     const struct param *param)
{
    struct slot *const slot = &config->slots[config->slot_count];
    snprintf(slot->path, sizeof(slot->path), "%s.%s", section->path, param->name);
    slot->param = param;
    slot->object = section->object;
    if (config_find_slot(config, slot->path) != NULL || config_is_inner(config, slot->path)) {
        config_add_error(config, NULL, "two parameters are called %s", slot->path);
    }
    config->slot_count++;
    config_default_slot(config, slot);
}

struct config *config_create(const struct param_section *sections, size_t count)
{
    struct config *const config = calloc(1, sizeof(*config));
    if (config == NULL) {
        return NULL;
    }
    config->slots = calloc(count_params(sections, count) + 1, sizeof(config->slots[0]));
    if (config->slots == NULL) {
        free(config);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sections[i].count; j++) {
            add_slot(config, &sections[i], &sections[i].params[j]);
        }
    }
    return config;
}

void config_destroy(struct config *config)
{
    if (config == NULL) {
        return;
    }
    free(config->slots);
    free_all(config->names, config->name_count);
    free_all(config->directories, config->directory_count);
    free_all(config->files, config->file_count);
    free_all(config->errors, config->error_count);
    free(config);
}

int config_add_directory(struct config *config, const char *directory)
{
    return push(config, &config->directories, &config->directory_count, directory) == NULL ? -ENOMEM
                                                                                           : 0;
}

int config_finish(struct config *config)
{
    for (size_t i = 0; i < config->slot_count; i++) {
        const struct slot *const slot = &config->slots[i];
        if (slot->param->default_text == NULL && !config_slot_given(slot)) {
            char expected[VALUE_MESSAGE_BYTES];
            value_expected(slot->param, expected);
            config_add_error(config, NULL,
                             "%s has no default and was not given; expected %s, in a config file "
                             "or as --set %s=...",
                             slot->path, expected, slot->path);
        }
    }
    if (config->out_of_memory) {
        return -ENOMEM;
    }
    return config->error_count > 0 ? -EINVAL : 0;
}

void config_error(struct config *config, const char *path, const char *format, ...)
{
    const struct slot *const slot = config_find_slot(config, path);
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (slot != NULL && !config_slot_given(slot)) {
        char origin[CONFIG_PATH_BYTES];
        config_origin_text(&slot->origin, origin, sizeof(origin));
        config_add_error(config, NULL, "%s (%s): %s", path, origin, message);
    } else {
        config_add_error(config, slot == NULL ? NULL : &slot->origin, "%s: %s", path, message);
    }
}

size_t config_error_count(const struct config *config)
{
    return config->error_count;
}

const char *config_error_text(const struct config *config, size_t index)
{
    return index < config->error_count ? config->errors[index] : NULL;
}

void config_report(const struct config *config, FILE *out)
{
    for (size_t i = 0; i < config->error_count; i++) {
        fprintf(out, "%s\n", config->errors[i]);
    }
    if (config->out_of_memory) {
        fputs("error: out of memory\n", out);
    }
}

bool config_slot_given(const struct slot *slot)
{
    return slot->origin.kind == ORIGIN_FILE || slot->origin.kind == ORIGIN_SET;
}

bool config_given(const struct config *config, const char *path)
{
    const struct slot *const slot = config_find_slot(config, path);
    return slot != NULL && config_slot_given(slot);
}

void config_follow(struct config *config, const char *path, const char *leader)
{
    struct slot *const slot = config_find_slot(config, path);
    const struct slot *const from = config_find_slot(config, leader);
    if (slot == NULL || from == NULL || slot->param->type != from->param->type) {
        config_add_error(config, NULL, "%s cannot follow %s", path, leader);
    } else if (!config_slot_given(slot)) {
        memcpy((char *)slot->object + slot->param->offset,
               (const char *)from->object + from->param->offset, value_bytes(slot->param->type));
        slot->origin = (struct origin){.kind = ORIGIN_FOLLOWS, .name = from->path};
    }
}

void config_chosen(struct config *config, const char *path, const char *asked)
{
    struct slot *const slot = config_find_slot(config, path);
    if (slot == NULL) {
        config_add_error(config, NULL, "%s is no parameter that could be chosen", path);
    } else {
        slot->asked = asked;
    }
}
