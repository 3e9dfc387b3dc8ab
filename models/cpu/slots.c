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

uint64_t slots_free_at(const struct slots *slots)
{
    return slots->free_at[0];
}

void slots_take(struct slots *slots, uint64_t until)
{
    uint32_t place = 0;

    for (; place + 1 < slots->count && slots->free_at[place + 1] < until; place++) {
        slots->free_at[place] = slots->free_at[place + 1];
    }
    slots->free_at[place] = until;
}
