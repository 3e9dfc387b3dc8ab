#include "axi/axi_link.h"

#include "axi/local_time.h"
#include "axi/time_gate.h"

#include <algorithm>
#include <stdexcept>
#include <string>

using sc_core::sc_time;
using tlm::tlm_generic_payload;

namespace zs
{

namespace
{

/* What the link writes into an initiator's attributes is undone at the end. */
class kept_attributes
{
  public:
    explicit kept_attributes(axi_attributes &attributes)
        : attributes_(attributes), before_(attributes)
    {
    }
    ~kept_attributes()
    {
        attributes_ = before_;
    }
    kept_attributes(const kept_attributes &) = delete;
    kept_attributes &operator=(const kept_attributes &) = delete;

  private:
    axi_attributes &attributes_;
    const axi_attributes before_;
};

/* The byte enables of a part of a payload, written out: TLM repeats a short array. */
std::vector<unsigned char> part_of_enables(const tlm_generic_payload &payload, uint64_t offset,
                                           uint32_t bytes)
{
    std::vector<unsigned char> part(bytes);
    const unsigned length = payload.get_byte_enable_length();

    for (uint32_t i = 0; i < bytes; i++) {
        part[i] = payload.get_byte_enable_ptr()[(offset + i) % length];
    }
    return part;
}

/* A FIXED transfer says so twice: in the extension and, as TLM does, by a short streaming width. */
bool is_fixed(const tlm_generic_payload &payload, const axi_attributes &attributes)
{
    return attributes.burst == AXI_FIXED &&
           payload.get_streaming_width() < payload.get_data_length();
}

/* Begins on the payload's bursts; false for what AXI cannot carry. */
bool begin(axi_burst_iterator &iterator, const axi_link_core &core,
           const tlm_generic_payload &payload, const axi_attributes &attributes)
{
    const uint64_t address = payload.get_address();
    const unsigned width = payload.get_streaming_width();
    const bool fixed = is_fixed(payload, attributes);
    axi_attributes wanted = attributes;

    if (!fixed && wanted.burst == AXI_FIXED) {
        wanted.burst = AXI_INCR;
    }
    const uint8_t beat_bytes = axi_link_beat_bytes(&core, &wanted);

    if (fixed ? width != beat_bytes - address % beat_bytes : width < payload.get_data_length()) {
        return false;
    }
    return axi_burst_begin(&iterator, static_cast<axi_protocol>(core.config.protocol), wanted.burst,
                           beat_bytes, address, payload.get_data_length()) == 0;
}

axi_response response_of(const tlm_generic_payload &payload)
{
    if (payload.is_response_ok()) {
        return AXI_OKAY;
    }
    return payload.get_response_status() == tlm::TLM_ADDRESS_ERROR_RESPONSE ? AXI_DECERR
                                                                            : AXI_SLVERR;
}

} // namespace

axi_link::axi_link(sc_core::sc_module_name name, const axi_link_config &config, struct stats *stats)
    : sc_module(name), in("in"), out("out")
{
    const char *const error = axi_link_config_error(&config);

    if (error != nullptr) {
        throw std::invalid_argument(std::string(basename()) + ": " + error);
    }
    if (sc_core::sc_get_time_resolution() != sc_time(1, sc_core::SC_PS)) {
        throw std::logic_error("the links need SystemC's time resolution of 1 ps");
    }
    axi_link_init(&core_, &config);
    if (stats != nullptr && axi_link_register(&core_, stats, basename()) != 0) {
        throw std::invalid_argument(std::string("cannot register the counters of link ") +
                                    basename());
    }
    in.register_b_transport(this, &axi_link::b_transport);
    in.register_transport_dbg(this, &axi_link::transport_dbg);
}

void axi_link::trace_to(struct trace *trace)
{
    axi_link_trace(&core_, trace, basename());
}

void axi_link::end_of_elaboration()
{
    ports_ = in.size();
}

void axi_link::b_transport(int port, tlm_generic_payload &payload, sc_time &delay)
{
    if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
        return;
    }
    if (axi_extension *const given = payload.get_extension<axi_extension>()) {
        const kept_attributes kept(given->attributes);
        run_bursts(port, payload, *given, delay);
    } else {
        axi_extension own;
        const axi_extension_loan loan(payload, own);
        run_bursts(port, payload, own, delay);
    }
}

unsigned axi_link::transport_dbg(int, tlm_generic_payload &payload)
{
    return out->transport_dbg(payload);
}

void axi_link::run_bursts(int port, tlm_generic_payload &payload, axi_extension &extension,
                          sc_time &delay)
{
    axi_burst_iterator iterator;
    axi_burst burst;

    extension.ahead.time_gate(delay);
    if (!begin(iterator, core_, payload, extension.attributes)) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    if (extension.attributes.qos == 0) {
        extension.attributes.qos = static_cast<uint8_t>(core_.config.qos);
    }
    const transfer transfer = {payload,
                               extension,
                               payload.is_read() ? AXI_READ : AXI_WRITE,
                               {static_cast<uint32_t>(port), extension.attributes.qos}};
    while (axi_burst_next(&iterator, &burst)) {
        run_burst(transfer, burst, delay);
        if (payload.is_response_error()) {
            return;
        }
    }
}

void axi_link::run_burst(const transfer &transfer, const axi_burst &burst, sc_time &delay)
{
    const uint64_t arrival_ps = local_ps(delay);
    uint64_t request_ps;

    wait_for_turn(transfer, delay);
    const axi_attributes &attributes = transfer.extension.attributes;
    const axi_link_request request = {arrival_ps,    local_ps(delay),    burst.beats,  burst.bytes,
                                      attributes.id, attributes.traffic, burst.address};
    const unsigned slot = axi_link_issue(&core_, transfer.direction, &request, &request_ps);
    notify_change(transfer);

    delay = delay_until(request_ps);
    send(transfer, burst, delay);

    const uint64_t last_ps = local_ps(delay);
    const uint64_t span_ps = std::min(transfer.extension.data_span_ps, last_ps - request_ps);
    const uint64_t first_ps = last_ps - span_ps;
    wait_for_order(transfer.direction, slot);

    const uint64_t end_ps = axi_link_complete(&core_, transfer.direction, slot, first_ps, last_ps,
                                              response_of(transfer.payload));
    transfer.extension.data_span_ps = axi_link_span_ps(&core_, burst.beats);
    notify_change(transfer);
    delay = delay_until(end_ps);
}

void axi_link::send(const transfer &transfer, const axi_burst &burst, sc_time &delay)
{
    tlm_generic_payload &payload = transfer.payload;
    axi_attributes &attributes = transfer.extension.attributes;

    attributes.burst = burst.type == AXI_FIXED ? AXI_FIXED : AXI_INCR;
    attributes.beat_bytes = burst.beat_bytes;
    attributes.beats = burst.beats;
    transfer.extension.data_span_ps = 0;
    if (burst.bytes == payload.get_data_length() && burst.type != AXI_WRAP) {
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        out->b_transport(payload, delay);
    } else {
        send_segments(transfer, burst, delay);
    }
    transfer.extension.ahead.forget(); /* the target may have notified somebody */
}

[[gnu::noinline]] void axi_link::send_segments(const transfer &transfer, const axi_burst &burst,
                                               sc_time &delay)
{
    axi_segment segments[2];
    const unsigned count = axi_burst_segments(&burst, segments);

    if (count == 2) {
        transfer.extension.attributes.beats = 0;
    }
    send_part(transfer, burst, segments[0], delay);
    transfer.extension.ahead.forget();
    if (count == 2 && transfer.payload.is_response_ok()) {
        send_part(transfer, burst, segments[1], delay);
    }
}

void axi_link::send_part(const transfer &transfer, const axi_burst &burst,
                         const axi_segment &segment, sc_time &delay)
{
    const tlm_generic_payload &whole = transfer.payload;
    std::vector<unsigned char> enables;
    tlm_generic_payload part;

    part.set_command(whole.get_command());
    part.set_address(segment.address);
    part.set_data_ptr(whole.get_data_ptr() + segment.offset);
    part.set_data_length(segment.bytes);
    part.set_streaming_width(burst.type == AXI_FIXED ? whole.get_streaming_width() : segment.bytes);
    if (whole.get_byte_enable_ptr() != nullptr) {
        enables = part_of_enables(whole, segment.offset, segment.bytes);
        part.set_byte_enable_ptr(enables.data());
        part.set_byte_enable_length(segment.bytes);
    }
    const axi_extension_loan loan(part, transfer.extension);
    out->b_transport(part, delay);
    transfer.payload.set_response_status(part.get_response_status());
}

/* Can a request take the slot that is free next, though that may be later? Of one port, yes: those
 * after it stay behind it, and bursts whose end is not known yet end later than the others. Among
 * several, only if no other request can come until then. */
bool axi_link::free_to_go(const transfer &transfer, const sc_time &delay) const
{
    const axi_direction direction = transfer.direction;

    if (!queues_[direction].tickets.empty() || axi_link_full(&core_, direction)) {
        return false;
    }
    return ports_ == 1 || transfer.extension.ahead.alone_until(
                              std::max(local_ps(delay), axi_link_ready_ps(&core_, direction)));
}

/* Most requests can go at once: what the others do stays out of their way. */
void axi_link::wait_for_turn(const transfer &transfer, sc_time &delay)
{
    if (!free_to_go(transfer, delay)) {
        wait_in_line(transfer, delay);
    }
}

[[gnu::noinline]] void axi_link::wait_in_line(const transfer &transfer, sc_time &delay)
{
    queue &line = queues_[transfer.direction];

    if (delay != sc_core::SC_ZERO_TIME) {
        wait(delay);
        delay = sc_core::SC_ZERO_TIME;
    }
    const uint64_t ticket = line.next_ticket++;
    line.candidates.push_back(transfer.candidate);
    line.tickets.push_back(ticket);
    if (ports_ > 1) {
        wait(sc_core::SC_ZERO_TIME); /* all that ask at this instant take part */
    }
    wait_to_win(transfer.direction, ticket);
    axi_arbiter_granted(&line.arbiter, transfer.candidate.port);
}

void axi_link::wait_to_win(axi_direction direction, uint64_t ticket)
{
    queue &line = queues_[direction];

    for (;;) {
        const uint64_t ready_ps = axi_link_ready_ps(&core_, direction);
        if (ready_ps > stamp_ps()) {
            wait_for_change(direction, ready_ps);
            continue;
        }
        const size_t winner =
            axi_arbiter_pick(&line.arbiter, line.candidates.data(), line.candidates.size());
        if (line.tickets[winner] == ticket) {
            line.candidates.erase(line.candidates.begin() + static_cast<ptrdiff_t>(winner));
            line.tickets.erase(line.tickets.begin() + static_cast<ptrdiff_t>(winner));
            return;
        }
        wait_for_change(direction, UINT64_MAX);
    }
}

void axi_link::wait_for_order(axi_direction direction, unsigned slot)
{
    while (!axi_link_in_order(&core_, direction, slot)) {
        wait_for_change(direction, UINT64_MAX);
    }
}

[[gnu::noinline]] void axi_link::wait_for_change(axi_direction direction, uint64_t at_most_ps)
{
    queue &line = queues_[direction];

    line.watchers++;
    if (at_most_ps == UINT64_MAX) {
        wait(line.changed);
    } else {
        wait(delay_until(at_most_ps), line.changed);
    }
    line.watchers--;
}

void axi_link::notify_change(const transfer &transfer)
{
    queue &line = queues_[transfer.direction];

    if (line.watchers != 0) {
        line.changed.notify(sc_core::SC_ZERO_TIME);
        transfer.extension.ahead.forget();
    }
}

} // namespace zs
