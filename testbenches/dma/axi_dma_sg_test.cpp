// Scatter-gather: descriptor chains as bus traffic, their status, interrupts and errors.

#include "../sc_gtest_main.h"
#include "sg_bench.h"

#include <numeric>
#include <random>

using namespace bench;

namespace
{

constexpr uint32_t DONE = AXI_DMASR_SG_INCLUDED | AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ;

} // namespace

TEST(AxiDmaSg, AGatheredPacket)
{
    sg_bench bench;
    for (uint32_t i = 0; i < 64; ++i) {
        bench.word(0x1000 + 4 * i) = i;
    }
    // Every second row of 4 words: a strided tile as one packet.
    bench.describe(0, 0x1000, 16, DESCRIPTOR_SOF);
    bench.describe(1, 0x1020, 16, 0);
    bench.describe(2, 0x1040, 16, DESCRIPTOR_EOF);
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        bench.tail(MM2S, 2);
        EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
        EXPECT_EQ(bench.read(AXI_DMA_CURDESC), descriptor_address(2));
    });
    ASSERT_EQ(bench.packets.size(), 1u);
    EXPECT_EQ(bench.packets[0], (std::vector<uint32_t>{0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19}));
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(bench.status(i), DESCRIPTOR_COMPLETE | 16u);
    }
}

// PG021: tail write to fetch 10 cycles, fetch to read address 28.
TEST(AxiDmaSg, LatenciesOfPg021)
{
    sg_bench bench;
    bench.describe(0, 0x1000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        bench.tail(MM2S, 0);
        bench.finish(MM2S);
    });
    const auto &log = bench.mem.log;
    ASSERT_EQ(log.size(), 3u) << "fetch, data, status";
    EXPECT_EQ(log[0].time_ps, 10 * CYCLE_PS);
    EXPECT_EQ(log[0].bytes, 32u);
    EXPECT_EQ(log[0].attributes.traffic, TRAFFIC_DMA_DESCRIPTOR);
    EXPECT_EQ(log[1].time_ps, (10 + 28) * CYCLE_PS);
    EXPECT_EQ(log[1].attributes.traffic, TRAFFIC_DMA_READ);
    EXPECT_EQ(log[2].time_ps, (10 + 28 + 6 + 16 + 4) * CYCLE_PS);
    EXPECT_TRUE(log[2].write);
    EXPECT_EQ(log[2].bytes, 4u);
    EXPECT_EQ(log[2].attributes.traffic, TRAFFIC_DMA_DESCRIPTOR);
}

TEST(AxiDmaSg, DescriptorsAreFetchedAheadOfTheData)
{
    sg_bench bench;
    constexpr unsigned COUNT = 8;
    for (unsigned i = 0; i < COUNT; ++i) {
        bench.describe(i, 0x1000 + 0x400 * i, 1024, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    }
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        bench.tail(MM2S, COUNT - 1);
        EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
    });
    ASSERT_EQ(bench.packets.size(), COUNT);
    // 256 words a descriptor: fetches hide behind data, so data reads follow each other at the
    // stream's pace.
    uint64_t first_ps = 0, last_ps = 0;
    for (const mem_access &access : bench.mem.log) {
        if (access.attributes.traffic == TRAFFIC_DMA_READ) {
            first_ps = first_ps == 0 ? access.time_ps : first_ps;
            last_ps = access.time_ps;
        }
    }
    EXPECT_LT(last_ps - first_ps, COUNT * 256 * CYCLE_PS);
}

TEST(AxiDmaSg, AReceivedPacketSpansDescriptors)
{
    sg_bench bench;
    std::vector<uint32_t> words(40);
    std::iota(words.begin(), words.end(), 100u);
    bench.describe(0, 0x1000, 64, 0);
    bench.describe(1, 0x2000, 64, 0);
    bench.describe(2, 0x3000, 64, 0);
    bench.describe(3, 0x4000, 64, 0);
    bench.simulate([&] {
        bench.run_from(S2MM, 0);
        bench.tail(S2MM, 3);
        uint64_t now_ps = zs::stamp_ps();
        bench.in.push(words.data(), 24, 4, now_ps);      // 96 bytes: descriptors 0 and 1
        bench.in.push(words.data() + 24, 16, 4, now_ps); // 64 bytes: descriptor 2
        while (!(bench.status(2) & DESCRIPTOR_COMPLETE)) {
            sc_core::wait(100, sc_core::SC_NS);
        }
        sc_core::wait(1, sc_core::SC_US);
        EXPECT_EQ(bench.read(S2MM + AXI_DMA_DMASR) & 0xffff,
                  unsigned(AXI_DMASR_SG_INCLUDED | AXI_DMASR_IOC_IRQ))
            << "descriptor 3 still waits";
    });
    EXPECT_EQ(bench.status(0), DESCRIPTOR_COMPLETE | DESCRIPTOR_SOF | 64u);
    EXPECT_EQ(bench.status(1), DESCRIPTOR_COMPLETE | DESCRIPTOR_EOF | 32u);
    EXPECT_EQ(bench.status(2), DESCRIPTOR_COMPLETE | DESCRIPTOR_SOF | DESCRIPTOR_EOF | 64u);
    EXPECT_EQ(bench.status(3), 0u);
    EXPECT_EQ(bench.word(0x1000), 100u);
    EXPECT_EQ(bench.word(0x2000), 116u);
    EXPECT_EQ(bench.word(0x2000 + 28), 123u);
    EXPECT_EQ(bench.word(0x2000 + 32), 0u);
    EXPECT_EQ(bench.word(0x3000), 124u);
}

TEST(AxiDmaSg, MovingTheTailGoesOn)
{
    sg_bench bench;
    for (unsigned i = 0; i < 6; ++i) {
        bench.word(0x1000 + 64 * i) = i;
        bench.describe(i, 0x1000 + 64 * i, 4, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    }
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        for (const unsigned tail : {1u, 2u, 5u}) {
            bench.tail(MM2S, tail);
            EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
            EXPECT_EQ(bench.packets.size(), tail + 1);
            EXPECT_EQ(bench.read(AXI_DMA_CURDESC), descriptor_address(tail));
        }
    });
    EXPECT_EQ(bench.packets[5], std::vector<uint32_t>{5});
}

TEST(AxiDmaSg, TheThresholdCoalescesAndTheDelayTimerLimitsTheWait)
{
    sg_bench bench;
    for (unsigned i = 0; i < 5; ++i) {
        bench.describe(i, 0x1000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    }
    bench.drain();
    std::vector<uint64_t> rises_ps;
    sc_core::sc_spawn([&] {
        for (;;) {
            sc_core::wait(bench.dma.mm2s_introut.posedge_event());
            rises_ps.push_back(zs::stamp_ps());
        }
    });
    uint64_t idle_ps = 0;
    bench.simulate([&] {
        bench.run_from(MM2S, 0,
                       AXI_DMACR_IOC_IRQ_EN | AXI_DMACR_DLY_IRQ_EN |
                           3u << AXI_DMACR_THRESHOLD_SHIFT | 2u << AXI_DMACR_DELAY_SHIFT);
        bench.tail(MM2S, 4);
        while (!(bench.read(AXI_DMA_DMASR) & AXI_DMASR_IOC_IRQ)) {
            sc_core::wait(10, sc_core::SC_NS);
        }
        bench.write(AXI_DMA_DMASR, AXI_DMASR_IOC_IRQ);
        EXPECT_EQ(bench.flags_when_finished(MM2S),
                  unsigned(AXI_DMASR_SG_INCLUDED | AXI_DMASR_IDLE));
        idle_ps = bench.mem.log.back().time_ps; // status of the fifth packet
        EXPECT_EQ(bench.read(AXI_DMA_DMASR) >> 16, 1u) << "two of three packets counted";
        sc_core::wait(5, sc_core::SC_US);
        EXPECT_EQ(bench.read(AXI_DMA_DMASR),
                  0x00030000u | AXI_DMASR_SG_INCLUDED | AXI_DMASR_IDLE | AXI_DMASR_DLY_IRQ);
    });
    ASSERT_EQ(rises_ps.size(), 2u);
    EXPECT_EQ(rises_ps[1], idle_ps + 2 * 125 * CYCLE_PS);
}

TEST(AxiDmaSg, CyclicModeGoesRoundUntilStopped)
{
    sg_bench bench;
    for (unsigned i = 0; i < 3; ++i) {
        bench.word(0x1000 + 64 * i) = i;
        bench.describe(i, 0x1000 + 64 * i, 4, DESCRIPTOR_SOF | DESCRIPTOR_EOF, (i + 1) % 3);
    }
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0, AXI_DMACR_CYCLIC);
        bench.tail(MM2S, 2);
        sc_core::wait(100, sc_core::SC_US);
        EXPECT_EQ(bench.read(AXI_DMA_DMASR) & AXI_DMASR_IDLE, 0u);
        bench.write(AXI_DMA_DMACR, 0);
        EXPECT_NE(bench.finish(MM2S) & AXI_DMASR_HALTED, 0u);
        const size_t sent = bench.packets.size();
        sc_core::wait(100, sc_core::SC_US);
        EXPECT_EQ(bench.packets.size(), sent);
    });
    EXPECT_GT(bench.packets.size(), 30u);
    for (size_t i = 0; i < bench.packets.size(); ++i) {
        EXPECT_EQ(bench.packets[i], std::vector<uint32_t>{static_cast<uint32_t>(i % 3)});
    }
}

TEST(AxiDmaSg, StoppingAReceiverThatWaitsHaltsIt)
{
    sg_bench bench;
    bench.describe(0, 0x1000, 64, 0);
    bench.describe(1, 0x1040, 64, 0);
    bench.simulate([&] {
        bench.run_from(S2MM, 0);
        bench.tail(S2MM, 1);
        sc_core::wait(10, sc_core::SC_US);
        bench.write(S2MM + AXI_DMA_DMACR, 0);
        EXPECT_EQ(bench.flags_when_finished(S2MM),
                  unsigned(AXI_DMASR_SG_INCLUDED | AXI_DMASR_HALTED));
    });
    EXPECT_EQ(bench.status(0), 0u);
}

TEST(AxiDmaSg, DescriptorErrorsHaltTheChannelAtTheDescriptor)
{
    sg_bench bench;
    bench.describe(0, 0x1000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.describe(1, 0x1000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.drain();
    const auto revive = [&] {
        bench.write(AXI_DMA_DMACR, AXI_DMACR_RESET);
        while (bench.read(AXI_DMA_DMACR) & AXI_DMACR_RESET) {
            sc_core::wait(10, sc_core::SC_NS);
        }
        bench.run_from(MM2S, 0);
    };
    const uint32_t halted = AXI_DMASR_SG_INCLUDED | AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ;
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        bench.word(descriptor_address(1) + DESCRIPTOR_STATUS) = DESCRIPTOR_COMPLETE; // stale
        bench.tail(MM2S, 1);
        EXPECT_EQ(bench.flags_when_finished(MM2S) & ~AXI_DMASR_IOC_IRQ,
                  halted | AXI_DMASR_SG_INTERNAL_ERROR);
        EXPECT_EQ(bench.read(AXI_DMA_CURDESC), descriptor_address(1));
        sc_core::wait(10, sc_core::SC_US);

        revive();
        bench.describe(0, 0x1000, 0, DESCRIPTOR_SOF | DESCRIPTOR_EOF); // no length
        bench.tail(MM2S, 0);
        EXPECT_EQ(bench.flags_when_finished(MM2S), halted | AXI_DMASR_INTERNAL_ERROR);

        revive();
        bench.describe(0, 0x40000000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF); // no such memory
        bench.tail(MM2S, 0);
        EXPECT_EQ(bench.flags_when_finished(MM2S), halted | AXI_DMASR_DECODE_ERROR);
        EXPECT_EQ(bench.status(0), DESCRIPTOR_COMPLETE | DESCRIPTOR_DECODE_ERROR);
        EXPECT_EQ(bench.read(AXI_DMA_CURDESC), descriptor_address(0));

        revive();
        bench.write(AXI_DMA_DMACR, 0);
        bench.write(AXI_DMA_CURDESC, 0x50000000); // no descriptor there
        bench.write(AXI_DMA_DMACR, AXI_DMACR_RS);
        bench.write(AXI_DMA_TAILDESC, 0x50000000);
        EXPECT_EQ(bench.flags_when_finished(MM2S), halted | AXI_DMASR_SG_DECODE_ERROR);

        revive();
        bench.describe(0, 0x1000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF); // and all is well again
        bench.tail(MM2S, 0);
        EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
    });
}

TEST(AxiDmaSg, WhatWasFetchedBeforeABadDescriptorIsExecuted)
{
    sg_bench bench;
    bench.describe(0, 0x1000, 4096, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.describe(1, 0x1000, 4096, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.describe(2, 0x1000, 0, DESCRIPTOR_SOF | DESCRIPTOR_EOF); // fetched long before 1 is done
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        bench.tail(MM2S, 2);
        EXPECT_EQ(bench.flags_when_finished(MM2S),
                  unsigned(AXI_DMASR_SG_INCLUDED | AXI_DMASR_HALTED | AXI_DMASR_IOC_IRQ |
                           AXI_DMASR_ERR_IRQ | AXI_DMASR_INTERNAL_ERROR));
        EXPECT_EQ(bench.read(AXI_DMA_CURDESC), descriptor_address(2));
    });
    EXPECT_EQ(bench.packets.size(), 2u);
    EXPECT_EQ(bench.status(1), DESCRIPTOR_COMPLETE | 4096u);
    EXPECT_EQ(bench.status(2), 0u);
}

TEST(AxiDmaSg, BothChannelsShareOneDescriptorEngine)
{
    constexpr uint64_t ANSWER_PS = 500 * 1000;
    sg_bench bench(true);
    bench.mem.latency = [] { return sc_core::sc_time(500, sc_core::SC_NS); };
    for (unsigned i = 0; i < 4; ++i) {
        bench.describe(i, 0x1000, 64, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
        bench.describe(100 + i, 0x2000, 64, 0);
    }
    bench.simulate([&] {
        bench.run_from(S2MM, 100);
        bench.run_from(MM2S, 0);
        bench.tail(S2MM, 103);
        bench.tail(MM2S, 3);
        EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
        EXPECT_EQ(bench.flags_when_finished(S2MM), DONE);
    });
    uint64_t free_ps = 0;
    unsigned accesses = 0;
    for (const mem_access &access : bench.mem.log) {
        if (access.attributes.traffic == TRAFFIC_DMA_DESCRIPTOR) {
            EXPECT_GE(access.time_ps, free_ps) << "while another is under way";
            free_ps = access.time_ps + ANSWER_PS;
            ++accesses;
        }
    }
    EXPECT_EQ(accesses, 2u * 8u) << "a fetch and a status for each of eight";
}

TEST(AxiDmaSg, TheStatusRegisterShowsTheDelayTimer)
{
    sg_bench bench;
    bench.describe(0, 0x1000, 4, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0,
                       2u << AXI_DMACR_THRESHOLD_SHIFT | uint32_t(10) << AXI_DMACR_DELAY_SHIFT);
        bench.tail(MM2S, 0);
        bench.finish(MM2S);
        for (unsigned units = 0; units < 10; ++units) {
            EXPECT_EQ(bench.read(AXI_DMA_DMASR) >> AXI_DMASR_DELAY_SHIFT, units);
            sc_core::wait(zs::delay_until(zs::stamp_ps() + 125 * CYCLE_PS));
        }
        EXPECT_EQ(bench.read(AXI_DMA_DMASR) >> AXI_DMASR_DELAY_SHIFT, 0u) << "it has expired";
        EXPECT_NE(bench.read(AXI_DMA_DMASR) & AXI_DMASR_DLY_IRQ, 0u);
    });
}

TEST(AxiDmaSg, ResetInTheMiddleOfAChain)
{
    sg_bench bench;
    bench.mem.latency = [] { return sc_core::sc_time(300, sc_core::SC_NS); };
    for (unsigned i = 0; i < 16; ++i) {
        bench.describe(i, 0x1000, 256, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    }
    bench.drain();
    bench.simulate([&] {
        for (int wait_ns = 0; wait_ns < 4000; wait_ns += 130) {
            bench.run_from(MM2S, 0);
            bench.tail(MM2S, 15);
            sc_core::wait(wait_ns, sc_core::SC_NS);
            bench.write(AXI_DMA_DMACR, AXI_DMACR_RESET);
            for (int polls = 0; bench.read(AXI_DMA_DMACR) & AXI_DMACR_RESET; ++polls) {
                ASSERT_LT(polls, 100) << "reset after " << wait_ns << " ns did not end";
                sc_core::wait(100, sc_core::SC_NS);
            }
            EXPECT_EQ(bench.read(AXI_DMA_DMASR), 0x00010009u);
            const size_t accesses = bench.mem.log.size();
            sc_core::wait(2, sc_core::SC_US);
            EXPECT_EQ(bench.mem.log.size(), accesses) << "nothing moves after the reset";
            for (unsigned i = 0; i < 16; ++i) {
                bench.word(descriptor_address(i) + DESCRIPTOR_STATUS) = 0;
            }
        }
        bench.run_from(MM2S, 0);
        bench.tail(MM2S, 15);
        EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
    });
}

// Random chains on both sides of a loop-back; packet boundaries need not match descriptors.
TEST(AxiDmaSg, RandomChainsEqualAPlainCopy)
{
    const unsigned seed = 31;
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    axi_dma_config config = sg_config();
    config.realignment = true;
    sg_bench bench(true, config);
    bench.mem.latency = [&] {
        return sc_core::sc_time(static_cast<double>(random() % 400), sc_core::SC_NS);
    };
    for (uint32_t address = 0; address < 0x20000; address += 4) {
        bench.word(address) = static_cast<uint32_t>(random());
    }
    bench.simulate([&] {
        for (int round = 0; round < 60; ++round) {
            const unsigned sends = 1 + random() % 12;
            std::vector<uint8_t> sent; // what must arrive, all packets
            std::vector<uint32_t> packet_bytes(1);
            for (unsigned i = 0; i < sends; ++i) {
                const bool ends = i + 1 == sends || random() % 2;
                const uint32_t length = 1 + random() % 400;
                const uint32_t buffer = random() % 0x1f000;
                bench.describe(i, buffer, length, ends ? uint32_t(DESCRIPTOR_EOF) : 0u);
                sent.insert(sent.end(), bench.mem.bytes.begin() + buffer,
                            bench.mem.bytes.begin() + buffer + length);
                packet_bytes.back() += length;
                if (ends && i + 1 < sends) {
                    packet_bytes.push_back(0);
                }
            }
            // Receive buffers of random lengths, laid out one after another.
            unsigned receives = 0;
            uint32_t buffer = 0x40000;
            std::vector<uint32_t> expected_status;
            std::vector<std::pair<uint32_t, uint32_t>> pieces;
            for (const uint32_t bytes : packet_bytes) {
                for (uint32_t rest = bytes; rest > 0;) {
                    const uint32_t length = 1 + random() % 500;
                    const uint32_t used = std::min(rest, length);
                    bench.describe(100 + receives, buffer, length, 0);
                    pieces.emplace_back(buffer, used);
                    expected_status.push_back(used | DESCRIPTOR_COMPLETE |
                                              (rest == bytes ? DESCRIPTOR_SOF : 0) |
                                              (rest == used ? DESCRIPTOR_EOF : 0));
                    buffer += length + random() % 5;
                    rest -= used;
                    ++receives;
                }
            }
            bench.write(AXI_DMA_DMACR, AXI_DMACR_RESET);
            sc_core::wait(1, sc_core::SC_US);
            bench.run_from(MM2S, 0);
            bench.run_from(S2MM, 100);
            bench.tail(S2MM, 100 + receives - 1);
            bench.tail(MM2S, sends - 1);
            ASSERT_EQ(bench.flags_when_finished(MM2S), DONE) << "round " << round;
            ASSERT_EQ(bench.flags_when_finished(S2MM), DONE) << "round " << round;
            std::vector<uint8_t> received;
            for (const auto &[address, bytes] : pieces) {
                received.insert(received.end(), bench.mem.bytes.begin() + address,
                                bench.mem.bytes.begin() + address + bytes);
            }
            ASSERT_TRUE(received == sent) << "round " << round;
            for (unsigned i = 0; i < receives; ++i) {
                ASSERT_EQ(bench.status(100 + i), expected_status[i]) << "descriptor " << i;
            }
        }
    });
}
