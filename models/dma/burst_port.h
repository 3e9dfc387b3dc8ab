/* Several AXI bursts in flight on one memory port, finished in any order, retired in order. */
#ifndef ZEROSTAGE_DMA_BURST_PORT_H
#define ZEROSTAGE_DMA_BURST_PORT_H

#include "axi/axi.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

namespace zs
{

struct dma_burst {
    uint64_t address = 0;
    std::vector<uint8_t> data;
    uint64_t issue_ps = 0; /* address on the bus */
    uint64_t done_ps = 0;  /* last data beat, or response */
    uint64_t free_ps = 0;  /* its buffer was free again */
    bool waiting = false;  /* for its process to take it */
    bool done = false;
    tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
};

class burst_port : public sc_core::sc_module
{
  public:
    /* Transport is called by one process a burst; `slots` bursts at a time. */
    using transport = std::function<void(tlm::tlm_generic_payload &, sc_core::sc_time &)>;
    burst_port(sc_core::sc_module_name name, size_t slots, tlm::tlm_command command,
               axi_attributes attributes, transport b_transport);
    ~burst_port() override;

    bool full() const
    {
        return m_issued - m_retired == m_slots.size();
    }
    bool empty() const
    {
        return m_issued == m_retired;
    }

    /* The next burst's storage; not when full(). Then start() it. */
    dma_burst &next()
    {
        return m_slots[m_issued % m_slots.size()];
    }
    void start();

    /* The oldest burst; waits until it is done. retire() frees its slot at that time. */
    dma_burst &oldest();
    void retire(uint64_t free_ps);

  private:
    void serve(size_t slot);

    std::vector<dma_burst> m_slots;
    std::deque<sc_core::sc_event> m_start;
    sc_core::sc_event m_done;
    tlm::tlm_command m_command;
    axi_attributes m_attributes;
    transport m_transport;
    uint64_t m_issued = 0;
    uint64_t m_retired = 0;
};

} // namespace zs
#endif
