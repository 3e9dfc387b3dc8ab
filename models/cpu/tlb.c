#include "cpu/tlb.h"

#include <errno.h>
#include <stdlib.h>

int tlb_init(struct tlb *tlb, uint32_t micro_entries, uint32_t entries, uint32_t ways)
{
    const uint32_t sets = ways ? entries / ways : 0;

    *tlb = (struct tlb){.micro_entries = micro_entries, .sets = sets, .ways = ways};
    if (micro_entries == 0 || micro_entries >= UINT16_MAX || ways == 0 || ways > UINT8_MAX ||
        sets == 0 || (sets & (sets - 1)) != 0 || sets * ways != entries) {
        return -EINVAL;
    }
    tlb->micro = malloc(micro_entries * sizeof(*tlb->micro));
    tlb->micro_slot = calloc(TLB_PAGES, sizeof(*tlb->micro_slot));
    tlb->main = malloc(entries * sizeof(*tlb->main));
    tlb->main_next = calloc(sets, sizeof(*tlb->main_next));
    if (!tlb->micro || !tlb->micro_slot || !tlb->main || !tlb->main_next) {
        tlb_release(tlb);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < micro_entries; i++) {
        tlb->micro[i] = TLB_NO_PAGE;
    }
    for (uint32_t i = 0; i < entries; i++) {
        tlb->main[i] = TLB_NO_PAGE;
    }
    return 0;
}

void tlb_release(struct tlb *tlb)
{
    free(tlb->micro);
    free(tlb->micro_slot);
    free(tlb->main);
    free(tlb->main_next);
    *tlb = (struct tlb){0};
}

static void fill_micro(struct tlb *tlb, uint32_t page)
{
    const uint32_t entry = tlb->micro_next;
    const int32_t evicted = tlb->micro[entry];

    if (evicted != TLB_NO_PAGE) {
        tlb->micro_slot[evicted] = 0;
    }
    tlb->micro[entry] = (int32_t)page;
    tlb->micro_slot[page] = (uint16_t)(entry + 1);
    tlb->micro_next = (entry + 1) % tlb->micro_entries;
}

/* True when the main TLB had the page already. */
static bool access_main(struct tlb *tlb, uint32_t page)
{
    const uint32_t set = page & (tlb->sets - 1);
    int32_t *const ways = tlb->main + (size_t)set * tlb->ways;

    for (uint32_t way = 0; way < tlb->ways; way++) {
        if (ways[way] == (int32_t)page) {
            return true;
        }
    }
    ways[tlb->main_next[set]] = (int32_t)page;
    tlb->main_next[set] = (uint8_t)((tlb->main_next[set] + 1U) % tlb->ways);
    return false;
}

enum tlb_result tlb_access(struct tlb *tlb, uint32_t page)
{
    if (tlb->micro_slot[page] != 0) {
        return TLB_HIT;
    }
    fill_micro(tlb, page);
    tlb->counters.micro_misses++;
    if (access_main(tlb, page)) {
        return TLB_MICRO_MISS;
    }
    tlb->counters.walks++;
    return TLB_WALK;
}

void tlb_invalidate(struct tlb *tlb, uint32_t first, uint32_t last)
{
    for (uint32_t entry = 0; entry < tlb->micro_entries; entry++) {
        const int32_t page = tlb->micro[entry];

        if (page != TLB_NO_PAGE && (uint32_t)page >= first && (uint32_t)page <= last) {
            tlb->micro_slot[page] = 0;
            tlb->micro[entry] = TLB_NO_PAGE;
        }
    }
    for (uint32_t i = 0; i < tlb->sets * tlb->ways; i++) {
        if (tlb->main[i] != TLB_NO_PAGE && (uint32_t)tlb->main[i] >= first &&
            (uint32_t)tlb->main[i] <= last) {
            tlb->main[i] = TLB_NO_PAGE;
        }
    }
}
