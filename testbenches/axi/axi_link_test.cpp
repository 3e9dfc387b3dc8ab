/* One link between initiators and a memory. Link clock 100 MHz: a cycle is 10,000 ps. */
#include "axi/axi_link.h"
#include "axi_testbench.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace
{

constexpr uint64_t cycle_ps = 10000;

struct system {
    explicit system(const axi_link_config &config, size_t bytes = 1 << 16)
        : link("link", config, nullptr), memory("memory", bytes)
    {
        initiator.out.bind(link.in);
        link.out.bind(memory.in);
    }

    const axi_monitor &monitor(axi_direction direction) const
    {
        return link.core().sides[direction].monitor;
    }

    test_initiator initiator{"initiator"};
    zs::axi_link link;
    test_memory memory;
};

request read_of(uint64_t address, size_t bytes)
{
    request request;
    request.address = address;
    request.data.resize(bytes);
    return request;
}

request write_of(uint64_t address, size_t bytes, unsigned char value)
{
    request request = read_of(address, bytes);
    request.write = true;
    request.data.assign(bytes, value);
    return request;
}

TEST(Link, OneReadTakesAsLongAsTheCoreSays)
{
    system system(link_config());
    system.memory.latency_ps = [](const auto &) { return 5 * cycle_ps; };
    system.initiator.thread([&] {
        request read = read_of(0x1000, 128);
        EXPECT_EQ(system.initiator.send(read), (1 + 5 + 16) * cycle_ps);
        EXPECT_EQ(read.status, tlm::TLM_OK_RESPONSE);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.monitor(AXI_READ).beats, 16u);
}

TEST(Link, LongPayloadsAreSplitAtTheProtocolsLimitAnd4KiB)
{
    system system(link_config());
    for (unsigned i = 0; i < system.memory.bytes.size(); i++) {
        system.memory.bytes[i] = static_cast<unsigned char>(i * 7);
    }
    system.initiator.thread([&] {
        request read = read_of(0xfc4, 200);
        system.initiator.send(read);
        for (size_t i = 0; i < read.data.size(); i++) {
            EXPECT_EQ(read.data[i], system.memory.bytes[0xfc4 + i]);
        }
    });
    sc_core::sc_start();
    ASSERT_EQ(system.memory.accesses.size(), 3u);
    EXPECT_EQ(system.memory.accesses[0].bytes, 60u);
    EXPECT_EQ(system.memory.accesses[1].bytes, 128u);
    EXPECT_EQ(system.memory.accesses[2].bytes, 12u);
    EXPECT_EQ(system.memory.accesses[0].attributes.beats, 8u);
    EXPECT_EQ(system.memory.accesses[2].attributes.beats, 2u);
    EXPECT_EQ(system.memory.accesses[2].attributes.beat_bytes, 8u);
    EXPECT_EQ(system.monitor(AXI_READ).transactions, 3u);
}

TEST(Link, AxiLiteCarriesOneBeatATransaction)
{
    axi_link_config config = link_config(32, 1);
    config.protocol = AXI_PROTOCOL_AXI4_LITE;
    system system(config);
    system.initiator.thread([&] {
        request write = write_of(0x10, 16, 0xaa);
        system.initiator.send(write);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.monitor(AXI_WRITE).transactions, 4u);
    EXPECT_EQ(system.memory.bytes[0x1f], 0xaa);
    EXPECT_EQ(system.memory.bytes[0x20], 0);
}

TEST(Link, ByteEnablesSurviveTheSplit)
{
    system system(link_config());
    system.initiator.thread([&] {
        request write = write_of(0x0f80, 300, 0x55);
        write.enables = {0xff, 0, 0}; /* TLM repeats it: every third byte */
        system.initiator.send(write);
    });
    sc_core::sc_start();
    for (unsigned i = 0; i < 300; i++) {
        EXPECT_EQ(system.memory.bytes[0x0f80 + i], i % 3 == 0 ? 0x55 : 0) << i;
    }
}

TEST(Link, AWrapIsOneBurstAndTwoPiecesOfMemory)
{
    system system(link_config());
    for (unsigned i = 0; i < 64; i++) {
        system.memory.bytes[i] = static_cast<unsigned char>(i);
    }
    system.initiator.thread([&] {
        request read = read_of(24, 32);
        read.attributes.burst = AXI_WRAP;
        read.attributes.beat_bytes = 8;
        read.attributes.beats = 4;
        system.initiator.send(read);
        EXPECT_EQ(read.data[0], 24);
        EXPECT_EQ(read.data[7], 31);
        EXPECT_EQ(read.data[8], 0);
        EXPECT_EQ(read.data[31], 23);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.monitor(AXI_READ).transactions, 1u);
    EXPECT_EQ(system.monitor(AXI_READ).beats, 4u);
    EXPECT_EQ(system.memory.accesses.size(), 2u);
}

TEST(Link, FixedBurstsWriteOneWordAgainAndAgain)
{
    system system(link_config());
    system.initiator.thread([&] {
        request write = write_of(0x40, 128, 0);
        for (unsigned i = 0; i < 128; i++) {
            write.data[i] = static_cast<unsigned char>(i);
        }
        write.attributes.burst = AXI_FIXED;
        write.attributes.beat_bytes = 4;
        write.attributes.beats = 32;
        write.streaming_width = 4;
        system.initiator.send(write);
        EXPECT_EQ(write.status, tlm::TLM_OK_RESPONSE);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.memory.bytes[0x40], 124) << "the last word";
    EXPECT_EQ(system.memory.bytes[0x44], 0);
    EXPECT_EQ(system.monitor(AXI_WRITE).transactions, 2u) << "FIXED has 16 beats at most";
    EXPECT_EQ(system.monitor(AXI_WRITE).beats, 32u);
}

TEST(Link, NarrowBurstsTakeABeatForEachOfTheirs)
{
    system system(link_config());
    system.initiator.thread([&] {
        request read = read_of(0x100, 32);
        read.attributes.beat_bytes = 4;
        read.attributes.beats = 8;
        EXPECT_EQ(system.initiator.send(read), (1 + 8) * cycle_ps);
        read.attributes.cache = 2; /* modifiable: repacked to the link's width */
        EXPECT_EQ(system.initiator.send(read), (9 + 1 + 4) * cycle_ps);
    });
    sc_core::sc_start();
}

TEST(Link, WhatNoBurstCanCarryIsRefused)
{
    system system(link_config());
    system.initiator.thread([&] {
        request wrap = read_of(4, 32);
        wrap.attributes.burst = AXI_WRAP;
        wrap.attributes.beat_bytes = 8;
        system.initiator.send(wrap);
        EXPECT_EQ(wrap.status, tlm::TLM_BURST_ERROR_RESPONSE) << "WRAP that is not aligned";
        request streaming = read_of(0, 32);
        streaming.streaming_width = 8;
        system.initiator.send(streaming);
        EXPECT_EQ(streaming.status, tlm::TLM_BURST_ERROR_RESPONSE) << "streaming but not FIXED";
        request empty = read_of(0, 0);
        system.initiator.send(empty);
        EXPECT_EQ(empty.status, tlm::TLM_BURST_ERROR_RESPONSE) << "no bytes";
    });
    sc_core::sc_start();
    EXPECT_TRUE(system.memory.accesses.empty());
}

TEST(Link, ASlaveErrorComesBackAndEndsTheTransfer)
{
    system system(link_config());
    system.memory.fails = [](const auto &access) { return access.address == 0x80; };
    system.initiator.thread([&] {
        request read = read_of(0, 512);
        system.initiator.send(read);
        EXPECT_EQ(read.status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        request good = read_of(0, 64);
        system.initiator.send(good);
        EXPECT_EQ(good.status, tlm::TLM_OK_RESPONSE) << "the link goes on";
    });
    sc_core::sc_start();
    EXPECT_EQ(system.memory.accesses.size(), 3u);
    EXPECT_EQ(system.monitor(AXI_READ).errors, 1u);
}

TEST(Link, AnErrorInAWrapsFirstPieceEndsIt)
{
    system system(link_config());
    system.memory.fails = [](const auto &access) { return access.address == 24; };
    system.initiator.thread([&] {
        request read = read_of(24, 32);
        read.attributes.burst = AXI_WRAP;
        read.attributes.beat_bytes = 8;
        system.initiator.send(read);
        EXPECT_EQ(read.status, tlm::TLM_GENERIC_ERROR_RESPONSE);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.memory.accesses.size(), 1u);
}

TEST(Link, TheSpanOfAnEarlierAnswerIsForgotten)
{
    system system(link_config());
    system.memory.latency_ps = [](const auto &) { return 50 * cycle_ps; };
    system.initiator.thread([&] {
        request read = read_of(0, 128);
        read.data_span_ps = 30 * cycle_ps;
        EXPECT_EQ(system.initiator.send(read), (1 + 50 + 16) * cycle_ps);
    });
    sc_core::sc_start();
}

TEST(Link, DebugAccessesTakeNoTimeAndAreNotCounted)
{
    system system(link_config());
    system.initiator.thread([&] {
        request write = write_of(0xff0, 32, 9);
        EXPECT_EQ(system.initiator.debug(write), 32u);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.memory.bytes[0xff0], 9);
    EXPECT_EQ(system.monitor(AXI_WRITE).transactions, 0u);
    EXPECT_EQ(now_ps(), 0u);
}

TEST(Link, QosOfThePortIsGivenToRequestsWithout)
{
    axi_link_config config = link_config();
    config.qos = 5;
    system system(config);
    system.initiator.thread([&] {
        request plain = read_of(0, 8), urgent = read_of(0, 8);
        urgent.attributes.qos = 9;
        system.initiator.send(plain);
        system.initiator.send(urgent);
    });
    sc_core::sc_start();
    EXPECT_EQ(system.memory.accesses[0].attributes.qos, 5);
    EXPECT_EQ(system.memory.accesses[1].attributes.qos, 9);
}

TEST(Link, LinksInARowConvertWidthAndClock)
{
    test_initiator initiator("initiator");
    axi_link_config slow = link_config(32), fast = link_config(64);
    slow.clock_hz = 50000000;
    slow.protocol = AXI_PROTOCOL_AXI4;
    zs::axi_link first("first", slow, nullptr), second("second", fast, nullptr);
    test_memory memory("memory", 4096);
    initiator.out.bind(first.in);
    first.out.bind(second.in);
    second.out.bind(memory.in);

    initiator.thread([&] {
        request read = read_of(0, 256);
        read.attributes.cache = 2;
        /* the second link has 2 bursts of 16 x 64 bits, one after the other: 2 x 17 cycles of
         * 10 ns; the first sees the last 16 beats stream, and needs 64 beats of 20 ns */
        const uint64_t first_beat_ps = 20000 + 340000 - 15 * cycle_ps;
        const uint64_t first_edge_ps = (first_beat_ps + 19999) / 20000 * 20000;
        EXPECT_EQ(initiator.send(read), first_edge_ps + 64 * 20000);
    });
    sc_core::sc_start();
    EXPECT_EQ(first.core().sides[AXI_READ].monitor.beats, 64u);
    EXPECT_EQ(second.core().sides[AXI_READ].monitor.beats, 32u);
    EXPECT_EQ(second.core().sides[AXI_READ].monitor.bytes, 256u);
}

TEST(Link, AConfigurationThatMakesNoLinkIsRefused)
{
    EXPECT_THROW(zs::axi_link("link", link_config(48), nullptr), std::invalid_argument);
}

TEST(Link, CountersAreRegisteredUnderItsName)
{
    stats *const registry = stats_create();
    zs::axi_link link("hp0", link_config(), registry);
    uint64_t value;
    EXPECT_EQ(stats_value(registry, "link.hp0.read.transactions", STATS_PROCESS, &value), 0);
    EXPECT_EQ(stats_value(registry, "link.hp0.write.bytes", STATS_PROCESS, &value), 0);
    stats_destroy(registry);
}

} // namespace
