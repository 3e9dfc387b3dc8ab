/* brk, mmap and what changes mappings; msync; cacheflush. */
#include <errno.h>

#include "os/os_internal.h"

enum {
    PROTECT_ALL = ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE, /* PROT_*: the same bits */

    MAP_TYPE_MASK = 0x03,
    MAP_IS_SHARED = 0x01,
    MAP_IS_PRIVATE = 0x02,
    MAP_IS_FIXED = 0x10,
    MAP_IS_ANONYMOUS = 0x20,
    MAP_DO_POPULATE = 0x8000,
    MAP_IS_FIXED_NOREPLACE = 0x100000,

    REMAP_MAY_MOVE = 1,

    SYNC_ASYNC = 1,
    SYNC_INVALIDATE = 2,
    SYNC_SYNC = 4,

    ADVISE_DONT_NEED = 4,

    OPEN_ACCESS_MODE = 3,
    OPEN_READ_WRITE = 2,
    OPEN_WRITE_ONLY = 1
};

static bool is_aligned(uint32_t vaddr)
{
    return (vaddr & PAGE_OFFSET_MASK) == 0;
}

/* Whole pages that hold `bytes`; 0 when that is more than the address space. */
static uint32_t round_up(uint32_t bytes)
{
    return (bytes + PAGE_OFFSET_MASK) & ~(uint32_t)PAGE_OFFSET_MASK;
}

/* On ARMv7 a page that can be written or executed can be read. */
static uint8_t rights_of(uint32_t protection)
{
    const uint32_t rights = protection & PROTECT_ALL;
    return (uint8_t)(rights ? rights | ACCESS_READ : 0);
}

static uint32_t mmap_limit(const struct os *os)
{
    const uint32_t stack = round_up(os->config.stack_bytes);
    return STACK_TOP - (stack > STACK_GAP_BYTES ? stack : STACK_GAP_BYTES);
}

static void charge_change(struct os *os)
{
    os->extra_cycles += os->config.mmap_cycles;
}

static uint32_t present_pages(const struct os *os, uint32_t start, uint32_t end)
{
    uint32_t pages = 0;
    for (uint32_t page = start >> PAGE_BITS; page < end >> PAGE_BITS; page++)
        pages += os->space.entries[page] != 0;
    return pages;
}

static int unmap_charged(struct os *os, uint32_t start, uint32_t end)
{
    os_charge_pages(os, present_pages(os, start, end));
    return address_space_unmap(&os->space, start, end);
}

/* --- brk --- */

static int move_break(struct os *os, uint32_t wanted)
{
    const uint32_t old_end = round_up(os->break_end);
    const uint32_t new_end = round_up(wanted);
    if (wanted < os->break_start || new_end < wanted || new_end > mmap_limit(os))
        return -ENOMEM;
    if (new_end < old_end)
        return unmap_charged(os, new_end, old_end);
    if (new_end == old_end)
        return 0;
    uint32_t gap;
    if (address_space_find_gap(&os->space, new_end - old_end, old_end, new_end, &gap))
        return -ENOMEM;
    const struct memory_area heap = {.start = old_end,
                                     .end = new_end,
                                     .kind = AREA_ANONYMOUS,
                                     .rights = ACCESS_READ | ACCESS_WRITE,
                                     .attribute = MEM_CACHED};
    return address_space_map(&os->space, &heap);
}

/* Returns the break, moved or not: that is how the caller sees a failure. */
static uint32_t call_brk(struct os *os, struct os_call *call)
{
    charge_change(os);
    if (move_break(os, call->args[0]) == 0)
        os->break_end = call->args[0];
    return os->break_end;
}

/* --- mmap --- */

static int choose_address(const struct os *os, uint32_t hint, uint32_t bytes, uint32_t flags,
                          uint32_t *start)
{
    *start = hint;
    const bool fits = hint >= MMAP_FLOOR && hint < STACK_TOP && bytes <= STACK_TOP - hint;
    if (flags & (MAP_IS_FIXED | MAP_IS_FIXED_NOREPLACE)) {
        if (!is_aligned(hint))
            return -EINVAL;
        if (!fits)
            return -ENOMEM;
        uint32_t gap;
        if (flags & MAP_IS_FIXED_NOREPLACE &&
            address_space_find_gap(&os->space, bytes, hint, hint + bytes, &gap))
            return -EEXIST;
        return 0;
    }
    if (fits && is_aligned(hint) &&
        address_space_find_gap(&os->space, bytes, hint, hint + bytes, start) == 0)
        return 0;
    return address_space_find_gap(&os->space, bytes, MMAP_FLOOR, mmap_limit(os), start);
}

static int may_map(struct os *os, const struct open_file *file, uint32_t protection, uint32_t flags)
{
    const uint32_t mode = file->flags & OPEN_ACCESS_MODE;
    if (!file->device->ops->map)
        return -ENODEV;
    if (mode == OPEN_WRITE_ONLY)
        return -EACCES;
    if ((flags & MAP_TYPE_MASK) == MAP_IS_SHARED)
        return protection & ACCESS_WRITE && mode != OPEN_READ_WRITE ? -EACCES : 0;
    if (protection & ACCESS_WRITE) {
        if (os_first_complaint(os, COMPLAIN_PRIVATE_MAPPING))
            os_say(os,
                   "%s: a private mapping that can be written is not modelled (EINVAL): "
                   "use MAP_SHARED",
                   file->device->path);
        return -EINVAL;
    }
    return 0;
}

/* What is to be mapped, but for its place. */
static int describe_mapping(struct os *os, const struct os_call *call, uint32_t bytes,
                            struct memory_area *area)
{
    const uint32_t protection = call->args[2];
    const uint32_t flags = call->args[3];
    *area = (struct memory_area){.kind = AREA_ANONYMOUS,
                                 .rights = rights_of(protection),
                                 .shared = (flags & MAP_TYPE_MASK) == MAP_IS_SHARED,
                                 .attribute = MEM_CACHED};
    if (flags & MAP_IS_ANONYMOUS)
        return 0;
    struct open_file *file = file_of(os, call->args[4]);
    if (!file)
        return -EBADF;
    struct device_window window;
    int error = may_map(os, file, protection, flags);
    if (!error)
        error =
            file->device->ops->map(os, file, (uint64_t)call->args[5] << PAGE_BITS, bytes, &window);
    if (error)
        return error;
    area->kind = AREA_PHYSICAL;
    area->attribute = window.attribute;
    area->physical = window.physical;
    return 0;
}

static const char *attribute_name(enum memory_attribute attribute)
{
    static const char *const names[] = {[MEM_CACHED] = "cached",
                                        [MEM_UNCACHED] = "uncached",
                                        [MEM_WRITE_COMBINE] = "write-combining",
                                        [MEM_DEVICE] = "device",
                                        [MEM_COHERENT] = "coherent"};
    return names[attribute];
}

/* ARM: what two mappings with different attributes show of one page is unpredictable. Here it is
 * what the caches and the memory hold. */
static void warn_of_mixed_attributes(struct os *os, const struct memory_area *area)
{
    const struct memory_area *other = address_space_find_mismatch(
        &os->space, area->physical, area->end - area->start, area->attribute);
    if (other && os_first_complaint(os, COMPLAIN_MIXED_ATTRIBUTES))
        os_say(os,
               "warning: physical memory from 0x%08x is mapped %s at 0x%08x and now %s as well: on "
               "ARM what either mapping shows is unpredictable",
               area->physical > other->physical ? area->physical : other->physical,
               attribute_name(other->attribute), other->start, attribute_name(area->attribute));
}

static int populate(struct os *os, const struct memory_area *area)
{
    for (uint32_t vaddr = area->start; vaddr < area->end; vaddr += PAGE_BYTES)
        if (os_touch(os, vaddr, ACCESS_READ))
            return -ENOMEM;
    return 0;
}

static uint32_t call_mmap2(struct os *os, struct os_call *call)
{
    const uint32_t bytes = round_up(call->args[1]);
    const uint32_t flags = call->args[3];
    struct memory_area area;
    charge_change(os);
    if (call->args[1] == 0 || (flags & MAP_TYPE_MASK) == 0)
        return os_errno(-EINVAL);
    if (bytes == 0)
        return os_errno(-ENOMEM);
    int error = describe_mapping(os, call, bytes, &area);
    if (!error)
        error = choose_address(os, call->args[0], bytes, flags, &area.start);
    area.end = area.start + bytes;
    if (!error && area.kind == AREA_PHYSICAL)
        warn_of_mixed_attributes(os, &area);
    if (!error)
        error = address_space_map(&os->space, &area);
    if (error)
        return os_errno(error);
    if (area.kind == AREA_PHYSICAL)
        os_charge_pages(os, bytes >> PAGE_BITS);
    else if (flags & MAP_DO_POPULATE && area.rights)
        (void)populate(os, &area); /* as in Linux, a failure shows at the first touch */
    return area.start;
}

static int check_range(uint32_t start, uint32_t bytes)
{
    if (!is_aligned(start))
        return -EINVAL;
    if (bytes > 0 && (round_up(bytes) == 0 || round_up(bytes) > UINT32_MAX - start))
        return -ENOMEM;
    return 0;
}

static uint32_t call_munmap(struct os *os, struct os_call *call)
{
    const uint32_t start = call->args[0];
    const uint32_t bytes = call->args[1];
    charge_change(os);
    if (bytes == 0 || check_range(start, bytes))
        return os_errno(-EINVAL);
    return os_errno(unmap_charged(os, start, start + round_up(bytes)));
}

static uint32_t call_mprotect(struct os *os, struct os_call *call)
{
    const uint32_t start = call->args[0];
    const uint32_t bytes = call->args[1];
    charge_change(os);
    const int error = check_range(start, bytes);
    if (error || bytes == 0)
        return os_errno(error);
    const uint32_t end = start + round_up(bytes);
    os_charge_pages(os, present_pages(os, start, end));
    return os_errno(address_space_protect(&os->space, start, end, rights_of(call->args[2])));
}

/* Shrinks and grows in place. A move is refused with ENOMEM: C libraries then copy by themselves.
 */
static uint32_t call_mremap(struct os *os, struct os_call *call)
{
    const uint32_t start = call->args[0];
    const uint32_t old_end = start + round_up(call->args[1]);
    const uint32_t new_end = start + round_up(call->args[2]);
    charge_change(os);
    const struct memory_area *area = address_space_find(&os->space, start);
    if (!is_aligned(start) || call->args[2] == 0 || new_end <= start || old_end <= start ||
        call->args[3] & ~(uint32_t)REMAP_MAY_MOVE)
        return os_errno(-EINVAL);
    if (!area || area->end < old_end || area->kind != AREA_ANONYMOUS)
        return os_errno(-EFAULT);
    if (new_end < old_end) {
        const int error = unmap_charged(os, new_end, old_end);
        return error ? os_errno(error) : start;
    }
    uint32_t gap;
    if (new_end == old_end)
        return start;
    if (new_end > STACK_TOP ||
        address_space_find_gap(&os->space, new_end - old_end, old_end, new_end, &gap))
        return os_errno(-ENOMEM);
    struct memory_area more = *area;
    more.start = old_end;
    more.end = new_end;
    const int error = address_space_map(&os->space, &more);
    return error ? os_errno(error) : start;
}

static uint32_t call_madvise(struct os *os, struct os_call *call)
{
    const uint32_t start = call->args[0];
    const uint32_t bytes = call->args[1];
    charge_change(os);
    const int error = check_range(start, bytes);
    if (error || bytes == 0)
        return os_errno(error);
    const uint32_t end = start + round_up(bytes);
    if (call->args[2] == ADVISE_DONT_NEED) {
        os_charge_pages(os, present_pages(os, start, end));
        return os_errno(address_space_discard(&os->space, start, end));
    }
    /* The other advices change nothing that a program can see. */
    return os_errno(address_space_is_mapped(&os->space, start, end) ? 0 : -ENOMEM);
}

/* --- msync --- */

/* Linux calls the file's fsync for MS_SYNC of a shared mapping; /dev/mem has none, which gives
 * EINVAL (fs/sync.c, vfs_fsync_range). Drivers use the call as an ordering point all the same. */
static uint32_t call_msync(struct os *os, struct os_call *call)
{
    const uint32_t start = call->args[0];
    const uint32_t bytes = call->args[1];
    const uint32_t flags = call->args[2];
    os->counters.msyncs++;
    os->extra_cycles += os->config.msync_cycles;
    if (flags & ~(uint32_t)(SYNC_ASYNC | SYNC_INVALIDATE | SYNC_SYNC) || !is_aligned(start) ||
        (flags & SYNC_ASYNC && flags & SYNC_SYNC))
        return os_errno(-EINVAL);
    const int error = check_range(start, bytes);
    if (error || bytes == 0)
        return os_errno(error);
    const struct memory_area *area = address_space_find(&os->space, start);
    if (!area || !address_space_is_mapped(&os->space, start, start + round_up(bytes)))
        return os_errno(-ENOMEM);
    return os_errno(flags & SYNC_SYNC && area->kind == AREA_PHYSICAL && area->shared ? -EINVAL : 0);
}

/* --- ARM-private --- */

/* Linux cleans the L1 data cache to where instructions are fetched from, the L2, and no further: it
 * does not make data visible to a DMA engine that goes to memory. */
static int clean_for_instructions(struct os *os, uint32_t start, uint32_t end)
{
    const struct machine_ops *ops = &os->machine.ops;
    for (uint32_t at = start; at < end;) {
        const uint32_t entry = address_space_lookup(&os->space, at);
        const uint32_t in_page = PAGE_BYTES - (at & PAGE_OFFSET_MASK);
        const uint32_t bytes = end - at < in_page ? end - at : in_page;
        if (!address_space_find(&os->space, at))
            return -EFAULT;
        if (entry & PAGE_PRESENT && page_attribute(entry) == MEM_CACHED)
            ops->maintain(ops->context, page_physical(entry, at), bytes, CACHE_CLEAN,
                          CACHE_TO_UNIFICATION);
        at += bytes;
    }
    return 0;
}

static uint32_t call_cacheflush(struct os *os, struct os_call *call)
{
    const struct machine_ops *ops = &os->machine.ops;
    const uint32_t start = call->args[0];
    const uint32_t end = call->args[1];
    if (end < start || call->args[2] != 0)
        return os_errno(-EINVAL);
    const int error = clean_for_instructions(os, start, end);
    if (!error)
        ops->code_changed(ops->context, start, end);
    return os_errno(error);
}

static const struct system_call calls[] = {
    {45, "brk", GROUP_MEMORY, call_brk},
    {91, "munmap", GROUP_MEMORY, call_munmap},
    {125, "mprotect", GROUP_MEMORY, call_mprotect},
    {144, "msync", GROUP_MEMORY, call_msync},
    {163, "mremap", GROUP_MEMORY, call_mremap},
    {192, "mmap2", GROUP_MEMORY, call_mmap2},
    {220, "madvise", GROUP_MEMORY, call_madvise},
    {0xF0002, "cacheflush", GROUP_MEMORY, call_cacheflush},
};

const struct call_list memory_calls = {calls, sizeof calls / sizeof *calls};
