/* A process's 32-bit address space: what is mapped where, and the page table the CPU reads.
 *
 * Two views of the same thing. Areas (VMAs) say what a range of addresses means: anonymous memory,
 * which gets a zeroed frame at the first touch, or a fixed physical range, such as a window of
 * /dev/mem. The page table is flat, one 32-bit entry a 4 KiB page, so that translating an access is
 * one array read.
 *
 * Addresses are bytes, ranges are [start, end) and page-aligned. Functions return 0 or a negative
 * errno value.
 */
#ifndef ZEROSTAGE_OS_ADDRESS_SPACE_H
#define ZEROSTAGE_OS_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PAGE_BITS = 12, PAGE_BYTES = 1 << PAGE_BITS, PAGE_OFFSET_MASK = PAGE_BYTES - 1 };

/* How the CPU treats accesses to a page. */
enum memory_attribute {
    MEM_CACHED,        /* normal, write-back, write-allocate */
    MEM_UNCACHED,      /* in order, one access at a time: pgprot_noncached */
    MEM_WRITE_COMBINE, /* normal uncached: writes may gather, reads may not: pgprot_writecombine */
    MEM_DEVICE,        /* MMIO: each access once, in order, with its own size */
    MEM_COHERENT       /* cached by the CPU, kept coherent with the DMA by hardware */
};

/* An access, and a page's rights; a page that is not present has the entry 0. */
enum page_access { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_EXECUTE = 4 };

/* Page table entry: frame address in bits 31-12, memory_attribute in bits 6-4, present bit 3,
 * rights (enum page_access) in bits 2-0. */
enum { PAGE_RIGHTS_MASK = 7, PAGE_PRESENT = 8, PAGE_ATTRIBUTE_SHIFT = 4 };

/* Instead of present, attribute and rights: the frame holds the page's content from a file, and the
 * program has not touched it yet. */
enum { PAGE_LOADED = 128 };

static inline bool page_allows(uint32_t entry, enum page_access access)
{
    return (entry & (uint32_t)access) != 0;
}

static inline enum memory_attribute page_attribute(uint32_t entry)
{
    return (enum memory_attribute)((entry >> PAGE_ATTRIBUTE_SHIFT) & 7U);
}

static inline uint32_t page_physical(uint32_t entry, uint32_t vaddr)
{
    return (entry & ~(uint32_t)PAGE_OFFSET_MASK) | (vaddr & (uint32_t)PAGE_OFFSET_MASK);
}

enum area_kind { AREA_ANONYMOUS, AREA_PHYSICAL };

struct memory_area {
    uint32_t start, end;
    enum area_kind kind;
    uint8_t rights; /* enum page_access */
    bool shared;
    enum memory_attribute attribute;
    uint32_t physical; /* AREA_PHYSICAL: address that `start` maps to */
};

struct frame_allocator;

/* Told of every range whose present translations went away or lost rights. */
typedef void translation_dropped(void *context, uint32_t start, uint32_t end);

struct address_space {
    uint32_t *entries;         /* one a page */
    struct memory_area *areas; /* sorted, disjoint, merged where equal neighbours touch */
    size_t area_count, area_capacity;
    struct frame_allocator *frames;
    translation_dropped *dropped;
    void *dropped_context;
};

/* `frames` is borrowed; `dropped` may be NULL. -ENOMEM. */
int address_space_init(struct address_space *space, struct frame_allocator *frames,
                       translation_dropped *dropped, void *context);
void address_space_destroy(struct address_space *space);

/* The page table entry of an address; 0: not present, see address_space_fault(). */
static inline uint32_t address_space_lookup(const struct address_space *space, uint32_t vaddr)
{
    return space->entries[vaddr >> PAGE_BITS];
}

/* The area that holds `vaddr`, or NULL. Valid until the next change of the address space. */
const struct memory_area *address_space_find(const struct address_space *space, uint32_t vaddr);

/* A physical area that shows any of `bytes` from `physical` on with another attribute, or NULL. */
const struct memory_area *address_space_find_mismatch(const struct address_space *space,
                                                      uint32_t physical, uint32_t bytes,
                                                      enum memory_attribute attribute);

/* Map an area, replacing whatever was there. Physical areas are present at once, anonymous ones at
 * their first touch. -EINVAL for an empty or unaligned range, -ENOMEM. */
int address_space_map(struct address_space *space, const struct memory_area *area);

/* Remove all mappings in a range; holes are fine. Frames of anonymous pages are freed. */
int address_space_unmap(struct address_space *space, uint32_t start, uint32_t end);

/* Change rights. -ENOMEM, and nothing changed, when part of the range is not mapped. */
int address_space_protect(struct address_space *space, uint32_t start, uint32_t end,
                          uint8_t rights);

/* Free the frames of anonymous pages: they read as zero at the next touch (MADV_DONTNEED).
 * -ENOMEM when part of the range is not mapped. */
int address_space_discard(struct address_space *space, uint32_t start, uint32_t end);

/* True when every page of the range belongs to an area. */
bool address_space_is_mapped(const struct address_space *space, uint32_t start, uint32_t end);

/* Highest free range of `bytes` below `limit`, not below `floor`. -ENOMEM when there is none. */
int address_space_find_gap(const struct address_space *space, uint32_t bytes, uint32_t floor,
                           uint32_t limit, uint32_t *start);

/* Take the rights of pages that have frames away until address_space_enter_loaded(). */
void address_space_keep_loaded(struct address_space *space, uint32_t start, uint32_t end);

/* Make the loaded page at `vaddr` present or, where `area`, which holds it, cannot be written, all
 * that are loaded of the aligned `around_bytes` around it. Returns their number. */
uint32_t address_space_enter_loaded(struct address_space *space, const struct memory_area *area,
                                    uint32_t vaddr, uint32_t around_bytes);

/* Make `vaddr` present for `access`. *frame is the physical address of a frame newly taken, which
 * the caller must zero, or UINT32_MAX when the page was there already.
 * -EFAULT: no mapping allows the access; -ENOMEM: physical memory is used up. */
int address_space_fault(struct address_space *space, uint32_t vaddr, enum page_access access,
                        uint32_t *frame);

#ifdef __cplusplus
}
#endif
#endif
