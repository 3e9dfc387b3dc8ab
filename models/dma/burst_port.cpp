#include "dma/burst_port.h"

#include "axi/local_time.h"

#include <string>
#include <utility>

namespace zs
{

namespace
{

/* Describe an access in a payload that has an extension of its own; a FIXED one goes in beats of
 * `attributes.beat_bytes`. */
void prepare(tlm::tlm_generic_payload &payload, tlm::tlm_command command,
             const axi_attributes &attributes, uint64_t address, uint8_t *data, size_t bytes)
{
    payload.get_extension<axi_extension>()->attributes = attributes;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(static_cast<unsigned int>(bytes));
    payload.set_streaming_width(static_cast<unsigned int>(
        attributes.burst == AXI_FIXED ? attributes.beat_bytes - address % attributes.beat_bytes
                                      : bytes));
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

/* Returns local time after the access. */
uint64_t transport(const memory_access &access, tlm::tlm_generic_payload &payload,
                   uint64_t issue_ps)
{
    sc_core::sc_time delay = delay_until(issue_ps);

    access(payload, delay);
    return local_ps(delay);
}

} // namespace

tlm::tlm_response_status access_memory(const memory_access &access, tlm::tlm_command command,
                                       const axi_attributes &attributes, uint64_t address,
                                       uint8_t *data, size_t bytes, uint64_t issue_ps,
                                       uint64_t *done_ps)
{
    axi_extension extension;
    tlm::tlm_generic_payload payload;
    const axi_extension_loan loan(payload, extension);

    prepare(payload, command, attributes, address, data, bytes);
    *done_ps = transport(access, payload, issue_ps);
    return payload.get_response_status();
}

burst_port::slot::slot()
{
    payload.set_extension(&extension);
}

burst_port::slot::~slot()
{
    payload.clear_extension(&extension);
}

burst_port::burst_port(sc_core::sc_module_name name, size_t slots, tlm::tlm_command command,
                       axi_attributes attributes, memory_access access)
    : sc_module(name), m_slots(slots), m_command(command), m_attributes(attributes),
      m_access(std::move(access))
{
    for (size_t i = 0; i < slots; ++i) {
        sc_core::sc_spawn([this, i] { serve(m_slots[i]); }, ("slot" + std::to_string(i)).c_str());
    }
}

burst_port::~burst_port() = default;

dma_burst *burst_port::next()
{
    return m_issued - m_retired < m_slots.size() ? &slot_of(m_issued).burst : nullptr;
}

void burst_port::start()
{
    slot &slot = slot_of(m_issued++);

    slot.phase = ISSUED;
    slot.event.notify(delay_until(slot.burst.issue_ps));
}

void burst_port::retire(uint64_t free_ps)
{
    slot &slot = slot_of(m_retired);

    slot.phase = FREE;
    slot.burst.free_ps = free_ps;
    ++m_retired;
    if (slot_of(m_retired).phase == DONE) {
        slot_of(m_retired).event.notify(sc_core::SC_ZERO_TIME);
    }
}

void burst_port::serve(slot &slot)
{
    dma_burst &burst = slot.burst;

    for (;;) {
        while (slot.phase != ISSUED) {
            wait(slot.event);
        }
        axi_attributes attributes = m_attributes;
        attributes.burst = burst.fixed ? AXI_FIXED : AXI_INCR;
        prepare(slot.payload, m_command, attributes, burst.address, burst.data.data(),
                burst.data.size());
        burst.done_ps = transport(m_access, slot.payload, burst.issue_ps);
        burst.status = slot.payload.get_response_status();
        slot.phase = DONE;
        while (&slot != &slot_of(m_retired)) {
            wait(slot.event);
        }
        on_done(burst);
    }
}

} // namespace zs
