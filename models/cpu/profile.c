#include "cpu/profile_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OUTSIDE = 0, FIRST_SLOTS = 256, FIRST_ROOM = 64 };

static void add_difference(struct profile_costs *sum, const struct profile_costs *from,
                           const struct profile_costs *to)
{
    for (int i = 0; i < PROFILE_COSTS; i++) {
        sum->of[i] += to->of[i] - from->of[i];
    }
}

/* Room for one more; the array may move. */
static int make_room(void **array, uint32_t count, uint32_t *room, size_t item_bytes)
{
    if (count < *room) {
        return 0;
    }
    const uint32_t wanted = *room == 0 ? FIRST_ROOM : 2 * *room;
    void *const larger = realloc(*array, wanted * item_bytes);

    if (larger == NULL) {
        return -ENOMEM;
    }
    *array = larger;
    *room = wanted;
    return 0;
}

struct profile *profile_create(void)
{
    struct profile *const profile = calloc(1, sizeof(*profile));

    if (profile == NULL) {
        return NULL;
    }
    profile->slot_count = FIRST_SLOTS;
    profile->edge_slots = calloc(FIRST_SLOTS, sizeof(*profile->edge_slots));
    if (profile->edge_slots == NULL || profile_add_function(profile, "(outside)") != OUTSIDE) {
        profile_destroy(profile);
        return NULL;
    }
    return profile;
}

void profile_destroy(struct profile *profile)
{
    if (profile == NULL) {
        return;
    }
    for (uint32_t i = 0; i < profile->function_count; i++) {
        free(profile->functions[i].name);
    }
    free(profile->functions);
    free(profile->edges);
    free(profile->edge_slots);
    free(profile->frames);
    free(profile);
}

int64_t profile_add_function(struct profile *profile, const char *name)
{
    const size_t bytes = strlen(name) + 1;
    char *const copy = malloc(bytes);

    if (copy == NULL || make_room((void **)&profile->functions, profile->function_count,
                                  &profile->function_room, sizeof(*profile->functions)) != 0) {
        free(copy);
        return -ENOMEM;
    }
    memcpy(copy, name, bytes);
    profile->functions[profile->function_count] = (struct profile_function){.name = copy};
    return profile->function_count++;
}

/* --- edges --- */

static uint32_t first_slot(const struct profile *profile, uint32_t caller, uint32_t callee)
{
    const uint64_t key = (uint64_t)caller << 32 | callee;

    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (profile->slot_count - 1);
}

/* The slot of an edge, or the free one where it belongs. */
static uint32_t *find_slot(struct profile *profile, uint32_t caller, uint32_t callee)
{
    uint32_t at = first_slot(profile, caller, callee);

    while (profile->edge_slots[at] != 0) {
        const struct profile_edge *const edge = &profile->edges[profile->edge_slots[at] - 1];

        if (edge->caller == caller && edge->callee == callee) {
            break;
        }
        at = (at + 1) & (profile->slot_count - 1);
    }
    return &profile->edge_slots[at];
}

static int grow_slots(struct profile *profile)
{
    uint32_t *const slots = calloc((size_t)profile->slot_count * 2, sizeof(*slots));

    if (slots == NULL) {
        return -ENOMEM;
    }
    free(profile->edge_slots);
    profile->edge_slots = slots;
    profile->slot_count *= 2;
    for (uint32_t i = 0; i < profile->edge_count; i++) {
        *find_slot(profile, profile->edges[i].caller, profile->edges[i].callee) = i + 1;
    }
    return 0;
}

static int find_edge(struct profile *profile, uint32_t caller, uint32_t callee, uint32_t *edge)
{
    uint32_t *slot = find_slot(profile, caller, callee);

    if (*slot == 0) {
        if (2 * (profile->edge_count + 1) > profile->slot_count && grow_slots(profile) != 0) {
            return -ENOMEM;
        }
        if (make_room((void **)&profile->edges, profile->edge_count, &profile->edge_room,
                      sizeof(*profile->edges)) != 0) {
            return -ENOMEM;
        }
        slot = find_slot(profile, caller, callee);
        profile->edges[profile->edge_count] =
            (struct profile_edge){.caller = caller, .callee = callee};
        *slot = ++profile->edge_count;
    }
    *edge = *slot - 1;
    return 0;
}

/* --- sampling --- */

static uint32_t running(const struct profile *profile)
{
    return profile->depth == 0 ? OUTSIDE : profile->frames[profile->depth - 1].function;
}

static void account(struct profile *profile, const struct profile_costs *now)
{
    add_difference(&profile->functions[running(profile)].self, &profile->last, now);
    profile->last = *now;
}

void profile_start(struct profile *profile, const struct profile_costs *now)
{
    profile->start = *now;
    profile->last = *now;
}

int profile_enter(struct profile *profile, uint32_t function, const struct profile_costs *now)
{
    struct profile_frame frame = {.function = function, .entered = *now};

    account(profile, now);
    if (find_edge(profile, running(profile), function, &frame.edge) != 0 ||
        make_room((void **)&profile->frames, profile->depth, &profile->frame_room,
                  sizeof(*profile->frames)) != 0) {
        return -ENOMEM;
    }
    profile->edges[frame.edge].calls++;
    profile->functions[function].calls++;
    profile->functions[function].active++;
    profile->frames[profile->depth++] = frame;
    return 0;
}

int profile_leave(struct profile *profile, const struct profile_costs *now)
{
    account(profile, now);
    if (profile->depth == 0) {
        return -EINVAL;
    }
    const struct profile_frame *const frame = &profile->frames[--profile->depth];
    struct profile_function *const function = &profile->functions[frame->function];

    add_difference(&profile->edges[frame->edge].inclusive, &frame->entered, now);
    function->active--;
    if (function->active == 0) {
        add_difference(&function->inclusive, &frame->entered, now);
    }
    return 0;
}

int profile_finish(struct profile *profile, const struct profile_costs *now)
{
    while (profile->depth > 0) {
        const int error = profile_leave(profile, now);

        if (error != 0) {
            return error;
        }
    }
    account(profile, now);
    add_difference(&profile->functions[OUTSIDE].inclusive, &profile->start, now);
    return 0;
}

const struct profile_function *profile_functions(const struct profile *profile, uint32_t *count)
{
    *count = profile->function_count;
    return profile->functions;
}

const struct profile_edge *profile_edges(const struct profile *profile, uint32_t *count)
{
    *count = profile->edge_count;
    return profile->edges;
}

struct profile_costs profile_totals(const struct profile *profile)
{
    struct profile_costs totals = {{0}};

    add_difference(&totals, &profile->start, &profile->last);
    return totals;
}
