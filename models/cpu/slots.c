#include "cpu/slots.h"

#include <errno.h>

int slots_init(struct slots *slots, uint32_t count)
{
    if (count == 0 || count > SLOTS_MAX) {
        return -EINVAL;
    }
    *slots = (struct slots){.count = count};
    return 0;
}

static uint32_t first_free(const struct slots *slots)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i < slots->count; i++) {
        if (slots->free_at[i] < slots->free_at[first]) {
            first = i;
        }
    }
    return first;
}

uint64_t slots_free_at(const struct slots *slots)
{
    return slots->free_at[first_free(slots)];
}

void slots_take(struct slots *slots, uint64_t until)
{
    slots->free_at[first_free(slots)] = until;
}
