#include "cpu/miss_window.h"

#include <gtest/gtest.h>

namespace
{

/* A unit is a cycle here. */
class MissWindow : public testing::Test
{
  protected:
    MissWindow()
    {
        window.cycles = 20;
        window.units_a_cycle = 1;
    }
    /* Local time after so many cycles of instructions, waiting for loads as the core does. */
    uint64_t execute(uint64_t now, uint64_t instructions)
    {
        for (;;) {
            now = miss_window_execute(&window, now, &instructions);
            if (instructions == 0) {
                return now;
            }
            now = window.loads[0].done;
        }
    }

    struct miss_window window {
    };
};

TEST_F(MissWindow, WithoutAMissInstructionsTakeTheirTime)
{
    EXPECT_EQ(execute(1000, 50), 1050U);
}

TEST_F(MissWindow, InstructionsWithinTheWindowAreHiddenByTheMiss)
{
    for (const uint64_t instructions : std::initializer_list<uint64_t>{1, 19, 20}) {
        window.count = 0;
        miss_window_add(&window, 1100, 1, false);
        EXPECT_EQ(execute(1000, instructions), 1000 + instructions);
    }
}

TEST_F(MissWindow, ThoseBeyondTheWindowWaitForTheLine)
{
    miss_window_add(&window, 1100, 1, false);
    EXPECT_EQ(execute(1000, 50), 1100 + 50 - 20U);
    EXPECT_EQ(execute(1200, 50), 1250U) << "the load is forgotten";
}

TEST_F(MissWindow, AMissThatIsShorterThanTheWindowIsHiddenWhole)
{
    miss_window_add(&window, 1010, 1, false);
    EXPECT_EQ(execute(1000, 50), 1050U);
}

TEST_F(MissWindow, TheWindowIsTheSameHoweverTheInstructionsAreReported)
{
    miss_window_add(&window, 1100, 1, false);
    uint64_t now = 1000;
    for (int i = 0; i < 10; i++) {
        now = execute(now, 5);
    }
    EXPECT_EQ(now, 1100 + 50 - 20U);
}

TEST_F(MissWindow, TheOldestLoadStopsTheCoreFirst)
{
    miss_window_add(&window, 1100, 1, false);
    EXPECT_EQ(execute(1000, 15), 1015U);
    miss_window_add(&window, 1115, 2, false);

    /* Five more behind the first, then its line; the second has 15 left and is there first. */
    EXPECT_EQ(execute(1015, 50), 1100 + 50 - 5U);
}

TEST_F(MissWindow, AnAccessTooFarBehindALoadWaitsForIt)
{
    miss_window_add(&window, 1100, 7, false);
    miss_window_add(&window, 1200, 9, true);

    EXPECT_EQ(miss_window_stops(&window, 1000, 27), nullptr);
    ASSERT_NE(miss_window_stops(&window, 1000, 28), nullptr);
    EXPECT_EQ(miss_window_stops(&window, 1000, 28)->done, 1100U);
    EXPECT_EQ(miss_window_stops(&window, 1100, 28), nullptr) << "the next one is 19 behind";
    ASSERT_NE(miss_window_stops(&window, 1100, 30), nullptr);
    EXPECT_TRUE(miss_window_stops(&window, 1100, 30)->from_memory);
}

/* A stop in the middle of a slice hides as many instructions as the window has left, no more than
 * the stop is long and no more than the slice has. */
TEST_F(MissWindow, AStopHidesInstructionsThatAreReportedLater)
{
    miss_window_add(&window, 1100, 1, false);
    miss_window_stopped(&window, 100);
    EXPECT_EQ(execute(1100, 50), 1100 + 50 - 20U);

    miss_window_add(&window, 2005, 2, false);
    miss_window_stopped(&window, 5);
    EXPECT_EQ(execute(2005, 50), 2005 + 50 - 5U);

    miss_window_add(&window, 3100, 3, false);
    miss_window_stopped(&window, 100);
    EXPECT_EQ(execute(3100, 10), 3100U);
    EXPECT_EQ(execute(3100, 10), 3110U) << "what one slice does not use is not the next one's";
}

} // namespace
