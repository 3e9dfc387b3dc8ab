#include "cpu/bus_master.h"

#include "axi/local_time.h"
#include "axi/time_gate.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <xmmintrin.h>

using sc_core::sc_time;

namespace zs
{

namespace
{

/* PL310 TRM (DDI 0246), features: four 256-bit line fill buffers, of which a miss takes one. */
const uint32_t PREFETCH_SLOTS = 3;

/* How long nobody else may act for a slot's request to be sent without its thread. */
const uint64_t ALONE_PS = 10'000'000;

/* Guest rounding modes sit in the host's MXCSR while guest code runs; others must not see them. */
class host_rounding
{
  public:
    host_rounding() : saved_(_mm_getcsr())
    {
        _mm_setcsr(0x1f80);
    }
    ~host_rounding()
    {
        _mm_setcsr(saved_);
    }
    host_rounding(const host_rounding &) = delete;
    host_rounding &operator=(const host_rounding &) = delete;

  private:
    const unsigned saved_;
};

void wait_until(uint64_t then_ps)
{
    host_rounding rounding;
    sc_core::wait(delay_until(then_ps));
}

/* What is due at SystemC's time, which the CPU is ahead of, happens before what the CPU does. */
void let_others_act()
{
    while (sc_core::sc_pending_activity_at_current_time()) {
        host_rounding rounding;
        sc_core::wait(sc_core::SC_ZERO_TIME);
    }
}

void prepare(tlm::tlm_generic_payload &payload, tlm::tlm_command command, uint32_t address,
             uint8_t *data, uint32_t bytes)
{
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

void describe(axi_extension &extension, uint32_t bytes, unsigned id, traffic_class traffic)
{
    extension.attributes = axi_attributes{};
    extension.attributes.burst = AXI_INCR;
    extension.attributes.beat_bytes = static_cast<uint8_t>(bytes >= 8   ? 8
                                                           : bytes >= 4 ? 4
                                                           : bytes >= 2 ? 2
                                                                        : 1);
    extension.attributes.id = static_cast<uint16_t>(id);
    extension.attributes.traffic = traffic;
}

void note_error(bus_error &error, const tlm::tlm_generic_payload &payload)
{
    if (payload.is_response_error() && !error.happened) {
        error.happened = true;
        error.write = payload.is_write();
        error.address = payload.get_address();
        error.status = payload.get_response_status();
    }
}

} // namespace

bus_slot::bus_slot(sc_core::sc_module_name name, bus_target &target, unsigned id,
                   sc_core::sc_event &finished, bus_error &error)
    : sc_module(name), target_(target), finished_(finished), error_(error)
{
    extension_.attributes.id = static_cast<uint16_t>(id);
    payload_.set_extension(&extension_);
    SC_HAS_PROCESS(bus_slot);
    SC_THREAD(run);
}

bus_slot::~bus_slot()
{
    payload_.clear_extension(&extension_);
}

void bus_slot::fill(uint32_t address, const uint8_t *data, uint32_t bytes, traffic_class traffic)
{
    std::memcpy(data_.data(), data, bytes);
    prepare(payload_, tlm::TLM_WRITE_COMMAND, address, data_.data(), bytes);
    describe(extension_, bytes, extension_.attributes.id, traffic);
    busy_ = true;
}

void bus_slot::fetch(uint32_t address, uint32_t bytes)
{
    prepare(payload_, tlm::TLM_READ_COMMAND, address, data_.data(), bytes);
    describe(extension_, bytes, extension_.attributes.id, TRAFFIC_CPU_FILL);
    busy_ = true;
}

void bus_slot::transport(sc_time &delay)
{
    target_.transport(payload_, delay);
    note_error(error_, payload_);
    done_ps_ = local_ps(delay);
    busy_ = false;
}

void bus_slot::send_now(uint64_t at_ps, const lookahead &ahead)
{
    host_rounding rounding;
    sc_time delay = delay_until(at_ps);
    extension_.ahead = ahead;
    transport(delay);
    extension_.ahead.forget();
}

void bus_slot::send_by_thread(uint64_t at_ps)
{
    start_.notify(delay_until(at_ps));
}

void bus_slot::run()
{
    for (;;) {
        wait(start_);
        sc_time delay = sc_core::SC_ZERO_TIME;
        transport(delay);
        finished_.notify(sc_core::SC_ZERO_TIME);
    }
}

bool bus_slot::overlaps(uint32_t address, uint32_t bytes) const
{
    const uint64_t first = payload_.get_address();
    return first < uint64_t{address} + bytes && address < first + payload_.get_data_length();
}

void bus_slot::overlay(uint32_t address, uint8_t *data, uint32_t bytes) const
{
    for (uint32_t i = 0; i < bytes; i++) {
        const uint64_t offset = uint64_t{address} + i - payload_.get_address();
        if (offset < payload_.get_data_length()) {
            data[i] = data_[offset];
        }
    }
}

void bus_slot::overwrite(uint32_t address, const uint8_t *data, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        const uint64_t offset = uint64_t{address} + i - payload_.get_address();
        if (offset < payload_.get_data_length()) {
            data_[offset] = data[i];
        }
    }
}

bus_master::bus_master(sc_core::sc_module_name name, bus_target &target, uint32_t slots,
                       uint32_t ordered_slots)
    : sc_module(name), target_(target), ordered_slots_(ordered_slots)
{
    for (uint32_t i = 0; i < slots; i++) {
        const std::string slot_name = "posted" + std::to_string(i);
        slots_.push_back(
            std::make_unique<bus_slot>(slot_name.c_str(), target, i + 1, finished_, error_));
    }
    for (uint32_t i = 0; i < PREFETCH_SLOTS; i++) {
        const std::string slot_name = "prefetch" + std::to_string(i);
        prefetches_.push_back(std::make_unique<bus_slot>(slot_name.c_str(), target, slots + i + 1,
                                                         finished_, error_));
    }
    payload_.set_extension(&extension_);
}

bus_master::~bus_master()
{
    payload_.clear_extension(&extension_);
}

void bus_master::synchronise(uint64_t now_ps)
{
    if (now_ps > stamp_ps()) {
        wait_until(now_ps);
    }
}

void bus_master::wait_event(const sc_core::sc_event &event, uint64_t at_most_ps)
{
    host_rounding rounding;
    sc_core::wait(sc_time::from_value(at_most_ps), event);
}

uint64_t bus_master::wait_slot(uint64_t now_ps, const bus_slot &slot)
{
    if (slot.busy()) {
        synchronise(now_ps);
        host_rounding rounding;
        while (slot.busy()) {
            sc_core::wait(finished_);
        }
    }
    return std::max({now_ps, stamp_ps(), slot.done_ps()});
}

uint64_t bus_master::wait_uncached(uint64_t now_ps)
{
    for (const auto &slot : slots_) {
        if (slot->traffic() == TRAFFIC_CPU_UNCACHED_WRITE) {
            now_ps = wait_slot(now_ps, *slot);
        }
    }
    return now_ps;
}

uint64_t bus_master::wait_all(uint64_t now_ps)
{
    for (const auto &slot : slots_) {
        now_ps = wait_slot(now_ps, *slot);
    }
    for (const auto &slot : prefetches_) {
        now_ps = wait_slot(now_ps, *slot);
    }
    const uint64_t ticket = in_flight.next_ticket();
    if (in_flight.any_before(ticket)) {
        synchronise(now_ps);
        host_rounding rounding;
        while (in_flight.any_before(ticket)) {
            sc_core::wait(in_flight.changed());
        }
    }
    return std::max(now_ps, stamp_ps());
}

uint64_t bus_master::wait_overlap(const slot_list &slots, uint64_t now_ps, uint32_t address,
                                  uint32_t bytes)
{
    for (const auto &slot : slots) {
        const bool pending = slot->busy() || slot->done_ps() > now_ps;
        if (pending && slot->overlaps(address, bytes)) {
            now_ps = wait_slot(now_ps, *slot);
        }
    }
    return now_ps;
}

/* Wait until fewer than `limit` of the slots concerned are taken. */
uint64_t bus_master::wait_for_room(uint64_t now_ps, bool ordered_only, uint32_t limit)
{
    for (;;) {
        uint32_t taken = 0;
        bool any_busy = false;
        uint64_t earliest_ps = UINT64_MAX;
        for (const auto &slot : slots_) {
            if (ordered_only && !slot->ordered) {
                continue;
            }
            any_busy = any_busy || slot->busy();
            if (slot->busy()) {
                taken++;
            } else if (slot->done_ps() > now_ps) {
                taken++;
                earliest_ps = std::min(earliest_ps, slot->done_ps());
            }
        }
        if (taken < limit) {
            return now_ps;
        }
        if (!any_busy) {
            now_ps = earliest_ps;
        } else if (now_ps > stamp_ps()) {
            synchronise(now_ps);
        } else {
            host_rounding rounding;
            if (earliest_ps == UINT64_MAX) {
                sc_core::wait(finished_);
            } else {
                sc_core::wait(delay_until(earliest_ps), finished_);
            }
            now_ps = std::max(now_ps, stamp_ps());
        }
    }
}

bus_slot &bus_master::free_slot(uint64_t now_ps)
{
    for (const auto &slot : slots_) {
        if (!slot->busy() && slot->done_ps() <= now_ps) {
            return *slot;
        }
    }
    throw std::logic_error("no posted write slot is free");
}

bool bus_master::settled(uint32_t address, uint32_t bytes) const
{
    const auto on_its_way = [&](const auto &slot) {
        return slot->busy() && slot->overlaps(address, bytes);
    };
    return std::none_of(slots_.begin(), slots_.end(), on_its_way) &&
           std::none_of(prefetches_.begin(), prefetches_.end(), on_its_way);
}

/* On return, no coherent master has one of these lines under way; local time may have passed. */
void bus_master::wait_in_flight(uint32_t address, uint32_t bytes, sc_time &delay)
{
    if (!in_flight.overlaps(address, bytes)) {
        return;
    }
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    while (in_flight.overlaps(address, bytes)) {
        sc_core::wait(in_flight.changed());
    }
}

uint64_t bus_master::post(uint64_t now_ps, uint32_t address, const uint8_t *data, uint32_t bytes,
                          traffic_class traffic, bool ordered)
{
    let_others_act();
    now_ps = std::max(now_ps, stamp_ps());
    if (ordered) {
        now_ps = wait_for_room(now_ps, true, ordered_slots_);
    }
    now_ps = wait_overlap(slots_, now_ps, address, bytes);
    if (in_flight.overlaps(address, bytes)) {
        host_rounding rounding;
        sc_time delay = delay_until(now_ps);
        wait_in_flight(address, bytes, delay);
        now_ps = stamp_ps();
    }
    now_ps = wait_for_room(now_ps, false, static_cast<uint32_t>(slots_.size()));

    bus_slot &slot = free_slot(now_ps);
    slot.fill(address, data, bytes, traffic);
    slot.ordered = ordered;
    send(slot, now_ps);
    return std::max(now_ps, stamp_ps());
}

void bus_master::send(bus_slot &slot, uint64_t at_ps)
{
    lookahead ahead;

    if (ahead.alone_until(at_ps + ALONE_PS)) {
        slot.send_now(at_ps, ahead);
    } else {
        slot.send_by_thread(at_ps);
    }
}

bool bus_master::prefetch(uint64_t now_ps, uint32_t address, uint8_t *data, uint32_t bytes)
{
    now_ps = std::max(now_ps, stamp_ps());
    const auto slot = std::find_if(prefetches_.begin(), prefetches_.end(), [&](const auto &one) {
        return !one->busy() && one->done_ps() <= now_ps;
    });

    if (slot == prefetches_.end() || in_flight.overlaps(address, bytes)) {
        return false;
    }
    debug_read(address, data, bytes);
    (*slot)->fetch(address, bytes);
    send(**slot, now_ps);
    return true;
}

uint64_t bus_master::wait_prefetch(uint64_t now_ps, uint32_t address, uint32_t bytes)
{
    return wait_overlap(prefetches_, now_ps, address, bytes);
}

uint64_t bus_master::read(uint64_t now_ps, uint32_t address, uint8_t *data, uint32_t bytes,
                          traffic_class traffic)
{
    now_ps = wait_overlap(slots_, now_ps, address, bytes);
    host_rounding rounding;
    sc_time delay = delay_until(now_ps);
    time_gate(delay);
    wait_in_flight(address, bytes, delay);
    prepare(payload_, tlm::TLM_READ_COMMAND, address, data, bytes);
    describe(extension_, bytes, 0, traffic);
    target_.transport(payload_, delay);
    note_error(error_, payload_);
    return local_ps(delay);
}

bool bus_master::debug(tlm::tlm_command command, uint32_t address, uint8_t *data, uint32_t bytes)
{
    prepare(debug_payload_, command, address, data, bytes);
    return target_.transport_debug(debug_payload_) == bytes;
}

bool bus_master::debug_read(uint32_t address, uint8_t *data, uint32_t bytes)
{
    const bool served = debug(tlm::TLM_READ_COMMAND, address, data, bytes);
    for (const auto &slot : slots_) {
        if (slot->busy()) {
            slot->overlay(address, data, bytes);
        }
    }
    in_flight.overlay(address, data, bytes);
    return served;
}

bool bus_master::debug_write(uint32_t address, const uint8_t *data, uint32_t bytes)
{
    for (const auto &slot : slots_) {
        if (slot->busy()) {
            slot->overwrite(address, data, bytes);
        }
    }
    in_flight.overwrite(address, data, bytes);
    return debug(tlm::TLM_WRITE_COMMAND, address, const_cast<uint8_t *>(data), bytes);
}

} // namespace zs
