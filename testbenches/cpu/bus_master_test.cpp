/* Posted writes that leave at one instant, and prefetches, beside somebody who is still to act. */
#include "cpu/bus_master.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

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

/* Does what a test asks for, while somebody else is still to act at the same time. */
class processor : public sc_core::sc_module
{
  public:
    recorder target;
    zs::bus_master master;
    std::function<void(zs::bus_master &)> act;

    explicit processor(sc_core::sc_module_name name)
        : sc_module(name), master("master", target, 4, 1)
    {
        SC_HAS_PROCESS(processor);
        SC_THREAD(run);
    }

  private:
    void run()
    {
        due_.notify(sc_core::SC_ZERO_TIME);
        act(master);
        master.wait_all(LEAVE_PS);
        wait(due_); /* for ever: of a process that ends, SystemC frees a stack that is protected,
                       which the leak check may stumble over */
    }

    sc_core::sc_event due_;
};

TEST(BusMaster, WritesOfOneInstantArriveInProgramOrder)
{
    processor cpu("cpu");
    cpu.act = [](zs::bus_master &master) {
        const uint8_t data[BYTES] = {};
        for (uint32_t address = 0; address < 4 * BYTES; address += BYTES) {
            master.post(LEAVE_PS, address, data, BYTES, TRAFFIC_CPU_UNCACHED_WRITE, false);
        }
    };

    sc_core::sc_start();
    EXPECT_THAT(cpu.target.addresses, testing::ElementsAre(0, 4, 8, 12));
}

TEST(BusMaster, APrefetchLetsTheCpuGoOnUntilItWantsTheLine)
{
    processor cpu("cpu");
    cpu.act = [](zs::bus_master &master) {
        uint8_t line[32];
        const uint64_t done_ps = LEAVE_PS + 1000 * TAKE_NS;

        EXPECT_TRUE(master.prefetch(LEAVE_PS, 64, line, sizeof(line)));
        EXPECT_EQ(sc_core::sc_time_stamp().value(), 0U);
        EXPECT_FALSE(master.settled(64, sizeof(line)));
        EXPECT_EQ(master.wait_prefetch(LEAVE_PS, 32, sizeof(line)), LEAVE_PS);
        EXPECT_EQ(master.wait_prefetch(LEAVE_PS, 64, sizeof(line)), done_ps);
        EXPECT_EQ(master.wait_prefetch(done_ps + 7, 64, sizeof(line)), done_ps + 7);
        EXPECT_TRUE(master.settled(64, sizeof(line)));
    };

    sc_core::sc_start();
    EXPECT_THAT(cpu.target.addresses, testing::ElementsAre(64));
}

/* The L2 has four line fill buffers, one of them for misses. */
TEST(BusMaster, AFourthPrefetchIsDropped)
{
    processor cpu("cpu");
    cpu.act = [](zs::bus_master &master) {
        uint8_t line[32];

        for (const uint32_t address : {0U, 32U, 64U}) {
            EXPECT_TRUE(master.prefetch(LEAVE_PS, address, line, sizeof(line)));
        }
        EXPECT_FALSE(master.prefetch(LEAVE_PS, 96, line, sizeof(line)));
    };

    sc_core::sc_start();
    EXPECT_EQ(cpu.target.addresses.size(), 3U);
}

TEST(BusMaster, ALineThatACoherentMasterHasUnderWayIsNotPrefetched)
{
    processor cpu("cpu");
    cpu.act = [](zs::bus_master &master) {
        uint8_t line[32];
        const auto under_way = master.in_flight.add(64, sizeof(line));

        EXPECT_FALSE(master.prefetch(LEAVE_PS, 64, line, sizeof(line)));
        EXPECT_TRUE(master.prefetch(LEAVE_PS, 96, line, sizeof(line)));
        master.in_flight.remove(under_way);
    };

    sc_core::sc_start();
    EXPECT_THAT(cpu.target.addresses, testing::ElementsAre(96));
}

} // namespace
