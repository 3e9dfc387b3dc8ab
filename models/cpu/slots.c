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
    return slots->free_at[slots->first];
}

/* The first one's place becomes the last one's; those that are free later move up into it. */
void slots_take(struct slots *slots, uint64_t until)
{
    uint32_t place = slots->first;

    slots->first = place + 1 == slots->count ? 0 : place + 1;
    for (uint32_t others = slots->count - 1; others > 0; others--) {
        const uint32_t before = place == 0 ? slots->count - 1 : place - 1;

        if (slots->free_at[before] <= until) {
            break;
        }
        slots->free_at[place] = slots->free_at[before];
        place = before;
    }
    slots->free_at[place] = until;
}
