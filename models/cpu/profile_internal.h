#ifndef ZEROSTAGE_CPU_PROFILE_INTERNAL_H
#define ZEROSTAGE_CPU_PROFILE_INTERNAL_H

#include "cpu/profile.h"

struct profile_frame {
    uint32_t function;
    uint32_t edge; /* the call that opened it */
    struct profile_costs entered;
};

struct profile {
    struct profile_function *functions;
    uint32_t function_count, function_room;
    struct profile_edge *edges;
    uint32_t edge_count, edge_room;
    uint32_t *edge_slots; /* hash table: edge + 1, or 0 */
    uint32_t slot_count;  /* a power of two */
    struct profile_frame *frames;
    uint32_t depth, frame_room;
    struct profile_costs start, last;
};

#endif
