/* From a path that the program gives to one of the host's files, or to a refusal.
 *
 * A path is resolved with all its links first, and then has to lie below a directory that the
 * configuration names. What lies elsewhere looks as if it were not there.
 */
#define _GNU_SOURCE /* realpath, O_NOFOLLOW */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os_internal.h"

#define LIST(name) offsetof(struct sandbox_config, name)

const struct param sandbox_params[] = {
    {"read_only", PARAM_LIST, "", LIST(read_only), "[]", 0, 0, NULL, KIND_CHOICE,
     "a program gets no files unasked",
     "directories whose files the program may read; relative to where zs is started"},
    {"read_write", PARAM_LIST, "", LIST(read_write), "[]", 0, 0, NULL, KIND_CHOICE,
     "a program gets no files unasked",
     "directories whose files the program may read, create, write and remove"},
    {"stdin", PARAM_STRING, "", offsetof(struct sandbox_config, standard_input), "", 0, 0, NULL,
     KIND_CHOICE, "nobody types", "file that is the program's standard input; empty: end of file"},
};
const size_t sandbox_params_count = sizeof sandbox_params / sizeof *sandbox_params;

const char *sandbox_directory_error(const char *directory)
{
    struct stat status;
    if (stat(directory, &status) != 0)
        return strerror(errno);
    return S_ISDIR(status.st_mode) ? NULL : "not a directory";
}

const char *sandbox_input_error(const char *file)
{
    return file[0] == '\0' || access(file, R_OK) == 0 ? NULL : strerror(errno);
}

int sandbox_open_input(const struct sandbox_config *config)
{
    if (!config || config->standard_input[0] == '\0')
        return -ENOENT;
    const int file = open(config->standard_input, O_RDONLY | O_CLOEXEC);
    return file < 0 ? -errno : file;
}

static int add_roots(struct sandbox *sandbox, const struct param_list *directories, bool writable)
{
    for (uint32_t i = 0; i < directories->count; i++) {
        char *path = realpath(directories->items[i], NULL);
        if (!path)
            return -errno;
        sandbox->roots[sandbox->count++] = (struct sandbox_root){path, writable};
    }
    return 0;
}

int sandbox_init(struct sandbox *sandbox, const struct sandbox_config *config)
{
    const int error = add_roots(sandbox, &config->read_only, false);
    return error ? error : add_roots(sandbox, &config->read_write, true);
}

void sandbox_release(struct sandbox *sandbox)
{
    for (size_t i = 0; i < sandbox->count; i++)
        free(sandbox->roots[i].path);
    *sandbox = (struct sandbox){.count = 0};
}

static bool lies_below(const char *path, const char *root)
{
    const size_t length = strlen(root);
    return strcmp(root, "/") == 0 ||
           (strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == '\0'));
}

/* A file that is not there yet: its directory is resolved, its name kept. */
static int resolve_new(const char *path, char resolved[PATH_MAX])
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return -ENOENT;
    snprintf(directory, sizeof directory, "%.*s", slash ? (int)(slash - path + 1) : 1,
             slash ? path : ".");
    if (!realpath(directory, resolved))
        return -errno;
    const size_t length = strlen(resolved);
    const int more =
        snprintf(resolved + length, PATH_MAX - length, "%s%s", length > 1 ? "/" : "", name);
    return (size_t)more < PATH_MAX - length ? 0 : -ENAMETOOLONG;
}

static void report_outside(struct os *os, const char *path)
{
    if (os_first_complaint(os, COMPLAIN_SANDBOX))
        os_say(os,
               "the program asked for '%s', which no directory of sandbox.read_only or "
               "sandbox.read_write holds: it and others like it are not there for the program",
               path);
}

static void report_read_only(struct os *os, const char *path, const char *root)
{
    if (os_first_complaint(os, COMPLAIN_READ_ONLY))
        os_say(os,
               "the program wants to write '%s' in '%s', which sandbox.read_only names (EROFS): "
               "expected in sandbox.read_write",
               path, root);
}

/* 0, -ENOENT for what lies outside, -EROFS for a write that is not allowed, or another errno. */
static int resolve(struct os *os, const char *path, bool write, bool create,
                   char resolved[PATH_MAX])
{
    const char *read_only = NULL;
    int error = realpath(path, resolved) ? 0 : -errno;
    if (error == -ENOENT && create)
        error = resolve_new(path, resolved);
    if (error)
        snprintf(resolved, PATH_MAX, "%s", path);
    for (size_t i = 0; i < os->sandbox.count; i++) {
        const struct sandbox_root *root = &os->sandbox.roots[i];
        if (!lies_below(resolved, root->path))
            continue;
        if (error || root->writable || !write)
            return error;
        read_only = root->path;
    }
    if (read_only) {
        report_read_only(os, path, read_only);
        return -EROFS;
    }
    /* A relative path that leads nowhere could not be compared with a directory. */
    if (!error || path[0] == '/' || os->sandbox.count == 0)
        report_outside(os, path);
    return create && !error ? -EACCES : -ENOENT;
}

int sandbox_open(struct os *os, const char *path, int flags, unsigned int mode)
{
    char resolved[PATH_MAX];
    struct stat status;
    const bool write = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    const int error = resolve(os, path, write, (flags & O_CREAT) != 0, resolved);
    if (error)
        return error;
    /* Neither wait for a pipe's other end, nor follow a link that appeared meanwhile. */
    const int file = open(resolved, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
    if (file < 0)
        return -errno;
    if (fstat(file, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return file;
    close(file);
    return -EACCES;
}

int sandbox_status(struct os *os, const char *path, struct file_status *status)
{
    const int file = sandbox_open(os, path, O_RDONLY, 0);
    if (file < 0)
        return file;
    const int error = host_file_status(file, status);
    close(file);
    return error;
}

int sandbox_remove(struct os *os, const char *path)
{
    char resolved[PATH_MAX];
    const int error = resolve(os, path, true, false, resolved);
    if (error)
        return error;
    return unlink(resolved) == 0 ? 0 : -errno;
}
