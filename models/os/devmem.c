/* /dev/mem: windows onto physical memory and registers. */
#include <errno.h>
#include <inttypes.h>

#include "os/os_internal.h"

enum { MODE_DEVICE = 0020640, DEVICE_NUMBER = 1 << 8 | 1, OPEN_SYNC = 04010000 };

static const struct physical_range *range_of(const struct os *os, uint64_t start, uint32_t bytes)
{
    for (size_t i = 0; i < os->machine.range_count; i++) {
        const struct physical_range *range = &os->machine.ranges[i];
        if (start >= range->base && start - range->base < range->bytes &&
            bytes <= range->bytes - (start - range->base))
            return range;
    }
    return NULL;
}

/* Linux, arch/arm/mm/mmu.c, phys_mem_access_prot: what is not RAM is uncached, RAM is cached unless
 * the file was opened with O_SYNC. */
static enum memory_attribute attribute_of(const struct os *os, const struct physical_range *range,
                                          uint32_t open_flags)
{
    if (range->kind == PHYSICAL_DEVICE)
        return MEM_DEVICE;
    if (!(open_flags & OPEN_SYNC))
        return MEM_CACHED;
    return os->config.devmem_sync_mapping == DEVMEM_SYNC_WRITE_COMBINE ? MEM_WRITE_COMBINE
                                                                       : MEM_UNCACHED;
}

static void report_hole(struct os *os, uint64_t start, uint32_t bytes)
{
    os_say(os,
           "/dev/mem: 0x%08" PRIx64 ", %" PRIu32 " bytes, is not inside one range of this board:",
           start, bytes);
    for (size_t i = 0; i < os->machine.range_count; i++) {
        const struct physical_range *range = &os->machine.ranges[i];
        os_say(os, "  0x%08" PRIx32 "-0x%08" PRIx32 " %s", range->base,
               range->base + (range->bytes - 1), range->name);
    }
}

static int map_physical(struct os *os, struct open_file *file, uint64_t offset, uint32_t bytes,
                        struct device_window *window)
{
    const struct physical_range *range = range_of(os, offset, bytes);
    if (!range) {
        report_hole(os, offset, bytes);
        return -EINVAL;
    }
    *window = (struct device_window){(uint32_t)offset, attribute_of(os, range, file->flags)};
    return 0;
}

static int refuse_transfer(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    (void)file, (void)vaddr, (void)bytes;
    if (os_first_complaint(os, COMPLAIN_DEVMEM_READ))
        os_say(os, "read and write of /dev/mem are not modelled (EINVAL): map it with mmap");
    return -EINVAL;
}

static const struct device_file_ops devmem_ops = {
    .read = refuse_transfer, .write = refuse_transfer, .map = map_physical};

const struct device_file devmem_device = {"/dev/mem", &devmem_ops, MODE_DEVICE, DEVICE_NUMBER,
                                          NULL};
