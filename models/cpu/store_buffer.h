/* Gathering stores to write-combining memory: the A9's store buffer and the PL310's behind it.
 *
 * An entry covers one aligned block. Stores to the same block merge; an entry leaves when it is
 * complete, when its place is needed (the oldest goes), or when somebody drains the buffer. The
 * caller sends what leaves to the bus.
 */
#ifndef ZEROSTAGE_CPU_STORE_BUFFER_H
#define ZEROSTAGE_CPU_STORE_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STORE_BUFFER_ENTRIES_MAX = 16, STORE_BUFFER_ENTRY_BYTES_MAX = 64 };

struct store_entry {
    uint32_t address; /* aligned to the entry size */
    uint64_t valid;   /* bit i: byte i was written */
    uint8_t data[STORE_BUFFER_ENTRY_BYTES_MAX];
};

struct store_buffer {
    uint32_t entries, entry_bytes;
    uint32_t used;
    struct store_entry entry[STORE_BUFFER_ENTRIES_MAX]; /* oldest first */
    uint64_t merges;
};

/* -EINVAL: sizes out of range, or entry_bytes not a power of two of at least 8. */
int store_buffer_init(struct store_buffer *buffer, uint32_t entries, uint32_t entry_bytes);

/* Put a store (within one entry's block) in. Returns true when an entry had to leave: *leaving. */
bool store_buffer_put(struct store_buffer *buffer, uint32_t address, const void *data,
                      uint32_t bytes, struct store_entry *leaving);

/* Take the oldest entry out; false when empty. */
bool store_buffer_take(struct store_buffer *buffer, struct store_entry *leaving);

/* Does any entry hold a byte of the range? */
bool store_buffer_holds(const struct store_buffer *buffer, uint32_t address, uint32_t bytes);

/* The next contiguous run of written bytes from *offset on: false when there is none. On return
 * [*offset, *end) is the run. */
bool store_entry_run(const struct store_entry *entry, uint32_t entry_bytes, uint32_t *offset,
                     uint32_t *end);

/* Lay the buffered bytes over what was read from memory. */
void store_buffer_overlay(const struct store_buffer *buffer, uint32_t address, void *data,
                          uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif
