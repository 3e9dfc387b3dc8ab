/* One AXI link as a TLM module: payloads come in, legal bursts go out, timed by the link core.
 *
 * - Any number of initiators may be bound to `in`: each is a port of the link, arbitrated by QoS,
 *   round-robin among equals. Requests of one port stay in order.
 * - Several threads may be inside b_transport: that is what outstanding transactions are. Responses
 *   of one direction and AXI id come back in the order of the requests.
 * - A payload that needs several bursts is sent burst after burst, each after the response to the
 *   one before; an initiator that wants them to overlap sends them from several threads.
 * - A WRAP that goes round is one burst here and two payloads (INCR) for the target.
 * - The target's errors come back: DECERR is TLM_ADDRESS_ERROR_RESPONSE, SLVERR
 *   TLM_GENERIC_ERROR_RESPONSE; bursts after the one that failed are not sent.
 * - A transfer that no AXI burst can carry gets TLM_BURST_ERROR_RESPONSE.
 */
#ifndef ZEROSTAGE_AXI_AXI_LINK_H
#define ZEROSTAGE_AXI_AXI_LINK_H

#include "axi/axi_arbiter.h"
#include "axi/axi_extension.h"
#include "axi/axi_link_core.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <vector>

namespace zs
{

class axi_link : public sc_core::sc_module
{
  public:
    tlm_utils::multi_passthrough_target_socket<axi_link> in;
    tlm_utils::simple_initiator_socket<axi_link> out;

    /* Registers its counters as link.<name>.*; `stats` may be null. Throws std::invalid_argument
     * for a configuration that makes no link (see axi_link_config_error()). */
    axi_link(sc_core::sc_module_name name, const axi_link_config &config, struct stats *stats);

    const axi_link_core &core() const
    {
        return core_;
    }

    /* Report every burst from now on; `trace` may be null. */
    void trace_to(struct trace *trace);

  private:
    /* Requests of one direction that wait for a slot or a channel, in order of arrival. */
    struct queue {
        std::vector<axi_candidate> candidates;
        std::vector<uint64_t> tickets;
        uint64_t next_ticket = 0;
        unsigned watchers = 0; /* threads that wait for `changed` */
        axi_arbiter arbiter{};
        sc_core::sc_event changed;
    };

    struct transfer {
        tlm::tlm_generic_payload &payload;
        axi_extension &extension;
        axi_direction direction;
        axi_candidate candidate;
    };

    void end_of_elaboration() override;
    void b_transport(int port, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    unsigned transport_dbg(int port, tlm::tlm_generic_payload &payload);

    void run_bursts(int port, tlm::tlm_generic_payload &payload, axi_extension &extension,
                    sc_core::sc_time &delay);
    void run_burst(const transfer &transfer, const axi_burst &burst, sc_core::sc_time &delay);
    void send(const transfer &transfer, const axi_burst &burst, sc_core::sc_time &delay);
    void send_segments(const transfer &transfer, const axi_burst &burst, sc_core::sc_time &delay);
    void send_part(const transfer &transfer, const axi_burst &burst, const axi_segment &segment,
                   sc_core::sc_time &delay);

    bool free_to_go(const transfer &transfer, const sc_core::sc_time &delay) const;
    void wait_for_turn(const transfer &transfer, sc_core::sc_time &delay);
    void wait_in_line(const transfer &transfer, sc_core::sc_time &delay);
    void wait_to_win(axi_direction direction, uint64_t ticket);
    void wait_for_order(axi_direction direction, unsigned slot);
    void wait_for_change(axi_direction direction, uint64_t at_most_ps);
    void notify_change(const transfer &transfer);

    axi_link_core core_;
    unsigned ports_ = 0; /* initiators bound */
    queue queues_[AXI_DIRECTIONS];
};

} // namespace zs
#endif
