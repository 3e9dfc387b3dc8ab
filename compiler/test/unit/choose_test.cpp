// Which tile and flow the two heuristics take.
#include "zerostage/Accel/Choose.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace zerostage::accel;

namespace
{

ChoiceSpace v4(const Sizes &problem)
{
    return {problem, {"Ns", "As", "Bs", "Cs"}, get_v4_tiles(problem), 2, 16};
}

ChoiceSpace v3(int64_t size, const Sizes &problem)
{
    return {problem, {"Ns", "As", "Bs", "Cs"}, {{size, size, size}}, 1, size};
}

std::string text(const std::optional<TileAndFlow> &choice)
{
    if (!choice)
        return "none";
    const auto [m, n, k] = choice->tile;
    return choice->flow + " " + std::to_string(m) + "x" + std::to_string(n) + "x" +
           std::to_string(k);
}

} // namespace

TEST(choose, v4_tiles_divide_the_problem_and_fit_the_buffers)
{
    const std::vector<Sizes> tiles = get_v4_tiles({32, 512, 256});
    EXPECT_EQ(tiles.front(), (Sizes{16, 16, 16}));
    EXPECT_TRUE(std::count(tiles.begin(), tiles.end(), (Sizes{32, 128, 32})));
    EXPECT_FALSE(std::count(tiles.begin(), tiles.end(), (Sizes{48, 16, 16}))); // does not divide 32
    EXPECT_FALSE(std::count(tiles.begin(), tiles.end(), (Sizes{32, 128, 64}))); // B: 8192 words
    EXPECT_FALSE(std::count(tiles.begin(), tiles.end(), (Sizes{16, 512, 16}))); // at most 256
    EXPECT_TRUE(get_v4_tiles({24, 32, 32}).empty());
}

TEST(choose, nothing_to_choose_from)
{
    EXPECT_EQ(text(choose_by_words(v4({24, 32, 32}))), "none");
}

// The published evaluation's problems, M_N_K.
TEST(choose, words_moved_decide_the_six_permutations)
{
    EXPECT_EQ(text(choose_by_words(v4({32, 256, 512}))), "Cs 32x128x32");
    EXPECT_EQ(text(choose_by_words(v4({32, 512, 256}))), "Cs 32x128x32");
    EXPECT_EQ(text(choose_by_words(v4({256, 32, 512}))), "Cs 128x32x32");
    EXPECT_EQ(text(choose_by_words(v4({256, 512, 32}))), "As 128x32x32");
    EXPECT_EQ(text(choose_by_words(v4({512, 32, 256}))), "Cs 128x32x32");
    EXPECT_EQ(text(choose_by_words(v4({512, 256, 32}))), "Bs 32x128x32");
}

// Where words moved favour keeping A or B, the CPU would have to add partial tiles up: by cost, C
// stays.
TEST(choose, cost_decides_the_six_permutations)
{
    const auto best = [](const Sizes &problem) {
        return text(choose_by_cost(v4(problem), Travel::Staged));
    };
    EXPECT_EQ(best({32, 256, 512}), "Cs 32x128x32");
    EXPECT_EQ(best({32, 512, 256}), "Cs 32x128x32");
    EXPECT_EQ(best({256, 32, 512}), "Cs 128x32x32");
    EXPECT_EQ(best({256, 512, 32}), "Cs 64x64x32");
    EXPECT_EQ(best({512, 32, 256}), "Cs 128x32x32");
    EXPECT_EQ(best({512, 256, 32}), "Cs 64x64x32");
}

// The estimate is near what the simulated board takes: 12.1 ms.
TEST(choose, estimate_of_a_known_run)
{
    const double estimate = estimate_ns(v3(8, {64, 64, 64}), {"Ns", {8, 8, 8}}, Travel::Staged);
    EXPECT_NEAR(estimate, 12.1e6, 0.05 * 12.1e6);
}

// Exchanging A and B, M and N is the transposed problem: as many words.
TEST(choose, transposed_problems_cost_the_same)
{
    const TileAndFlow as = {"As", {32, 64, 64}};
    const TileAndFlow bs = {"Bs", {64, 32, 64}};
    for (const Travel travel : {Travel::Staged, Travel::ZeroCopyPacked})
        EXPECT_DOUBLE_EQ(estimate_ns(v4({128, 256, 512}), as, travel),
                         estimate_ns(v4({256, 128, 512}), bs, travel));
}

// With a single tile along k, C moves once in any flow: the larger of A and B is not what to keep,
// but the one that the other would be sent again and again beside.
TEST(choose, the_operand_that_saves_most_stays)
{
    EXPECT_EQ(text(choose_by_words(v3(8, {64, 128, 8}))), "As 8x8x8");
    EXPECT_EQ(text(choose_by_words(v3(8, {128, 64, 8}))), "Bs 8x8x8");
    EXPECT_EQ(text(choose_by_words(v3(8, {64, 64, 64}))), "Cs 8x8x8");
}

TEST(choose, one_start_a_row_costs)
{
    const ChoiceSpace space = v3(8, {64, 64, 64});
    const TileAndFlow cs = {"Cs", {8, 8, 8}};
    const double packed = estimate_ns(space, cs, Travel::ZeroCopyPacked);
    EXPECT_LT(packed, estimate_ns(space, cs, Travel::Staged));
    EXPECT_GT(estimate_ns(space, cs, Travel::ZeroCopyRows), 3 * packed);
}
