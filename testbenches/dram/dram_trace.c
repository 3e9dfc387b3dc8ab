#include "dram_trace.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef ZS_HAVE_ZLIB
#include <zlib.h>
#endif

/* A text file read line by line, through zlib where that is built in. */
struct source {
#ifdef ZS_HAVE_ZLIB
    gzFile file;
#else
    FILE *file;
#endif
};

static bool source_open(struct source *source, const char *path)
{
#ifdef ZS_HAVE_ZLIB
    source->file = gzopen(path, "rb");
#else
    source->file = fopen(path, "rb");
#endif
    return source->file != NULL;
}

static bool source_line(struct source *source, char *line, int bytes)
{
#ifdef ZS_HAVE_ZLIB
    return gzgets(source->file, line, bytes) != NULL;
#else
    return fgets(line, bytes, source->file) != NULL;
#endif
}

static bool source_broken(struct source *source)
{
#ifdef ZS_HAVE_ZLIB
    int status = Z_OK;
    gzerror(source->file, &status);
    return status != Z_OK && status != Z_STREAM_END;
#else
    return ferror(source->file) != 0;
#endif
}

static void source_close(struct source *source)
{
#ifdef ZS_HAVE_ZLIB
    gzclose(source->file);
#else
    fclose(source->file);
#endif
}

static int append(struct dram_trace *trace, size_t *room, uint64_t access)
{
    if (trace->count == *room) {
        const size_t larger = *room == 0 ? 1 << 16 : 2 * *room;
        uint64_t *const grown = realloc(trace->accesses, larger * sizeof *grown);
        if (grown == NULL) {
            return -ENOMEM;
        }
        trace->accesses = grown;
        *room = larger;
    }
    trace->accesses[trace->count++] = access;
    return 0;
}

/* "R 1f40" or "W 0x1f40"; blank lines and lines that start with # are skipped. */
static bool parse_line(const char *line, bool *empty, uint64_t *access)
{
    char *end;

    *empty = line[strspn(line, " \t\r\n")] == '\0' || line[0] == '#';
    if (*empty) {
        return true;
    }
    if ((line[0] != 'R' && line[0] != 'W') || (line[1] != ' ' && line[1] != '\t')) {
        return false;
    }
    errno = 0;
    const uint64_t address = strtoull(line + 2, &end, 16);
    if (end == line + 2 || errno != 0 || end[strspn(end, " \t\r\n")] != '\0') {
        return false;
    }
    *access = (address & ~(uint64_t)(DRAM_TRACE_LINE_BYTES - 1)) | (line[0] == 'W');
    return true;
}

static int read_lines(struct dram_trace *trace, struct source *source, const char *path,
                      char *error, size_t error_bytes)
{
    char line[128];
    size_t room = 0;

    for (size_t number = 1; source_line(source, line, sizeof line); number++) {
        bool empty;
        uint64_t access;

        if (!parse_line(line, &empty, &access)) {
            line[strcspn(line, "\r\n")] = '\0';
            snprintf(error, error_bytes, "%s:%zu: \"%s\": expected R or W and a hex address", path,
                     number, line);
            return -EINVAL;
        }
        if (!empty && append(trace, &room, access) != 0) {
            snprintf(error, error_bytes, "%s: out of memory", path);
            return -ENOMEM;
        }
    }
    if (source_broken(source)) {
        snprintf(error, error_bytes, "%s: cannot be read to its end", path);
        return -EINVAL;
    }
    if (trace->count == 0) {
        snprintf(error, error_bytes, "%s: no accesses", path);
        return -EINVAL;
    }
    return 0;
}

int dram_trace_load(struct dram_trace *trace, const char *path, char *error, size_t error_bytes)
{
    struct source source;

    *trace = (struct dram_trace){NULL, 0};
    if (!source_open(&source, path)) {
        snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
        return -EINVAL;
    }
    const int status = read_lines(trace, &source, path, error, error_bytes);
    source_close(&source);
    if (status != 0) {
        dram_trace_free(trace);
    }
    return status;
}

void dram_trace_free(struct dram_trace *trace)
{
    free(trace->accesses);
    *trace = (struct dram_trace){NULL, 0};
}
