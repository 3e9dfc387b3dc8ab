/* What the tests of the links put around them: a memory, and an initiator with any threads. */
#ifndef ZEROSTAGE_TESTBENCHES_AXI_TESTBENCH_H
#define ZEROSTAGE_TESTBENCHES_AXI_TESTBENCH_H

#include "axi/axi_extension.h"
#include "axi/axi_link_core.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/* A memory that answers after a time of the test's choice, and keeps a record of what came. */
class test_memory : public sc_core::sc_module
{
  public:
    struct access {
        uint64_t at_ps, address;
        uint32_t bytes;
        axi_attributes attributes;
    };

    tlm_utils::multi_passthrough_target_socket<test_memory> in;

    test_memory(sc_core::sc_module_name name, size_t bytes);

    std::function<uint64_t(const access &)> latency_ps = [](const access &) { return 0; };
    bool always_wait = false; /* otherwise it answers ahead of time where that is allowed */
    std::function<bool(const access &)> fails = [](const access &) { return false; };

    std::vector<unsigned char> bytes;
    std::vector<access> accesses;
    unsigned most_at_once = 0;

  private:
    void b_transport(int port, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    unsigned transport_dbg(int port, tlm::tlm_generic_payload &payload);
    void move(tlm::tlm_generic_payload &payload);

    unsigned at_once_ = 0;
};

/* A request in words. */
struct request {
    bool write = false;
    uint64_t address = 0;
    std::vector<unsigned char> data;    /* of a write; a read fills it: its size is the length */
    std::vector<unsigned char> enables; /* none: all bytes */
    unsigned streaming_width = 0;       /* 0: the length */
    axi_attributes attributes = {AXI_INCR, 0, 0, 0, 0, 0, TRAFFIC_DMA_READ};
    uint64_t data_span_ps = 0; /* left over from an earlier request */
    tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
};

class test_initiator : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<test_initiator> out;

    explicit test_initiator(sc_core::sc_module_name name);

    /* Run a function as a thread of the simulation. */
    void thread(const std::function<void()> &function);

    /* Send, from local time now + delay; returns the local time of the response in ps. */
    uint64_t send(request &request, sc_core::sc_time &delay);

    /* Send now, and wait for the response's time. */
    uint64_t send(request &request);

    unsigned debug(request &request);

  private:
    void fill(tlm::tlm_generic_payload &payload, request &request) const;
};

axi_link_config link_config(uint32_t width_bits = 64, uint32_t outstanding = 8);

sc_core::sc_time ps(uint64_t value);
uint64_t now_ps();

#endif
