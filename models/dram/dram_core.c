/* The core from outside: time, events, requests in, completions out. */
#include "dram/dram_core.h"

#include "dram/dram_core_internal.h"

#include <errno.h>

uint64_t dram_core_edge_ps(const struct dram_core *core, uint64_t edge)
{
    return edge * core->config.device.clock_fs / 1000;
}

uint64_t dram_core_edge(const struct dram_core *core, uint64_t time_ps)
{
    const uint64_t period = core->config.device.clock_fs;

    return (time_ps * 1000 + period - 1) / period;
}

/* The last edge whose time is not after time_ps, given that dram_core_edge_ps() rounds down. */
static int64_t last_edge(const struct dram_core *core, uint64_t time_ps)
{
    return (int64_t)((time_ps * 1000 + 999) / core->config.device.clock_fs);
}

/* ---- events ---- */

static enum event next_event(struct dram_core *core, int64_t *edge)
{
    enum event first = EVENT_COMMAND;

    if (!core->choice_valid) {
        dram_schedule_choose(core);
    }
    *edge = core->choice.edge;
    for (int event = EVENT_MODE; event >= EVENT_EPOCH; event--) {
        if (core->due[event] <= *edge) {
            *edge = core->due[event];
            first = (enum event)event;
        }
    }
    return first;
}

static void run_epoch(struct dram_core *core)
{
    dram_core_settle(core);
    core->epoch_observer(core->epoch_context, core->epoch_next_ps, &core->counters);
    core->epoch_next_ps += core->epoch_ps;
    core->due[EVENT_EPOCH] = (int64_t)dram_core_edge(core, core->epoch_next_ps);
}

static void run_event(struct dram_core *core, enum event event, int64_t edge)
{
    core->now = edge;
    core->run_to = edge;
    switch (event) {
    case EVENT_EPOCH:
        run_epoch(core);
        break;
    case EVENT_ADMIT_READ:
        dram_port_admit(core, READ, edge);
        break;
    case EVENT_ADMIT_WRITE:
        dram_port_admit(core, WRITE, edge);
        break;
    case EVENT_REFRESH:
        core->refresh_owed++;
        core->due[EVENT_REFRESH] += core->refresh_interval;
        core->choice_valid = false;
        break;
    case EVENT_MODE:
        core->choice_valid = false;
        break;
    case EVENT_COMMAND:
        dram_command_issue(core);
        break;
    case EVENTS:
        break;
    }
}

static bool must_stop(const struct dram_core *core, enum stop stop)
{
    switch (stop) {
    case AT_LIMIT:
        return false;
    case AT_COMPLETION:
        return core->completion_count != 0 || core->undecided == 0;
    case WHEN_ADMITTED:
        return core->ports[READ].head == NONE && core->ports[WRITE].head == NONE;
    }
    return true;
}

static void advance(struct dram_core *core, int64_t limit, enum stop stop)
{
    if (core->stream.open && dram_stream_run(core, limit, stop)) {
        return;
    }
    while (!must_stop(core, stop)) {
        int64_t edge;
        const enum event event = next_event(core, &edge);

        if (edge > limit) {
            not_before(&core->run_to, limit);
            return;
        }
        run_event(core, event, edge);
    }
}

void dram_core_run_until(struct dram_core *core, uint64_t time_ps)
{
    advance(core, last_edge(core, time_ps), AT_LIMIT);
}

void dram_core_run_to_completion(struct dram_core *core, uint64_t time_ps)
{
    advance(core, last_edge(core, time_ps), AT_COMPLETION);
}

uint64_t dram_core_admit_all(struct dram_core *core)
{
    advance(core, NEVER - 1, WHEN_ADMITTED);
    const int64_t read = core->ports[READ].last_edge;
    const int64_t write = core->ports[WRITE].last_edge;
    return (uint64_t)(read > write ? read : write);
}

uint64_t dram_core_next_ps(struct dram_core *core)
{
    int64_t edge;

    if (core->undecided == 0) {
        return UINT64_MAX;
    }
    if (core->stream.open) {
        edge = dram_stream_next_edge(core);
    } else {
        next_event(core, &edge);
    }
    return dram_core_edge_ps(core, (uint64_t)edge);
}

/* ---- requests ---- */

static uint16_t keep(struct dram_core *core, const struct dram_request *request, uint64_t now_ps)
{
    const uint16_t index = core->free_request;
    struct request *const slot = &core->requests[index];

    core->free_request = slot->next;
    *slot = (struct request){.tag = request->tag,
                             .submitted_ps = now_ps,
                             .cursor = request->address,
                             .bytes = request->bytes,
                             .traffic = request->traffic,
                             .qos = request->qos,
                             .write = request->write};
    return index;
}

int dram_core_submit(struct dram_core *core, const struct dram_request *request, uint64_t now_ps)
{
    const int direction = request->write ? WRITE : READ;
    const int64_t edge = (int64_t)dram_core_edge(core, now_ps);

    if (request->bytes == 0 || request->traffic >= DRAM_CLASSES || edge <= core->run_to) {
        return -EINVAL;
    }
    if (request->address >= core->capacity || request->bytes > core->capacity - request->address) {
        return -ERANGE;
    }
    if (core->undecided + core->completion_count == core->request_count) {
        return -ENOMEM;
    }
    advance(core, edge - 1, AT_LIMIT);
    const uint16_t index = keep(core, request, now_ps);
    not_before(&core->ports[direction].next_edge, edge);
    if (!dram_stream_take(core, request, index)) {
        dram_port_append(core, direction, index);
    }
    if (core->config.page_policy != DRAM_OPEN_PAGE) {
        core->choice_valid = false; /* whether to precharge depends on what waits at the port */
    }
    core->undecided++;
    core->counters.classes[request->traffic].bytes += request->bytes;
    *(request->write ? &core->counters.write_requests : &core->counters.read_requests) += 1;
    return 0;
}

bool dram_core_complete(struct dram_core *core, struct dram_completion *completion)
{
    if (core->completion_count == 0) {
        return false;
    }
    *completion = core->completions[core->completion_at];
    core->completion_at =
        core->completion_at + 1 == core->request_count ? 0 : core->completion_at + 1;
    core->completion_count--;
    return true;
}

/* ---- queries ---- */

uint32_t dram_core_undecided(const struct dram_core *core)
{
    return core->undecided;
}

bool dram_core_port_free_ps(const struct dram_core *core, bool write, uint64_t *time_ps)
{
    const struct port *const port = &core->ports[write ? WRITE : READ];

    if (port->head != NONE || (core->stream.open && port->last_edge > core->run_to)) {
        return false;
    }
    *time_ps = dram_core_edge_ps(core, (uint64_t)port->next_edge);
    return true;
}

void dram_core_settle(struct dram_core *core)
{
    dram_stream_leave(core);
    if (core->run_to > core->state_since) {
        dram_command_account_state(core, core->run_to);
    }
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        if (core->run_to > core->counted_to[direction]) {
            dram_queue_count_to(core, direction, core->run_to);
        }
    }
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
    dram_stream_leave(core);
    core->observer = observer;
    core->observer_context = context;
}

int dram_core_observe_epochs(struct dram_core *core, uint64_t epoch_ps,
                             dram_epoch_observer *observer, void *context)
{
    if (epoch_ps * 1000 < core->config.device.clock_fs) {
        return -EINVAL;
    }
    core->epoch_ps = epoch_ps;
    core->epoch_next_ps = epoch_ps;
    core->due[EVENT_EPOCH] = (int64_t)dram_core_edge(core, epoch_ps);
    core->epoch_observer = observer;
    core->epoch_context = context;
    return 0;
}

uint64_t dram_core_row_hit_ps(const struct dram_core *core)
{
    return dram_core_edge_ps(core, (uint64_t)core->timing.read_end) + core->config.read_latency_ps;
}

uint64_t dram_core_peak_bytes_per_second(const struct dram_core *core)
{
    const uint64_t burst_fs = core->timing.clocks[DRAM_T_BL] * core->config.device.clock_fs;

    return dram_device_burst_bytes(&core->config.device) * 1000000000000000ULL / burst_fs;
}
