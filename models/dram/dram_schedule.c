/* Which command issues next, and when: FCFS or FR-FCFS over the banks that have something to do. */
#include "dram/dram_core_internal.h"

void dram_schedule_turn(struct dram_core *core, int direction)
{
    core->mode = (uint8_t)direction;
    core->counters.write_drains += direction == WRITE;
}

/* Writes wait until there are many, or no read has been queued for a while; then go in a row. */
static void choose_mode(struct dram_core *core)
{
    const uint32_t reads = core->count[READ];
    const uint32_t writes = core->count[WRITE];
    const int64_t idle_edge = core->reads_since + core->config.write_idle_clocks;

    if (core->mode == READ && writes != 0) {
        if (writes >= core->config.write_high || (reads == 0 && core->now >= idle_edge)) {
            dram_schedule_turn(core, WRITE);
        } else if (reads == 0) {
            core->due[EVENT_MODE] = idle_edge;
        }
    } else if (core->mode == WRITE && reads != 0 && writes <= core->config.write_low) {
        dram_schedule_turn(core, READ);
    }
}

/* Is the next burst at a port for this row? */
static bool wanted_at_port(const struct dram_core *core, uint32_t bank, uint32_t row)
{
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        const uint16_t head = core->ports[direction].head;
        if (head != NONE) {
            const struct entry next = dram_port_next_burst(core, &core->requests[head], head);
            if (next.bank == bank && next.row == row) {
                return true;
            }
        }
    }
    return false;
}

static bool other_row_wanted(const struct dram_core *core, const struct entry *entry)
{
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        uint16_t at = core->banks[entry->bank].queue[direction].head;
        for (; at != NONE; at = core->entries[at].next) {
            if (core->entries[at].row != entry->row) {
                return true;
            }
        }
    }
    return false;
}

/* Should the column command to this entry close the row? */
static bool auto_precharge(const struct dram_core *core, int direction, uint16_t index)
{
    const struct entry *const entry = &core->entries[index];
    const struct bank *const bank = &core->banks[entry->bank];
    const uint16_t first = bank->queue[direction].hit;
    const uint16_t second = first == index ? entry->next : first;

    if (core->config.page_policy == DRAM_OPEN_PAGE ||
        dram_queue_find_row(core, second, entry->row) != NONE ||
        bank->queue[direction == READ ? WRITE : READ].hit != NONE ||
        wanted_at_port(core, entry->bank, entry->row)) {
        return false;
    }
    return core->config.page_policy == DRAM_CLOSED_PAGE || other_row_wanted(core, entry);
}

static uint8_t column_command(const struct dram_core *core, int direction, uint16_t entry)
{
    const bool precharge = auto_precharge(core, direction, entry);

    if (direction == READ) {
        return precharge ? DRAM_RDA : DRAM_RD;
    }
    return precharge ? DRAM_WRA : DRAM_WR;
}

/* Must the oldest request go next, whatever would be quicker? */
static bool in_order(const struct dram_core *core, const struct bank *bank, int direction)
{
    const uint32_t cap = core->config.starvation_cap;

    return core->config.scheduler == DRAM_FCFS ||
           (cap != 0 && (bank->overtaken >= cap || core->overtaken[direction] >= cap));
}

/* With QoS in play: the oldest of a bank's most urgent entries, and the oldest hit among them. */
static void most_urgent(const struct dram_core *core, const struct bank *bank, int direction,
                        uint16_t *oldest, uint16_t *hit)
{
    *oldest = bank->queue[direction].head;
    *hit = NONE;
    for (uint16_t at = *oldest; at != NONE; at = core->entries[at].next) {
        const struct entry *const entry = &core->entries[at];

        if (entry->qos > core->entries[*oldest].qos) {
            *oldest = at;
            *hit = NONE;
        }
        if (*hit == NONE && entry->qos == core->entries[*oldest].qos &&
            entry->row == bank->open_row) {
            *hit = at;
        }
    }
}

/* What one bank would do next: a column command for a hit, or make way for the oldest entry. */
static void choose_in_bank(struct dram_core *core, int direction, uint32_t index)
{
    struct bank *const bank = &core->banks[index];
    struct choice *const choice = &bank->choice[direction];
    uint16_t oldest = bank->queue[direction].head;
    uint16_t hit = bank->queue[direction].hit;

    if (in_order(core, bank, direction)) {
        hit = hit == oldest ? hit : NONE;
    } else if (core->urgent[direction] != 0) {
        most_urgent(core, bank, direction, &oldest, &hit);
    }
    choice->bank = index;
    choice->column = bank->open_row >= 0 && hit != NONE;
    choice->entry = choice->column ? hit : oldest;
    if (choice->column) {
        choice->command = column_command(core, direction, hit);
    } else {
        choice->command = bank->open_row < 0 ? DRAM_ACT : DRAM_PRE;
    }
    choice->age = core->entries[choice->entry].age;
    choice->qos = core->entries[choice->entry].qos;
    choice->edge = core->timing.bank[index][choice->command];
}

static void refresh_stale_choices(struct dram_core *core, int direction, uint32_t banks)
{
    uint32_t stale = banks;

    if (core->config.page_policy == DRAM_OPEN_PAGE && core->urgent[direction] == 0 &&
        core->overtaken[direction] == 0) {
        stale &= core->stale[direction];
    }
    core->stale[direction] &= ~stale;
    for (; stale != 0; stale &= stale - 1) {
        choose_in_bank(core, direction, (uint32_t)__builtin_ctz(stale));
    }
}

static uint32_t oldest_bank(const struct dram_core *core, int direction)
{
    uint32_t oldest = 0;
    uint64_t age = UINT64_MAX;

    for (uint32_t banks = core->active[direction]; banks != 0; banks &= banks - 1) {
        const uint32_t bank = (uint32_t)__builtin_ctz(banks);
        const uint64_t head_age = core->entries[core->banks[bank].queue[direction].head].age;
        if (head_age < age) {
            age = head_age;
            oldest = bank;
        }
    }
    return oldest;
}

/* At the same edge: the more urgent, then column commands, then the older. */
static bool better(const struct choice *a, int64_t edge, const struct choice *b, int64_t b_edge)
{
    if (edge != b_edge) {
        return edge < b_edge;
    }
    if (a->qos != b->qos) {
        return a->qos > b->qos;
    }
    if (a->column != b->column) {
        return a->column;
    }
    return a->age < b->age;
}

static void choose_among(struct dram_core *core, uint32_t banks, struct choice *best)
{
    const struct dram_timing_state *const timing = &core->timing;
    const int direction = core->mode;
    const int64_t floor = core->now > timing->bus_free ? core->now : timing->bus_free;
    const struct choice *leader = best;
    int64_t leader_edge = best->edge;

    refresh_stale_choices(core, direction, banks);
    for (; banks != 0; banks &= banks - 1) {
        const struct choice *const choice = &core->banks[__builtin_ctz(banks)].choice[direction];
        int64_t edge = floor;

        not_before(&edge, choice->edge);
        not_before(&edge, timing->group[choice->bank >> timing->groups_shift][choice->command]);
        not_before(&edge, timing->rank[choice->command]);
        if (better(choice, edge, leader, leader_edge)) {
            leader = choice;
            leader_edge = edge;
        }
    }
    if (leader != best) {
        *best = *leader;
        best->edge = leader_edge;
    }
}

static struct choice without_entry(const struct dram_core *core, uint32_t command, uint32_t bank)
{
    struct choice choice = {.bank = bank, .entry = NONE, .command = (uint8_t)command, .qos = 255};

    choice.edge = dram_timing_earliest(&core->timing, command, bank);
    not_before(&choice.edge, core->now);
    return choice;
}

/* Returns the banks that may work on; a per-bank refresh takes one away. */
static uint32_t choose_refresh(struct dram_core *core, struct choice *best)
{
    if (core->config.refresh == DRAM_REFRESH_PER_BANK) {
        const uint32_t bank = core->refresh_bank;
        *best = without_entry(core, core->banks[bank].open_row >= 0 ? DRAM_PRE : DRAM_REFPB, bank);
        return ~(1U << bank);
    }
    *best = without_entry(core, core->open_banks != 0 ? DRAM_PREA : DRAM_REF, 0);
    return 0;
}

static void choose_powerdown(struct dram_core *core, struct choice *best)
{
    if (core->config.powerdown_clocks != 0) {
        *best = without_entry(core, DRAM_PDE, 0);
        not_before(&best->edge, core->last_command + core->config.powerdown_clocks);
    }
}

/* Do the mode, a policy or a refresh make more of an arrival than one bank's business? */
static bool arrival_changes_all(const struct dram_core *core, int direction)
{
    if (core->config.page_policy != DRAM_OPEN_PAGE || core->config.scheduler != DRAM_FR_FCFS ||
        core->refreshing || core->powered_down || core->due[EVENT_MODE] != NEVER ||
        core->count[READ] + core->count[WRITE] == 1 ||
        core->urgent[direction] + core->overtaken[direction] != 0) {
        return true;
    }
    if (direction == WRITE) {
        return core->mode == READ &&
               (core->count[READ] == 0 || core->count[WRITE] >= core->config.write_high);
    }
    return core->mode == WRITE && core->count[WRITE] <= core->config.write_low;
}

void dram_schedule_arrival(struct dram_core *core, int direction, uint32_t bank)
{
    const struct choice *const choice = &core->banks[bank].choice[direction];
    const struct choice *const best = &core->choice;

    if (!core->choice_valid || arrival_changes_all(core, direction)) {
        core->choice_valid = false;
        return;
    }
    if (direction != core->mode || !(core->stale[direction] >> bank & 1)) {
        return;
    }
    if (core->choice.bank == bank && core->choice.edge != NEVER) {
        choose_in_bank(core, direction, bank);
        core->stale[direction] &= ~(1U << bank);
        core->choice_valid = choice->command == best->command && choice->entry == best->entry;
        return;
    }
    choose_among(core, 1U << bank, &core->choice);
}

void dram_schedule_choose(struct dram_core *core)
{
    const bool idle = core->count[READ] + core->count[WRITE] == 0;
    struct choice *const best = &core->choice;
    uint32_t banks = ~0U;

    core->choice_valid = true;
    core->due[EVENT_MODE] = NEVER;
    best->edge = NEVER;
    if (core->refresh_owed != 0 && (idle || core->refresh_owed > core->config.refresh_postpone)) {
        core->refreshing = true;
    }
    if (core->powered_down) {
        if (!idle || core->refreshing) {
            *best = without_entry(core, DRAM_PDX, 0);
        }
        return;
    }
    if (core->refreshing) {
        banks = choose_refresh(core, best);
        if (banks == 0) {
            return;
        }
    } else if (idle) {
        choose_powerdown(core, best);
        return;
    }
    choose_mode(core);
    banks &= core->active[core->mode];
    if (core->config.scheduler == DRAM_FCFS ||
        (core->config.starvation_cap != 0 &&
         core->overtaken[core->mode] >= core->config.starvation_cap)) {
        banks &= 1U << oldest_bank(core, core->mode);
    }
    choose_among(core, banks, best);
}
