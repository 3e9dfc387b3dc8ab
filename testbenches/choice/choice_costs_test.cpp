// Costs as text: what `zs-sim --costs` writes and accel-opt reads.
#include "choice/choice_costs.h"
#include "choice_fixture.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace
{

std::string written(const choice_costs &costs)
{
    char *text = nullptr;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    choice_costs_write(&costs, out);
    std::fclose(out);
    const std::string copy(text, length);
    std::free(text);
    return copy;
}

// "LINE: message", or "" when all is well.
std::string mistake(const std::string &text)
{
    choice_costs costs;
    char error[CHOICE_COSTS_ERROR_BYTES];
    const int line = choice_costs_read(&costs, text.c_str(), error);
    return line == 0 ? "" : std::to_string(line) + ": " + error;
}

} // namespace

TEST(ChoiceCosts, WhatIsWrittenIsRead)
{
    choice_costs costs = a_board(), read;
    costs.add_word_ns = 1.25;
    costs.accelerator.compute = MATMUL_SYSTOLIC_WS;
    costs.accelerator.double_buffering = true;
    char error[CHOICE_COSTS_ERROR_BYTES];
    ASSERT_EQ(choice_costs_read(&read, written(costs).c_str(), error), 0) << error;
    EXPECT_EQ(written(read), written(costs));
    EXPECT_EQ(read.add_word_ns, 1.25);
    EXPECT_EQ(read.accelerator.compute, MATMUL_SYSTOLIC_WS);
    EXPECT_TRUE(read.accelerator.double_buffering);
}

TEST(ChoiceCosts, MistakesHaveTheirLine)
{
    const std::string text = written(a_board());
    EXPECT_EQ(mistake("# a board\n\n  start: 5\n"),
              "3: 'start': no such figure: `zs-sim --costs` writes those that there are");
    EXPECT_EQ(mistake("start_ns 5"), "1: 'start_ns 5': expected NAME: VALUE");
    EXPECT_EQ(mistake(text + "start_ns: 5\n").substr(0, 30), "42: 'start_ns': is given twice");
    for (const char *const value : {"-1", "many", "1 2", "inf", ""})
        EXPECT_NE(mistake(std::string("start_ns: ") + value).find("expected a number"),
                  std::string::npos)
            << value;
    EXPECT_NE(mistake("accelerator_double_buffering: 2").find("0 or 1"), std::string::npos);
    EXPECT_NE(mistake("accelerator_size: 1.5").find("whole"), std::string::npos);
}

TEST(ChoiceCosts, EveryFigureIsNeeded)
{
    const std::string text = written(a_board());
    EXPECT_EQ(mistake(text.substr(text.find('\n') + 1)),
              "41: start_ns is missing (a transfer, from the call to the engine's start)");
}
