/* A master that keeps a number of requests under way on one port. */
#ifndef ZEROSTAGE_ZS_AXI_TRAFFIC_H
#define ZEROSTAGE_ZS_AXI_TRAFFIC_H

#include "zs_axi_config.h"

#include "axi/axi_extension.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <random>

namespace zs
{

class traffic : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<traffic> out;

    /* `read_class` and `write_class` name its bytes at the DRAM. */
    traffic(sc_core::sc_module_name name, const traffic_config &config, uint64_t seed,
            uint64_t until_ps, traffic_class read_class, traffic_class write_class);

    bool failed() const
    {
        return failed_;
    }

  private:
    void run();
    void prepare(tlm::tlm_generic_payload &payload, axi_extension &extension);
    uint64_t next_address();

    const traffic_config config_;
    const uint64_t until_ps_;
    const traffic_class classes_[2];
    std::mt19937_64 random_;
    uint64_t next_ = 0;
    bool failed_ = false;
};

} // namespace zs
#endif
