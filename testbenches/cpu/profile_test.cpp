#include "cpu/profile.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <sstream>
#include <string>

namespace
{

struct release {
    void operator()(profile *what) const
    {
        profile_destroy(what);
    }
};

/* Each cost a different multiple of the time. */
profile_costs at(uint64_t time)
{
    profile_costs costs{};
    for (int i = 0; i < PROFILE_COSTS; i++) {
        costs.of[i] = 1000 * static_cast<uint64_t>(i) + time * static_cast<uint64_t>(i + 1);
    }
    return costs;
}

class Profile : public testing::Test
{
  protected:
    Profile()
    {
        move_to(100);
        profile_start(profile_.get(), &now_);
    }
    uint32_t add(const char *name)
    {
        return static_cast<uint32_t>(profile_add_function(profile_.get(), name));
    }
    void move_to(uint64_t time)
    {
        now_ = at(time);
    }
    void enter(uint32_t function, uint64_t time)
    {
        move_to(time);
        EXPECT_EQ(profile_enter(profile_.get(), function, &now_), 0);
    }
    void leave(uint64_t time)
    {
        move_to(time);
        EXPECT_EQ(profile_leave(profile_.get(), &now_), 0);
    }
    void finish(uint64_t time)
    {
        move_to(time);
        EXPECT_EQ(profile_finish(profile_.get(), &now_), 0);
    }
    const profile_function &function(uint32_t number) const
    {
        uint32_t count;
        const profile_function *const functions = profile_functions(profile_.get(), &count);
        EXPECT_LT(number, count);
        return functions[number];
    }
    uint64_t self_ps(uint32_t number) const
    {
        return function(number).self.of[PROFILE_TIME_PS];
    }
    uint64_t inclusive_ps(uint32_t number) const
    {
        return function(number).inclusive.of[PROFILE_TIME_PS];
    }
    const profile_edge *edge(uint32_t caller, uint32_t callee) const
    {
        uint32_t count;
        const profile_edge *const edges = profile_edges(profile_.get(), &count);
        for (uint32_t i = 0; i < count; i++) {
            if (edges[i].caller == caller && edges[i].callee == callee) {
                return &edges[i];
            }
        }
        return nullptr;
    }
    uint64_t sum_of_self(profile_cost cost) const
    {
        uint32_t count;
        const profile_function *const functions = profile_functions(profile_.get(), &count);
        uint64_t sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            sum += functions[i].self.of[cost];
        }
        return sum;
    }

    std::unique_ptr<profile, release> profile_{profile_create()};
    profile_costs now_{};
};

TEST_F(Profile, TimeBelongsToWhatRuns)
{
    const uint32_t outer = add("outer"), inner = add("inner");
    enter(outer, 110);
    enter(inner, 130);
    leave(170);
    enter(inner, 180);
    leave(190);
    leave(200);
    finish(205);

    EXPECT_EQ(self_ps(0), 10U + 5U);
    EXPECT_EQ(self_ps(outer), 20U + 10U + 10U);
    EXPECT_EQ(self_ps(inner), 40U + 10U);
    EXPECT_EQ(inclusive_ps(0), 105U);
    EXPECT_EQ(inclusive_ps(outer), 90U);
    EXPECT_EQ(inclusive_ps(inner), 50U);
    EXPECT_EQ(function(inner).calls, 2U);
    EXPECT_EQ(edge(outer, inner)->calls, 2U);
    EXPECT_EQ(edge(outer, inner)->inclusive.of[PROFILE_TIME_PS], 50U);
    EXPECT_EQ(edge(0, inner), nullptr);
}

TEST_F(Profile, RecursionCountsOnceInAFunctionsInclusiveCost)
{
    const uint32_t f = add("f");
    enter(f, 100);
    enter(f, 110);
    enter(f, 120);
    leave(130);
    leave(140);
    leave(150);
    finish(150);

    EXPECT_EQ(self_ps(f), 50U);
    EXPECT_EQ(inclusive_ps(f), 50U);
    EXPECT_EQ(edge(0, f)->calls, 1U);
    EXPECT_EQ(edge(f, f)->calls, 2U);
    EXPECT_EQ(edge(f, f)->inclusive.of[PROFILE_TIME_PS], 30U + 10U);
}

TEST_F(Profile, WhatIsOpenAtTheEndIsClosed)
{
    const uint32_t f = add("f"), g = add("g");
    enter(f, 100);
    enter(g, 120);
    finish(150);
    EXPECT_EQ(inclusive_ps(f), 50U);
    EXPECT_EQ(inclusive_ps(g), 30U);
    EXPECT_EQ(self_ps(f), 20U);
}

/* The sum over all "0 <costs>" lines that are not a call's. */
profile_costs exclusive_in(const std::string &callgrind)
{
    profile_costs sum{};
    std::istringstream lines(callgrind);
    std::string line, before;

    while (std::getline(lines, line)) {
        if (line.rfind("0 ", 0) == 0 && before.rfind("calls=", 0) != 0) {
            std::istringstream numbers(line);
            uint64_t position, value;
            numbers >> position;
            for (int i = 0; i < PROFILE_COSTS && numbers >> value; i++) {
                sum.of[i] += value;
            }
        }
        before = line;
    }
    return sum;
}

/* Thousands of calls among hundreds of functions. */
TEST_F(Profile, ExclusiveCostsSumExactlyToTheTotals)
{
    const unsigned seed = 7;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const uint32_t functions = 300;
    uint64_t time = 100;
    unsigned depth = 0;

    for (uint32_t i = 0; i < functions; i++) {
        add(("f" + std::to_string(i)).c_str());
    }
    for (int i = 0; i < 20000; i++) {
        time += random() % 50;
        if (depth == 0 || (depth < 100 && random() % 2 == 0)) {
            enter(1 + static_cast<uint32_t>(random()) % functions, time);
            depth++;
        } else {
            leave(time);
            depth--;
        }
    }
    finish(time + 10);

    const profile_costs totals = profile_totals(profile_.get());
    EXPECT_EQ(totals.of[PROFILE_TIME_PS], time + 10 - 100);
    char *text = nullptr;
    size_t bytes = 0;
    FILE *const out = open_memstream(&text, &bytes);
    EXPECT_EQ(profile_write_callgrind(profile_.get(), "program", out), 0);
    std::fclose(out);
    const profile_costs written = exclusive_in(text);
    std::free(text);
    for (int i = 0; i < PROFILE_COSTS; i++) {
        EXPECT_EQ(sum_of_self(static_cast<profile_cost>(i)), totals.of[i]);
        EXPECT_EQ(written.of[i], totals.of[i]);
    }
}

TEST_F(Profile, TheTableNamesFunctionsBySelfTime)
{
    const uint32_t small = add("small"), large = add("large");
    enter(small, 100);
    leave(1000000 + 100);
    enter(large, 1000000 + 100);
    leave(4000000 + 100);
    finish(4000000 + 100);

    char *text = nullptr;
    size_t bytes = 0;
    FILE *const out = open_memstream(&text, &bytes);
    EXPECT_EQ(profile_write_text(profile_.get(), out), 0);
    std::fclose(out);
    const std::string table = text;
    std::free(text);
    EXPECT_NE(table.find("         3.000  75.00"), std::string::npos) << table;
    EXPECT_LT(table.find("  large\n"), table.find("  small\n"));
    EXPECT_NE(table.find("(outside) -> large\n"), std::string::npos) << table;
}

} // namespace
