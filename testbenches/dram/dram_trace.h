/* A trace of 64-byte lines: one access a row, `R|W hexaddress`; plain or gzip. */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_DRAM_TRACE_H
#define ZEROSTAGE_TESTBENCHES_DRAM_DRAM_TRACE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DRAM_TRACE_LINE_BYTES = 64 };

struct dram_trace {
    uint64_t *accesses; /* byte address; bit 0 set: a write */
    size_t count;
};

/* Returns 0, -EINVAL with a message for people ("trace.txt:12: ..."), or -ENOMEM. */
int dram_trace_load(struct dram_trace *trace, const char *path, char *error, size_t error_bytes);
void dram_trace_free(struct dram_trace *trace);

#ifdef __cplusplus
}
#endif
#endif
