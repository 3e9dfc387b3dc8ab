#include "config/nearest.h"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace
{

/* The textbook recursion. */
size_t slow_distance(const std::string &left, const std::string &right)
{
    if (left.empty() || right.empty()) {
        return left.size() + right.size();
    }
    const std::string a = left.substr(1), b = right.substr(1);
    size_t best = std::min({slow_distance(a, right) + 1, slow_distance(left, b) + 1,
                            slow_distance(a, b) + (left[0] != right[0])});
    if (left.size() > 1 && right.size() > 1 && left[0] == right[1] && left[1] == right[0]) {
        best = std::min(best, slow_distance(left.substr(2), right.substr(2)) + 1);
    }
    return best;
}

TEST(EditDistance, AgreesWithTheRecursionOnRandomWords)
{
    const unsigned seed = std::random_device{}();
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    const auto word = [&random] {
        std::string result(random() % 6, 'a');
        for (char &letter : result) {
            letter = static_cast<char>('a' + random() % 3);
        }
        return result;
    };
    for (int i = 0; i < 2000; i++) {
        const std::string left = word(), right = word();
        ASSERT_EQ(edit_distance(left.c_str(), right.c_str()), slow_distance(left, right))
            << left << " " << right;
    }
}

TEST(EditDistance, ASwapOfNeighboursIsOneStep)
{
    EXPECT_EQ(edit_distance("flwo", "flow"), 1U);
}

TEST(EditDistance, CaseDoesNotMatter)
{
    EXPECT_EQ(edit_distance("cs", "Cs"), 0U);
}

TEST(EditDistance, LongTextsAreComparedUpToALimit)
{
    const std::string text(5000, 'a');
    EXPECT_EQ(edit_distance(text.c_str(), (text + "b").c_str()), 0U);
}

const char *best_of(const char *wanted)
{
    nearest best = {nullptr, 0};
    for (const char *const name : {"flow", "m", "kernel", "transfer"}) {
        nearest_offer(&best, wanted, name);
    }
    return nearest_name(&best, wanted);
}

TEST(Nearest, FindsWhatWasMeant)
{
    EXPECT_STREQ(best_of("flwo"), "flow");
    EXPECT_STREQ(best_of("kernal"), "kernel");
    EXPECT_STREQ(best_of("M"), "m");
}

TEST(Nearest, StaysSilentWhenNothingIsLike)
{
    EXPECT_EQ(best_of("x"), nullptr);
    EXPECT_EQ(best_of("width"), nullptr);
}

} // namespace
