#include "dram/dram_core.h"

#include "dram/dram_mapping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ, WRITE, DIRECTIONS };
enum { NONE = 0xffff, MAX_BANKS = 32, MAX_QUEUE = 1024, MAX_WINDOW = 8, MAX_WINDOWS = 4 };
enum { FILTER_SLOTS = 256 };

#define NEVER INT64_MAX

/* A burst in a queue; entries of one bank and direction form a list, oldest first. */
struct entry {
    uint64_t burst; /* address / burst bytes */
    uint64_t mask;  /* bytes wanted, one bit each */
    uint64_t age;   /* order of entering */
    uint32_t row;
    uint16_t request;
    uint16_t next, previous;
    uint8_t bank, group;
};

struct bank_queue {
    uint16_t head, tail;
    uint16_t hit; /* oldest entry to the open row */
};

enum opened { OPENED_SERVED, OPENED_MISS, OPENED_CONFLICT };

struct bank {
    int64_t next[DRAM_COMMANDS]; /* earliest edge of each command */
    int64_t open_row;            /* -1: precharged */
    struct bank_queue queue[DIRECTIONS];
    uint32_t overtaken; /* hits issued while an older request waited */
    uint8_t group;
    uint8_t opened;      /* enum opened: what the first column command after the ACT counts as */
    bool closed_for_row; /* precharged to open another row */
};

struct request {
    uint64_t tag;
    uint64_t submitted_ps, done_ps;
    uint64_t cursor; /* next byte to offer */
    uint32_t bytes;  /* not yet offered */
    uint32_t bursts; /* in the queue, or offered and not decided */
    uint16_t next;   /* in its port, or in the free list */
    bool write;
};

/* Requests whose bursts are not all in the queue. */
struct port {
    uint16_t head, tail;
    int64_t next_edge;      /* earliest edge for the next burst */
    int64_t last_edge;      /* of the last burst that entered */
    uint64_t blocked_burst; /* a write waits for the queued reads of its burst */
    bool blocked;
};

struct rule {
    uint8_t level, following;
    int32_t delay;
};

struct rules {
    struct rule *rules;
    uint32_t count;
};

/* Counts over the last `size` commands of a set: tFAW. */
struct window {
    uint32_t preceding, following; /* command sets */
    int32_t delay;
    uint32_t size, at;
    int64_t edges[MAX_WINDOW];
};

struct choice {
    int64_t edge;
    uint64_t age;
    uint32_t bank;
    uint16_t entry;
    uint8_t command;
    bool column;
};

struct dram_core {
    struct dram_core_config config;
    struct dram_mapping mapping;
    uint32_t clocks[DRAM_TIMING_COUNT];
    uint32_t burst_shift;
    uint64_t capacity;

    int64_t now;      /* edge of the last event */
    int64_t run_to;   /* everything up to this edge is decided */
    int64_t bus_free; /* command bus */
    struct bank banks[MAX_BANKS];
    int64_t group_next[MAX_BANKS][DRAM_COMMANDS];
    int64_t rank_next[DRAM_COMMANDS];
    uint32_t open_banks;         /* bit set */
    uint32_t active[DIRECTIONS]; /* bit set: banks with queued bursts */
    struct rules after[DRAM_COMMANDS];
    struct window windows[MAX_WINDOWS];
    uint32_t window_count;

    struct entry *entries;
    uint16_t free_entry;
    uint32_t count[DIRECTIONS], capacity_of[DIRECTIONS];
    uint8_t filter[DIRECTIONS][FILTER_SLOTS]; /* queued bursts by hash: skips most searches */
    uint64_t age;
    uint8_t mode; /* READ or WRITE */

    struct request *requests;
    uint32_t request_count;
    uint16_t free_request;
    uint32_t undecided;
    struct port ports[DIRECTIONS];

    struct dram_completion *completions; /* ring */
    uint32_t completion_at, completion_count;

    int64_t refresh_due;
    uint32_t refresh_owed;
    bool refreshing;

    struct choice choice;
    bool choice_valid;

    struct dram_counters counters;
    dram_observer *observer;
    void *observer_context;
};

/* ---- time ---- */

uint64_t dram_core_edge_ps(const struct dram_core *core, uint64_t cycle)
{
    return cycle * core->config.device.clock_fs / 1000;
}

uint64_t dram_core_edge(const struct dram_core *core, uint64_t time_ps)
{
    const uint64_t period = core->config.device.clock_fs;

    return (time_ps * 1000 + period - 1) / period;
}

/* ---- timing rules ---- */

static void delay_until(int64_t *edge, int64_t earliest)
{
    if (*edge < earliest) {
        *edge = earliest;
    }
}

static void apply_windows(struct dram_core *core, uint32_t command, int64_t edge)
{
    for (uint32_t i = 0; i < core->window_count; i++) {
        struct window *const window = &core->windows[i];

        if (!(window->preceding >> command & 1)) {
            continue;
        }
        window->edges[window->at] = edge;
        window->at = window->at + 1 == window->size ? 0 : window->at + 1;
        const int64_t earliest = window->edges[window->at] + window->delay;
        for (uint32_t following = 0; following < DRAM_COMMANDS; following++) {
            if (window->following >> following & 1) {
                delay_until(&core->rank_next[following], earliest);
            }
        }
    }
}

static void apply_rules(struct dram_core *core, uint32_t command, struct bank *bank, int64_t edge)
{
    const struct rules *const rules = &core->after[command];
    int64_t *const next[DRAM_LEVELS] = {bank->next, core->group_next[bank->group], core->rank_next};

    for (uint32_t i = 0; i < rules->count; i++) {
        const struct rule *const rule = &rules->rules[i];
        delay_until(&next[rule->level][rule->following], edge + rule->delay);
    }
    apply_windows(core, command, edge);
}

static int64_t earliest(const struct dram_core *core, uint32_t command, const struct bank *bank)
{
    int64_t edge = core->bus_free > core->now ? core->bus_free : core->now;

    delay_until(&edge, bank->next[command]);
    delay_until(&edge, core->group_next[bank->group][command]);
    delay_until(&edge, core->rank_next[command]);
    return edge;
}

/* ---- queues ---- */

static uint32_t filter_slot(uint64_t burst)
{
    return (uint32_t)((burst * 0x9e3779b97f4a7c15ULL) >> 56);
}

/* The oldest entry from `entry` on that wants `row`. */
static uint16_t find_row(const struct dram_core *core, uint16_t entry, int64_t row)
{
    while (entry != NONE && core->entries[entry].row != row) {
        entry = core->entries[entry].next;
    }
    return entry;
}

static uint16_t find_burst(const struct dram_core *core, int direction, uint32_t bank,
                           uint64_t burst)
{
    if (core->filter[direction][filter_slot(burst)] == 0) {
        return NONE;
    }
    uint16_t entry = core->banks[bank].queue[direction].head;
    while (entry != NONE && core->entries[entry].burst != burst) {
        entry = core->entries[entry].next;
    }
    return entry;
}

static void enqueue(struct dram_core *core, int direction, const struct entry *content)
{
    const uint16_t index = core->free_entry;
    struct entry *const entry = &core->entries[index];
    struct bank *const bank = &core->banks[content->bank];
    struct bank_queue *const queue = &bank->queue[direction];

    core->free_entry = entry->next;
    *entry = *content;
    entry->age = core->age++;
    entry->next = NONE;
    entry->previous = queue->tail;
    if (queue->tail == NONE) {
        queue->head = index;
        core->active[direction] |= 1U << content->bank;
    } else {
        core->entries[queue->tail].next = index;
    }
    queue->tail = index;
    if (queue->hit == NONE && bank->open_row == entry->row) {
        queue->hit = index;
    }
    core->filter[direction][filter_slot(entry->burst)]++;
    core->count[direction]++;
}

static void dequeue(struct dram_core *core, int direction, uint16_t index)
{
    struct entry *const entry = &core->entries[index];
    struct bank_queue *const queue = &core->banks[entry->bank].queue[direction];

    if (queue->hit == index) {
        queue->hit = find_row(core, entry->next, entry->row);
    }
    if (entry->previous == NONE) {
        queue->head = entry->next;
    } else {
        core->entries[entry->previous].next = entry->next;
    }
    if (entry->next == NONE) {
        queue->tail = entry->previous;
    } else {
        core->entries[entry->next].previous = entry->previous;
    }
    if (queue->head == NONE) {
        core->active[direction] &= ~(1U << entry->bank);
    }
    core->filter[direction][filter_slot(entry->burst)]--;
    core->count[direction]--;
    entry->next = core->free_entry;
    core->free_entry = index;
}

/* ---- requests ---- */

static void finish_burst(struct dram_core *core, uint16_t index, uint64_t done_ps)
{
    struct request *const request = &core->requests[index];

    if (request->done_ps < done_ps) {
        request->done_ps = done_ps;
    }
    if (--request->bursts != 0 || request->bytes != 0) {
        return;
    }
    const uint32_t at = (core->completion_at + core->completion_count++) % core->request_count;
    core->completions[at] = (struct dram_completion){.tag = request->tag,
                                                     .submitted_ps = request->submitted_ps,
                                                     .done_ps = request->done_ps,
                                                     .write = request->write};
    core->undecided--;
    request->next = core->free_request;
    core->free_request = index;
}

static int64_t next_admission(const struct dram_core *core, int direction)
{
    const struct port *const port = &core->ports[direction];

    if (port->head == NONE || port->blocked ||
        core->count[direction] == core->capacity_of[direction]) {
        return NEVER;
    }
    return port->next_edge > core->now ? port->next_edge : core->now;
}

/* Cut the next burst off a request. */
static struct entry next_burst(const struct dram_core *core, uint16_t index)
{
    const struct request *const request = &core->requests[index];
    const uint64_t burst = request->cursor >> core->burst_shift;
    const uint32_t burst_bytes = 1U << core->burst_shift;
    const uint32_t offset = (uint32_t)request->cursor & (burst_bytes - 1);
    const uint32_t room = burst_bytes - offset;
    const uint32_t bytes = request->bytes < room ? request->bytes : room;
    const struct dram_location at = dram_mapping_locate(&core->mapping, burst << core->burst_shift);

    return (struct entry){.burst = burst,
                          .mask = (bytes == 64 ? UINT64_MAX : (1ULL << bytes) - 1) << offset,
                          .row = at.row,
                          .request = index,
                          .bank = (uint8_t)at.bank,
                          .group = (uint8_t)at.group};
}

static void advance_port(struct dram_core *core, int direction, const struct entry *burst,
                         int64_t edge)
{
    struct port *const port = &core->ports[direction];
    struct request *const request = &core->requests[burst->request];
    const uint32_t bytes = (uint32_t)__builtin_popcountll(burst->mask);

    request->cursor += bytes;
    request->bytes -= bytes;
    request->bursts++;
    port->last_edge = edge;
    port->next_edge = edge + 1;
    if (request->bytes == 0) {
        port->head = request->next;
        if (port->head == NONE) {
            port->tail = NONE;
        }
    }
}

static void admit_read(struct dram_core *core, int64_t edge)
{
    const struct entry burst = next_burst(core, core->ports[READ].head);
    const uint16_t queued = find_burst(core, WRITE, burst.bank, burst.burst);

    advance_port(core, READ, &burst, edge);
    if (queued != NONE && (burst.mask & ~core->entries[queued].mask) == 0) {
        core->counters.forwarded++;
        finish_burst(core, burst.request,
                     dram_core_edge_ps(core, (uint64_t)edge + 1) + core->config.read_latency_ps);
        return;
    }
    enqueue(core, READ, &burst);
}

static void admit_write(struct dram_core *core, int64_t edge)
{
    struct port *const port = &core->ports[WRITE];
    const struct entry burst = next_burst(core, port->head);

    if (find_burst(core, READ, burst.bank, burst.burst) != NONE) {
        port->blocked = true;
        port->blocked_burst = burst.burst;
        return;
    }
    const uint16_t queued = find_burst(core, WRITE, burst.bank, burst.burst);

    advance_port(core, WRITE, &burst, edge);
    if (queued != NONE) {
        core->entries[queued].mask |= burst.mask;
        core->counters.coalesced++;
    } else {
        enqueue(core, WRITE, &burst);
    }
    finish_burst(core, burst.request,
                 dram_core_edge_ps(core, (uint64_t)edge + 1) + core->config.write_latency_ps);
}

/* ---- scheduling ---- */

/* Writes wait until there are many or no read is queued, then go in a row. */
static void choose_mode(struct dram_core *core)
{
    const uint32_t reads = core->count[READ];
    const uint32_t writes = core->count[WRITE];

    if (core->mode == READ && writes != 0 && (writes >= core->config.write_high || reads == 0)) {
        core->mode = WRITE;
        core->counters.write_drains++;
    } else if (core->mode == WRITE && reads != 0 && writes <= core->config.write_low) {
        core->mode = READ;
    }
}

/* Would a column command to this entry leave the row without further use? */
static bool last_use(const struct dram_core *core, int direction, uint16_t index)
{
    const struct entry *const entry = &core->entries[index];
    const struct bank *const bank = &core->banks[entry->bank];

    if (find_row(core, entry->next, entry->row) != NONE ||
        bank->queue[direction == READ ? WRITE : READ].hit != NONE) {
        return false;
    }
    for (int port = READ; port < DIRECTIONS; port++) {
        if (core->ports[port].head != NONE) {
            const struct entry next = next_burst(core, core->ports[port].head);
            if (next.bank == entry->bank && next.row == entry->row) {
                return false;
            }
        }
    }
    return true;
}

static uint32_t column_command(const struct dram_core *core, int direction, uint16_t entry)
{
    const bool precharge =
        core->config.page_policy == DRAM_CLOSED_PAGE && last_use(core, direction, entry);

    if (direction == READ) {
        return precharge ? DRAM_RDA : DRAM_RD;
    }
    return precharge ? DRAM_WRA : DRAM_WR;
}

/* The command that one bank would issue next, for the oldest hit or else the oldest entry. */
static struct choice bank_choice(const struct dram_core *core, int direction, uint32_t index)
{
    const struct bank *const bank = &core->banks[index];
    const struct bank_queue *const queue = &bank->queue[direction];
    struct choice choice = {.bank = index, .entry = queue->head};

    if (bank->open_row < 0) {
        choice.command = DRAM_ACT;
    } else {
        const bool starved =
            core->config.starvation_cap != 0 && bank->overtaken >= core->config.starvation_cap;
        const bool in_order = core->config.scheduler == DRAM_FCFS || starved;

        if (queue->hit == NONE || (in_order && queue->hit != queue->head)) {
            choice.command = DRAM_PRE;
        } else {
            choice.entry = queue->hit;
            choice.column = true;
            choice.command = (uint8_t)column_command(core, direction, queue->hit);
        }
    }
    choice.age = core->entries[choice.entry].age;
    choice.edge = earliest(core, choice.command, bank);
    return choice;
}

static bool better(const struct choice *a, const struct choice *b)
{
    if (a->edge != b->edge) {
        return a->edge < b->edge;
    }
    if (a->column != b->column) {
        return a->column;
    }
    return a->age < b->age;
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

static struct choice refresh_choice(const struct dram_core *core)
{
    struct choice choice = {.entry = NONE};

    choice.command = core->open_banks != 0 ? DRAM_PREA : DRAM_REF;
    choice.edge = core->bus_free > core->now ? core->bus_free : core->now;
    delay_until(&choice.edge, core->rank_next[choice.command]);
    return choice;
}

static void choose(struct dram_core *core)
{
    const bool idle = core->count[READ] + core->count[WRITE] == 0;
    struct choice best = {.edge = NEVER, .entry = NONE};

    core->choice_valid = true;
    if (core->refresh_owed != 0 && (idle || core->refresh_owed > core->config.refresh_postpone)) {
        core->refreshing = true;
    }
    if (core->refreshing) {
        core->choice = refresh_choice(core);
        return;
    }
    choose_mode(core);
    uint32_t banks = core->active[core->mode];
    if (core->config.scheduler == DRAM_FCFS && banks != 0) {
        banks = 1U << oldest_bank(core, core->mode);
    }
    for (; banks != 0; banks &= banks - 1) {
        const struct choice choice = bank_choice(core, core->mode, (uint32_t)__builtin_ctz(banks));
        if (best.edge == NEVER || better(&choice, &best)) {
            best = choice;
        }
    }
    core->choice = best;
}

/* ---- commands ---- */

static void close_bank(struct dram_core *core, uint32_t index)
{
    struct bank *const bank = &core->banks[index];

    bank->open_row = -1;
    bank->overtaken = 0;
    bank->queue[READ].hit = NONE;
    bank->queue[WRITE].hit = NONE;
    core->open_banks &= ~(1U << index);
}

static void activate(struct dram_core *core, uint32_t index, uint32_t row)
{
    struct bank *const bank = &core->banks[index];

    bank->open_row = row;
    bank->overtaken = 0;
    bank->opened = bank->closed_for_row ? OPENED_CONFLICT : OPENED_MISS;
    bank->closed_for_row = false;
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        bank->queue[direction].hit = find_row(core, bank->queue[direction].head, row);
    }
    core->open_banks |= 1U << index;
    core->counters.activates++;
}

static void count_column(struct dram_core *core, struct bank *bank, int direction)
{
    const uint64_t burst_bytes = 1U << core->burst_shift;

    if (direction == READ) {
        core->counters.reads++;
        core->counters.bus_read_bytes += burst_bytes;
    } else {
        core->counters.writes++;
        core->counters.bus_written_bytes += burst_bytes;
    }
    switch ((enum opened)bank->opened) {
    case OPENED_SERVED:
        core->counters.row_hits++;
        break;
    case OPENED_MISS:
        core->counters.row_misses++;
        break;
    case OPENED_CONFLICT:
        core->counters.row_conflicts++;
        break;
    }
    bank->opened = OPENED_SERVED;
}

/* A read has left its queue: a write to the same burst may now enter. */
static void unblock_writes(struct dram_core *core, uint32_t bank, uint64_t burst, int64_t edge)
{
    struct port *const port = &core->ports[WRITE];

    if (port->blocked && port->blocked_burst == burst &&
        find_burst(core, READ, bank, burst) == NONE) {
        port->blocked = false;
        delay_until(&port->next_edge, edge + 1);
    }
}

static void column(struct dram_core *core, const struct choice *choice)
{
    const int direction = choice->command == DRAM_RD || choice->command == DRAM_RDA ? READ : WRITE;
    struct bank *const bank = &core->banks[choice->bank];
    const struct entry entry = core->entries[choice->entry];

    if (core->count[direction] == core->capacity_of[direction]) {
        delay_until(&core->ports[direction].next_edge, choice->edge + 1);
    }
    if (bank->queue[direction].head == choice->entry) {
        bank->overtaken = 0;
    } else {
        bank->overtaken++;
    }
    dequeue(core, direction, choice->entry);
    count_column(core, bank, direction);
    if (choice->command == DRAM_RDA || choice->command == DRAM_WRA) {
        close_bank(core, choice->bank);
        core->counters.precharges++;
    }
    if (direction == READ) {
        const int64_t end = choice->edge + core->clocks[DRAM_T_CL] + core->clocks[DRAM_T_BL];
        finish_burst(core, entry.request,
                     dram_core_edge_ps(core, (uint64_t)end) + core->config.read_latency_ps);
        unblock_writes(core, choice->bank, entry.burst, choice->edge);
    }
}

static void precharge_all(struct dram_core *core)
{
    core->counters.precharges += (uint64_t)__builtin_popcount(core->open_banks);
    while (core->open_banks != 0) {
        close_bank(core, (uint32_t)__builtin_ctz(core->open_banks));
    }
}

static void notify_observer(struct dram_core *core, const struct choice *choice)
{
    const struct entry *const entry = choice->entry == NONE ? NULL : &core->entries[choice->entry];
    const struct dram_command_event event = {
        .cycle = (uint64_t)choice->edge,
        .command = (enum dram_command)choice->command,
        .group = core->banks[choice->bank].group,
        .bank = choice->bank,
        .row = entry != NULL ? entry->row : 0,
        .address = entry != NULL ? entry->burst << core->burst_shift : 0};

    core->observer(core->observer_context, &event);
}

static void issue(struct dram_core *core)
{
    const struct choice choice = core->choice;
    struct bank *const bank = &core->banks[choice.bank];

    core->choice_valid = false;
    core->now = choice.edge;
    core->bus_free = choice.edge + 1;
    if (core->observer != NULL) {
        notify_observer(core, &choice);
    }
    apply_rules(core, choice.command, bank, choice.edge);
    switch ((enum dram_command)choice.command) {
    case DRAM_ACT:
        activate(core, choice.bank, core->entries[choice.entry].row);
        break;
    case DRAM_PRE:
        close_bank(core, choice.bank);
        bank->closed_for_row = true;
        core->counters.precharges++;
        break;
    case DRAM_PREA:
        precharge_all(core);
        break;
    case DRAM_REF:
        core->refresh_owed--;
        core->refreshing = false;
        core->counters.refreshes++;
        break;
    default:
        column(core, &choice);
        break;
    }
}

/* ---- events ---- */

enum event { EVENT_NONE, EVENT_ADMIT_READ, EVENT_ADMIT_WRITE, EVENT_REFRESH_DUE, EVENT_COMMAND };

/* At one edge: first what arrives, then what falls due, then the command decided from both. */
static enum event next_event(struct dram_core *core, int64_t *edge)
{
    enum event event = EVENT_NONE;
    const int64_t read = next_admission(core, READ);
    const int64_t write = next_admission(core, WRITE);

    *edge = NEVER;
    if (read < *edge) {
        *edge = read;
        event = EVENT_ADMIT_READ;
    }
    if (write < *edge) {
        *edge = write;
        event = EVENT_ADMIT_WRITE;
    }
    if (core->refresh_due < *edge) {
        *edge = core->refresh_due;
        event = EVENT_REFRESH_DUE;
    }
    if (!core->choice_valid) {
        choose(core);
    }
    if (core->choice.edge < *edge) {
        *edge = core->choice.edge;
        event = EVENT_COMMAND;
    }
    return event;
}

static void run_event(struct dram_core *core, enum event event, int64_t edge)
{
    core->now = edge;
    switch (event) {
    case EVENT_ADMIT_READ:
        admit_read(core, edge);
        core->choice_valid = false;
        break;
    case EVENT_ADMIT_WRITE:
        admit_write(core, edge);
        core->choice_valid = false;
        break;
    case EVENT_REFRESH_DUE:
        core->refresh_owed++;
        core->refresh_due += core->clocks[DRAM_T_REFI];
        core->choice_valid = false;
        break;
    case EVENT_COMMAND:
        issue(core);
        break;
    case EVENT_NONE:
        break;
    }
}

static void advance(struct dram_core *core, int64_t limit, bool to_completion)
{
    while (!to_completion || (core->completion_count == 0 && core->undecided != 0)) {
        int64_t edge;
        const enum event event = next_event(core, &edge);

        if (edge > limit) {
            delay_until(&core->run_to, limit);
            return;
        }
        run_event(core, event, edge);
        core->run_to = edge;
    }
}

static int64_t last_edge(const struct dram_core *core, uint64_t time_ps)
{
    /* edge_ps() rounds down: the last edge whose time is not after time_ps */
    return (int64_t)((time_ps * 1000 + 999) / core->config.device.clock_fs);
}

void dram_core_run_until(struct dram_core *core, uint64_t time_ps)
{
    advance(core, last_edge(core, time_ps), false);
}

void dram_core_run_to_completion(struct dram_core *core, uint64_t time_ps)
{
    advance(core, last_edge(core, time_ps), true);
}

uint64_t dram_core_next_ps(struct dram_core *core)
{
    if (core->undecided == 0) {
        return UINT64_MAX;
    }
    int64_t edge;
    next_event(core, &edge);
    return dram_core_edge_ps(core, (uint64_t)edge);
}

bool dram_core_complete(struct dram_core *core, struct dram_completion *completion)
{
    if (core->completion_count == 0) {
        return false;
    }
    *completion = core->completions[core->completion_at];
    core->completion_at = (core->completion_at + 1) % core->request_count;
    core->completion_count--;
    return true;
}

int dram_core_submit(struct dram_core *core, const struct dram_request *request, uint64_t now_ps)
{
    const int direction = request->write ? WRITE : READ;
    const int64_t edge = (int64_t)dram_core_edge(core, now_ps);
    struct port *const port = &core->ports[direction];

    if (request->bytes == 0 || request->traffic >= DRAM_CLASSES || edge <= core->run_to) {
        return -EINVAL;
    }
    if (request->address >= core->capacity || request->bytes > core->capacity - request->address) {
        return -ERANGE;
    }
    if (core->free_request == NONE ||
        core->undecided + core->completion_count == core->request_count) {
        return -ENOMEM;
    }
    advance(core, edge - 1, false);

    const uint16_t index = core->free_request;
    struct request *const slot = &core->requests[index];
    core->free_request = slot->next;
    *slot = (struct request){.tag = request->tag,
                             .submitted_ps = now_ps,
                             .cursor = request->address,
                             .bytes = request->bytes,
                             .next = NONE,
                             .write = request->write};
    if (port->tail == NONE) {
        port->head = index;
    } else {
        core->requests[port->tail].next = index;
    }
    port->tail = index;
    delay_until(&port->next_edge, edge);
    core->undecided++;
    core->counters.bytes[request->traffic] += request->bytes;
    *(request->write ? &core->counters.write_requests : &core->counters.read_requests) += 1;
    return 0;
}

/* ---- queries ---- */

uint32_t dram_core_undecided(const struct dram_core *core)
{
    return core->undecided;
}

uint32_t dram_core_queued(const struct dram_core *core, bool write)
{
    return core->count[write ? WRITE : READ];
}

bool dram_core_port_free_ps(const struct dram_core *core, bool write, uint64_t *time_ps)
{
    const struct port *const port = &core->ports[write ? WRITE : READ];

    if (port->head != NONE) {
        return false;
    }
    *time_ps = dram_core_edge_ps(core, (uint64_t)port->next_edge);
    return true;
}

const struct dram_counters *dram_core_counters(const struct dram_core *core)
{
    return &core->counters;
}

const struct dram_device *dram_core_device(const struct dram_core *core)
{
    return &core->config.device;
}

void dram_core_observe(struct dram_core *core, dram_observer *observer, void *context)
{
    core->observer = observer;
    core->observer_context = context;
}

uint64_t dram_core_row_hit_ps(const struct dram_core *core)
{
    return dram_core_edge_ps(core, core->clocks[DRAM_T_CL] + core->clocks[DRAM_T_BL]) +
           core->config.read_latency_ps;
}

uint64_t dram_core_peak_bytes_per_second(const struct dram_core *core)
{
    const uint64_t burst_fs = core->clocks[DRAM_T_BL] * core->config.device.clock_fs;

    return dram_device_burst_bytes(&core->config.device) * 1000000000000000ULL / burst_fs;
}

/* ---- creation ---- */

static int check_config(const struct dram_core_config *config, char *error, size_t error_bytes)
{
    const int status = dram_device_check(&config->device, error, error_bytes);

    if (status != 0) {
        return status;
    }
    if (config->read_queue == 0 || config->read_queue > MAX_QUEUE || config->write_queue == 0 ||
        config->write_queue > MAX_QUEUE) {
        snprintf(error, error_bytes, "queues of %u reads and %u writes: expected 1 to %d entries",
                 config->read_queue, config->write_queue, MAX_QUEUE);
        return -EINVAL;
    }
    if (config->write_high == 0 || config->write_high > config->write_queue ||
        config->write_low >= config->write_high) {
        snprintf(error, error_bytes,
                 "write watermarks low %u, high %u of %u entries: expected low < high <= entries",
                 config->write_low, config->write_high, config->write_queue);
        return -EINVAL;
    }
    return 0;
}

static int add_rule(struct dram_core *core, const struct dram_constraint *constraint, int32_t delay)
{
    for (uint32_t preceding = 0; preceding < DRAM_COMMANDS; preceding++) {
        struct rules *const rules = &core->after[preceding];

        for (uint32_t following = 0; following < DRAM_COMMANDS; following++) {
            if (!(constraint->preceding >> preceding & 1) ||
                !(constraint->following >> following & 1)) {
                continue;
            }
            struct rule *const grown =
                realloc(rules->rules, (rules->count + 1) * sizeof *rules->rules);
            if (grown == NULL) {
                return -ENOMEM;
            }
            rules->rules = grown;
            rules->rules[rules->count++] =
                (struct rule){(uint8_t)constraint->level, (uint8_t)following, delay};
        }
    }
    return 0;
}

static int add_window(struct dram_core *core, const struct dram_constraint *constraint,
                      int32_t delay)
{
    if (core->window_count == MAX_WINDOWS || constraint->window > MAX_WINDOW ||
        constraint->level != DRAM_RANK) {
        return -EINVAL;
    }
    struct window *const window = &core->windows[core->window_count++];
    *window = (struct window){.preceding = constraint->preceding,
                              .following = constraint->following,
                              .delay = delay,
                              .size = constraint->window};
    for (uint32_t i = 0; i < MAX_WINDOW; i++) {
        window->edges[i] = INT32_MIN; /* long ago */
    }
    return 0;
}

static int compile_constraints(struct dram_core *core, char *error, size_t error_bytes)
{
    size_t count;
    const struct dram_constraint *const constraints =
        dram_standard_constraints(core->config.device.standard, &count);

    for (size_t i = 0; i < count; i++) {
        int32_t delay;
        int status = dram_latency(constraints[i].latency, core->clocks, &delay);

        if (status == 0) {
            status = constraints[i].window > 1 ? add_window(core, &constraints[i], delay)
                                               : add_rule(core, &constraints[i], delay);
        }
        if (status != 0) {
            snprintf(error, error_bytes, "constraint %zu (\"%s\") cannot be used", i,
                     constraints[i].latency);
            return status;
        }
    }
    return 0;
}

static int allocate(struct dram_core *core)
{
    const uint32_t entries = core->config.read_queue + core->config.write_queue;

    core->request_count = 4096;
    core->entries = calloc(entries, sizeof *core->entries);
    core->requests = calloc(core->request_count, sizeof *core->requests);
    core->completions = calloc(core->request_count, sizeof *core->completions);
    if (core->entries == NULL || core->requests == NULL || core->completions == NULL) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < entries; i++) {
        core->entries[i].next = (uint16_t)(i + 1 < entries ? i + 1 : NONE);
    }
    for (uint32_t i = 0; i < core->request_count; i++) {
        core->requests[i].next = (uint16_t)(i + 1 < core->request_count ? i + 1 : NONE);
    }
    return 0;
}

static void reset(struct dram_core *core)
{
    const struct dram_device *const device = &core->config.device;

    core->run_to = -1;
    core->capacity_of[READ] = core->config.read_queue;
    core->capacity_of[WRITE] = core->config.write_queue;
    core->capacity = dram_device_bytes(device);
    core->burst_shift = (uint32_t)__builtin_ctz(dram_device_burst_bytes(device));
    core->refresh_due = core->config.refresh ? core->clocks[DRAM_T_REFI] : NEVER;
    for (uint32_t i = 0; i < dram_device_banks(device); i++) {
        core->banks[i].group = (uint8_t)(i / device->banks_per_group);
        close_bank(core, i);
        for (int direction = READ; direction < DIRECTIONS; direction++) {
            core->banks[i].queue[direction] = (struct bank_queue){NONE, NONE, NONE};
        }
    }
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        core->ports[direction].head = NONE;
        core->ports[direction].tail = NONE;
    }
}

int dram_core_create(struct dram_core **result, const struct dram_core_config *config, char *error,
                     size_t error_bytes)
{
    int status = check_config(config, error, error_bytes);

    if (status != 0) {
        return status;
    }
    struct dram_core *const core = calloc(1, sizeof *core);
    if (core == NULL) {
        snprintf(error, error_bytes, "out of memory");
        return -ENOMEM;
    }
    core->config = *config;
    dram_device_clocks(&core->config.device, core->clocks);
    status = dram_mapping_parse(&core->mapping, &core->config.device, config->mapping, error,
                                error_bytes);
    if (status == 0) {
        status = compile_constraints(core, error, error_bytes);
    }
    if (status == 0) {
        status = allocate(core);
    }
    if (status != 0) {
        dram_core_destroy(core);
        return status;
    }
    reset(core);
    core->config.mapping = NULL;
    *result = core;
    return 0;
}

void dram_core_destroy(struct dram_core *core)
{
    if (core == NULL) {
        return;
    }
    for (uint32_t i = 0; i < DRAM_COMMANDS; i++) {
        free(core->after[i].rules);
    }
    free(core->entries);
    free(core->requests);
    free(core->completions);
    free(core);
}
