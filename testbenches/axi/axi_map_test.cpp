#include "axi/axi_map.h"
#include "random_source.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

namespace
{

constexpr unsigned nobody = 999;

class Map : public ::testing::Test
{
  protected:
    unsigned output_at(uint64_t address)
    {
        const axi_region *const region = axi_map_find(&map, address);
        return region == nullptr ? nobody : region->output;
    }

    axi_map map{};
};

TEST_F(Map, AnEmptyMapDecodesNothing)
{
    EXPECT_EQ(output_at(0), nobody);
    EXPECT_EQ(axi_map_find_range(&map, 0, 1), nullptr);
}

TEST_F(Map, RegionsEndWhereTheyEnd)
{
    ASSERT_EQ(axi_map_add(&map, 0x1000, 0x1000, 0x1000, 0), 0);
    ASSERT_EQ(axi_map_add(&map, 0x2000, 0x10, 0, 1), 0);
    EXPECT_EQ(output_at(0xfff), nobody);
    EXPECT_EQ(output_at(0x1000), 0u);
    EXPECT_EQ(output_at(0x1fff), 0u);
    EXPECT_EQ(output_at(0x2000), 1u);
    EXPECT_EQ(output_at(0x200f), 1u);
    EXPECT_EQ(output_at(0x2010), nobody);
}

TEST_F(Map, ARangePastTheEndIsADecodeErrorEvenIntoTheNextRegion)
{
    ASSERT_EQ(axi_map_add(&map, 0x1000, 0x1000, 0x1000, 0), 0);
    ASSERT_EQ(axi_map_add(&map, 0x2000, 0x1000, 0x2000, 1), 0);
    EXPECT_NE(axi_map_find_range(&map, 0x1ff8, 8), nullptr);
    EXPECT_EQ(axi_map_find_range(&map, 0x1ff8, 9), nullptr);
    EXPECT_EQ(axi_map_find_range(&map, 0x2ff8, 9), nullptr);
    EXPECT_EQ(axi_map_find_range(&map, 0x1000, UINT64_MAX), nullptr);
}

TEST_F(Map, TheTopOfTheAddressSpaceCanBeMapped)
{
    ASSERT_EQ(axi_map_add(&map, UINT64_MAX - 0xfff, 0x1000, 0, 7), 0);
    EXPECT_EQ(output_at(UINT64_MAX), 7u);
    EXPECT_EQ(axi_map_add(&map, UINT64_MAX, 2, 0, 8), -EINVAL);
    EXPECT_EQ(axi_map_add(&map, 0, 2, UINT64_MAX, 8), -EINVAL);
}

TEST_F(Map, OverlapsAreRefused)
{
    ASSERT_EQ(axi_map_add(&map, 0x1000, 0x1000, 0, 0), 0);
    EXPECT_EQ(axi_map_add(&map, 0x1000, 0x1000, 0, 1), -EEXIST) << "the same";
    EXPECT_EQ(axi_map_add(&map, 0x1fff, 1, 0, 1), -EEXIST) << "its last byte";
    EXPECT_EQ(axi_map_add(&map, 0xfff, 2, 0, 1), -EEXIST) << "its first byte";
    EXPECT_EQ(axi_map_add(&map, 0, 0x10000, 0, 1), -EEXIST) << "around it";
    EXPECT_EQ(axi_map_add(&map, 0, 0x1000, 0, 1), 0) << "up to it";
    EXPECT_EQ(axi_map_add(&map, 0x2000, 0x1000, 0, 2), 0) << "from its end on";
    EXPECT_EQ(axi_map_add(&map, 0x9000, 0, 0, 3), -EINVAL) << "no bytes";
}

TEST_F(Map, AFullMapSaysSo)
{
    for (unsigned i = 0; i < AXI_MAP_REGIONS; i++) {
        ASSERT_EQ(axi_map_add(&map, i * 16, 16, 0, i), 0);
    }
    EXPECT_EQ(axi_map_add(&map, 0x10000, 16, 0, 0), -ENOSPC);
}

TEST_F(Map, RandomMapsAgreeWithAWalkOverAllRegions)
{
    random_source random;
    SCOPED_TRACE("ZS_SEED=" + std::to_string(random.seed));

    for (int round = 0; round < 200; round++) {
        std::vector<unsigned> owner(2048, nobody);
        map = axi_map{};
        for (unsigned output = 0; output < 20; output++) {
            const uint64_t first = random.between(0, 2000);
            const uint64_t bytes = random.between(1, 2048 - first < 90 ? 2048 - first : 90);
            bool overlap = false;
            for (uint64_t a = first; a < first + bytes; a++) {
                overlap = overlap || owner[a] != nobody;
            }
            ASSERT_EQ(axi_map_add(&map, first, bytes, 0, output), overlap ? -EEXIST : 0);
            for (uint64_t a = first; !overlap && a < first + bytes; a++) {
                owner[a] = output;
            }
        }
        for (int probe = 0; probe < 500; probe++) {
            const uint64_t address = random.between(0, 2047);
            ASSERT_EQ(output_at(address), owner[address]) << address;
        }
    }
}

} // namespace
