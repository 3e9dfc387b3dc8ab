/* Several AXI bursts in flight on one memory port, done in any order, handed on in order. */
#ifndef ZEROSTAGE_DMA_BURST_PORT_H
#define ZEROSTAGE_DMA_BURST_PORT_H

#include "axi/axi_extension.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

namespace zs
{

/* Attributes of the engine's accesses: AxCACHE of PG021, and an id of its own for descriptors, so
 * that they need not wait behind data. */
enum { AXI_DMA_CACHE = 3, AXI_DMA_DATA_ID = 0, AXI_DMA_DESCRIPTOR_ID = 1 };

/* One AXI access; whoever is called back does the b_transport. */
using memory_access = std::function<void(tlm::tlm_generic_payload &, sc_core::sc_time &)>;

/* Do one access in the calling process; a FIXED one in beats of `attributes.beat_bytes`. Returns
 * the response; *done_ps is local time after it. */
tlm::tlm_response_status access_memory(const memory_access &access, tlm::tlm_command command,
                                       const axi_attributes &attributes, uint64_t address,
                                       uint8_t *data, size_t bytes, uint64_t issue_ps,
                                       uint64_t *done_ps);

struct dma_burst {
    uint64_t address = 0;
    bool fixed = false; /* every beat at `address` */
    std::vector<uint8_t> data;
    uint64_t issue_ps = 0;     /* address on the bus */
    uint64_t tag = 0;          /* of the command it belongs to */
    bool last = false;         /* of its command */
    bool packet_ended = false; /* the packet ends with it */

    uint64_t done_ps = 0; /* last data beat, or response */
    uint64_t free_ps = 0; /* its buffer was free again */
    tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
};

class burst_port : public sc_core::sc_module
{
  public:
    /* One process a slot: `slots` bursts at a time. */
    burst_port(sc_core::sc_module_name name, size_t slots, tlm::tlm_command command,
               axi_attributes attributes, memory_access access);
    ~burst_port() override;

    /* Called when a burst is done and those before it are retired, in a thread that may wait. It
     * retires the burst, which frees its slot, and does not wait after that. */
    std::function<void(const dma_burst &)> on_done;

    bool empty() const
    {
        return m_issued == m_retired;
    }

    /* Storage for the next burst, to fill in and start(); null when every slot is taken. */
    dma_burst *next();
    void start();
    void retire(uint64_t free_ps);

  private:
    enum phase { FREE, ISSUED, DONE };

    /* A burst, and the event that its process waits for: to be issued, then its turn. */
    struct slot {
        slot();
        ~slot();

        dma_burst burst;
        enum phase phase = FREE;
        sc_core::sc_event event;
        axi_extension extension;
        tlm::tlm_generic_payload payload;
    };

    slot &slot_of(uint64_t burst)
    {
        return m_slots[burst % m_slots.size()];
    }
    void serve(slot &slot);

    std::deque<slot> m_slots; /* events cannot be moved */
    tlm::tlm_command m_command;
    axi_attributes m_attributes;
    memory_access m_access;
    uint64_t m_issued = 0;
    uint64_t m_retired = 0;
};

} // namespace zs
#endif
