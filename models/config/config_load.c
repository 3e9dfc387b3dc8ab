/* From YAML trees and files into slots: composition, overriding, and every mistake in it. */
#include "config/config.h"
#include "config/config_internal.h"
#include "config/nearest.h"
#include "config/value.h"
#include "config/yaml_tree.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A part of the tree that a file of its own can provide. */
struct root {
    const char *name;   /* key in the tree */
    const char *folder; /* below a configuration directory */
};

static const struct root roots[] = {
    {"board", "boards"}, {"accelerator", "accelerators"}, {"workload", "workloads"}};

/* The text that is being applied. */
struct source {
    struct config *config;
    enum origin_kind kind;
    const char *name;            /* kept by the config */
    char directory[PATH_MAX];    /* where relative names start */
    const struct source *parent; /* that includes this one */
};

static int load_included(const struct source *parent, const char *path, const char *required_root);

static struct origin origin_at(const struct source *source, unsigned line, unsigned column)
{
    return (struct origin){
        .kind = source->kind, .name = source->name, .line = line, .column = column};
}

static struct origin value_origin(const struct source *source, const struct yaml_node *node)
{
    return origin_at(source, node->line, node->column);
}

static struct origin key_origin(const struct source *source, const struct yaml_node *node)
{
    return origin_at(source, node->key_line, node->key_column);
}

static const struct root *find_root(const char *path)
{
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        if (strcmp(roots[i].name, path) == 0) {
            return &roots[i];
        }
    }
    return NULL;
}

static const char *kind_name(const struct yaml_node *node)
{
    static const char *const names[] = {"a single value", "a mapping", "a list"};
    return yaml_is_null(node) ? "nothing" : names[node->kind];
}

/* --- files --- */

static char *read_file(const char *path, size_t *bytes)
{
    FILE *const in = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0, used = 0;
    if (in == NULL) {
        return NULL;
    }
    do {
        if (used == size) {
            size = size == 0 ? 4096 : 2 * size;
            char *const grown = realloc(text, size);
            if (grown == NULL) {
                goto fail;
            }
            text = grown;
        }
        used += fread(text + used, 1, size - used, in);
    } while (!feof(in) && !ferror(in));
    if (ferror(in)) {
        goto fail;
    }
    fclose(in);
    *bytes = used;
    return text;

fail:;
    const int error = errno;
    free(text);
    fclose(in);
    errno = error;
    return NULL;
}

/* The part of a path before the last '/', "." when there is none. */
static void directory_of(const char *path, char *directory, size_t bytes)
{
    const char *const slash = strrchr(path, '/');
    if (slash == NULL) {
        snprintf(directory, bytes, ".");
    } else if (slash == path) {
        snprintf(directory, bytes, "/");
    } else {
        snprintf(directory, bytes, "%.*s", (int)(slash - path), path);
    }
}

/* The shortest name that a user recognises: relative where it is below the working directory. */
static const char *display_name(const char *path, char buffer[PATH_MAX])
{
    char here[PATH_MAX];
    const char *resolved = realpath(path, buffer);
    if (path[0] != '/' || resolved == NULL || getcwd(here, sizeof(here)) == NULL) {
        return strncmp(path, "./", 2) == 0 ? path + 2 : path;
    }
    const size_t length = strlen(here);
    return strncmp(resolved, here, length) == 0 && resolved[length] == '/' ? resolved + length + 1
                                                                           : path;
}

/* --- values --- */

static void apply_list(const struct source *source, struct slot *slot, const struct yaml_node *node)
{
    char message[VALUE_MESSAGE_BYTES];
    value_clear_list(slot->param, slot->object);
    for (const struct yaml_node *item = node->first_child; item != NULL; item = item->next) {
        const struct origin place = value_origin(source, item);
        if (item->kind != YAML_SCALAR) {
            config_add_error(source->config, &place, "%s: an item is %s; expected a text",
                             slot->path, kind_name(item));
        } else if (value_append(slot->param, slot->object, item->text, message) != 0) {
            config_add_error(source->config, &place, "%s: %s", slot->path, message);
        }
    }
}

static void apply_value(const struct source *source, struct slot *slot,
                        const struct yaml_node *node)
{
    const enum yaml_kind wanted = slot->param->type == PARAM_LIST ? YAML_SEQUENCE : YAML_SCALAR;
    const struct origin place = value_origin(source, node);
    char message[VALUE_MESSAGE_BYTES];

    slot->origin = place;
    if (node->kind != wanted || yaml_is_null(node)) {
        char expected[VALUE_MESSAGE_BYTES];
        value_expected(slot->param, expected);
        config_add_error(source->config, &place, "%s: %s was given; expected %s", slot->path,
                         kind_name(node), expected);
    } else if (wanted == YAML_SEQUENCE) {
        apply_list(source, slot, node);
    } else if (value_store(slot->param, slot->object, node->text, message) != 0) {
        config_add_error(source->config, &place, "%s: %s", slot->path, message);
    }
}

/* --- keys --- */

/* The component that follows `prefix` in a parameter's path; NULL when it is elsewhere. */
static const char *component(const char *path, const char *prefix, char name[CONFIG_PATH_BYTES])
{
    const size_t length = strlen(prefix);
    if (length > 0 && (strncmp(path, prefix, length) != 0 || path[length] != '.')) {
        return NULL;
    }
    const char *const rest = length == 0 ? path : path + length + 1;
    snprintf(name, CONFIG_PATH_BYTES, "%.*s", (int)strcspn(rest, "."), rest);
    return name;
}

static void offer_all(const struct config *config, const char *prefix, const char *wanted,
                      struct nearest *nearest, char best[CONFIG_PATH_BYTES])
{
    char name[CONFIG_PATH_BYTES];
    for (size_t i = 0; i < config->slot_count; i++) {
        if (component(config->slots[i].path, prefix, name) != NULL) {
            nearest_offer(nearest, wanted, name);
            if (nearest->name == name) {
                memcpy(best, name, CONFIG_PATH_BYTES);
                nearest->name = best;
            }
        }
    }
}

/* "a, b, c": what one may write below `prefix`. */
static void list_keys(const struct config *config, const char *prefix, char *text, size_t bytes)
{
    char name[CONFIG_PATH_BYTES], last[CONFIG_PATH_BYTES] = "";
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < config->slot_count && used + 1 < bytes; i++) {
        if (component(config->slots[i].path, prefix, name) != NULL && strcmp(name, last) != 0) {
            used +=
                (size_t)snprintf(text + used, bytes - used, "%s%s", used == 0 ? "" : ", ", name);
            memcpy(last, name, sizeof(last));
        }
    }
}

static void unknown_key(const struct source *source, const char *prefix,
                        const struct yaml_node *node)
{
    const struct origin place = key_origin(source, node);
    const char *const where = prefix[0] == '\0' ? "the configuration" : prefix;
    struct nearest nearest = {0};
    char best[CONFIG_PATH_BYTES], keys[512];

    offer_all(source->config, prefix, node->key, &nearest, best);
    const char *const meant = nearest_name(&nearest, node->key);
    if (meant != NULL) {
        config_add_error(source->config, &place, "unknown key '%s' in %s; did you mean '%s'?",
                         node->key, where, meant);
    } else {
        list_keys(source->config, prefix, keys, sizeof(keys));
        config_add_error(source->config, &place, "unknown key '%s' in %s; expected one of: %s",
                         node->key, where, keys);
    }
}

/* --- composition --- */

static void reset_root(struct config *config, const char *root)
{
    const size_t length = strlen(root);
    for (size_t i = 0; i < config->slot_count; i++) {
        if (strncmp(config->slots[i].path, root, length) == 0 &&
            config->slots[i].path[length] == '.') {
            config_default_slot(config, &config->slots[i]);
        }
    }
}

/* The i-th place where NAME.yaml of a root may be; false when there are no more. */
static bool candidate_folder(const struct source *source, const struct root *root, size_t i,
                             char folder[PATH_MAX])
{
    int used;
    if (i == 0) {
        used = snprintf(folder, PATH_MAX, "%s/%s", source->directory, root->folder);
    } else if (i == 1) {
        used = snprintf(folder, PATH_MAX, "%s/../%s", source->directory, root->folder);
    } else if (i - 2 < source->config->directory_count) {
        used =
            snprintf(folder, PATH_MAX, "%s/%s", source->config->directories[i - 2], root->folder);
    } else {
        return false;
    }
    if (used >= PATH_MAX) {
        folder[0] = '\0';
    }
    return true;
}

static int is_yaml(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static void offer_folder(const char *folder, const char *wanted, struct nearest *nearest,
                         char best[NAME_MAX + 1])
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_yaml, alphasort);
    for (int i = 0; i < count; i++) {
        char stem[NAME_MAX + 1];
        snprintf(stem, sizeof(stem), "%.*s", (int)strlen(entries[i]->d_name) - 5,
                 entries[i]->d_name);
        nearest_offer(nearest, wanted, stem);
        if (nearest->name == stem) {
            memcpy(best, stem, NAME_MAX + 1);
            nearest->name = best;
        }
        free(entries[i]);
    }
    free(entries);
}

static void no_such_file(const struct source *source, const struct root *root,
                         const struct yaml_node *node)
{
    const struct origin place = value_origin(source, node);
    struct nearest nearest = {0};
    char folder[PATH_MAX], best[NAME_MAX + 1];

    for (size_t i = 0; candidate_folder(source, root, i, folder); i++) {
        offer_folder(folder, node->text, &nearest, best);
    }
    const char *const meant = nearest_name(&nearest, node->text);
    if (meant != NULL) {
        config_add_error(source->config, &place, "there is no %s '%s'; did you mean '%s'?",
                         root->name, node->text, meant);
    } else {
        config_add_error(source->config, &place,
                         "there is no %s '%s'; expected the name of a file in %s/ without .yaml, "
                         "or a path",
                         root->name, node->text, root->folder);
    }
}

static bool is_path(const char *name)
{
    const size_t length = strlen(name);
    return strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".yaml") == 0);
}

/* Finds the file that `board: NAME` means; false when there is none. */
static bool find_included(const struct source *source, const struct root *root, const char *name,
                          char path[PATH_MAX])
{
    char folder[PATH_MAX - 2 * NAME_MAX];
    char wide[PATH_MAX];
    struct stat status;
    if (is_path(name)) {
        const bool absolute = name[0] == '/' || strcmp(source->directory, ".") == 0;
        const int used = snprintf(path, PATH_MAX, "%s%s%s", absolute ? "" : source->directory,
                                  absolute ? "" : "/", name);
        return used < PATH_MAX && stat(path, &status) == 0;
    }
    for (size_t i = 0; candidate_folder(source, root, i, wide); i++) {
        if (strlen(wide) < sizeof(folder) && strlen(name) < NAME_MAX) {
            strcpy(folder, wide);
            snprintf(path, PATH_MAX, "%s/%s.yaml", folder, name);
            if (stat(path, &status) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void include(const struct source *source, const struct root *root,
                    const struct yaml_node *node)
{
    const struct origin place = value_origin(source, node);
    char path[PATH_MAX];
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        config_add_error(source->config, &place, "%s was given; expected the name of a %s",
                         kind_name(node), root->name);
        return;
    }
    if (!find_included(source, root, node->text, path)) {
        no_such_file(source, root, node);
        return;
    }
    for (const struct source *outer = source; outer != NULL; outer = outer->parent) {
        char buffer[PATH_MAX];
        if (strcmp(outer->name, display_name(path, buffer)) == 0) {
            config_add_error(source->config, &place, "%s '%s' includes itself", root->name,
                             node->text);
            return;
        }
    }
    reset_root(source->config, root->name);
    load_included(source, path, root->name);
}

/* --- trees --- */

static const struct yaml_node *earlier_key(const struct yaml_node *mapping,
                                           const struct yaml_node *node)
{
    for (const struct yaml_node *other = mapping->first_child; other != node; other = other->next) {
        if (strcmp(other->key, node->key) == 0) {
            return other;
        }
    }
    return NULL;
}

static bool is_base(const char *prefix, const struct yaml_node *node)
{
    return find_root(prefix) != NULL && strcmp(node->key, "base") == 0;
}

static void apply_mapping(const struct source *source, const char *prefix,
                          const struct yaml_node *mapping);

static void apply_inner(const struct source *source, const char *path, const struct yaml_node *node)
{
    const struct root *const root = find_root(path);
    if (node->kind == YAML_MAPPING) {
        apply_mapping(source, path, node);
    } else if (root != NULL && node->kind == YAML_SCALAR && !yaml_is_null(node)) {
        include(source, root, node);
    } else {
        const struct origin place = value_origin(source, node);
        config_add_error(source->config, &place, "%s: %s was given; expected a mapping%s%s", path,
                         kind_name(node), root == NULL ? "" : " or the name of a ",
                         root == NULL ? "" : root->name);
    }
}

static void apply_child(const struct source *source, const char *prefix,
                        const struct yaml_node *mapping, const struct yaml_node *node)
{
    char path[CONFIG_PATH_BYTES];
    const struct yaml_node *const earlier = earlier_key(mapping, node);
    if (earlier != NULL) {
        const struct origin place = key_origin(source, node);
        config_add_error(source->config, &place,
                         "duplicate key '%s' in %s; it was given in line %u already", node->key,
                         prefix[0] == '\0' ? "the configuration" : prefix, earlier->key_line);
        return;
    }
    const int used =
        snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", node->key);
    struct slot *const slot = config_find_slot(source->config, path);
    if (used >= (int)sizeof(path) || strchr(node->key, '.') != NULL) {
        unknown_key(source, prefix, node);
    } else if (slot != NULL) {
        apply_value(source, slot, node);
    } else if (config_is_inner(source->config, path)) {
        apply_inner(source, path, node);
    } else {
        unknown_key(source, prefix, node);
    }
}

static void apply_mapping(const struct source *source, const char *prefix,
                          const struct yaml_node *mapping)
{
    for (const struct yaml_node *node = mapping->first_child; node != NULL; node = node->next) {
        if (is_base(prefix, node) && earlier_key(mapping, node) == NULL) {
            include(source, find_root(prefix), node);
        }
    }
    for (const struct yaml_node *node = mapping->first_child; node != NULL; node = node->next) {
        if (!is_base(prefix, node) || earlier_key(mapping, node) != NULL) {
            apply_child(source, prefix, mapping, node);
        }
    }
}

static bool has_key(const struct yaml_node *mapping, const char *key)
{
    const struct yaml_node *node = mapping->first_child;
    while (node != NULL && strcmp(node->key, key) != 0) {
        node = node->next;
    }
    return node != NULL;
}

/* `required_root`: what an included file must be about; NULL for any. */
static void apply_text(const struct source *source, const char *text, size_t bytes,
                       const char *required_root)
{
    struct yaml_node *root;
    struct yaml_error syntax;
    const int error = yaml_parse(text, bytes, &root, &syntax);
    const struct origin start = origin_at(source, 1, 1);

    if (error == -ENOMEM) {
        source->config->out_of_memory = true;
    } else if (error != 0) {
        const struct origin place = origin_at(source, syntax.line, syntax.column);
        config_add_error(source->config, &place, "%s", syntax.message);
    } else if (root == NULL || root->kind != YAML_MAPPING) {
        config_add_error(source->config, &start,
                         "%s was found; expected a mapping, such as 'board: pynq-z2'",
                         root == NULL ? "nothing" : kind_name(root));
    } else if (required_root != NULL && !has_key(root, required_root)) {
        config_add_error(source->config, &start,
                         "no '%s:' was found; expected one, since the file "
                         "was included as a %s",
                         required_root, required_root);
    } else {
        apply_mapping(source, "", root);
    }
    yaml_free(root);
}

static int apply_file(struct config *config, const struct source *parent, const char *path,
                      const char *required_root)
{
    const size_t errors_before = config->error_count;
    char buffer[PATH_MAX];
    struct source source = {.config = config, .kind = ORIGIN_FILE, .parent = parent};
    size_t bytes = 0;

    source.name = config_keep(config, display_name(path, buffer));
    if (source.name == NULL) {
        return -ENOMEM;
    }
    directory_of(path, source.directory, sizeof(source.directory));
    char *const text = read_file(path, &bytes);
    if (text == NULL) {
        const struct origin place = origin_at(&source, 0, 0);
        config_add_error(config, &place, "cannot be read: %s", strerror(errno));
        return -EINVAL;
    }
    config_note_file(config, source.name);
    apply_text(&source, text, bytes, required_root);
    free(text);
    return config->error_count > errors_before || config->out_of_memory ? -EINVAL : 0;
}

static int load_included(const struct source *parent, const char *path, const char *required_root)
{
    return apply_file(parent->config, parent, path, required_root);
}

int config_load_file(struct config *config, const char *path)
{
    return apply_file(config, NULL, path, NULL);
}

int config_load_text(struct config *config, const char *name, const char *text)
{
    const size_t errors_before = config->error_count;
    struct source source = {.config = config, .kind = ORIGIN_FILE, .directory = "."};
    source.name = config_keep(config, name);
    if (source.name == NULL) {
        return -ENOMEM;
    }
    apply_text(&source, text, strlen(text), NULL);
    return config->error_count > errors_before || config->out_of_memory ? -EINVAL : 0;
}

/* --- --set --- */

/* Wraps the value into one mapping a path component; takes the value over. */
static struct yaml_node *wrap(struct yaml_node *value, char *path)
{
    while (value != NULL && path != NULL) {
        char *const dot = strrchr(path, '.');
        struct yaml_node *const mapping = calloc(1, sizeof(*mapping));
        value->key = strdup(dot == NULL ? path : dot + 1);
        if (mapping == NULL || value->key == NULL) {
            free(mapping);
            yaml_free(value);
            return NULL;
        }
        mapping->kind = YAML_MAPPING;
        mapping->first_child = value;
        value = mapping;
        if (dot == NULL) {
            break;
        }
        *dot = '\0';
    }
    return value;
}

static void apply_assignment(const struct source *source, char *path, const char *text)
{
    const struct origin place = origin_at(source, 0, 0);
    struct yaml_node *value;
    struct yaml_error syntax;
    const int error = yaml_parse(text, strlen(text), &value, &syntax);
    if (error == -EINVAL) {
        config_add_error(source->config, &place, "the value is %s", syntax.message);
        return;
    }
    if (error == 0 && value == NULL) {
        config_add_error(source->config, &place, "no value was given; expected --set %s=VALUE",
                         path);
        return;
    }
    struct yaml_node *const tree = error == 0 ? wrap(value, path) : NULL;
    if (tree == NULL) {
        source->config->out_of_memory = true;
        return;
    }
    apply_mapping(source, "", tree);
    yaml_free(tree);
}

int config_set(struct config *config, const char *assignment)
{
    const size_t errors_before = config->error_count;
    struct source source = {.config = config, .kind = ORIGIN_SET, .directory = "."};
    const size_t bytes = strlen(assignment) + sizeof("--set ");
    char *const name = malloc(bytes);
    char *const path = strdup(assignment);

    if (name != NULL && path != NULL) {
        snprintf(name, bytes, "--set %s", assignment);
        source.name = config_keep(config, name);
    }
    if (source.name == NULL) {
        config->out_of_memory = true;
    } else {
        char *const equals = strchr(path, '=');
        const struct origin place = origin_at(&source, 0, 0);
        if (equals == NULL || equals == path) {
            config_add_error(config, &place, "expected PATH=VALUE, such as workload.flow=Cs");
        } else {
            *equals = '\0';
            apply_assignment(&source, path, equals + 1);
        }
    }
    free(path);
    free(name);
    return config->error_count > errors_before || config->out_of_memory ? -EINVAL : 0;
}
