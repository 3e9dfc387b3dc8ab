// Multichannel descriptors: rows at a stride as one descriptor, both ways.

#include "../sc_gtest_main.h"
#include "sg_bench.h"

#include <random>

using namespace bench;

namespace
{

constexpr uint32_t DONE = AXI_DMASR_SG_INCLUDED | AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ;
constexpr uint32_t HALTED =
    AXI_DMASR_SG_INCLUDED | AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ | AXI_DMASR_INTERNAL_ERROR;

axi_dma_config multichannel_config()
{
    axi_dma_config config = sg_config();
    config.multichannel = true;
    return config;
}

struct block {
    uint32_t buffer, row_bytes, rows, stride_bytes;
};

class two_d_bench : public sg_bench
{
  public:
    explicit two_d_bench(bool loop_back = false,
                         const axi_dma_config &config = multichannel_config())
        : sg_bench(loop_back, config)
    {
    }
    void describe_block(unsigned index, const block &shape, uint32_t flags)
    {
        describe(index, shape.buffer, shape.row_bytes, flags);
        word(descriptor_address(index) + DESCRIPTOR_STRIDE_VSIZE) =
            shape.rows << DESCRIPTOR_VSIZE_SHIFT | shape.stride_bytes;
    }
    std::vector<uint8_t> gather(const block &shape) const
    {
        std::vector<uint8_t> bytes;
        for (uint32_t row = 0; row < shape.rows; ++row) {
            const auto first = mem.bytes.begin() + shape.buffer + row * shape.stride_bytes;
            bytes.insert(bytes.end(), first, first + shape.row_bytes);
        }
        return bytes;
    }
};

} // namespace

TEST(AxiDma2d, AStridedTileIsOnePacketOfOneDescriptor)
{
    two_d_bench bench;
    for (uint32_t i = 0; i < 64; ++i) {
        bench.word(0x1000 + 4 * i) = i;
    }
    bench.describe_block(0, {0x1000, 16, 3, 32}, DESCRIPTOR_SOF | DESCRIPTOR_EOF);
    bench.drain();
    bench.simulate([&] {
        bench.run_from(MM2S, 0);
        bench.tail(MM2S, 0);
        EXPECT_EQ(bench.flags_when_finished(MM2S), DONE);
    });
    ASSERT_EQ(bench.packets.size(), 1u);
    EXPECT_EQ(bench.packets[0], (std::vector<uint32_t>{0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19}));
    EXPECT_EQ(bench.status(0), DESCRIPTOR_COMPLETE) << "no byte count in this form";
    ASSERT_EQ(bench.mem.log.size(), 1u + 3u + 1u) << "fetch, a burst a row, status";
}

TEST(AxiDma2d, APacketIsScatteredToRows)
{
    two_d_bench bench;
    const uint32_t words[] = {1, 2, 3, 4, 5, 6};
    bench.describe_block(0, {0x2000, 8, 3, 64}, 0);
    bench.simulate([&] {
        bench.run_from(S2MM, 0);
        bench.tail(S2MM, 0);
        uint64_t now_ps = zs::stamp_ps();
        bench.in.push(words, 6, 4, now_ps);
        EXPECT_EQ(bench.flags_when_finished(S2MM), DONE);
    });
    EXPECT_EQ(bench.word(0x2000), 1u);
    EXPECT_EQ(bench.word(0x2004), 2u);
    EXPECT_EQ(bench.word(0x2008), 0u) << "the gap is left alone";
    EXPECT_EQ(bench.word(0x2040), 3u);
    EXPECT_EQ(bench.word(0x2084), 6u);
    EXPECT_EQ(bench.status(0), DESCRIPTOR_COMPLETE | DESCRIPTOR_SOF | DESCRIPTOR_EOF);
}

TEST(AxiDma2d, WhatCannotBeExecutedHaltsTheChannel)
{
    struct {
        block shape;
        const char *why;
    } const bad[] = {{{0x1000, 16, 0, 32}, "VSIZE is 0"},
                     {{0x1000, 0, 2, 32}, "HSIZE is 0"},
                     {{0x1000, 16, 2, 33}, "STRIDE is not aligned"},
                     {{0x1000, 6, 2, 32}, "HSIZE is not aligned"}};
    two_d_bench bench;
    bench.drain();
    bench.simulate([&] {
        for (const auto &[shape, why] : bad) {
            bench.write(AXI_DMA_DMACR, AXI_DMACR_RESET);
            sc_core::wait(1, sc_core::SC_US);
            bench.describe_block(0, shape, DESCRIPTOR_EOF);
            bench.run_from(MM2S, 0);
            bench.tail(MM2S, 0);
            EXPECT_EQ(bench.flags_when_finished(MM2S), HALTED) << why;
        }
    });
    EXPECT_TRUE(bench.packets.empty());
}

// Random blocks through a loop-back, any alignment, each packet several blocks.
TEST(AxiDma2d, RandomBlocksEqualAPlainCopy)
{
    const unsigned seed = 5;
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    axi_dma_config config = multichannel_config();
    config.realignment = true;
    two_d_bench bench(true, config);
    bench.mem.latency = [&] {
        return sc_core::sc_time(static_cast<double>(random() % 200), sc_core::SC_NS);
    };
    for (uint32_t address = 0; address < 0x20000; address += 4) {
        bench.word(address) = static_cast<uint32_t>(random());
    }
    const auto random_block = [&](uint32_t buffer) {
        const uint32_t row_bytes = 1 + random() % 100;
        return block{buffer, row_bytes, static_cast<uint32_t>(1 + random() % 9),
                     row_bytes + static_cast<uint32_t>(random() % 100)};
    };
    bench.simulate([&] {
        for (int round = 0; round < 100; ++round) {
            std::vector<uint8_t> sent, received;
            const unsigned sends = 1 + random() % 4;
            for (unsigned i = 0; i < sends; ++i) {
                const block shape = random_block(random() % 0x1f000);
                const std::vector<uint8_t> bytes = bench.gather(shape);
                bench.describe_block(i, shape, i + 1 == sends ? uint32_t(DESCRIPTOR_EOF) : 0u);
                sent.insert(sent.end(), bytes.begin(), bytes.end());
            }
            std::vector<block> targets;
            uint32_t buffer = 0x40000;
            for (size_t room = 0; room < sent.size();) {
                block shape = random_block(buffer);
                if (room + size_t(shape.row_bytes) * shape.rows > sent.size()) {
                    shape = {buffer, static_cast<uint32_t>(sent.size() - room), 1, 0};
                }
                room += size_t(shape.row_bytes) * shape.rows;
                buffer += shape.rows * shape.stride_bytes + shape.row_bytes;
                bench.describe_block(static_cast<unsigned>(100 + targets.size()), shape, 0);
                targets.push_back(shape);
            }
            bench.write(AXI_DMA_DMACR, AXI_DMACR_RESET);
            sc_core::wait(1, sc_core::SC_US);
            bench.run_from(MM2S, 0);
            bench.run_from(S2MM, 100);
            bench.tail(S2MM, static_cast<unsigned>(100 + targets.size() - 1));
            bench.tail(MM2S, sends - 1);
            ASSERT_EQ(bench.flags_when_finished(MM2S), DONE) << "round " << round;
            ASSERT_EQ(bench.flags_when_finished(S2MM), DONE) << "round " << round;
            for (const block &shape : targets) {
                const std::vector<uint8_t> bytes = bench.gather(shape);
                received.insert(received.end(), bytes.begin(), bytes.end());
            }
            ASSERT_TRUE(received == sent) << "round " << round;
        }
    });
}
