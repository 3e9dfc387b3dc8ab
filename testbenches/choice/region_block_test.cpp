// In which blocks a matmul goes through DMA regions that do not hold its matrices.
#include "choice/region_block.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

constexpr uint64_t KIB = 1024;

// v3 of 8x8, C stationary, zero-copy, int32.
region_space v3(const choice_sizes &problem, uint64_t in_bytes, uint64_t out_bytes)
{
    region_space space = {};
    space.problem = problem;
    space.tile = space.step = {8, 8, 8};
    space.sends_in_place = space.receives_in_place = space.keeps_c = true;
    space.input_bytes = space.result_bytes = 4;
    space.opcode_words = 1;
    space.literals = 2;
    space.in_bytes = in_bytes;
    space.out_bytes = out_bytes;
    return space;
}

std::string text(const region_space &space)
{
    choice_sizes block = {};
    if (!choose_region_block(&space, &block))
        return "none";
    return std::to_string(block.m) + "x" + std::to_string(block.n) + "x" + std::to_string(block.k);
}

} // namespace

TEST(RegionBlock, WhatFitsStaysWhole)
{
    EXPECT_EQ(text(v3({64, 64, 64}, 33 * KIB, 16 * KIB)), "64x64x64");
}

TEST(RegionBlock, OpcodesTakeRoomToo)
{
    EXPECT_EQ(text(v3({64, 64, 64}, 32 * KIB + 2 * 64, 16 * KIB)), "64x64x64");
    EXPECT_NE(text(v3({64, 64, 64}, 32 * KIB + 2 * 64 - 1, 16 * KIB)), "64x64x64");
}

// 60x60x60 takes as much room as 64x64x64, and no multiple of 8 divides it.
TEST(RegionBlock, WhatIsPaddedTakesRoomToo)
{
    EXPECT_EQ(text(v3({60, 60, 60}, 33 * KIB, 16 * KIB)), "60x60x60");
    EXPECT_EQ(text(v3({60, 60, 60}, 32 * KIB, 16 * KIB)), "none");
    EXPECT_EQ(text(v3({60, 60, 60}, 33 * KIB, 15 * KIB)), "none");
}

// A size that the tile divides can be split beside one that it does not.
TEST(RegionBlock, OnlyWhatTilesDivideIsSplit)
{
    const region_space space = v3({64, 64, 60}, 25 * KIB, 16 * KIB);
    const choice_sizes split = {64, 32, 60}, across_tiles = {64, 64, 30};
    EXPECT_EQ(text(space), "64x32x60");
    EXPECT_TRUE(region_divides(&space, &split));
    EXPECT_FALSE(region_divides(&space, &across_tiles));
}

// A stays as it is, B comes in as 2 blocks of columns: 16 KiB + 8 KiB.
TEST(RegionBlock, OneMatrixStaysIfItCan)
{
    EXPECT_EQ(text(v3({64, 64, 64}, 25 * KIB, 16 * KIB)), "64x32x64");
}

TEST(RegionBlock, AllOfKWhereCStays)
{
    EXPECT_EQ(text(v3({64, 64, 64}, 9 * KIB, 16 * KIB)), "16x16x64");
    region_space space = v3({64, 64, 64}, 9 * KIB, 16 * KIB);
    space.keeps_c = false; // then each element once: all rows and columns, parts of K
    EXPECT_EQ(text(space), "64x64x16");
}

TEST(RegionBlock, PartsOfKWhereAllOfItDoesNotFit)
{
    EXPECT_EQ(text(v3({8, 8, 1024}, 16 * KIB, 4 * KIB)), "8x8x128");
}

TEST(RegionBlock, TheResultLimitsRowsAndColumns)
{
    EXPECT_EQ(text(v3({64, 64, 64}, 64 * KIB, 4 * KIB)), "64x16x64");
}

TEST(RegionBlock, NotEvenATileFits)
{
    EXPECT_EQ(text(v3({64, 64, 64}, 512, 16 * KIB)), "none");
}

TEST(RegionBlock, ABlockConsistsOfBlocksForTheCaches)
{
    region_space space = v3({96, 96, 96}, 40 * KIB, 64 * KIB);
    space.step = {32, 32, 96};
    EXPECT_EQ(text(space), "32x32x96");
    space.in_bytes = 20 * KIB;
    EXPECT_EQ(text(space), "none");
}

// Each tile of 256 bytes has a slot of 264 for its opcode and itself.
TEST(RegionBlock, OpcodesBesideTilesTakeASlot)
{
    region_space space = v3({8, 8, 8}, KIB, KIB);
    const uint64_t plain = region_in_bytes(&space, &space.problem);
    space.coalesce = true;
    EXPECT_EQ(region_in_bytes(&space, &space.problem), plain + 2 * 64) << "rounded up to 64";
}

TEST(RegionBlock, ChainsNeedDescriptors)
{
    region_space space = v3({64, 64, 64}, 64 * KIB, 16 * KIB);
    const uint64_t plain = region_in_bytes(&space, &space.problem);
    space.chains = true;
    EXPECT_EQ(region_in_bytes(&space, &space.problem), plain + 2 * 8 * 64);
    space.pipeline = true; // one chain is built while the other goes
    EXPECT_EQ(region_in_bytes(&space, &space.problem), plain + 2 * 2 * 8 * 64);
}

TEST(RegionBlock, WhatIsStagedNeedsNoBlocks)
{
    region_space space = v3({64, 64, 64}, 4 * KIB, 16 * KIB);
    space.sends_in_place = false;
    EXPECT_EQ(text(space), "64x64x64");
}

TEST(RegionBlock, TheLoopThatBringsInLess)
{
    const choice_sizes problem = {64, 64, 64};
    const choice_sizes wide = {16, 64, 64};
    const choice_sizes high = {64, 16, 64};
    EXPECT_TRUE(region_rows_first(&problem, &wide));
    EXPECT_TRUE(region_rows_first(&problem, &high)) << "A is one block: it is there in any case";
    const choice_sizes low = {32, 16, 16};
    EXPECT_TRUE(region_rows_first(&problem, &low));
    const choice_sizes narrow = {16, 32, 16};
    EXPECT_FALSE(region_rows_first(&problem, &narrow));
}
