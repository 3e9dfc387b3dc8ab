/* Memory that answers any number of accesses at once, each after a latency that a bench chooses. */
#ifndef ZEROSTAGE_TESTBENCHES_DMA_IDEAL_MEMORY_H
#define ZEROSTAGE_TESTBENCHES_DMA_IDEAL_MEMORY_H

#include "axi/axi_extension.h"
#include "axi/local_time.h"
#include "axi/time_gate.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>
#include <vector>

namespace bench
{

constexpr uint64_t SLAVE_ERROR_PAGE = 0x00ff0000; // answers SLVERR; beyond the memory: DECERR

struct mem_access {
    uint64_t address;
    uint32_t bytes;
    bool write;
    uint64_t time_ps;
    axi_attributes attributes;
};

class ideal_memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<ideal_memory> reads{"reads"};
    tlm_utils::simple_target_socket<ideal_memory> writes{"writes"};
    tlm_utils::simple_target_socket<ideal_memory> descriptors{"descriptors"};
    std::vector<uint8_t> bytes;
    std::vector<mem_access> log;
    std::function<sc_core::sc_time()> latency = [] { return sc_core::SC_ZERO_TIME; };

    ideal_memory(sc_core::sc_module_name name, size_t size_bytes)
        : sc_module(name), bytes(size_bytes)
    {
        reads.register_b_transport(this, &ideal_memory::transport);
        writes.register_b_transport(this, &ideal_memory::transport);
        descriptors.register_b_transport(this, &ideal_memory::transport);
    }

  private:
    void transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        zs::time_gate(delay);
        log.push_back({payload.get_address(), payload.get_data_length(), payload.is_write(),
                       zs::stamp_ps() + zs::to_ps(delay),
                       payload.get_extension<zs::axi_extension>()->attributes});
        delay += latency();
        sc_core::wait(delay);
        delay = sc_core::SC_ZERO_TIME;
        payload.set_response_status(move(payload));
    }

    tlm::tlm_response_status move(tlm::tlm_generic_payload &payload)
    {
        const uint64_t address = payload.get_address();
        const size_t count = payload.get_data_length();
        if (address + count > bytes.size()) {
            return address == SLAVE_ERROR_PAGE ? tlm::TLM_GENERIC_ERROR_RESPONSE
                                               : tlm::TLM_ADDRESS_ERROR_RESPONSE;
        }
        const size_t width = payload.get_streaming_width(); // smaller than count: FIXED
        for (size_t done = 0; done < count; done += width) {
            uint8_t *const data = payload.get_data_ptr() + done;
            const size_t part = std::min(width, count - done);
            if (payload.is_write()) {
                std::memcpy(&bytes[address], data, part);
            } else {
                std::memcpy(data, &bytes[address], part);
            }
        }
        return tlm::TLM_OK_RESPONSE;
    }
};

} // namespace bench

#endif
