/* Read and write queues: one list a bank and direction, oldest first. */
#include "dram/dram_core_internal.h"

static uint32_t filter_slot(uint64_t burst)
{
    return (uint32_t)((burst * 0x9e3779b97f4a7c15ULL) >> 56);
}

/* The oldest entry from `entry` on that wants `row`. */
uint16_t dram_queue_find_row(const struct dram_core *core, uint16_t entry, int64_t row)
{
    while (entry != NONE && core->entries[entry].row != row) {
        entry = core->entries[entry].next;
    }
    return entry;
}

uint16_t dram_queue_find_burst(const struct dram_core *core, int direction, uint32_t bank,
                               uint64_t burst)
{
    if (core->filter[direction][filter_slot(burst)] == 0) {
        return NONE;
    }
    uint16_t entry = core->banks[bank].queue[direction].head;
    while (entry != NONE && core->entries[entry].burst != burst) {
        entry = core->entries[entry].next;
    }
    return entry;
}

void dram_queue_count_to(struct dram_core *core, int direction, int64_t edge)
{
    uint64_t *const sum =
        direction == READ ? &core->counters.read_queue_clocks : &core->counters.write_queue_clocks;

    *sum += core->count[direction] * (uint64_t)(edge - core->counted_to[direction]);
    core->counted_to[direction] = edge;
}

void dram_queue_enqueue(struct dram_core *core, int direction, const struct entry *content)
{
    const uint16_t index = core->free_entry;
    struct entry *const entry = &core->entries[index];
    struct bank *const bank = &core->banks[content->bank];
    struct bank_queue *const queue = &bank->queue[direction];

    if (core->count[READ] + core->count[WRITE] == 0) {
        not_before(&core->busy_to, core->now);
    }
    dram_queue_count_to(core, direction, core->now);
    core->free_entry = entry->next;
    *entry = *content;
    entry->age = core->age++;
    entry->next = NONE;
    entry->previous = queue->tail;
    if (queue->tail == NONE) {
        queue->head = index;
        core->active[direction] |= 1U << content->bank;
    } else {
        core->entries[queue->tail].next = index;
    }
    queue->tail = index;
    if (queue->hit == NONE && bank->open_row == entry->row) {
        queue->hit = index;
    }
    if (queue->head == index || queue->hit == index) {
        core->stale[direction] |= 1U << content->bank;
    }
    core->filter[direction][filter_slot(entry->burst)]++;
    core->count[direction]++;
    core->urgent[direction] += entry->qos != 0;
}

void dram_queue_dequeue(struct dram_core *core, int direction, uint16_t index)
{
    struct entry *const entry = &core->entries[index];
    struct bank_queue *const queue = &core->banks[entry->bank].queue[direction];

    dram_queue_count_to(core, direction, core->now);
    if (queue->hit == index) {
        queue->hit = dram_queue_find_row(core, entry->next, entry->row);
    }
    if (entry->previous == NONE) {
        queue->head = entry->next;
    } else {
        core->entries[entry->previous].next = entry->next;
    }
    if (entry->next == NONE) {
        queue->tail = entry->previous;
    } else {
        core->entries[entry->next].previous = entry->previous;
    }
    if (queue->head == NONE) {
        core->active[direction] &= ~(1U << entry->bank);
    }
    core->filter[direction][filter_slot(entry->burst)]--;
    core->count[direction]--;
    core->urgent[direction] -= entry->qos != 0;
    entry->next = core->free_entry;
    core->free_entry = index;
}
