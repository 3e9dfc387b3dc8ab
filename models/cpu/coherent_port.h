/* The way of a coherent master (ACP) into the CPU's caches and past them.
 *
 * A burst is looked up line by line, all lines at one instant. A read that hits gets the newest
 * copy, from L1D or L2. A write takes the line out of the L1D (a dirty one goes to the L2) and
 * changes the L2's copy in place. What misses goes on to memory through `memory`; AxCACHE says
 * whether it is allocated in the L2. A burst costs one L2 access, and a miss what the L2 adds to
 * one. Dirty lines that have to make room wait in the eviction buffer for their way to memory.
 *
 * A burst waits while the CPU has one of its lines on the way, in steps of POLL_CYCLES CPU cycles,
 * so it is late by at most one step; the CPU's fills wait for the lines that a burst has under way.
 * The CPU's own hits run ahead of SystemC's time by up to a slice (board.cpu.slice_cycles), and see
 * a coherent write early or late by that, but never after an access to a device register.
 */
#ifndef ZEROSTAGE_CPU_COHERENT_PORT_H
#define ZEROSTAGE_CPU_COHERENT_PORT_H

#include "axi/axi_extension.h"
#include "cpu/cpu.h"
#include "cpu/lines_in_flight.h"

#include <deque>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <vector>

namespace zs
{

/* AxCACHE of AXI3. Without COHERENT a burst goes past the caches. */
enum acp_cache { ACP_COHERENT = 2, ACP_READ_ALLOCATE = 4, ACP_WRITE_ALLOCATE = 8 };

class coherent_port : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<coherent_port> in;
    tlm_utils::simple_initiator_socket<coherent_port> memory;

    /* `cache` is the AxCACHE of every burst (enum acp_cache; a design ties it off). Registers
     * acp.read_hit_bytes and its like. The CPU must outlive the port. */
    coherent_port(sc_core::sc_module_name name, cpu &owner, uint64_t cpu_clock_hz, uint32_t cache,
                  struct stats *stats);

  private:
    enum { POLL_CYCLES = 8 };

    struct side {
        uint64_t hit_bytes = 0, miss_bytes = 0, memory_bytes = 0, allocations = 0;
    };

    /* A burst, or a part of one. */
    struct access {
        uint32_t address, bytes;
        uint8_t *data;
        bool write;
        traffic_class traffic;
    };

    /* A line that has left the L2, at the local time of the burst that made it go. */
    struct evicted_line {
        lines_in_flight::handle line;
        sc_core::sc_time at;
    };

    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    unsigned transport_dbg(tlm::tlm_generic_payload &payload);

    /* Each returns when the first byte of a read was there before the last, as the AXI extension's
     * data_span_ps. */
    tlm::tlm_response_status go_past(const access &burst, uint64_t &span_ps,
                                     sc_core::sc_time &delay);
    tlm::tlm_response_status go_through(const access &burst, uint64_t &span_ps,
                                        sc_core::sc_time &delay);
    tlm::tlm_response_status access_memory(const access &what, uint64_t &span_ps,
                                           sc_core::sc_time &delay);
    tlm::tlm_response_status allocate(const access &miss, uint64_t &span_ps,
                                      sc_core::sc_time &delay);

    tlm::tlm_response_status put_line(const access &miss, uint32_t line, const uint8_t *bytes,
                                      sc_core::sc_time &delay);
    void settle(uint32_t address, uint32_t bytes, sc_core::sc_time &delay);
    bool serve_from_caches(const access &piece, const sc_core::sc_time &delay);
    std::vector<access> look_up(const access &burst, const sc_core::sc_time &delay);
    bool allocates(bool write) const;
    void evict(const cache_victim &victim, const sc_core::sc_time &delay);
    void write_evicted();
    uint32_t line_of(uint32_t address) const;
    uint32_t piece_bytes(uint32_t address, uint32_t left) const;
    void register_counters(struct stats *stats);

    cpu &cpu_;
    hierarchy &caches_;
    const sc_core::sc_time cycle_;
    const uint32_t cache_;
    side read_, write_;
    uint64_t evictions_ = 0;
    std::deque<evicted_line> evicted_; /* those that nobody has taken to memory yet */
    sc_core::sc_event evicted_more_;
};

} // namespace zs
#endif
