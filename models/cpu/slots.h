/* A fixed number of places, each taken until a time: line fill buffers, writes on the bus. */
#ifndef ZEROSTAGE_CPU_SLOTS_H
#define ZEROSTAGE_CPU_SLOTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SLOTS_MAX = 32 };

struct slots {
    uint32_t count, first;
    uint64_t free_at[SLOTS_MAX]; /* a ring in order of time, from `first` on */
};

/* -EINVAL: none, or more than SLOTS_MAX. */
int slots_init(struct slots *slots, uint32_t count);

/* When the first of them is free; in the past where one is free now. */
uint64_t slots_free_at(const struct slots *slots);

/* Take the one that is free first until then. */
void slots_take(struct slots *slots, uint64_t until);

#ifdef __cplusplus
}
#endif
#endif
