#include "dram/dram_timing.h"

#include "dram/dram_message.h"

#include <errno.h>
#include <string.h>

static void not_before(int64_t *edge, int64_t earliest)
{
    if (*edge < earliest) {
        *edge = earliest;
    }
}

static void apply_windows(struct dram_timing_state *timing, uint32_t command, int64_t edge)
{
    for (uint32_t i = 0; i < timing->window_count; i++) {
        struct dram_window *const window = &timing->windows[i];

        if (!(window->preceding >> command & 1)) {
            continue;
        }
        window->edges[window->at] = edge;
        window->at = window->at + 1 == window->size ? 0 : window->at + 1;
        const int64_t earliest = window->edges[window->at] + window->delay;
        for (uint32_t following = 0; following < DRAM_COMMANDS; following++) {
            if (window->following >> following & 1) {
                not_before(&timing->rank[following], earliest);
            }
        }
    }
}

static void push_back(int64_t *earliest, const struct dram_rules *rules, int64_t edge)
{
    for (uint32_t i = 0; i < rules->count; i++) {
        not_before(&earliest[rules->rules[i].following], edge + rules->rules[i].delay);
    }
}

void dram_timing_issue(struct dram_timing_state *timing, uint32_t command, uint32_t bank,
                       int64_t edge)
{
    const struct dram_rules *const after = timing->after[command];

    push_back(timing->bank[bank], &after[DRAM_BANK], edge);
    push_back(timing->group[bank >> timing->groups_shift], &after[DRAM_BANK_GROUP], edge);
    push_back(timing->rank, &after[DRAM_RANK], edge);
    apply_windows(timing, command, edge);
    timing->bus_free = edge + timing->command_clocks[command];
}

static void add_rule(struct dram_rules *rules, uint32_t following, int32_t delay)
{
    for (uint32_t i = 0; i < rules->count; i++) {
        struct dram_rule *const rule = &rules->rules[i];
        if (rule->following == following) {
            rule->delay = rule->delay > delay ? rule->delay : (int16_t)delay;
            return;
        }
    }
    rules->rules[rules->count++] = (struct dram_rule){(uint16_t)following, (int16_t)delay};
}

static void add_constraint(struct dram_timing_state *timing,
                           const struct dram_constraint *constraint, int32_t delay)
{
    for (uint32_t preceding = 0; preceding < DRAM_COMMANDS; preceding++) {
        for (uint32_t following = 0; following < DRAM_COMMANDS; following++) {
            if (constraint->preceding >> preceding & 1 && constraint->following >> following & 1) {
                add_rule(&timing->after[preceding][constraint->level], following, delay);
            }
        }
    }
}

static int add_window(struct dram_timing_state *timing, const struct dram_constraint *constraint,
                      int32_t delay)
{
    if (timing->window_count == DRAM_MAX_WINDOWS || constraint->window > DRAM_MAX_WINDOW ||
        constraint->level != DRAM_RANK) {
        return -EINVAL;
    }
    struct dram_window *const window = &timing->windows[timing->window_count++];
    window->preceding = constraint->preceding;
    window->following = constraint->following;
    window->delay = delay;
    window->size = constraint->window;
    for (uint32_t i = 0; i < DRAM_MAX_WINDOW; i++) {
        window->edges[i] = INT32_MIN; /* long before the first edge */
    }
    return 0;
}

/* The same bank is in the same group and rank, so the longest delay of the three counts. */
static void sum_up_in_bank(struct dram_timing_state *timing, uint32_t preceding)
{
    int16_t *const delays = timing->in_bank[preceding];

    for (uint32_t following = 0; following < DRAM_COMMANDS; following++) {
        delays[following] = timing->command_clocks[preceding];
    }
    for (int level = 0; level < DRAM_LEVELS; level++) {
        const struct dram_rules *const rules = &timing->after[preceding][level];
        for (uint32_t i = 0; i < rules->count; i++) {
            const struct dram_rule *const rule = &rules->rules[i];
            if (delays[rule->following] < rule->delay) {
                delays[rule->following] = rule->delay;
            }
        }
    }
}

static int end_of_data(const char *expression, const uint32_t *clocks, int64_t *end)
{
    int32_t latency = 0;
    const int status = dram_latency(expression, clocks, &latency);

    *end = latency;
    return status;
}

int dram_timing_init(struct dram_timing_state *timing, const struct dram_device *device,
                     char *error, size_t error_bytes)
{
    const struct dram_standard_rules *const standard = dram_standard(device->standard);

    memset(timing, 0, sizeof *timing);
    dram_device_clocks(device, timing->clocks);
    timing->groups_shift = (uint32_t)__builtin_ctz(device->banks_per_group);
    memcpy(timing->command_clocks, standard->command_clocks, sizeof timing->command_clocks);
    int status = end_of_data(standard->read_end, timing->clocks, &timing->read_end);
    if (status == 0) {
        status = end_of_data(standard->write_end, timing->clocks, &timing->write_end);
    }
    for (size_t i = 0; status == 0 && i < standard->count; i++) {
        const struct dram_constraint *const constraint = &standard->constraints[i];
        int32_t delay = 0;

        status = dram_latency(constraint->latency, timing->clocks, &delay);
        if (status == 0 && (delay > INT16_MAX || delay < INT16_MIN)) {
            status = -EINVAL;
        }
        if (status == 0 && constraint->window > 1) {
            status = add_window(timing, constraint, delay);
        } else if (status == 0) {
            add_constraint(timing, constraint, delay);
        }
        if (status != 0) {
            return dram_mistake(error, error_bytes, "%s constraint \"%s\" is out of range",
                                standard->name, constraint->latency);
        }
    }
    for (uint32_t command = 0; command < DRAM_COMMANDS; command++) {
        sum_up_in_bank(timing, command);
    }
    return status;
}
