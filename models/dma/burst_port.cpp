#include "dma/burst_port.h"

#include "axi/axi_extension.h"
#include "axi/local_time.h"

#include <utility>

namespace zs
{

burst_port::burst_port(sc_core::sc_module_name name, size_t slots, tlm::tlm_command command,
                       axi_attributes attributes, transport b_transport)
    : sc_module(name), m_slots(slots), m_start(slots), m_command(command), m_attributes(attributes),
      m_transport(std::move(b_transport))
{
    for (size_t slot = 0; slot < slots; ++slot) {
        sc_core::sc_spawn([this, slot] { serve(slot); }, ("slot" + std::to_string(slot)).c_str());
    }
}

burst_port::~burst_port() = default;

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
    while (!burst.done) {
        wait(m_done);
    }
    return burst;
}

void burst_port::retire(uint64_t free_ps)
{
    m_slots[m_retired % m_slots.size()].free_ps = free_ps;
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

        axi_extension extension;
        extension.attributes = m_attributes;
        tlm::tlm_generic_payload payload;
        payload.set_command(m_command);
        payload.set_address(burst.address);
        payload.set_data_ptr(burst.data.data());
        payload.set_data_length(static_cast<unsigned int>(burst.data.size()));
        payload.set_streaming_width(static_cast<unsigned int>(burst.data.size()));
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        payload.set_extension(&extension);
        sc_core::sc_time delay = delay_until(burst.issue_ps);
        m_transport(payload, delay);
        payload.clear_extension(&extension);

        burst.status = payload.get_response_status();
        burst.done_ps = stamp_ps() + to_ps(delay);
        burst.done = true;
        m_done.notify(sc_core::SC_ZERO_TIME);
    }
}

} // namespace zs
