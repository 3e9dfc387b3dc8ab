#include "run_directory.h"

#include "trace/trace_writers.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain(const char *path, const char *what, int error, FILE *errors)
{
    fprintf(errors, "zs-sim: error: %s: %s: %s\n", path, what, strerror(-error));
    return error;
}

static bool join(char joined[PATH_MAX], const char *directory, const char *name)
{
    return snprintf(joined, PATH_MAX, "%s/%s", directory, name) < PATH_MAX;
}

/* Entries beside "." and ".."; negative errno. */
static int count_entries(const char *path)
{
    int count = 0;
    DIR *const directory = opendir(path);
    if (directory == NULL) {
        return -errno;
    }
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count - 2;
}

static int make_directories(const char *path)
{
    char partial[PATH_MAX];
    if (strlen(path) >= sizeof(partial)) {
        return -ENAMETOOLONG;
    }
    for (const char *end = strchr(path + 1, '/'); end != NULL; end = strchr(end + 1, '/')) {
        snprintf(partial, sizeof(partial), "%.*s", (int)(end - path), path);
        if (mkdir(partial, 0777) != 0 && errno != EEXIST) {
            return -errno;
        }
    }
    return mkdir(path, 0777) != 0 && errno != EEXIST ? -errno : 0;
}

int run_directory_prepare(const char *path, bool overwrite, FILE *errors)
{
    char manifest[PATH_MAX];
    const int made = path[0] == '\0' ? -ENOENT : make_directories(path);
    const int entries = made == 0 ? count_entries(path) : made;

    if (entries < 0) {
        return complain(path, "cannot be the run directory", entries, errors);
    }
    if (entries == 0) {
        return 0;
    }
    if (!overwrite) {
        fprintf(errors,
                "zs-sim: error: %s: is not empty; expected a new or empty directory, or "
                "--overwrite to replace a run\n",
                path);
        return -ENOTEMPTY;
    }
    if (!join(manifest, path, "manifest.json") || access(manifest, F_OK) != 0) {
        fprintf(errors,
                "zs-sim: error: %s: is no run directory (it has no manifest.json), so --overwrite "
                "leaves it alone\n",
                path);
        return -ENOTEMPTY;
    }
    return unlink(manifest) != 0 ? complain(manifest, "cannot be replaced", -errno, errors) : 0;
}

static int write_config(const struct run_result *result, FILE *out)
{
    return config_write_yaml(result->config, out);
}

static int write_file(const char *directory, const char *name,
                      int (*write)(const struct run_result *result, FILE *out),
                      const struct run_result *result, FILE *errors)
{
    char path[PATH_MAX], unfinished[PATH_MAX];
    if (!join(path, directory, name) || strlen(path) + sizeof(".part") > sizeof(unfinished)) {
        return complain(directory, name, -ENAMETOOLONG, errors);
    }
    memcpy(unfinished, path, strlen(path) + 1);
    strcat(unfinished, ".part");
    FILE *const out = fopen(unfinished, "w");
    if (out == NULL) {
        return complain(unfinished, "cannot be written", -errno, errors);
    }
    int error = write(result, out);
    if (fclose(out) != 0 && error == 0) {
        error = -errno;
    }
    if (error == 0 && rename(unfinished, path) != 0) {
        error = -errno;
    }
    return error == 0 ? 0 : complain(path, "cannot be written", error, errors);
}

static int write_profile(const struct run_result *result, FILE *out)
{
    return profile_write_text(result->profile, out);
}

static int write_callgrind(const struct run_result *result, FILE *out)
{
    return profile_write_callgrind(result->profile, result->program, out);
}

static bool has_profile(const struct run_result *result)
{
    return result->profile != NULL;
}

static int write_transactions(const struct run_result *result, FILE *out)
{
    return trace_write_csv(result->trace, out);
}

static bool has_transactions(const struct run_result *result)
{
    return result->board->trace.transactions;
}

static int write_perfetto(const struct run_result *result, FILE *out)
{
    return trace_write_perfetto(result->trace, out);
}

static bool has_perfetto(const struct run_result *result)
{
    return result->board->trace.perfetto;
}

static int write_vcd(const struct run_result *result, FILE *out)
{
    return trace_write_vcd(result->trace, out);
}

static bool has_vcd(const struct run_result *result)
{
    return result->board->trace.vcd;
}

/* An earlier run may have left it here. */
static int remove_file(const char *directory, const char *name, FILE *errors)
{
    char path[PATH_MAX];
    if (!join(path, directory, name)) {
        return complain(directory, name, -ENAMETOOLONG, errors);
    }
    return unlink(path) != 0 && errno != ENOENT
               ? complain(path, "cannot be removed", -errno, errors)
               : 0;
}

int run_directory_write(const char *path, const struct run_result *result, FILE *errors)
{
    static const struct {
        const char *name;
        int (*write)(const struct run_result *result, FILE *out);
        bool (*wanted)(const struct run_result *result); /* NULL: always */
    } files[] = {{"config.yaml", write_config, NULL},
                 {"stats.json", write_stats, NULL},
                 {"summary.txt", write_summary, NULL},
                 {"profile.txt", write_profile, has_profile},
                 {"callgrind.out", write_callgrind, has_profile},
                 {"transactions.csv", write_transactions, has_transactions},
                 {"trace.json", write_perfetto, has_perfetto},
                 {"trace.vcd", write_vcd, has_vcd},
                 {"manifest.json", write_manifest, NULL}};
    int error = 0;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && error == 0; i++) {
        error = files[i].wanted == NULL || files[i].wanted(result)
                    ? write_file(path, files[i].name, files[i].write, result, errors)
                    : remove_file(path, files[i].name, errors);
    }
    return error;
}
