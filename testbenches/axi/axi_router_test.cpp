#include "axi/axi_router.h"
#include "axi_testbench.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace
{

struct routed {
    routed()
    {
        initiator.out.bind(router.in);
        router.map("low", 0x1000, 0x1000).bind(low.in);
        router.map("high", 0x2000, 0x1000, 0).bind(high.in);
    }

    request read_of(uint64_t address, size_t bytes)
    {
        request request;
        request.address = address;
        request.data.resize(bytes);
        return request;
    }

    ::stats *registry = stats_create();
    test_initiator initiator{"initiator"};
    zs::axi_router router{"router", axi_router_config{20, 0x2800, 0x100}, registry};
    test_memory low{"low", 0x2000}, high{"high", 0x1000};

    ~routed()
    {
        stats_destroy(registry);
    }
};

TEST(Router, AddressesReachTheirTarget)
{
    routed system;
    system.low.bytes[0x1fff] = 1;
    system.high.bytes[0] = 2;
    system.initiator.thread([&] {
        request a = system.read_of(0x1fff, 1), b = system.read_of(0x2000, 1);
        EXPECT_EQ(system.initiator.send(a), 0u) << "a switch adds no time";
        EXPECT_EQ(system.initiator.send(b), 0u);
        EXPECT_EQ(a.data[0], 1);
        EXPECT_EQ(b.data[0], 2) << "the target sees addresses from its own base on";
    });
    sc_core::sc_start();
}

TEST(Router, NobodysAddressIsADecodeError)
{
    routed system;
    EXPECT_EQ(stats_enter(system.registry, STATS_PROCESS, 0), 0);
    system.initiator.thread([&] {
        for (const uint64_t address : {0x0u, 0xfffu, 0x3000u}) {
            request read = system.read_of(address, 1);
            system.initiator.send(read);
            EXPECT_EQ(read.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
        }
        EXPECT_EQ(now_ps(), 3 * 20000u) << "the answer takes its time";
    });
    sc_core::sc_start();
    EXPECT_TRUE(system.low.accesses.empty());
    EXPECT_EQ(stats_leave(system.registry, STATS_PROCESS, now_ps()), 0);
    uint64_t errors = 0;
    EXPECT_EQ(stats_value(system.registry, "router.router.decode_errors", STATS_PROCESS, &errors),
              0);
    EXPECT_EQ(errors, 3u);
}

TEST(Router, ARefusingSlaveAnswersWithASlaveError)
{
    routed system;
    EXPECT_EQ(stats_enter(system.registry, STATS_PROCESS, 0), 0);
    system.initiator.thread([&] {
        const std::pair<uint64_t, bool> reads[] = {
            {0x27f8, false}, {0x27fc, true}, {0x2800, true}, {0x28ff, true}, {0x2900, false}};
        for (const auto &[address, refused] : reads) {
            request read = system.read_of(address, 8);
            system.initiator.send(read);
            EXPECT_EQ(read.status, refused ? tlm::TLM_GENERIC_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE)
                << std::hex << address;
        }
    });
    sc_core::sc_start();
    EXPECT_EQ(system.high.accesses.size(), 2u);
    EXPECT_EQ(stats_leave(system.registry, STATS_PROCESS, now_ps()), 0);
    uint64_t errors = 0;
    EXPECT_EQ(stats_value(system.registry, "router.router.slave_errors", STATS_PROCESS, &errors),
              0);
    EXPECT_EQ(errors, 3u);
}

TEST(Router, ARequestAcrossTheEndOfARegionReachesNobody)
{
    routed system;
    system.initiator.thread([&] {
        request across = system.read_of(0x1ffc, 8), past = system.read_of(0x2ffc, 5);
        system.initiator.send(across);
        system.initiator.send(past);
        EXPECT_EQ(across.status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(past.status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    });
    sc_core::sc_start();
    EXPECT_TRUE(system.low.accesses.empty());
    EXPECT_TRUE(system.high.accesses.empty());
}

TEST(Router, DebugAccessesStopAtTheEndOfARegion)
{
    routed system;
    system.low.bytes[0x1fff] = 7;
    system.initiator.thread([&] {
        request read = system.read_of(0x1ffe, 8), nobody = system.read_of(0x5000, 8);
        EXPECT_EQ(system.initiator.debug(read), 2u);
        EXPECT_EQ(read.data[1], 7);
        EXPECT_EQ(system.initiator.debug(nobody), 0u);
    });
    sc_core::sc_start();
}

TEST(Router, OverlapsAreRefusedByName)
{
    routed system;
    try {
        system.router.map("new", 0x1fff, 0x10);
        FAIL() << "accepted an overlap";
    } catch (const std::invalid_argument &error) {
        EXPECT_NE(std::string(error.what()).find("new"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("overlaps"), std::string::npos);
    }
    EXPECT_THROW(system.router.map("none", 0x9000, 0), std::invalid_argument);
}

} // namespace
