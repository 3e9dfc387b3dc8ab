/* The A9's data TLBs: a fully associative micro-TLB before a set-associative main TLB.
 *
 * Only presence is modelled; what a page maps to stays in the page table. Both replace in turn.
 */
#ifndef ZEROSTAGE_CPU_TLB_H
#define ZEROSTAGE_CPU_TLB_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TLB_PAGES = 1 << 20, TLB_NO_PAGE = -1 };

struct tlb_counters {
    uint64_t micro_misses; /* of the micro-TLB */
    uint64_t walks;        /* misses of both */
};

struct tlb {
    int32_t *micro;       /* [entry]: page, or TLB_NO_PAGE */
    uint16_t *micro_slot; /* [page]: entry + 1, or 0 */
    uint32_t micro_entries, micro_next;
    int32_t *main; /* [set][way] */
    uint8_t *main_next;
    uint32_t sets, ways;
    struct tlb_counters counters;
};

enum tlb_result { TLB_HIT, TLB_MICRO_MISS, TLB_WALK };

/* `entries` of the main TLB = sets x ways, sets a power of two. -EINVAL, -ENOMEM. */
int tlb_init(struct tlb *tlb, uint32_t micro_entries, uint32_t entries, uint32_t ways);
void tlb_release(struct tlb *tlb);

/* Look a page up, and bring it in. */
enum tlb_result tlb_access(struct tlb *tlb, uint32_t page);

/* Where the micro-TLB holds the page: 1 to micro_entries; 0: it does not. */
static inline uint32_t tlb_micro_slot(const struct tlb *tlb, uint32_t page)
{
    return tlb->micro_slot[page];
}

/* The page that a miss of the micro-TLB drops next, or TLB_NO_PAGE. */
static inline int32_t tlb_next_victim(const struct tlb *tlb)
{
    return tlb->micro[tlb->micro_next];
}

/* Forget the pages [first, last]. */
void tlb_invalidate(struct tlb *tlb, uint32_t first, uint32_t last);

#ifdef __cplusplus
}
#endif
#endif
