// The AXI DMA in simulated time: PG021's figures, errors, and random traffic against plain memory.

#include "../sc_gtest_main.h"
#include "../trace/recorded_trace.h"
#include "dma_bench.h"

#include <numeric>
#include <random>

using namespace bench;

namespace
{

void fill(std::vector<uint8_t> &bytes, std::mt19937 &random)
{
    for (auto &byte : bytes) {
        byte = static_cast<uint8_t>(random());
    }
}

// Bytes a second of `bytes` in `ps`, in PG021's MB/s.
double megabytes_per_second(uint64_t bytes, uint64_t ps)
{
    return static_cast<double>(bytes) * 1e6 / static_cast<double>(ps);
}

} // namespace

// PG021 measures from the first read address to TLAST, 10,000 bytes, 100 MHz, 32 bits.
TEST(AxiDma, Mm2sReachesTheThroughputOfPg021)
{
    dma_bench bench("bench");
    uint64_t last_beat_end_ps = 0;
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        uint32_t word;
        axi_stream_read read{};
        while (read.last_bytes == 0) {
            read = bench.out.pop(&word, 1, true, now_ps);
        }
        last_beat_end_ps = read.first_ps; // readable at the end of the write beat
    });
    bench.simulate([&] {
        bench.run(MM2S);
        bench.start(MM2S, 0x1000, 10000);
        EXPECT_EQ(bench.finish(MM2S), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
    });
    const uint64_t elapsed_ps = last_beat_end_ps - bench.mem.log.front().time_ps;
    const double rate = megabytes_per_second(10000, elapsed_ps);
    std::printf("MM2S %.2f MB/s, %.0f cycles\n", rate, static_cast<double>(elapsed_ps) / CYCLE_PS);
    RecordProperty("mm2s_MBps", std::to_string(rate));
    EXPECT_NEAR(rate, 399.04, 3.99);
}

// PG021 measures from the first stream beat to the last write beat.
TEST(AxiDma, S2mmReachesTheThroughputOfPg021)
{
    dma_bench bench("bench");
    std::vector<uint32_t> words(2500);
    uint64_t first_beat_ps = 0;
    bench.simulate([&] {
        bench.run(S2MM);
        bench.start(S2MM, 0x1000, 10000);
        sc_core::wait(1, sc_core::SC_US);
        uint64_t now_ps = first_beat_ps = zs::stamp_ps();
        bench.in.push(words.data(), words.size(), 4, now_ps);
        EXPECT_EQ(bench.finish(S2MM), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
    });
    // The bench's stream hands a beat on in the next cycle: the DMA sees the first one there.
    first_beat_ps += CYCLE_PS;
    const mem_access &last = bench.mem.log.back();
    const uint64_t elapsed_ps = last.time_ps + last.bytes / 4 * CYCLE_PS - first_beat_ps;
    const double rate = megabytes_per_second(10000, elapsed_ps);
    std::printf("S2MM %.2f MB/s, %.0f cycles\n", rate, static_cast<double>(elapsed_ps) / CYCLE_PS);
    EXPECT_EQ(bench.mem.log.front().time_ps - first_beat_ps, 39 * CYCLE_PS);
    EXPECT_NEAR(rate, 298.59, 5.97);
}

TEST(AxiDma, ATransferByHand)
{
    // LENGTH write at 0; read address 8 cycles later; first beat 6 cycles after that; 4 beats;
    // status 4 cycles after the last. The sink reads each word at the end of its write beat.
    dma_bench bench("bench");
    for (uint8_t i = 0; i < 16; ++i) {
        bench.mem.bytes[0x100 + i] = i;
    }
    uint32_t words[4] = {};
    axi_stream_read read{};
    uint64_t sink_ps = 0;
    sc_core::sc_spawn([&] { read = bench.out.pop(words, 4, true, sink_ps); });
    bench.simulate([&] {
        bench.run(MM2S);
        bench.start(MM2S, 0x100, 16);
        sc_core::wait(zs::delay_until(21 * CYCLE_PS));
        EXPECT_EQ(bench.read(AXI_DMA_DMASR), 0u);
        sc_core::wait(zs::delay_until(22 * CYCLE_PS + 1));
        EXPECT_EQ(bench.read(AXI_DMA_DMASR), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
    });
    ASSERT_EQ(bench.mem.log.size(), 1u);
    EXPECT_EQ(bench.mem.log[0].time_ps, 8 * CYCLE_PS);
    EXPECT_EQ(bench.mem.log[0].bytes, 16u);
    EXPECT_EQ(bench.mem.log[0].attributes.traffic, TRAFFIC_DMA_READ);
    EXPECT_EQ(bench.mem.log[0].attributes.beat_bytes, 4);
    EXPECT_EQ(read.words, 4u);
    EXPECT_EQ(read.last_bytes, 4);
    EXPECT_EQ(read.first_ps, 15 * CYCLE_PS);
    EXPECT_EQ(words[0], 0x03020100u);
    EXPECT_EQ(words[3], 0x0f0e0d0cu);
}

TEST(AxiDma, AKeyholeIsReadAndWrittenWithFixedBursts)
{
    dma_bench bench("bench", default_config(), true);
    for (uint8_t i = 0; i < 4; ++i) {
        bench.mem.bytes[0x1000 + i] = i;
    }
    bench.simulate([&] {
        bench.run(S2MM);
        bench.write(AXI_DMA_DMACR, AXI_DMACR_RS | AXI_DMACR_KEYHOLE);
        bench.start(S2MM, 0x2000, 160);
        bench.start(MM2S, 0x1000, 160);
        bench.finish(MM2S);
        bench.finish(S2MM);
    });
    for (uint32_t i = 0; i < 160; ++i) {
        ASSERT_EQ(bench.mem.bytes[0x2000 + i], i % 4) << "byte " << i;
    }
    unsigned reads = 0;
    for (const mem_access &access : bench.mem.log) {
        EXPECT_LE(access.bytes, 64u) << "a FIXED burst has at most 16 beats";
        EXPECT_EQ(access.attributes.burst, access.write ? AXI_INCR : AXI_FIXED);
        EXPECT_TRUE(access.write || access.address == 0x1000);
        reads += access.write ? 0 : 1;
    }
    EXPECT_EQ(reads, 3u);
}

TEST(AxiDma, WithoutStoreAndForwardDataIsFasterThrough)
{
    axi_dma_config config = default_config();
    config.store_and_forward = false;
    dma_bench bench("bench", config);
    const uint32_t words[4] = {};
    uint64_t first_beat_ps = 0;
    bench.simulate([&] {
        bench.run(S2MM);
        bench.start(S2MM, 0x1000, 16);
        sc_core::wait(1, sc_core::SC_US);
        uint64_t now_ps = first_beat_ps = zs::stamp_ps();
        bench.in.push(words, 4, 4, now_ps);
        bench.finish(S2MM);
    });
    EXPECT_EQ(bench.mem.log.front().time_ps - first_beat_ps - CYCLE_PS, (39 - 18) * CYCLE_PS);
}

TEST(AxiDma, ReadsAreOutstandingUpToTheLimitAndHideLatency)
{
    axi_dma_config config = default_config();
    config.outstanding_reads = 4;
    dma_bench bench("bench", config);
    bench.mem.latency = [] { return sc_core::sc_time(40, sc_core::SC_NS) * 10; }; // 40 cycles
    uint64_t sink_ps = 0;
    sc_core::sc_spawn([&] {
        std::vector<uint32_t> words(1024);
        bench.out.pop(words.data(), words.size(), true, sink_ps);
    });
    bench.simulate([&] {
        bench.run(MM2S);
        bench.start(MM2S, 0, 4096);
        bench.finish(MM2S);
    });
    // Four addresses, a cycle apart; the fifth when the first burst's data has left.
    const auto &log = bench.mem.log;
    EXPECT_EQ(log[3].time_ps - log[0].time_ps, 3 * CYCLE_PS);
    EXPECT_GT(log[4].time_ps - log[0].time_ps, 40 * CYCLE_PS);
    // 4 x 16 beats cover the round trip of 40 + 6 cycles: the stream never pauses.
    EXPECT_EQ(bench.out.core().words, 1024u);
    EXPECT_LE(sink_ps - log[0].time_ps, (1024 + 40 + 6 + 2) * CYCLE_PS);
}

TEST(AxiDma, BackPressureReachesTheMemory)
{
    dma_bench bench("bench", default_config(), false, 8);
    bench.simulate([&] { // nobody reads the stream
        bench.run(MM2S);
        bench.start(MM2S, 0, 4096);
        sc_core::wait(1, sc_core::SC_MS);
        EXPECT_EQ(bench.read(AXI_DMA_DMASR), 0u);
    });
    EXPECT_EQ(bench.mem.log.size(), 6u) << "six outstanding bursts, none has left";
}

TEST(AxiDma, AShortPacketEndsTheReceiveTransfer)
{
    dma_bench bench("bench");
    std::vector<uint32_t> words(25);
    std::iota(words.begin(), words.end(), 7u);
    bench.simulate([&] {
        bench.run(S2MM);
        bench.start(S2MM, 0x2000, 4096);
        uint64_t now_ps = zs::stamp_ps();
        bench.in.push(words.data(), words.size(), 2, now_ps); // 24 words and 2 bytes
        EXPECT_EQ(bench.finish(S2MM), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
        EXPECT_EQ(bench.read(S2MM + AXI_DMA_LENGTH), 98u);
    });
    EXPECT_EQ(std::memcmp(bench.mem.bytes.data() + 0x2000, words.data(), 98), 0);
    EXPECT_EQ(bench.mem.bytes[0x2000 + 98], 0);
    ASSERT_EQ(bench.mem.log.size(), 2u);
    EXPECT_EQ(bench.mem.log[1].bytes, 34u);
    EXPECT_EQ(bench.mem.log[1].attributes.traffic, TRAFFIC_DMA_WRITE);
}

TEST(AxiDma, APacketLargerThanLengthIsAnInternalError)
{
    dma_bench bench("bench");
    std::vector<uint32_t> words(32);
    bench.simulate([&] {
        bench.run(S2MM);
        bench.start(S2MM, 0x2000, 64);
        uint64_t now_ps = zs::stamp_ps();
        bench.in.push(words.data(), words.size(), 4, now_ps);
        EXPECT_EQ(bench.finish(S2MM),
                  unsigned(AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ | AXI_DMASR_INTERNAL_ERROR));
    });
}

TEST(AxiDma, BadAddressesHaltTheChannelAndResetRevivesIt)
{
    dma_bench bench("bench");
    std::vector<uint32_t> words(1024);
    uint64_t sink_ps = 0;
    sc_core::sc_spawn([&] {
        while (bench.out.pop(words.data(), words.size(), true, sink_ps).words > 0) {
        }
    });
    bench.simulate([&] {
        bench.run(MM2S);
        bench.run(S2MM);
        bench.write(MM2S + AXI_DMA_DMACR, AXI_DMACR_RS | AXI_DMACR_ERR_IRQ_EN);
        bench.start(MM2S, 0x40000000, 256);
        EXPECT_EQ(bench.finish(MM2S),
                  unsigned(AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ | AXI_DMASR_DECODE_ERROR));
        sc_core::wait(1, sc_core::SC_NS);
        EXPECT_TRUE(bench.dma.mm2s_introut.read());
        EXPECT_FALSE(bench.dma.s2mm_introut.read());

        bench.start(MM2S, 0x1000, 256); // halted: nothing happens
        const size_t accesses = bench.mem.log.size();
        sc_core::wait(1, sc_core::SC_MS);
        EXPECT_EQ(bench.mem.log.size(), accesses);

        bench.write(AXI_DMA_DMACR, AXI_DMACR_RESET);
        EXPECT_EQ(bench.read(AXI_DMA_DMACR), 0x00010002u);
        bench.run(MM2S);
        bench.start(MM2S, 0x1000, 256);
        EXPECT_EQ(bench.finish(MM2S), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));

        bench.start(MM2S, SLAVE_ERROR_PAGE, 64);
        EXPECT_EQ(bench.finish(MM2S), unsigned(AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ |
                                               AXI_DMASR_IOC_IRQ | AXI_DMASR_SLAVE_ERROR));
    });
}

TEST(AxiDma, AWriteErrorHaltsTheReceiveChannel)
{
    dma_bench bench("bench");
    std::vector<uint32_t> words(64);
    bench.simulate([&] {
        bench.run(S2MM);
        bench.start(S2MM, 0x40000000, 256);
        uint64_t now_ps = zs::stamp_ps();
        bench.in.push(words.data(), words.size(), 4, now_ps);
        EXPECT_EQ(bench.finish(S2MM), unsigned(AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ |
                                               AXI_DMASR_DECODE_ERROR | AXI_DMASR_INTERNAL_ERROR));
    });
}

TEST(AxiDma, AnUnalignedAddressNeedsRealignment)
{
    dma_bench bench("bench");
    bench.simulate([&] {
        bench.run(MM2S);
        bench.start(MM2S, 0x1002, 64);
        EXPECT_EQ(bench.finish(MM2S),
                  unsigned(AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ | AXI_DMASR_INTERNAL_ERROR));
    });
    EXPECT_TRUE(bench.mem.log.empty());
}

TEST(AxiDma, ATraceShowsATransferUntilTheResetThatStopsIt)
{
    dma_bench bench("bench");
    recorded_trace trace;
    bench.dma.trace_to(trace.get());
    bench.simulate([&] {
        bench.run(S2MM);
        sc_core::wait(100, sc_core::SC_NS);
        bench.start(S2MM, 0x1000, 64); // stuck: nobody sends
        sc_core::wait(200, sc_core::SC_NS);
        bench.write(S2MM + AXI_DMA_DMACR, AXI_DMACR_RESET);
        sc_core::wait(200, sc_core::SC_NS);
        bench.run(S2MM);
        bench.start(S2MM, 0x1000, 64); // stuck again
        sc_core::wait(200, sc_core::SC_NS);
    });
    bench.dma.trace_rest();

    const std::string changes = trace.written(trace_write_vcd, zs::stamp_ps());
    EXPECT_NE(changes.find("$var wire 1 \" transfer $end"), std::string::npos) << changes;
    EXPECT_NE(changes.find("#100000\n1\"\n#300000\n0\"\n#500000\n1\"\n#700000\n$dumpoff"),
              std::string::npos)
        << changes;
}

TEST(AxiDma, ResetInTheMiddleOfATransferStopsIt)
{
    dma_bench bench("bench", default_config(), false, 8);
    bench.mem.latency = [] { return sc_core::sc_time(500, sc_core::SC_NS); };
    bench.simulate([&] {
        bench.run(MM2S);
        bench.run(S2MM);
        bench.start(MM2S, 0, 4096);    // stuck: nobody reads the stream
        bench.start(S2MM, 0x1000, 64); // stuck: nobody sends
        sc_core::wait(300, sc_core::SC_NS);
        bench.write(S2MM + AXI_DMA_DMACR, AXI_DMACR_RESET);
        EXPECT_EQ(bench.read(AXI_DMA_DMACR), 0x00010006u) << "reads are still in flight";
        sc_core::wait(1, sc_core::SC_US);
        EXPECT_EQ(bench.read(AXI_DMA_DMACR), 0x00010002u);
        EXPECT_EQ(bench.read(AXI_DMA_DMASR), 1u);

        bench.run(S2MM); // and it works again
        bench.start(S2MM, 0x1000, 64);
        std::vector<uint32_t> words(16, 0xabcd);
        uint64_t now_ps = zs::stamp_ps();
        bench.in.push(words.data(), words.size(), 4, now_ps);
        EXPECT_EQ(bench.finish(S2MM), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
        EXPECT_EQ(bench.mem.bytes[0x1000], 0xcd);
    });
}

TEST(AxiDma, CompletionRaisesAnEnabledInterruptAtItsTime)
{
    dma_bench bench("bench");
    uint64_t raised_ps = 0, sink_ps = 0;
    sc_core::sc_spawn([&] {
        uint32_t words[16];
        bench.out.pop(words, 16, true, sink_ps);
    });
    sc_core::sc_spawn([&] {
        sc_core::wait(bench.dma.mm2s_introut.posedge_event());
        raised_ps = zs::stamp_ps();
    });
    bench.simulate([&] {
        bench.write(AXI_DMA_DMACR, AXI_DMACR_RS | AXI_DMACR_IOC_IRQ_EN);
        bench.start(MM2S, 0, 64);
        bench.finish(MM2S);
        sc_core::wait(1, sc_core::SC_US);
        bench.write(AXI_DMA_DMASR, AXI_DMASR_IOC_IRQ);
        sc_core::wait(1, sc_core::SC_NS);
        EXPECT_FALSE(bench.dma.mm2s_introut.read());
    });
    EXPECT_EQ(raised_ps, (8 + 6 + 16 + 4) * CYCLE_PS);
}

namespace
{

// Random transfers through MM2S, the stream and S2MM, and the same by memcpy.
void loop_back(const axi_dma_config &config, unsigned seed)
{
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    dma_bench bench("bench", config, true, 8 + random() % 60);
    bench.mem.latency = [&] {
        return sc_core::sc_time(static_cast<double>(random() % 300), sc_core::SC_NS);
    };
    fill(bench.mem.bytes, random);
    std::vector<uint8_t> expected = bench.mem.bytes;
    const uint32_t alignment = config.realignment ? 1 : config.data_width_bits / 8;
    bench.simulate([&] {
        bench.run(MM2S);
        bench.run(S2MM);
        for (int round = 0; round < 400; ++round) {
            const uint32_t bytes =
                1 + static_cast<uint32_t>(random() % (random() % 8 ? 300 : 9000));
            const uint32_t half = MEMORY_BYTES / 2;
            const uint32_t source = random() % (half - bytes) / alignment * alignment;
            const uint32_t target = half + random() % (half - bytes) / alignment * alignment;
            const uint32_t room = bytes + random() % 2 * 100;
            std::copy_n(expected.begin() + source, bytes, expected.begin() + target);
            bench.start(S2MM, target, room);
            bench.start(MM2S, source, bytes);
            ASSERT_EQ(bench.finish(MM2S), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
            ASSERT_EQ(bench.finish(S2MM), unsigned(AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ));
            ASSERT_EQ(bench.read(S2MM + AXI_DMA_LENGTH), bytes);
        }
    });
    EXPECT_TRUE(bench.mem.bytes == expected);
    for (const mem_access &access : bench.mem.log) {
        ASSERT_EQ(access.address / 4096, (access.address + access.bytes - 1) / 4096);
        ASSERT_LE(access.bytes, config.data_width_bits / 8 * config.max_burst_beats);
    }
}

} // namespace

TEST(AxiDma, LoopBackOfRandomTransfersEqualsMemcpy)
{
    loop_back(default_config(), 1);
}

TEST(AxiDma, LoopBackWithRealignment)
{
    axi_dma_config config = default_config();
    config.realignment = true;
    loop_back(config, 2);
}

TEST(AxiDma, LoopBackWith64BitMemoryAndOneOutstandingBurst)
{
    axi_dma_config config = default_config();
    config.data_width_bits = 64;
    config.max_burst_beats = 32;
    config.outstanding_reads = config.outstanding_writes = 1;
    loop_back(config, 3);
}

TEST(AxiDma, ALoopBackByHand)
{
    dma_bench bench("bench", default_config(), true);
    uint64_t end_ps = 0;
    bench.simulate([&] {
        bench.run(MM2S);
        bench.run(S2MM);
        bench.start(S2MM, 0x8000, 4096);
        bench.start(MM2S, 0, 4096);
        bench.finish(S2MM);
        end_ps = bench.mem.log.back().time_ps;
    });
    // First word on the stream at 8 + 6 cycles, at S2MM one cycle later, written 39 cycles after
    // that; every further burst of 16 beats follows 21 cycles after its predecessor.
    EXPECT_EQ(end_ps, (8 + 6 + 1 + 39 + 63 * 21) * CYCLE_PS);
}
