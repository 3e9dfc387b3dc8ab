#include "os/address_space.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/frame_allocator.h"

enum { PAGES = 1 << (32 - PAGE_BITS) };

int address_space_init(struct address_space *space, struct frame_allocator *frames,
                       translation_dropped *dropped, void *context)
{
    *space =
        (struct address_space){.frames = frames, .dropped = dropped, .dropped_context = context};
    space->entries = calloc(PAGES, sizeof *space->entries);
    return space->entries ? 0 : -ENOMEM;
}

void address_space_destroy(struct address_space *space)
{
    free(space->entries);
    free(space->areas);
    *space = (struct address_space){0};
}

/* Index of the first area that ends above `vaddr`; area_count when there is none. */
static size_t first_above(const struct address_space *space, uint32_t vaddr)
{
    size_t low = 0;
    size_t high = space->area_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (space->areas[middle].end > vaddr)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const struct memory_area *address_space_find(const struct address_space *space, uint32_t vaddr)
{
    const size_t i = first_above(space, vaddr);
    if (i < space->area_count && space->areas[i].start <= vaddr)
        return &space->areas[i];
    return NULL;
}

bool address_space_is_mapped(const struct address_space *space, uint32_t start, uint32_t end)
{
    for (size_t i = first_above(space, start); start < end; i++) {
        if (i == space->area_count || space->areas[i].start > start)
            return false;
        start = space->areas[i].end;
    }
    return true;
}

const struct memory_area *address_space_find_mismatch(const struct address_space *space,
                                                      uint32_t physical, uint32_t bytes,
                                                      enum memory_attribute attribute)
{
    for (size_t i = 0; i < space->area_count; i++) {
        const struct memory_area *area = &space->areas[i];
        const uint32_t area_bytes = area->end - area->start;
        const bool overlaps = physical < (uint64_t)area->physical + area_bytes &&
                              area->physical < (uint64_t)physical + bytes;
        if (area->kind == AREA_PHYSICAL && area->attribute != attribute && overlaps)
            return area;
    }
    return NULL;
}

static bool is_range(uint32_t start, uint32_t end)
{
    return start < end && ((start | end) & PAGE_OFFSET_MASK) == 0;
}

/* --- the list of areas --- */

/* Splitting and inserting never needs more than three new places. */
static int reserve_areas(struct address_space *space)
{
    const size_t wanted = space->area_count + 3;
    if (wanted <= space->area_capacity)
        return 0;
    const size_t capacity = 2 * wanted;
    struct memory_area *areas = realloc(space->areas, capacity * sizeof *areas);
    if (!areas)
        return -ENOMEM;
    space->areas = areas;
    space->area_capacity = capacity;
    return 0;
}

static void insert_area(struct address_space *space, size_t index, struct memory_area area)
{
    memmove(&space->areas[index + 1], &space->areas[index],
            (space->area_count - index) * sizeof area);
    space->areas[index] = area;
    space->area_count++;
}

static void remove_areas(struct address_space *space, size_t index, size_t count)
{
    memmove(&space->areas[index], &space->areas[index + count],
            (space->area_count - index - count) * sizeof *space->areas);
    space->area_count -= count;
}

static struct memory_area part_from(struct memory_area area, uint32_t start)
{
    if (area.kind == AREA_PHYSICAL)
        area.physical += start - area.start;
    area.start = start;
    return area;
}

/* Make `vaddr` a border between areas, if it lies inside of one. Needs a reserved place. */
static void split_at(struct address_space *space, uint32_t vaddr)
{
    const size_t i = first_above(space, vaddr);
    if (i == space->area_count || space->areas[i].start >= vaddr)
        return;
    insert_area(space, i + 1, part_from(space->areas[i], vaddr));
    space->areas[i].end = vaddr;
}

static bool continues(const struct memory_area *left, const struct memory_area *right)
{
    return left->end == right->start && left->kind == right->kind &&
           left->rights == right->rights && left->shared == right->shared &&
           left->attribute == right->attribute &&
           (left->kind == AREA_ANONYMOUS ||
            left->physical + (left->end - left->start) == right->physical);
}

/* Join equal neighbours among the areas that touch [start, end]. */
static void merge_around(struct address_space *space, uint32_t start, uint32_t end)
{
    size_t i = first_above(space, start ? start - 1 : 0);
    while (i + 1 < space->area_count && space->areas[i].end <= end) {
        if (continues(&space->areas[i], &space->areas[i + 1])) {
            space->areas[i].end = space->areas[i + 1].end;
            remove_areas(space, i + 1, 1);
        } else {
            i++;
        }
    }
}

/* --- the page table --- */

static uint32_t make_entry(const struct memory_area *area, uint32_t frame)
{
    return frame | (uint32_t)area->attribute << PAGE_ATTRIBUTE_SHIFT | PAGE_PRESENT | area->rights;
}

static void tell_dropped(const struct address_space *space, uint32_t start, uint32_t end)
{
    if (space->dropped)
        space->dropped(space->dropped_context, start, end);
}

/* Take the pages of (a part of) one area out of the page table; true if any was present. */
static bool clear_pages(struct address_space *space, enum area_kind kind, uint32_t start,
                        uint32_t end)
{
    bool any = false;
    for (uint32_t page = start >> PAGE_BITS; page < end >> PAGE_BITS; page++) {
        const uint32_t entry = space->entries[page];
        if (!entry)
            continue;
        space->entries[page] = 0;
        any = true;
        if (kind == AREA_ANONYMOUS)
            (void)frame_allocator_give(space->frames, page_physical(entry, 0));
    }
    return any;
}

static void enter_physical_pages(struct address_space *space, const struct memory_area *area)
{
    for (uint32_t vaddr = area->start; vaddr < area->end; vaddr += PAGE_BYTES)
        space->entries[vaddr >> PAGE_BITS] =
            make_entry(area, area->physical + (vaddr - area->start));
}

/* Give present pages their area's new rights; true if any was present. */
static bool update_rights(struct address_space *space, const struct memory_area *area)
{
    bool any = false;
    for (uint32_t page = area->start >> PAGE_BITS; page < area->end >> PAGE_BITS; page++) {
        const uint32_t entry = space->entries[page];
        if (!entry || entry & PAGE_LOADED)
            continue;
        space->entries[page] = (entry & ~(uint32_t)PAGE_RIGHTS_MASK) | area->rights;
        any = true;
    }
    return any;
}

/* --- mapping --- */

static void remove_range(struct address_space *space, uint32_t start, uint32_t end)
{
    split_at(space, start);
    split_at(space, end);
    const size_t first = first_above(space, start);
    size_t past = first;
    bool any = false;
    while (past < space->area_count && space->areas[past].start < end) {
        const struct memory_area *area = &space->areas[past++];
        any |= clear_pages(space, area->kind, area->start, area->end);
    }
    remove_areas(space, first, past - first);
    if (any)
        tell_dropped(space, start, end);
}

int address_space_map(struct address_space *space, const struct memory_area *area)
{
    if (!is_range(area->start, area->end))
        return -EINVAL;
    if (area->kind == AREA_PHYSICAL &&
        (area->physical & PAGE_OFFSET_MASK || area->end - area->start - 1 > ~area->physical))
        return -EINVAL;
    const int error = reserve_areas(space);
    if (error)
        return error;
    remove_range(space, area->start, area->end);
    insert_area(space, first_above(space, area->start), *area);
    if (area->kind == AREA_PHYSICAL)
        enter_physical_pages(space, area);
    merge_around(space, area->start, area->end);
    return 0;
}

int address_space_unmap(struct address_space *space, uint32_t start, uint32_t end)
{
    if (!is_range(start, end))
        return -EINVAL;
    const int error = reserve_areas(space);
    if (error)
        return error;
    remove_range(space, start, end);
    return 0;
}

int address_space_protect(struct address_space *space, uint32_t start, uint32_t end, uint8_t rights)
{
    if (!is_range(start, end))
        return -EINVAL;
    if (!address_space_is_mapped(space, start, end))
        return -ENOMEM;
    const int error = reserve_areas(space);
    if (error)
        return error;
    split_at(space, start);
    split_at(space, end);
    bool any = false;
    for (size_t i = first_above(space, start); i < space->area_count && space->areas[i].start < end;
         i++) {
        space->areas[i].rights = rights;
        any |= update_rights(space, &space->areas[i]);
    }
    merge_around(space, start, end);
    if (any)
        tell_dropped(space, start, end);
    return 0;
}

int address_space_discard(struct address_space *space, uint32_t start, uint32_t end)
{
    if (!is_range(start, end))
        return -EINVAL;
    if (!address_space_is_mapped(space, start, end))
        return -ENOMEM;
    bool any = false;
    for (size_t i = first_above(space, start); i < space->area_count && space->areas[i].start < end;
         i++) {
        const struct memory_area *area = &space->areas[i];
        if (area->kind != AREA_ANONYMOUS)
            continue;
        const uint32_t from = area->start > start ? area->start : start;
        const uint32_t to = area->end < end ? area->end : end;
        any |= clear_pages(space, AREA_ANONYMOUS, from, to);
    }
    if (any)
        tell_dropped(space, start, end);
    return 0;
}

int address_space_find_gap(const struct address_space *space, uint32_t bytes, uint32_t floor,
                           uint32_t limit, uint32_t *start)
{
    uint32_t ceiling = limit;
    for (size_t i = space->area_count; ceiling > floor;) {
        const uint32_t below = i > 0 ? space->areas[i - 1].end : 0;
        const uint32_t bottom = below > floor ? below : floor;
        if (ceiling > bottom && ceiling - bottom >= bytes) {
            *start = ceiling - bytes;
            return 0;
        }
        if (i == 0)
            break;
        i--;
        if (space->areas[i].start < ceiling)
            ceiling = space->areas[i].start;
    }
    return -ENOMEM;
}

void address_space_keep_loaded(struct address_space *space, uint32_t start, uint32_t end)
{
    for (uint32_t page = start >> PAGE_BITS; page < end >> PAGE_BITS; page++) {
        uint32_t *entry = &space->entries[page];
        if (*entry)
            *entry = page_physical(*entry, 0) | PAGE_LOADED;
    }
}

uint32_t address_space_enter_loaded(struct address_space *space, const struct memory_area *area,
                                    uint32_t vaddr, uint32_t around_bytes)
{
    uint32_t start = vaddr & ~(uint32_t)PAGE_OFFSET_MASK;
    uint64_t end = (uint64_t)start + PAGE_BYTES;
    uint32_t entered = 0;
    if (!(area->rights & ACCESS_WRITE)) {
        const uint32_t window = vaddr - vaddr % around_bytes;
        start = window > area->start ? window : area->start;
        end = (uint64_t)window + around_bytes < area->end ? (uint64_t)window + around_bytes
                                                          : area->end;
    }
    for (uint32_t page = start >> PAGE_BITS; page < end >> PAGE_BITS; page++) {
        uint32_t *entry = &space->entries[page];
        if (!(*entry & PAGE_LOADED))
            continue;
        *entry = make_entry(area, page_physical(*entry, 0));
        entered++;
    }
    return entered;
}

int address_space_fault(struct address_space *space, uint32_t vaddr, enum page_access access,
                        uint32_t *frame)
{
    *frame = UINT32_MAX;
    const struct memory_area *area = address_space_find(space, vaddr);
    if (!area || !(area->rights & access))
        return -EFAULT;
    uint32_t *entry = &space->entries[vaddr >> PAGE_BITS];
    if (*entry)
        return 0;
    const int error = frame_allocator_take(space->frames, frame);
    if (error)
        return error;
    *entry = make_entry(area, *frame);
    return 0;
}
