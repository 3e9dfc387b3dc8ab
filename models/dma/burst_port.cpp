#include "dma/burst_port.h"

#include "axi/axi_extension.h"
#include "axi/local_time.h"

#include <string>
#include <utility>

namespace zs
{

tlm::tlm_response_status access_memory(const memory_access &access, tlm::tlm_command command,
                                       const axi_attributes &attributes, uint64_t address,
                                       uint8_t *data, size_t bytes, uint64_t issue_ps,
                                       uint64_t *done_ps)
{
    axi_extension extension;
    tlm::tlm_generic_payload payload;

    extension.attributes = attributes;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(static_cast<unsigned int>(bytes));
    payload.set_streaming_width(static_cast<unsigned int>(
        attributes.burst == AXI_FIXED ? attributes.beat_bytes - address % attributes.beat_bytes
                                      : bytes));
    const axi_extension_loan loan(payload, extension);
    sc_core::sc_time delay = delay_until(issue_ps);
    access(payload, delay);
    *done_ps = stamp_ps() + to_ps(delay);
    return payload.get_response_status();
}

burst_port::burst_port(sc_core::sc_module_name name, size_t slots, tlm::tlm_command command,
                       axi_attributes attributes, memory_access access)
    : sc_module(name), m_slots(slots), m_start(slots), m_command(command), m_attributes(attributes),
      m_access(std::move(access))
{
    for (size_t slot = 0; slot < slots; ++slot) {
        sc_core::sc_spawn([this, slot] { serve(slot); }, ("slot" + std::to_string(slot)).c_str());
    }
}

burst_port::~burst_port() = default;

dma_burst &burst_port::next()
{
    while (full()) {
        wait(m_retirement);
    }
    return m_slots[m_issued % m_slots.size()];
}

void burst_port::start()
{
    const size_t slot = m_issued % m_slots.size();
    m_slots[slot].waiting = true;
    m_slots[slot].done = false;
    ++m_issued;
    m_start[slot].notify(sc_core::SC_ZERO_TIME);
}

dma_burst &burst_port::oldest()
{
    dma_burst &burst = m_slots[m_retired % m_slots.size()];
    while (empty() || !burst.done) {
        wait(m_oldest_done);
    }
    return burst;
}

void burst_port::retire(uint64_t free_ps)
{
    m_slots[m_retired % m_slots.size()].free_ps = free_ps;
    if (full()) {
        m_retirement.notify(sc_core::SC_ZERO_TIME);
    }
    ++m_retired;
}

void burst_port::serve(size_t slot)
{
    dma_burst &burst = m_slots[slot];
    for (;;) {
        while (!burst.waiting) {
            wait(m_start[slot]);
        }
        burst.waiting = false;
        axi_attributes attributes = m_attributes;
        attributes.burst = burst.fixed ? AXI_FIXED : AXI_INCR;
        burst.status =
            access_memory(m_access, m_command, attributes, burst.address, burst.data.data(),
                          burst.data.size(), burst.issue_ps, &burst.done_ps);
        burst.done = true;
        if (slot == m_retired % m_slots.size()) {
            m_oldest_done.notify(sc_core::SC_ZERO_TIME);
        }
    }
}

} // namespace zs
