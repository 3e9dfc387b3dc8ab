/* Copies between the host and guest virtual memory. */
#include <errno.h>
#include <string.h>

#include "os/os_internal.h"

static uint32_t bytes_in_page(uint32_t vaddr, uint32_t bytes)
{
    const uint32_t left = PAGE_BYTES - (vaddr & PAGE_OFFSET_MASK);
    return bytes < left ? bytes : left;
}

/* Physical address of `vaddr`, made present first. */
static int translate(struct os *os, uint32_t vaddr, enum page_access access, uint32_t *physical)
{
    if (!page_allows(address_space_lookup(&os->space, vaddr), access)) {
        const int error = os_touch(os, vaddr, access);
        if (error)
            return -EFAULT;
    }
    *physical = page_physical(address_space_lookup(&os->space, vaddr), vaddr);
    return 0;
}

int os_read_guest(struct os *os, uint32_t vaddr, void *destination, uint32_t bytes)
{
    const struct guest_memory *memory = &os->machine.memory;
    unsigned char *into = destination;
    while (bytes > 0) {
        const uint32_t part = bytes_in_page(vaddr, bytes);
        uint32_t physical;
        if (translate(os, vaddr, ACCESS_READ, &physical) ||
            memory->read(memory->context, physical, into, part))
            return -EFAULT;
        into += part;
        vaddr += part;
        bytes -= part;
    }
    return 0;
}

int os_write_guest(struct os *os, uint32_t vaddr, const void *source, uint32_t bytes)
{
    const struct guest_memory *memory = &os->machine.memory;
    const unsigned char *from = source;
    while (bytes > 0) {
        const uint32_t part = bytes_in_page(vaddr, bytes);
        uint32_t physical;
        if (translate(os, vaddr, ACCESS_WRITE, &physical) ||
            memory->write(memory->context, physical, from, part))
            return -EFAULT;
        from += part;
        vaddr += part;
        bytes -= part;
    }
    return 0;
}

int os_read_string(struct os *os, uint32_t vaddr, char *text, uint32_t bytes)
{
    for (uint32_t done = 0; done < bytes;) {
        const uint32_t part = bytes_in_page(vaddr, bytes - done);
        const int error = os_read_guest(os, vaddr, text + done, part);
        if (error)
            return error;
        if (memchr(text + done, '\0', part))
            return 0;
        done += part;
        vaddr += part;
    }
    return -ENAMETOOLONG;
}

int os_read_longs(struct os *os, uint32_t vaddr, int64_t *values, uint32_t count)
{
    const uint32_t bytes = os_long_bytes(os);
    for (uint32_t i = 0; i < count; i++) {
        int32_t narrow = 0;
        const int error = bytes == 8 ? os_read_guest(os, vaddr + i * bytes, &values[i], 8)
                                     : os_read_guest(os, vaddr + i * bytes, &narrow, 4);
        if (error)
            return error;
        if (bytes == 4)
            values[i] = narrow;
    }
    return 0;
}

int os_write_longs(struct os *os, uint32_t vaddr, const int64_t *values, uint32_t count)
{
    const uint32_t bytes = os_long_bytes(os);
    for (uint32_t i = 0; i < count; i++) { /* both are little-endian */
        const int error = os_write_guest(os, vaddr + i * bytes, &values[i], bytes);
        if (error)
            return error;
    }
    return 0;
}
