/* The way of a request: cut into bursts, offered one a clock, finished when the last is decided. */
#include "dram/dram_core_internal.h"

/* To be called when the port, or whether its queue is full, has changed. */
void dram_port_plan_admission(struct dram_core *core, int direction)
{
    const struct port *const port = &core->ports[direction];
    const bool waits = port->head == NONE || port->blocked ||
                       core->count[direction] == core->capacity_of[direction];

    core->due[EVENT_ADMIT_READ + direction] = waits ? NEVER : port->next_edge;
}

void dram_port_append(struct dram_core *core, int direction, uint16_t index)
{
    struct port *const port = &core->ports[direction];

    core->requests[index].next = NONE;
    if (port->tail == NONE) {
        port->head = index;
    } else {
        core->requests[port->tail].next = index;
    }
    port->tail = index;
    dram_port_plan_admission(core, direction);
}

struct entry dram_port_next_burst(const struct dram_core *core, const struct request *request,
                                  uint16_t index)
{
    const uint64_t burst = request->cursor >> core->burst_shift;
    const uint32_t burst_bytes = 1U << core->burst_shift;
    const uint32_t offset = (uint32_t)request->cursor & (burst_bytes - 1);
    const uint32_t room = burst_bytes - offset;
    const uint32_t bytes = request->bytes < room ? request->bytes : room;
    const struct dram_location at = dram_mapping_locate(&core->mapping, burst << core->burst_shift);

    return (struct entry){.burst = burst,
                          .mask = (bytes == 64 ? UINT64_MAX : (1ULL << bytes) - 1) << offset,
                          .row = at.row,
                          .bytes = (uint8_t)bytes,
                          .request = index,
                          .bank = (uint8_t)at.bank,
                          .traffic = request->traffic,
                          .qos = request->qos};
}

uint64_t dram_port_read_done_ps(const struct dram_core *core, int64_t command_edge)
{
    return dram_core_edge_ps(core, (uint64_t)(command_edge + core->timing.read_end)) +
           core->config.read_latency_ps;
}

uint64_t dram_port_forwarded_done_ps(const struct dram_core *core, int64_t arrival_edge)
{
    return dram_core_edge_ps(core, (uint64_t)arrival_edge + 1) + core->config.read_latency_ps;
}

uint64_t dram_port_write_done_ps(const struct dram_core *core, int64_t arrival_edge)
{
    return dram_core_edge_ps(core, (uint64_t)arrival_edge + 1) + core->config.write_latency_ps;
}

void dram_port_finish_burst(struct dram_core *core, uint16_t index, uint64_t done_ps)
{
    struct request *const request = &core->requests[index];

    if (request->done_ps < done_ps) {
        request->done_ps = done_ps;
    }
    if (--request->bursts == 0 && request->bytes == 0) {
        dram_port_complete(core, index, request->done_ps);
    }
}

void dram_port_complete(struct dram_core *core, uint16_t index, uint64_t done_ps)
{
    struct request *const request = &core->requests[index];
    uint32_t at = core->completion_at + core->completion_count++;
    at -= at >= core->request_count ? core->request_count : 0;
    core->completions[at] = (struct dram_completion){.tag = request->tag,
                                                     .submitted_ps = request->submitted_ps,
                                                     .done_ps = done_ps,
                                                     .write = request->write};
    core->undecided--;
    request->next = core->free_request;
    core->free_request = index;
}

static void advance(struct dram_core *core, int direction, const struct entry *burst, int64_t edge)
{
    struct port *const port = &core->ports[direction];
    struct request *const request = &core->requests[burst->request];

    request->cursor += burst->bytes;
    request->bytes -= burst->bytes;
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

/* Whether a column command precharges depends on what waits at the ports, except with open pages.
 */
static void look_again_at_ports(struct dram_core *core)
{
    if (core->config.page_policy != DRAM_OPEN_PAGE) {
        core->choice_valid = false;
    }
}

static void admit_read(struct dram_core *core, int64_t edge)
{
    const uint16_t head = core->ports[READ].head;
    const struct entry burst = dram_port_next_burst(core, &core->requests[head], head);
    const uint16_t queued = dram_queue_find_burst(core, WRITE, burst.bank, burst.burst);

    advance(core, READ, &burst, edge);
    look_again_at_ports(core);
    if (queued != NONE && (burst.mask & ~core->entries[queued].mask) == 0) {
        core->counters.forwarded++;
        dram_port_finish_burst(core, burst.request, dram_port_forwarded_done_ps(core, edge));
        return;
    }
    dram_queue_enqueue(core, READ, &burst);
    dram_schedule_arrival(core, READ, burst.bank);
}

/* A write must not overtake a queued read of its burst, so it waits at the port. */
static void admit_write(struct dram_core *core, int64_t edge)
{
    struct port *const port = &core->ports[WRITE];
    const struct entry burst = dram_port_next_burst(core, &core->requests[port->head], port->head);

    if (dram_queue_find_burst(core, READ, burst.bank, burst.burst) != NONE) {
        port->blocked = true;
        port->blocked_burst = burst.burst;
        return;
    }
    const uint16_t queued = dram_queue_find_burst(core, WRITE, burst.bank, burst.burst);

    advance(core, WRITE, &burst, edge);
    look_again_at_ports(core);
    if (queued != NONE) {
        core->entries[queued].mask |= burst.mask;
        core->counters.coalesced++;
    } else {
        dram_queue_enqueue(core, WRITE, &burst);
        dram_schedule_arrival(core, WRITE, burst.bank);
    }
    dram_port_finish_burst(core, burst.request, dram_port_write_done_ps(core, edge));
}

void dram_port_admit(struct dram_core *core, int direction, int64_t edge)
{
    if (direction == READ) {
        admit_read(core, edge);
    } else {
        admit_write(core, edge);
    }
    dram_port_plan_admission(core, direction);
}

void dram_port_unblock(struct dram_core *core, uint32_t bank, uint64_t burst, int64_t edge)
{
    struct port *const port = &core->ports[WRITE];

    if (port->blocked && port->blocked_burst == burst &&
        dram_queue_find_burst(core, READ, bank, burst) == NONE) {
        port->blocked = false;
        not_before(&port->next_edge, edge + 1);
        dram_port_plan_admission(core, WRITE);
    }
}
