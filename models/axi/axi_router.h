/* Sends each payload to the output that its address is mapped to; adds no latency.
 *
 * What no region holds, or what runs past a region's end, is a decode error: nothing is transferred
 * and the answer is TLM_ADDRESS_ERROR_RESPONSE after `decode_error_ns`. AXI bursts do not cross
 * 4 KiB, so regions of whole 4 KiB pages never split a burst. What touches the range of the
 * configuration's refusing slave is answered TLM_GENERIC_ERROR_RESPONSE (SLVERR) after as long.
 */
#ifndef ZEROSTAGE_AXI_AXI_ROUTER_H
#define ZEROSTAGE_AXI_AXI_ROUTER_H

#include "axi/axi_map.h"
#include "axi/axi_router_config.h"
#include "stats/stats.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <string>
#include <vector>

namespace zs
{

class axi_router : public sc_core::sc_module
{
  public:
    using output = tlm_utils::simple_initiator_socket_optional<axi_router>;
    static constexpr size_t max_outputs = 16;

    tlm_utils::multi_passthrough_target_socket<axi_router> in;

    /* Registers router.<name>.decode_errors and slave_errors; `stats` may be null. */
    axi_router(sc_core::sc_module_name name, const axi_router_config &config, struct stats *stats);

    /* Map `bytes` bytes from `first` to the output `name`, which the caller binds; the target sees
     * addresses from `target_first` on. A name used before adds a region to the same output.
     * Throws std::invalid_argument for an overlap, a region that is none, too many outputs. */
    output &map(const std::string &name, uint64_t first, uint64_t bytes, uint64_t target_first);

    /* The target sees the same addresses. */
    output &map(const std::string &name, uint64_t first, uint64_t bytes)
    {
        return map(name, first, bytes, first);
    }

  private:
    void register_counters(struct stats *stats);
    bool refused(uint64_t address, unsigned bytes) const;
    void b_transport(int port, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    unsigned transport_dbg(int port, tlm::tlm_generic_payload &payload);

    axi_map map_{};
    sc_core::sc_time decode_error_time_;
    axi_router_config config_;
    uint64_t decode_errors_ = 0, slave_errors_ = 0;
    sc_core::sc_vector<output> outputs_;
    std::vector<std::string> names_; /* of the outputs in use */
};

} // namespace zs
#endif
