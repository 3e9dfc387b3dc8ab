#include "cpu/phase.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <random>

namespace
{

uint64_t sum(const phase_tracker &tracker)
{
    return std::accumulate(tracker.ps, tracker.ps + PHASES, uint64_t{0});
}

class Phases : public testing::Test
{
  protected:
    std::unique_ptr<phase_tracker> owned = std::make_unique<phase_tracker>();
    phase_tracker &tracker = *owned;
};

TEST_F(Phases, TimeGoesToTheInnermostFunction)
{
    phase_enter(&tracker, PHASE_HOST_COMPUTE, {100, 0});
    phase_enter(&tracker, PHASE_COPY_OUT, {110, 0});
    phase_enter(&tracker, PHASE_WAIT_RECV, {150, 0});
    phase_leave(&tracker, {170, 0});
    phase_leave(&tracker, {171, 0});
    phase_leave(&tracker, {200, 0});

    EXPECT_EQ(tracker.ps[PHASE_HOST_COMPUTE], 10U + 29);
    EXPECT_EQ(tracker.ps[PHASE_COPY_OUT], 40U + 1);
    EXPECT_EQ(tracker.ps[PHASE_WAIT_RECV], 20U);
    EXPECT_EQ(tracker.ps[PHASE_OTHER], 100U);
    EXPECT_EQ(sum(tracker), 200U);
}

TEST_F(Phases, TimeOutsideOfMappedFunctionsIsOther)
{
    phase_enter(&tracker, PHASE_ALLOC, {10, 0});
    phase_leave(&tracker, {1000, 0});
    phase_enter(&tracker, PHASE_HOST_COMPUTE, {2000, 0});
    phase_leave(&tracker, {2001, 0});
    phase_account(&tracker, {3000, 0});

    EXPECT_EQ(tracker.ps[PHASE_ALLOC], 990U);
    EXPECT_EQ(tracker.ps[PHASE_HOST_COMPUTE], 1U);
    EXPECT_EQ(tracker.ps[PHASE_OTHER], 10U + 1000 + 999);
}

TEST_F(Phases, TimeTooDeepToFollowIsOther)
{
    phase_enter(&tracker, PHASE_HOST_COMPUTE, {0, 0});
    for (int i = 1; i < PHASE_DEPTH_MAX; i++) {
        phase_enter(&tracker, PHASE_COPY_IN, {0, 0});
    }
    phase_enter(&tracker, PHASE_COPY_IN, {5, 0});
    phase_leave(&tracker, {12, 0});
    phase_account(&tracker, {15, 0});

    EXPECT_EQ(tracker.ps[PHASE_OTHER], 7U);
    EXPECT_EQ(tracker.ps[PHASE_COPY_IN], 5U + 3);
}

TEST_F(Phases, SumToAllTimeWhateverTheCalls)
{
    const unsigned seed = 20260611;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);
    uint64_t now_ps = 0;
    unsigned depth = 0;

    for (int turn = 0; turn < 200; turn++) {
        now_ps += random() % 100;
        phase_enter(&tracker, PHASE_HOST_COMPUTE, {now_ps, now_ps / 4});
        for (int call = 0; call < 200; call++) {
            now_ps += random() % 1000;
            if (depth > 0 && random() % 2 == 0) {
                phase_leave(&tracker, {now_ps, now_ps / 4});
                depth--;
            } else {
                phase_enter(&tracker, static_cast<phase>(random() % PHASES), {now_ps, now_ps / 4});
                depth++;
            }
        }
        for (; depth > 0; depth--) {
            phase_leave(&tracker, {now_ps, now_ps / 4});
        }
        now_ps += random() % 10;
        phase_leave(&tracker, {now_ps, now_ps / 4});
        EXPECT_EQ(sum(tracker), now_ps);
        EXPECT_EQ(
            std::accumulate(tracker.uncached_cycles, tracker.uncached_cycles + PHASES, uint64_t{0}),
            now_ps / 4);
    }
}

TEST(PhaseNames, EndWhereThePhasesEnd)
{
    EXPECT_STREQ(phase_name(PHASE_COPY_IN), "copy_in");
    EXPECT_STREQ(phase_name(PHASE_OTHER), "other");
    EXPECT_EQ(phase_name(PHASES), nullptr);
}

} // namespace
