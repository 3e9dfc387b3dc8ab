// The exact split of time, against painting every picosecond.

#include "accel/activity.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <random>
#include <vector>

TEST(Activity, OverlapsCountOnceByPriority)
{
    activity_log log{};
    ASSERT_EQ(activity_add(&log, UNIT_LOAD, ACTIVITY_IDLE, 0, 10), 0);
    ASSERT_EQ(activity_add(&log, UNIT_LOAD, ACTIVITY_LOAD, 10, 40), 0);
    ASSERT_EQ(activity_add(&log, UNIT_LOAD, ACTIVITY_WAIT_IN, 40, 60), 0);
    ASSERT_EQ(activity_add(&log, UNIT_COMPUTE, ACTIVITY_COMPUTE, 30, 50), 0);
    ASSERT_EQ(activity_add(&log, UNIT_STORE, ACTIVITY_WAIT_OUT, 50, 70), 0);
    activity_count(&log, 80);
    EXPECT_EQ(log.total_ps[ACTIVITY_IDLE], 10u + 10u) << "0-10, and 70-80 where nothing was";
    EXPECT_EQ(log.total_ps[ACTIVITY_LOAD], 20u);
    EXPECT_EQ(log.total_ps[ACTIVITY_COMPUTE], 20u);
    EXPECT_EQ(log.total_ps[ACTIVITY_WAIT_OUT], 20u) << "hides the wait for input";
    EXPECT_EQ(log.total_ps[ACTIVITY_WAIT_IN], 0u);
    activity_destroy(&log);
}

TEST(Activity, RandomSegmentsEqualPaintedTime)
{
    const unsigned seed = 5;
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 500; ++round) {
        constexpr uint64_t END = 2000;
        activity_log log{};
        std::vector<int> painted(END, ACTIVITY_IDLE);
        std::array<uint64_t, ACTIVITY_UNITS> unit_ps{};
        uint64_t counted = 0;
        for (int step = 0; step < 60; ++step) {
            const auto unit = static_cast<activity_unit>(random() % ACTIVITY_UNITS);
            const uint64_t start = std::min(END, unit_ps[unit] + random() % 20);
            const uint64_t end = std::min(END, start + random() % 60);
            const auto what = static_cast<activity>(random() % ACTIVITIES);
            ASSERT_EQ(activity_add(&log, unit, what, start, end), 0);
            unit_ps[unit] = end;
            for (uint64_t t = start; t < end; ++t) {
                painted[t] = std::min<int>(painted[t], what);
            }
            if (random() % 4 == 0) {
                counted = *std::min_element(unit_ps.begin(), unit_ps.end());
                activity_count(&log, counted);
            }
        }
        activity_count(&log, END);
        for (int what = 0; what < ACTIVITIES; ++what) {
            ASSERT_EQ(log.total_ps[what],
                      static_cast<uint64_t>(std::count(painted.begin(), painted.end(), what)))
                << "round " << round << " activity " << what;
        }
        activity_destroy(&log);
    }
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
extern "C" int sc_main(int, char **)
{
    return 0;
}
