/* /dev/udmabufN: contiguous memory for a DMA engine, as the u-dma-buf driver gives it to a program.
 *
 * How it is mapped follows from the flags of the open and from the attribute sync_mode, as in the
 * driver; on 32-bit ARM its "DMA coherent" mode is what dma_alloc_coherent gives: write-combining.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "os/os_internal.h"

enum {
    MODE_DEVICE = 0020600,
    MAJOR = 243,
    OPEN_SYNC = 04010000,

    SYNC_MODE_MAPPING = 3, /* sync_mode's lower bits: with O_SYNC, map it ... */
    SYNC_MODE_CACHED = 0,
    SYNC_MODE_UNCACHED = 1,
    SYNC_MODE_ALWAYS = 4 /* without O_SYNC, too */
};

static enum memory_attribute attribute_of(const struct udmabuf *udmabuf, uint32_t open_flags)
{
    if (!(open_flags & OPEN_SYNC) && !(udmabuf->sync_mode & SYNC_MODE_ALWAYS))
        return MEM_CACHED;
    switch (udmabuf->sync_mode & SYNC_MODE_MAPPING) {
    case SYNC_MODE_CACHED:
        return MEM_CACHED;
    case SYNC_MODE_UNCACHED:
        return MEM_UNCACHED;
    default:
        return MEM_WRITE_COMBINE;
    }
}

static int map_buffer(struct os *os, struct open_file *file, uint64_t offset, uint32_t bytes,
                      struct device_window *window)
{
    const struct udmabuf *udmabuf = file->device->state;
    const struct dma_buffer *buffer = udmabuf->buffer;
    if (offset > buffer->bytes || bytes > buffer->bytes - offset) {
        os_say(os, "%s: %" PRIu32 " bytes at offset 0x%" PRIx64 " are more than its %" PRIu32,
               udmabuf->path, bytes, offset, buffer->bytes);
        return -EINVAL;
    }
    *window = (struct device_window){buffer->physical + (uint32_t)offset,
                                     attribute_of(udmabuf, file->flags)};
    return 0;
}

static const struct device_file_ops udmabuf_ops = {.map = map_buffer};

int os_add_udmabufs(struct os *os)
{
    if (os->machine.buffer_count > OS_BUFFERS)
        return -ENOSPC;
    for (uint32_t i = 0; i < os->machine.buffer_count; i++) {
        struct udmabuf *udmabuf = &os->udmabufs[i];
        *udmabuf = (struct udmabuf){.buffer = &os->machine.buffers[i],
                                    .sync_mode = SYNC_MODE_UNCACHED,
                                    .sync_size = os->machine.buffers[i].bytes};
        snprintf(udmabuf->path, sizeof udmabuf->path, "/dev/%s", udmabuf->buffer->name);
        udmabuf->file = (struct device_file){udmabuf->path, &udmabuf_ops, MODE_DEVICE,
                                             (uint32_t)MAJOR << 8 | i, udmabuf};
        int error = os_add_device(os, &udmabuf->file);
        if (!error)
            error = udmabuf_add_attributes(os, udmabuf);
        if (error)
            return error;
    }
    return 0;
}
