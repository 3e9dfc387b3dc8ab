/* What a command does once it issues: to the banks, the queues, the counters. */
#include "dram/dram_core_internal.h"

static enum dram_power_state power_state(const struct dram_core *core)
{
    if (core->powered_down) {
        return core->open_banks != 0 ? DRAM_ACTIVE_POWERDOWN : DRAM_PRECHARGED_POWERDOWN;
    }
    return core->open_banks != 0 ? DRAM_ACTIVE : DRAM_PRECHARGED;
}

void dram_command_account_state(struct dram_core *core, int64_t edge)
{
    const uint64_t clocks = (uint64_t)(edge - core->state_since);

    core->counters.state_clocks[core->power_state] += clocks;
    core->counters.energy.background_fj += clocks * core->costs.clock[core->power_state];
    core->state_since = edge;
    core->power_state = power_state(core);
}

void dram_command_close_bank(struct dram_core *core, uint32_t index)
{
    struct bank *const bank = &core->banks[index];

    bank->open_row = -1;
    bank->overtaken = 0;
    bank->queue[READ].hit = NONE;
    bank->queue[WRITE].hit = NONE;
    core->open_banks &= ~(1U << index);
    core->stale[READ] |= 1U << index;
    core->stale[WRITE] |= 1U << index;
}

void dram_command_open_row(struct dram_core *core, uint32_t index, uint32_t row, uint8_t traffic)
{
    struct bank *const bank = &core->banks[index];

    bank->open_row = row;
    bank->overtaken = 0;
    bank->opened = bank->closed_for_row ? OPENED_CONFLICT : OPENED_MISS;
    bank->closed_for_row = false;
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        bank->queue[direction].hit = dram_queue_find_row(core, bank->queue[direction].head, row);
    }
    core->open_banks |= 1U << index;
    core->counters.activates++;
    core->counters.classes[traffic].activates++;
    core->counters.energy.activate_fj += core->costs.activate;
}

static void activate(struct dram_core *core, const struct choice *choice)
{
    const struct entry *const entry = &core->entries[choice->entry];

    dram_command_open_row(core, choice->bank, entry->row, entry->traffic);
}

static void precharge(struct dram_core *core, const struct choice *choice)
{
    dram_command_close_bank(core, choice->bank);
    core->banks[choice->bank].closed_for_row = choice->entry != NONE;
    core->counters.precharges++;
}

static void precharge_all(struct dram_core *core)
{
    while (core->open_banks != 0) {
        const uint32_t bank = (uint32_t)__builtin_ctz(core->open_banks);
        dram_command_close_bank(core, bank);
        core->banks[bank].closed_for_row = false;
        core->counters.precharges++;
    }
}

static void refresh(struct dram_core *core, bool per_bank)
{
    core->refresh_owed--;
    core->refreshing = false;
    core->counters.refreshes++;
    core->counters.energy.refresh_fj += core->costs.refresh;
    if (per_bank) {
        core->refresh_bank =
            core->refresh_bank + 1 == core->bank_count ? 0 : core->refresh_bank + 1;
    }
}

static void count_row_use(struct dram_core *core, struct bank *bank,
                          struct dram_class_counters *of_class, uint32_t columns)
{
    const uint32_t hits = bank->opened == OPENED_SERVED ? columns : columns - 1;

    of_class->columns += columns;
    of_class->row_hits += hits;
    core->counters.row_hits += hits;
    switch ((enum opened)bank->opened) {
    case OPENED_SERVED:
        break;
    case OPENED_MISS:
        core->counters.row_misses++;
        of_class->row_misses++;
        break;
    case OPENED_CONFLICT:
        core->counters.row_conflicts++;
        of_class->row_conflicts++;
        break;
    }
    bank->opened = OPENED_SERVED;
}

static void count_data(struct dram_core *core, int direction, int64_t end, uint32_t columns)
{
    const uint64_t bytes = (uint64_t)columns << core->burst_shift;

    if (direction == READ) {
        core->counters.reads += columns;
        core->counters.bus_read_bytes += bytes;
        core->counters.energy.read_fj += columns * core->costs.read;
    } else {
        core->counters.writes += columns;
        core->counters.bus_written_bytes += bytes;
        core->counters.energy.write_fj += columns * core->costs.write;
    }
    if (end > core->busy_to) {
        core->counters.busy_clocks += (uint64_t)(end - core->busy_to);
        core->busy_to = end;
    }
}

void dram_command_count_columns(struct dram_core *core, int direction, uint32_t bank,
                                uint8_t traffic, int64_t end, uint32_t columns)
{
    count_row_use(core, &core->banks[bank], &core->counters.classes[traffic], columns);
    count_data(core, direction, end, columns);
}

/* How often has the oldest been passed over? In its bank, and, with QoS, in the whole queue. */
static void count_overtaking(struct dram_core *core, const struct choice *choice, int direction)
{
    struct bank *const bank = &core->banks[choice->bank];
    const uint64_t age = core->entries[choice->entry].age;
    bool oldest = bank->queue[direction].head == choice->entry;

    bank->overtaken = oldest ? 0 : bank->overtaken + 1;
    if (core->urgent[direction] == 0 && core->overtaken[direction] == 0) {
        return;
    }
    for (uint32_t banks = core->active[direction]; banks != 0; banks &= banks - 1) {
        const uint16_t head = core->banks[__builtin_ctz(banks)].queue[direction].head;
        oldest = oldest && core->entries[head].age >= age;
    }
    core->overtaken[direction] = oldest ? 0 : core->overtaken[direction] + 1;
    core->stale[direction] = ~0U;
}

static void column(struct dram_core *core, const struct choice *choice)
{
    const int direction = choice->command == DRAM_RD || choice->command == DRAM_RDA ? READ : WRITE;
    const struct entry *const entry = &core->entries[choice->entry];
    const int64_t end =
        choice->edge + (direction == READ ? core->timing.read_end : core->timing.write_end);

    count_overtaking(core, choice, direction);
    if (core->count[direction] == core->capacity_of[direction]) {
        not_before(&core->ports[direction].next_edge, choice->edge + 1);
    }
    dram_queue_dequeue(core, direction, choice->entry);
    dram_port_plan_admission(core, direction);
    if (core->count[READ] == 0) {
        core->reads_since = choice->edge;
    }
    dram_command_count_columns(core, direction, choice->bank, entry->traffic, end, 1);
    if (choice->command == DRAM_RDA || choice->command == DRAM_WRA) {
        dram_command_close_bank(core, choice->bank);
        core->counters.precharges++;
    }
    if (direction == READ) {
        dram_port_finish_burst(core, entry->request, dram_port_read_done_ps(core, choice->edge));
        dram_port_unblock(core, choice->bank, entry->burst, choice->edge);
    }
}

static void notify_observer(struct dram_core *core, const struct choice *choice)
{
    struct dram_command_event event = {.edge = (uint64_t)choice->edge,
                                       .command = (enum dram_command)choice->command,
                                       .bank = choice->bank};

    if (choice->entry != NONE) {
        event.row = core->entries[choice->entry].row;
        event.address = core->entries[choice->entry].burst << core->burst_shift;
    }
    core->observer(core->observer_context, &event);
}

static void carry_out(struct dram_core *core, const struct choice *choice)
{
    switch ((enum dram_command)choice->command) {
    case DRAM_ACT:
        activate(core, choice);
        break;
    case DRAM_PRE:
        precharge(core, choice);
        break;
    case DRAM_PREA:
        precharge_all(core);
        break;
    case DRAM_REF:
    case DRAM_REFPB:
        refresh(core, choice->command == DRAM_REFPB);
        break;
    case DRAM_PDE:
        core->powered_down = true;
        core->counters.powerdowns++;
        break;
    case DRAM_PDX:
        core->powered_down = false;
        break;
    default:
        column(core, choice);
        break;
    }
}

void dram_command_issue(struct dram_core *core)
{
    const struct choice *const choice = &core->choice;

    core->choice_valid = false;
    core->now = choice->edge;
    core->last_command = choice->edge;
    core->stale[READ] |= 1U << choice->bank;
    core->stale[WRITE] |= 1U << choice->bank;
    if (core->observer != NULL) {
        notify_observer(core, choice);
    }
    dram_timing_issue(&core->timing, choice->command, choice->bank, choice->edge);
    carry_out(core, choice);
    if (power_state(core) != core->power_state) {
        dram_command_account_state(core, choice->edge);
    }
}
