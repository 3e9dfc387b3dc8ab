#include "cpu/store_buffer.h"

#include <errno.h>
#include <string.h>

int store_buffer_init(struct store_buffer *buffer, uint32_t entries, uint32_t entry_bytes)
{
    if (entries == 0 || entries > STORE_BUFFER_ENTRIES_MAX || entry_bytes < 8 ||
        entry_bytes > STORE_BUFFER_ENTRY_BYTES_MAX || (entry_bytes & (entry_bytes - 1)) != 0) {
        return -EINVAL;
    }
    *buffer = (struct store_buffer){.entries = entries, .entry_bytes = entry_bytes};
    return 0;
}

static uint64_t bytes_mask(uint32_t first, uint32_t count)
{
    return (count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1) << first;
}

static void take_at(struct store_buffer *buffer, uint32_t index, struct store_entry *leaving)
{
    *leaving = buffer->entry[index];
    buffer->used--;
    memmove(buffer->entry + index, buffer->entry + index + 1,
            (buffer->used - index) * sizeof(*buffer->entry));
}

static uint32_t find(const struct store_buffer *buffer, uint32_t block)
{
    uint32_t index = 0;

    while (index < buffer->used && buffer->entry[index].address != block) {
        index++;
    }
    return index;
}

bool store_buffer_put(struct store_buffer *buffer, uint32_t address, const void *data,
                      uint32_t bytes, struct store_entry *leaving)
{
    const uint32_t block = address & ~(buffer->entry_bytes - 1);
    uint32_t index = find(buffer, block);
    bool left = false;

    if (index < buffer->used) {
        buffer->merges++;
    } else {
        if (buffer->used == buffer->entries) {
            take_at(buffer, 0, leaving);
            left = true;
        }
        index = buffer->used++;
        buffer->entry[index] = (struct store_entry){.address = block};
    }
    memcpy(buffer->entry[index].data + (address - block), data, bytes);
    buffer->entry[index].valid |= bytes_mask(address - block, bytes);
    if (!left && buffer->entry[index].valid == bytes_mask(0, buffer->entry_bytes)) {
        take_at(buffer, index, leaving);
        left = true;
    }
    return left;
}

bool store_buffer_take(struct store_buffer *buffer, struct store_entry *leaving)
{
    if (buffer->used == 0) {
        return false;
    }
    take_at(buffer, 0, leaving);
    return true;
}

bool store_buffer_holds(const struct store_buffer *buffer, uint32_t address, uint32_t bytes)
{
    for (uint32_t i = 0; i < buffer->used; i++) {
        const struct store_entry *const entry = &buffer->entry[i];

        if (entry->address < address + bytes && address < entry->address + buffer->entry_bytes) {
            return true;
        }
    }
    return false;
}

static uint32_t ones_at_the_bottom(uint64_t value)
{
    return ~value == 0 ? 64 : (uint32_t)__builtin_ctzll(~value);
}

bool store_entry_run(const struct store_entry *entry, uint32_t entry_bytes, uint32_t *offset,
                     uint32_t *end)
{
    const uint64_t left = *offset < entry_bytes ? entry->valid >> *offset : 0;

    if (left == 0) {
        *offset = *end = entry_bytes;
        return false;
    }
    *offset += (uint32_t)__builtin_ctzll(left);
    *end = *offset + ones_at_the_bottom(entry->valid >> *offset);
    return true;
}

void store_buffer_overlay(const struct store_buffer *buffer, uint32_t address, void *data,
                          uint32_t bytes)
{
    uint8_t *const to = data;

    for (uint32_t i = 0; i < buffer->used; i++) {
        const struct store_entry *const entry = &buffer->entry[i];

        for (uint32_t at = 0; at < buffer->entry_bytes; at++) {
            const uint32_t offset = entry->address + at - address;

            if ((entry->valid >> at & 1) && offset < bytes) {
                to[offset] = entry->data[at];
            }
        }
    }
}
