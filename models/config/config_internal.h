/* What the parts of the configuration loader share. */
#ifndef ZEROSTAGE_CONFIG_CONFIG_INTERNAL_H
#define ZEROSTAGE_CONFIG_CONFIG_INTERNAL_H

#include "config/config.h"

#include <stdarg.h>
#include <stddef.h>

enum { CONFIG_PATH_BYTES = 160 };

enum origin_kind { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_SET, ORIGIN_FOLLOWS };

/* Where a value was said. `name` is a file's name a whole "--set a.b=c", or the
 * parameter that the value was taken over from. */
struct origin {
    enum origin_kind kind;
    const char *name;
    unsigned line, column;
};

/* One parameter of one section. */
struct slot {
    const struct param *param;
    void *object;
    char path[CONFIG_PATH_BYTES]; /* "board.dram.row_hit_ns" */
    struct origin origin;
    const char *asked; /* what the value was chosen for; NULL: it is as it was said */
};

struct config {
    struct slot *slots;
    size_t slot_count;
    char **names; /* what origins point to */
    size_t name_count;
    char **directories;
    size_t directory_count;
    char **files;
    size_t file_count;
    char **errors;
    size_t error_count;
    bool out_of_memory;
};

/* A copy that lives as long as the config; NULL when memory runs out. */
const char *config_keep(struct config *config, const char *text);

/* Remember that a file was read. */
void config_note_file(struct config *config, const char *name);

/* Given by a file or --set. */
bool config_slot_given(const struct slot *slot);

struct slot *config_find_slot(const struct config *config, const char *path);
/* Is `path` a proper beginning of a parameter's path? */
bool config_is_inner(const struct config *config, const char *path);
/* Puts the default back; errors are of the table itself. */
void config_default_slot(struct config *config, struct slot *slot);

void config_add_error(struct config *config, const struct origin *origin, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void config_add_error_list(struct config *config, const struct origin *origin, const char *format,
                           va_list arguments);

/* "configs/demo.yaml:3:5", "--set a.b=c", "default". */
void config_origin_text(const struct origin *origin, char *text, size_t bytes);

#endif
