#include "cpu/miss_window.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void forget_done(struct miss_window *window, uint64_t now)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < window->count; i++) {
        if (window->loads[i].done > now) {
            window->loads[kept++] = window->loads[i];
        }
    }
    window->count = kept;
}

static void use_up(struct miss_window *window, uint64_t units)
{
    for (uint32_t i = 0; i < window->count; i++) {
        window->loads[i].left -= smaller(window->loads[i].left, units);
    }
}

void miss_window_add(struct miss_window *window, uint64_t done, uint64_t access, bool from_memory)
{
    window->loads[window->count++] =
        (struct missed_load){.done = done,
                             .access = access,
                             .left = (uint64_t)window->cycles * window->units_a_cycle,
                             .from_memory = from_memory};
}

const struct missed_load *miss_window_stops(struct miss_window *window, uint64_t now,
                                            uint64_t access)
{
    forget_done(window, now);
    if (window->count == 0 || access - window->loads[0].access <= window->cycles) {
        return NULL;
    }
    return &window->loads[0];
}

void miss_window_stopped(struct miss_window *window, uint64_t units)
{
    if (window->count > 0) {
        const uint64_t executed = smaller(window->loads[0].left, units);

        use_up(window, executed);
        window->hidden += executed;
    }
}

uint64_t miss_window_execute(struct miss_window *window, uint64_t now, uint64_t *instructions)
{
    *instructions -= smaller(*instructions, window->hidden);
    window->hidden = 0;
    for (;;) {
        uint64_t executed = *instructions;

        forget_done(window, now);
        if (window->count > 0) {
            executed = smaller(executed, window->loads[0].left);
        }
        use_up(window, executed);
        now += executed;
        *instructions -= executed;
        if (*instructions == 0 || window->loads[0].done > now) {
            return now;
        }
    }
}
