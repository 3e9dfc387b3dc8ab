// Which tile and flow the two heuristics take.
#include "choice/kernel_time.h"
#include "choice/tile_choice.h"
#include "choice_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

const choice_costs COSTS = a_board();

choice_space v4(const choice_sizes &problem, choice_travel travel = CHOICE_STAGED)
{
    choice_space space = {};
    space.problem = space.block = problem;
    for (bool &flow : space.flows)
        flow = true;
    space.tile_step = 16;
    space.buffer_words = 4096;
    space.opcode_words = 2;
    space.sends = travel;
    space.receives_in_place = travel != CHOICE_STAGED;
    space.costs = &COSTS;
    return space;
}

choice_space v3(uint32_t size, const choice_sizes &problem, choice_travel travel = CHOICE_STAGED)
{
    choice_space space = v4(problem, travel);
    space.tile = {size, size, size};
    space.opcode_words = 1;
    return space;
}

std::string text(const choice_space &space, choice_measure measure)
{
    tile_choice best = {};
    if (!choose_tile(&space, measure, &best))
        return "none";
    return choice_flow_name(best.flow) + (" " + std::to_string(best.tile.m)) + "x" +
           std::to_string(best.tile.n) + "x" + std::to_string(best.tile.k);
}

std::string by_words(const choice_space &space)
{
    return text(space, CHOICE_BY_WORDS);
}

std::string by_cost(const choice_space &space)
{
    return text(space, CHOICE_BY_COST);
}

double estimate(const choice_space &space, const tile_choice &choice)
{
    return estimate_kernel_time(&space, &choice).total_ns;
}

} // namespace

TEST(TileChoice, NoTileFitsTheBuffers)
{
    choice_space space = v4({32, 32, 32});
    space.buffer_words = 255;
    EXPECT_EQ(by_words(space), "none");
}

TEST(TileChoice, TheLastStepMayBePadded)
{
    EXPECT_EQ(by_words(v4({24, 31, 17})), by_words(v4({32, 32, 32})));
}

TEST(TileChoice, NoFlowIsPossible)
{
    choice_space space = v3(8, {32, 32, 32});
    for (bool &flow : space.flows)
        flow = false;
    EXPECT_EQ(by_words(space), "none");
}

TEST(TileChoice, TilesDivideTheProblem)
{
    EXPECT_EQ(by_words(v4({48, 16, 16})), "Ns 48x16x16") << "one tile: any flow moves the same";
    EXPECT_EQ(by_words(v4({80, 112, 16})), "Bs 16x112x16") << "80x112 is too large";
}

// With 4096 words, a tile of C of 64x64 is the largest square.
TEST(TileChoice, TilesFitTheBuffers)
{
    choice_space space = v4({64, 64, 512});
    EXPECT_EQ(by_words(space), "Cs 64x64x64");
    space.buffer_words = 1024;
    EXPECT_EQ(by_words(space), "Cs 32x32x32");
}

// The published evaluation's problems, M_N_K.
TEST(TileChoice, WordsMovedDecideTheSixPermutations)
{
    EXPECT_EQ(by_words(v4({32, 256, 512})), "Cs 32x128x32");
    EXPECT_EQ(by_words(v4({32, 512, 256})), "Cs 32x128x32");
    EXPECT_EQ(by_words(v4({256, 32, 512})), "Cs 128x32x32");
    EXPECT_EQ(by_words(v4({256, 512, 32})), "As 128x32x32");
    EXPECT_EQ(by_words(v4({512, 32, 256})), "Cs 128x32x32");
    EXPECT_EQ(by_words(v4({512, 256, 32})), "Bs 32x128x32");
}

// Where words moved favour keeping A or B, the CPU would have to add partial tiles up: by cost, C
// stays.
TEST(TileChoice, CostDecidesTheSixPermutations)
{
    EXPECT_EQ(by_cost(v4({32, 256, 512})), "Cs 32x128x32");
    EXPECT_EQ(by_cost(v4({32, 512, 256})), "Cs 32x128x32");
    EXPECT_EQ(by_cost(v4({256, 32, 512})), "Cs 128x32x32");
    EXPECT_EQ(by_cost(v4({256, 512, 32})), "Cs 64x64x32");
    EXPECT_EQ(by_cost(v4({512, 32, 256})), "Cs 128x32x32");
    EXPECT_EQ(by_cost(v4({512, 256, 32})), "Cs 64x64x32");
}

TEST(TileChoice, TheTileOfOneFlow)
{
    choice_space space = v4({256, 512, 32});
    space.flows[CHOICE_AS] = space.flows[CHOICE_BS] = space.flows[CHOICE_CS] = false;
    EXPECT_EQ(by_words(space), "Ns 64x64x32");
}

// Exchanging A and B, M and N is the transposed problem: as many words, and A's rows are as long as
// B's here.
TEST(TileChoice, TransposedProblemsInPlaceCostTheSame)
{
    EXPECT_DOUBLE_EQ(estimate(v4({128, 256, 512}, CHOICE_IN_PLACE), {CHOICE_CS, {32, 64, 64}}),
                     estimate(v4({256, 128, 512}, CHOICE_IN_PLACE), {CHOICE_CS, {64, 32, 64}}));
}

// With a single tile along k, C moves once in any flow: the larger of A and B is not what to keep,
// but the one that the other would be sent again and again beside.
TEST(TileChoice, TheOperandThatSavesMostStays)
{
    EXPECT_EQ(by_words(v3(8, {64, 128, 8})), "As 8x8x8");
    EXPECT_EQ(by_words(v3(8, {128, 64, 8})), "Bs 8x8x8");
    EXPECT_EQ(by_words(v3(8, {64, 64, 64})), "Cs 8x8x8");
}

// In blocks of one tile along k, C comes back for each product: nothing is gained by keeping it.
TEST(TileChoice, WhatIsStationaryIsSoWithinABlock)
{
    choice_space space = v3(8, {64, 64, 64});
    space.block = {64, 64, 8};
    EXPECT_EQ(by_words(space), "As 8x8x8");
    space.block = {64, 8, 8};
    EXPECT_EQ(by_words(space), "Bs 8x8x8");
}

TEST(TileChoice, OneStartARowCosts)
{
    const tile_choice cs = {CHOICE_CS, {8, 8, 8}};
    const double packed = estimate(v3(8, {64, 64, 64}, CHOICE_IN_PLACE), cs);
    EXPECT_LT(packed, estimate(v3(8, {64, 64, 64}), cs));
    EXPECT_GT(estimate(v3(8, {64, 64, 64}, CHOICE_ROWS_IN_PLACE), cs), 3 * packed);
}
