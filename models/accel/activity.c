#include "accel/activity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INITIAL_SEGMENTS = 16 };

const char *activity_name(enum activity what)
{
    static const char *const names[ACTIVITIES] = {
        [ACTIVITY_COMPUTE] = "compute",   [ACTIVITY_STORE] = "store",     [ACTIVITY_LOAD] = "load",
        [ACTIVITY_WAIT_OUT] = "wait_out", [ACTIVITY_WAIT_IN] = "wait_in", [ACTIVITY_IDLE] = "idle"};

    return names[what];
}

void activity_destroy(struct activity_log *log)
{
    for (int unit = 0; unit < ACTIVITY_UNITS; unit++) {
        free(log->queues[unit].segments);
    }
    memset(log, 0, sizeof(*log));
}

static struct activity_segment *head(struct activity_queue *queue)
{
    return queue->count > 0 ? &queue->segments[queue->first] : NULL;
}

/* Make the slot after the last segment usable. */
static int make_room(struct activity_queue *queue)
{
    size_t capacity = queue->capacity ? 2 * queue->capacity : INITIAL_SEGMENTS;
    struct activity_segment *segments;

    if (queue->first + queue->count < queue->capacity) {
        return 0;
    }
    if (queue->first > 0) {
        memmove(queue->segments, queue->segments + queue->first,
                queue->count * sizeof(*queue->segments));
        queue->first = 0;
        return 0;
    }
    segments = realloc(queue->segments, capacity * sizeof(*segments));
    if (!segments) {
        return -ENOMEM;
    }
    queue->segments = segments;
    queue->capacity = capacity;
    return 0;
}

int activity_add(struct activity_log *log, enum activity_unit unit, enum activity what,
                 uint64_t start_ps, uint64_t end_ps)
{
    struct activity_queue *queue = &log->queues[unit];

    if (end_ps <= start_ps) {
        return 0;
    }
    if (make_room(queue) != 0) {
        return -ENOMEM;
    }
    queue->segments[queue->first + queue->count++] =
        (struct activity_segment){start_ps, end_ps, what};
    return 0;
}

/* The activity that counts at `now_ps`; *until_ps is lowered to where that may change. */
static enum activity dominant(struct activity_log *log, uint64_t now_ps, uint64_t *until_ps)
{
    enum activity what = ACTIVITY_IDLE;

    for (int unit = 0; unit < ACTIVITY_UNITS; unit++) {
        const struct activity_segment *segment = head(&log->queues[unit]);
        uint64_t change_ps;

        if (!segment) {
            continue;
        }
        if (segment->start_ps <= now_ps && segment->what < what) {
            what = segment->what;
        }
        change_ps = segment->start_ps <= now_ps ? segment->end_ps : segment->start_ps;
        if (change_ps < *until_ps) {
            *until_ps = change_ps;
        }
    }
    return what;
}

static void drop_finished(struct activity_log *log)
{
    for (int unit = 0; unit < ACTIVITY_UNITS; unit++) {
        struct activity_queue *queue = &log->queues[unit];

        while (queue->count > 0 && head(queue)->end_ps <= log->counted_ps) {
            queue->first++;
            queue->count--;
        }
    }
}

void activity_count(struct activity_log *log, uint64_t until_ps)
{
    drop_finished(log);
    while (log->counted_ps < until_ps) {
        uint64_t next_ps = until_ps;
        enum activity what = dominant(log, log->counted_ps, &next_ps);

        log->total_ps[what] += next_ps - log->counted_ps;
        trace_state(log->track, activity_name(what), log->counted_ps, next_ps);
        log->counted_ps = next_ps;
        drop_finished(log);
    }
}
