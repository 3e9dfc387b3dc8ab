#include "axi/axi_link_core.h"

#include <string.h>

static const uint8_t cache_modifiable = 2;

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

const char *axi_link_config_error(const struct axi_link_config *config)
{
    const uint32_t width = config->width_bits;

    if (width < 32 || width > AXI_MAX_BEAT_BYTES * 8 || (width & (width - 1)) != 0) {
        return "width_bits must be 32, 64, 128, 256 or 512";
    }
    if (config->protocol > AXI_PROTOCOL_AXI4_LITE) {
        return "protocol must be axi3, axi4 or axi4_lite";
    }
    if (config->protocol == AXI_PROTOCOL_AXI4_LITE && width > 64) {
        return "width_bits of an axi4_lite link must be 32 or 64";
    }
    if (config->clock_hz < AXI_CLOCK_MIN_HZ || config->clock_hz > AXI_CLOCK_MAX_HZ) {
        return "clock_hz must be from 1 MHz to 10 GHz";
    }
    if (config->max_read_outstanding < 1 || config->max_write_outstanding < 1 ||
        config->max_read_outstanding > AXI_LINK_MAX_OUTSTANDING ||
        config->max_write_outstanding > AXI_LINK_MAX_OUTSTANDING) {
        return "max_read_outstanding and max_write_outstanding must be from 1 to 64";
    }
    if (!(config->fixed_latency_ns >= 0.0 && config->fixed_latency_ns <= 1e6)) {
        return "fixed_latency_ns must be from 0 to 1000000";
    }
    return config->qos > 15 ? "qos must be from 0 to 15" : NULL;
}

static uint64_t to_ps(double ns)
{
    return (uint64_t)(ns * 1000.0 + 0.5);
}

static void init_side(struct axi_link_side *side, uint32_t limit,
                      const struct axi_monitor_config *histograms)
{
    side->limit = limit;
    side->monitor.config = *histograms;
    while (side->end_idle < limit) {
        side->idle[side->end_idle] = (uint8_t)side->end_idle;
        side->end_idle++;
    }
}

void axi_link_init(struct axi_link_core *link, const struct axi_link_config *config)
{
    const uint64_t fixed_ps = to_ps(config->fixed_latency_ns);
    const struct axi_monitor_config histograms = {
        config->burst_histogram, config->latency_histogram, config->outstanding_histogram};

    memset(link, 0, sizeof(*link));
    link->config = *config;
    link->clock = axi_clock_make(config->clock_hz);
    link->fixed_request_ps = fixed_ps / 2;
    link->fixed_response_ps = fixed_ps - fixed_ps / 2;
    init_side(&link->sides[AXI_READ], config->max_read_outstanding, &histograms);
    init_side(&link->sides[AXI_WRITE], config->max_write_outstanding, &histograms);
}

int axi_link_register(const struct axi_link_core *link, struct stats *stats, const char *name)
{
    const int error = axi_monitor_register(&link->sides[AXI_READ].monitor, stats, name, AXI_READ);

    return error != 0
               ? error
               : axi_monitor_register(&link->sides[AXI_WRITE].monitor, stats, name, AXI_WRITE);
}

void axi_link_trace(struct axi_link_core *link, struct trace *trace, const char *name)
{
    link->sides[AXI_READ].track = trace_add_track(trace, name, "read");
    link->sides[AXI_WRITE].track = trace_add_track(trace, name, "write");
}

uint8_t axi_link_beat_bytes(const struct axi_link_core *link,
                            const struct axi_attributes *attributes)
{
    const uint8_t width_bytes = (uint8_t)(link->config.width_bits / 8);
    const bool repack = attributes->burst == AXI_INCR &&
                        (attributes->beats == 0 || (attributes->cache & cache_modifiable) != 0);

    if (repack || attributes->beat_bytes == 0 || attributes->beat_bytes > width_bytes) {
        return width_bytes;
    }
    return attributes->beat_bytes;
}

/* Cycle from which on an idle slot can be used; `place` counts on round the ring. */
static uint64_t idle_free(const struct axi_link_side *side, uint32_t place)
{
    return side->slots[side->idle[place % AXI_LINK_MAX_OUTSTANDING]].free;
}

/* When a slot and the channels are free for the next burst. A write's address waits for the W
 * channel too: AXI's write data come in address order. */
static uint64_t ready_cycle(const struct axi_link_side *side, enum axi_direction direction)
{
    const uint64_t ready = later(idle_free(side, side->first_idle), side->address_free);

    return direction == AXI_WRITE ? later(ready, side->data_free) : ready;
}

uint64_t axi_link_ready_ps(const struct axi_link_core *link, enum axi_direction direction)
{
    const struct axi_link_side *const side = &link->sides[direction];

    if (axi_link_full(link, direction)) {
        return UINT64_MAX;
    }
    return axi_clock_edge_ps(&link->clock, ready_cycle(side, direction));
}

/* Of the idle slots, the last ones may still be in use in this cycle. */
static uint32_t outstanding_in(const struct axi_link_side *side, uint64_t cycle)
{
    uint32_t end = side->end_idle;

    while (end != side->first_idle && idle_free(side, end - 1) > cycle) {
        end--;
    }
    return side->held + side->end_idle - end;
}

/* The slot that can be used first; the link must not be full. */
static unsigned take_slot(struct axi_link_side *side)
{
    side->held++;
    return side->idle[side->first_idle++ % AXI_LINK_MAX_OUTSTANDING];
}

/* Ends grow from one completion to the next, since each takes the channel after the one before. */
static void give_slot_back(struct axi_link_side *side, unsigned slot, uint64_t end)
{
    side->held--;
    side->idle[side->end_idle++ % AXI_LINK_MAX_OUTSTANDING] = (uint8_t)slot;
    side->slots[slot].free = end;
}

unsigned axi_link_issue(struct axi_link_core *link, enum axi_direction direction,
                        const struct axi_link_request *request, uint64_t *request_ps)
{
    struct axi_link_side *const side = &link->sides[direction];
    const uint64_t arrival = axi_clock_cycle(&link->clock, request->arrival_ps);
    const uint64_t turn = request->earliest_ps == request->arrival_ps
                              ? arrival
                              : axi_clock_cycle(&link->clock, request->earliest_ps);
    const uint64_t start = later(turn, ready_cycle(side, direction));
    uint64_t sent = start + 1;

    axi_monitor_start(&side->monitor, start, outstanding_in(side, start), side->held);
    const unsigned slot = take_slot(side);

    side->slots[slot] = (struct axi_link_slot){.request = *request,
                                               .sequence = side->next_sequence++,
                                               .stall_cycles = start - arrival,
                                               .issue = start,
                                               .first_data = start,
                                               .free = AXI_LINK_HELD};
    side->address_free = start + 1;
    if (direction == AXI_WRITE) {
        sent = start + request->beats;
        side->data_free = sent;
    }
    *request_ps = axi_clock_edge_ps(&link->clock, sent + link->config.request_latency_cycles) +
                  link->fixed_request_ps;
    return slot;
}

bool axi_link_in_order(const struct axi_link_core *link, enum axi_direction direction,
                       unsigned slot)
{
    const struct axi_link_side *const side = &link->sides[direction];
    const struct axi_link_slot *const mine = &side->slots[slot];

    if (side->held == 1) {
        return true;
    }
    for (unsigned i = 0; i < side->limit; i++) {
        const struct axi_link_slot *const other = &side->slots[i];
        if (other->free == AXI_LINK_HELD && other->request.id == mine->request.id &&
            other->sequence < mine->sequence) {
            return false;
        }
    }
    return true;
}

/* First cycle in which something that left the target at `ps` can be on the link. */
static uint64_t back_on_link(const struct axi_link_core *link, uint64_t ps)
{
    return axi_clock_cycle(&link->clock, ps + link->fixed_response_ps) +
           link->config.response_latency_cycles;
}

static uint64_t end_of_read(struct axi_link_core *link, struct axi_link_slot *slot,
                            uint64_t first_ps, uint64_t last_ps)
{
    struct axi_link_side *const side = &link->sides[AXI_READ];
    const uint64_t last = back_on_link(link, last_ps);
    const uint64_t first = first_ps == last_ps ? last : back_on_link(link, first_ps);
    const uint64_t start = later(first, side->data_free);
    const uint64_t end = later(start + slot->request.beats, last + 1);

    slot->stall_cycles += start - first;
    slot->first_data = start;
    side->data_free = end;
    return end;
}

static uint64_t end_of_write(struct axi_link_core *link, struct axi_link_slot *slot,
                             uint64_t last_ps)
{
    struct axi_link_side *const side = &link->sides[AXI_WRITE];
    const uint64_t answer = back_on_link(link, last_ps);
    const uint64_t start = later(answer, side->response_free);

    slot->stall_cycles += start - answer;
    side->response_free = start + 1;
    return start + 1;
}

static void trace_burst(const struct axi_link_core *link, struct trace_track *track,
                        const struct axi_link_slot *slot, uint64_t end_ps,
                        enum axi_response response)
{
    const struct trace_transaction burst = {
        .request_ps = slot->request.arrival_ps,
        .issue_ps = axi_clock_edge_ps(&link->clock, slot->issue),
        .first_data_ps = axi_clock_edge_ps(&link->clock, slot->first_data),
        .response_ps = end_ps,
        .address = slot->request.address,
        .traffic = traffic_class_name(slot->request.traffic),
        .response = axi_response_name(response),
        .bytes = slot->request.bytes,
        .beats = (uint16_t)slot->request.beats,
        .id = slot->request.id};

    trace_record_transaction(track, &burst);
}

uint64_t axi_link_complete(struct axi_link_core *link, enum axi_direction direction, unsigned slot,
                           uint64_t first_ps, uint64_t last_ps, enum axi_response response)
{
    struct axi_link_side *const side = &link->sides[direction];
    struct axi_link_slot *const mine = &side->slots[slot];
    const uint64_t end = direction == AXI_READ ? end_of_read(link, mine, first_ps, last_ps)
                                               : end_of_write(link, mine, last_ps);
    const uint64_t end_ps = axi_clock_edge_ps(&link->clock, end);
    const struct axi_monitor_sample sample = {.end_cycle = end,
                                              .latency_ps = end_ps - mine->request.arrival_ps,
                                              .stall_cycles = mine->stall_cycles,
                                              .beats = mine->request.beats,
                                              .bytes = mine->request.bytes,
                                              .error = response != AXI_OKAY};

    give_slot_back(side, slot, end);
    axi_monitor_finish(&side->monitor, &sample);
    if (side->track != NULL) {
        trace_burst(link, side->track, mine, end_ps, response);
    }
    return end_ps;
}

uint64_t axi_link_span_ps(const struct axi_link_core *link, uint32_t beats)
{
    return axi_clock_edge_ps(&link->clock, beats - 1);
}
