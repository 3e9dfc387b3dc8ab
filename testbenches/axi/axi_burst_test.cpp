#include "axi/axi_burst.h"
#include "random_source.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

namespace
{

std::vector<axi_burst> split(axi_protocol protocol, axi_burst_type type, uint8_t beat_bytes,
                             uint64_t address, uint64_t bytes)
{
    axi_burst_iterator iterator;
    axi_burst burst;
    std::vector<axi_burst> bursts;

    EXPECT_EQ(axi_burst_begin(&iterator, protocol, type, beat_bytes, address, bytes), 0);
    while (axi_burst_next(&iterator, &burst)) {
        bursts.push_back(burst);
    }
    return bursts;
}

/* The addresses that a burst's beats touch, in order, worked out as the AXI specification does:
 * beat by beat, from the strobes. */
std::vector<uint64_t> touched(const axi_burst &burst, uint32_t bus_bytes)
{
    std::vector<uint64_t> addresses;
    uint64_t beat_address = burst.address;

    for (uint32_t beat = 0; beat < burst.beats; beat++) {
        const uint64_t strobes = axi_burst_strobes(&burst, bus_bytes, beat);
        for (uint32_t lane = 0; lane < bus_bytes; lane++) {
            if ((strobes >> lane & 1) != 0) {
                addresses.push_back(beat_address / bus_bytes * bus_bytes + lane);
            }
        }
        if (burst.type != AXI_FIXED) {
            beat_address = beat_address / burst.beat_bytes * burst.beat_bytes + burst.beat_bytes;
        }
        if (burst.type == AXI_WRAP && beat_address % burst.bytes == 0) {
            beat_address -= burst.bytes;
        }
    }
    return addresses;
}

TEST(Burst, AlignedLineIsOneBurst)
{
    const auto bursts = split(AXI_PROTOCOL_AXI3, AXI_INCR, 8, 0x1000, 32);
    ASSERT_EQ(bursts.size(), 1u);
    EXPECT_EQ(bursts[0].beats, 4);
    EXPECT_EQ(axi_burst_strobes(&bursts[0], 8, 0), 0xffu);
}

TEST(Burst, UnalignedHeadAndTailHaveShortStrobes)
{
    const auto bursts = split(AXI_PROTOCOL_AXI4, AXI_INCR, 8, 0x1003, 10);
    ASSERT_EQ(bursts.size(), 1u);
    EXPECT_EQ(bursts[0].beats, 2);
    EXPECT_EQ(axi_burst_strobes(&bursts[0], 8, 0), 0xf8u);
    EXPECT_EQ(axi_burst_strobes(&bursts[0], 8, 1), 0x1fu);
}

TEST(Burst, ProtocolsLimitTheBeats)
{
    EXPECT_EQ(split(AXI_PROTOCOL_AXI3, AXI_INCR, 4, 0, 2048).size(), 32u);
    EXPECT_EQ(split(AXI_PROTOCOL_AXI4, AXI_INCR, 4, 0, 2048).size(), 2u);
    EXPECT_EQ(split(AXI_PROTOCOL_AXI4_LITE, AXI_INCR, 4, 0, 2048).size(), 512u);
    EXPECT_EQ(split(AXI_PROTOCOL_AXI4, AXI_FIXED, 4, 0, 128).size(), 2u);
}

TEST(Burst, StopsAt4KiB)
{
    const auto bursts = split(AXI_PROTOCOL_AXI4, AXI_INCR, 8, 0x1ff8, 16);
    ASSERT_EQ(bursts.size(), 2u);
    EXPECT_EQ(bursts[1].address, 0x2000u);
    EXPECT_EQ(bursts[1].offset, 8u);
}

TEST(Burst, ReachesTheLastAddressOfAll)
{
    const auto bursts = split(AXI_PROTOCOL_AXI4, AXI_INCR, 8, UINT64_MAX - 7, 8);
    ASSERT_EQ(bursts.size(), 1u);
    axi_burst_iterator iterator;
    EXPECT_EQ(axi_burst_begin(&iterator, AXI_PROTOCOL_AXI4, AXI_INCR, 8, UINT64_MAX - 7, 9),
              -EINVAL);
}

TEST(Burst, RefusesWhatAxiHasNot)
{
    axi_burst_iterator iterator;
    const auto begin = [&](axi_burst_type type, uint8_t beat_bytes, uint64_t address,
                           uint64_t bytes) {
        return axi_burst_begin(&iterator, AXI_PROTOCOL_AXI4, type, beat_bytes, address, bytes);
    };
    EXPECT_EQ(begin(AXI_INCR, 8, 0, 0), -EINVAL) << "no bytes";
    EXPECT_EQ(begin(AXI_INCR, 3, 0, 8), -EINVAL) << "beats of 3 bytes";
    EXPECT_EQ(begin(AXI_INCR, 128, 0, 8), -EINVAL) << "wider than 512 bits";
    EXPECT_EQ(begin(AXI_WRAP, 8, 4, 32), -EINVAL) << "WRAP that is not aligned";
    EXPECT_EQ(begin(AXI_WRAP, 8, 0, 24), -EINVAL) << "WRAP of 3 beats";
    EXPECT_EQ(begin(AXI_WRAP, 8, 0, 8), -EINVAL) << "WRAP of 1 beat";
    EXPECT_EQ(begin(AXI_WRAP, 8, 0, 256), -EINVAL) << "WRAP of 32 beats";
}

TEST(Burst, FixedKeepsItsAddress)
{
    const auto bursts = split(AXI_PROTOCOL_AXI3, AXI_FIXED, 4, 0x104, 12);
    ASSERT_EQ(bursts.size(), 1u);
    EXPECT_EQ(bursts[0].beats, 3);
    EXPECT_EQ(touched(bursts[0], 8),
              (std::vector<uint64_t>{0x104, 0x105, 0x106, 0x107, 0x104, 0x105, 0x106, 0x107, 0x104,
                                     0x105, 0x106, 0x107}));
}

TEST(Burst, WrapIsTwoSegments)
{
    const auto bursts = split(AXI_PROTOCOL_AXI3, AXI_WRAP, 8, 0x1018, 32);
    ASSERT_EQ(bursts.size(), 1u);
    EXPECT_EQ(bursts[0].beats, 4);
    axi_segment segments[2];
    ASSERT_EQ(axi_burst_segments(&bursts[0], segments), 2u);
    EXPECT_EQ(segments[0].address, 0x1018u);
    EXPECT_EQ(segments[0].bytes, 8u);
    EXPECT_EQ(segments[1].address, 0x1000u);
    EXPECT_EQ(segments[1].bytes, 24u);
    EXPECT_EQ(segments[1].offset, 8u);
}

TEST(Burst, WrapOnAPortThatHasNoneBecomesIncr)
{
    const auto bursts = split(AXI_PROTOCOL_AXI4_LITE, AXI_WRAP, 4, 0x108, 16);
    ASSERT_EQ(bursts.size(), 4u);
    EXPECT_EQ(bursts[1].address, 0x10cu);
    EXPECT_EQ(bursts[2].address, 0x100u);
    EXPECT_EQ(bursts[2].offset, 8u);
    EXPECT_EQ(bursts[3].type, AXI_INCR);
}

/* Every byte once and in order, never over a limit: against a walk byte by byte. */
TEST(Burst, RandomIncrTransfersAreLegal)
{
    random_source random;
    SCOPED_TRACE("ZS_SEED=" + std::to_string(random.seed));

    for (int round = 0; round < 20000; round++) {
        const auto protocol = static_cast<axi_protocol>(random.between(0, 2));
        const auto bus_bytes = 4u << random.between(0, 4);
        const auto beat_bytes = static_cast<uint8_t>(random.one_in(2) ? bus_bytes : bus_bytes / 2);
        const uint64_t address = random.between(0, 0x3000);
        const uint64_t bytes = random.between(1, random.one_in(4) ? 9000 : 70);
        uint64_t next = address;

        for (const axi_burst &burst : split(protocol, AXI_INCR, beat_bytes, address, bytes)) {
            ASSERT_EQ(burst.address, next);
            ASSERT_EQ(burst.offset, next - address);
            ASSERT_EQ(burst.address / 4096, (burst.address + burst.bytes - 1) / 4096);
            ASSERT_GE(burst.beats, 1u);
            ASSERT_LE(burst.beats, axi_max_beats(protocol, AXI_INCR));
            const auto addresses = touched(burst, bus_bytes);
            ASSERT_EQ(addresses.size(), burst.bytes);
            for (const uint64_t byte : addresses) {
                ASSERT_EQ(byte, next++);
            }
        }
        ASSERT_EQ(next, address + bytes);
    }
}

TEST(Burst, RandomIncrTransfersHaveNoBurstTooMany)
{
    random_source random;
    SCOPED_TRACE("ZS_SEED=" + std::to_string(random.seed));

    for (int round = 0; round < 20000; round++) {
        const uint64_t address = random.between(0, 0x3000);
        const uint64_t bytes = random.between(1, 9000);
        const auto bursts = split(AXI_PROTOCOL_AXI3, AXI_INCR, 8, address, bytes);

        for (size_t i = 0; i + 1 < bursts.size(); i++) {
            const uint64_t end = bursts[i].address + bursts[i].bytes;
            ASSERT_TRUE(bursts[i].beats == 16 || end % 4096 == 0) << "could have been longer";
            ASSERT_EQ(end % 8, 0u) << "only the last beat of all may be cut off";
        }
    }
}

TEST(Burst, RandomWrapsTouchTheirBlockOnce)
{
    random_source random;
    SCOPED_TRACE("ZS_SEED=" + std::to_string(random.seed));

    for (int round = 0; round < 5000; round++) {
        const auto protocol = static_cast<axi_protocol>(random.between(0, 2));
        const auto beat_bytes = static_cast<uint8_t>(1u << random.between(2, 6));
        const uint64_t block = static_cast<uint64_t>(beat_bytes) << random.between(1, 4);
        const uint64_t address = random.between(0, 0x3000) / beat_bytes * beat_bytes;
        const uint64_t base = address / block * block;
        uint64_t done = 0;

        for (const axi_burst &burst : split(protocol, AXI_WRAP, beat_bytes, address, block)) {
            for (const uint64_t byte : touched(burst, beat_bytes)) {
                ASSERT_EQ(byte, base + (address - base + done++) % block);
            }
        }
        ASSERT_EQ(done, block);
    }
}

} // namespace
