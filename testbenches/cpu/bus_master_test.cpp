/* Posted writes that leave at one instant. */
#include "cpu/bus_master.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace
{

enum : uint32_t { LEAVE_PS = 1000, TAKE_NS = 50, BYTES = 4 };

/* Takes every access at once, and as long over each. */
class recorder : public zs::bus_target
{
  public:
    std::vector<uint64_t> addresses;

    void transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) override
    {
        addresses.push_back(payload.get_address());
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
        delay += sc_core::sc_time(TAKE_NS, sc_core::SC_NS);
    }
    unsigned transport_debug(tlm::tlm_generic_payload &payload) override
    {
        return payload.get_data_length();
    }
};

/* Posts four writes while somebody else is still to act at the same time. */
class processor : public sc_core::sc_module
{
  public:
    recorder target;

    explicit processor(sc_core::sc_module_name name)
        : sc_module(name), master_("master", target, 4, 1)
    {
        SC_HAS_PROCESS(processor);
        SC_THREAD(run);
    }

  private:
    void run()
    {
        const uint8_t data[BYTES] = {};

        due_.notify(sc_core::SC_ZERO_TIME);
        for (uint32_t address = 0; address < 4 * BYTES; address += BYTES) {
            master_.post(LEAVE_PS, address, data, BYTES, TRAFFIC_CPU_UNCACHED_WRITE, false);
        }
        master_.wait_all(LEAVE_PS);
        wait(due_); /* for ever: of a process that ends, SystemC frees a stack that is protected,
                       which the leak check may stumble over */
    }

    zs::bus_master master_;
    sc_core::sc_event due_;
};

TEST(BusMaster, WritesOfOneInstantArriveInProgramOrder)
{
    processor cpu("cpu");

    sc_core::sc_start();
    EXPECT_THAT(cpu.target.addresses, testing::ElementsAre(0, 4, 8, 12));
}

} // namespace
