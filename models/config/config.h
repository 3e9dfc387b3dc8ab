/* Configuration: YAML and --set against the rooms' parameter tables.
 *
 *     struct config *config = config_create(sections, count);
 *     config_add_directory(config, "configs");
 *     config_load_file(config, "configs/demo.yaml"); // later files win
 *     config_set(config, "workload.flow=Cs");
 *     if (config_finish(config) != 0) { config_report(config, stderr); exit(2); }
 *
 * A file is a fragment of one tree. `board: pynq-z2` puts configs/boards/pynq-z2.yaml in the place
 * of everything that was said about the board before; `board: {base: pynq-z2, dram: {...}}` does
 * the same and then overrides. `accelerator` and `workload` likewise (accelerators/, workloads/).
 *
 * Nothing here prints or exits: mistakes are collected, several in one go, each as
 *     configs/demo.yaml:3:5: error: unknown key 'flwo' in workload; did you mean 'flow'?
 */
#ifndef ZEROSTAGE_CONFIG_CONFIG_H
#define ZEROSTAGE_CONFIG_CONFIG_H

#include "config/param.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct config;
struct json;

/* Writes every default into the sections' objects. Tables and objects must outlive the config. NULL
 * when memory runs out. A table with a default that does not fit its own type, unit or limits is
 * reported as an error, like any other mistake. */
struct config *config_create(const struct param_section *sections, size_t count);
void config_destroy(struct config *config);

/* Look for boards/NAME.yaml, accelerators/NAME.yaml, workloads/NAME.yaml in `directory`, after
 * the directory of the file that names it and the one above. Returns 0 or -ENOMEM. */
int config_add_directory(struct config *config, const char *directory);

/* Each applies on top of what came before. Return 0, or -EINVAL when it added errors; what was
 * right is applied nevertheless, so that one call of config_report shows everything. */
int config_load_file(struct config *config, const char *path);
int config_load_text(struct config *config, const char *name, const char *text);
int config_set(struct config *config, const char *assignment);

/* Checks that every parameter without a default was given. Returns 0, or -EINVAL when there is
 * any error, from whichever call. */
int config_finish(struct config *config);

/* Add an error about a value that is legal by itself but not together with others; `path` is a
 * parameter's full path, its origin becomes the error's place. */
void config_error(struct config *config, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

size_t config_error_count(const struct config *config);
/* The line that config_report prints for an error; NULL past the last. */
const char *config_error_text(const struct config *config, size_t index);
void config_report(const struct config *config, FILE *out);

/* A parameter that was not given takes over the value of another one of the same type. */
void config_follow(struct config *config, const char *path, const char *leader);

/* A parameter's value was `asked` for ("best"), and the object holds what was chosen for it.
 * `asked` must outlive the config. */
void config_chosen(struct config *config, const char *path, const char *asked);

/* Files that were read, in that order, each once; NULL past the last. */
const char *config_file(const struct config *config, size_t index);

/* Was the parameter given by a file or --set, rather than left at its default? */
bool config_given(const struct config *config, const char *path);

/* The resolved values. YAML: each with unit and origin in a comment, and loads again to the same
 * values. JSON: the same tree, values in base units. Return 0 or -EIO. */
int config_write_yaml(const struct config *config, FILE *out);
int config_write_json(const struct config *config, FILE *out);

/* The same tree as a member `key` of JSON that is being written. */
void config_json(const struct config *config, const char *key, struct json *json);

/* Every parameter: path, default, type, unit; description; kind and source of the default. */
int config_describe(const struct config *config, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
