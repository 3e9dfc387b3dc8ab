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
    phase_enter_kernel(&tracker, {100, 0});
    phase_enter(&tracker, PHASE_COPY_OUT, {110, 0});
    phase_enter(&tracker, PHASE_WAIT_RECV, {150, 0});
    phase_leave(&tracker, {170, 0});
    phase_leave(&tracker, {171, 0});
    phase_leave_kernel(&tracker, {200, 0});

    EXPECT_EQ(tracker.ps[PHASE_HOST_COMPUTE], 10U + 29);
    EXPECT_EQ(tracker.ps[PHASE_COPY_OUT], 40U + 1);
    EXPECT_EQ(tracker.ps[PHASE_WAIT_RECV], 20U);
    EXPECT_EQ(sum(tracker), 100U);
}

TEST_F(Phases, TimeOutsideOfTheKernelGoesNowhere)
{
    phase_enter(&tracker, PHASE_ALLOC, {10, 0});
    phase_leave(&tracker, {1000, 0});
    phase_enter_kernel(&tracker, {2000, 0});
    phase_leave_kernel(&tracker, {2001, 0});
    phase_enter(&tracker, PHASE_ALLOC, {3000, 0});
    phase_leave(&tracker, {9000, 0});

    EXPECT_EQ(tracker.ps[PHASE_ALLOC], 0U);
    EXPECT_EQ(sum(tracker), 1U);
}

TEST_F(Phases, TimeTooDeepToFollowIsOther)
{
    phase_enter_kernel(&tracker, {0, 0});
    for (int i = 1; i < PHASE_DEPTH_MAX; i++) {
        phase_enter(&tracker, PHASE_COPY_IN, {0, 0});
    }
    phase_enter(&tracker, PHASE_COPY_IN, {5, 0});
    phase_leave(&tracker, {12, 0});
    phase_account(&tracker, {15, 0});

    EXPECT_EQ(tracker.ps[PHASE_OTHER], 7U);
    EXPECT_EQ(tracker.ps[PHASE_COPY_IN], 5U + 3);
}

TEST_F(Phases, SumToTheKernelWhateverTheCalls)
{
    const unsigned seed = 20260611;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);
    uint64_t now_ps = 0, kernel_ps = 0, kernel_cycles = 0;
    unsigned depth = 0;

    for (int turn = 0; turn < 200; turn++) {
        const uint64_t entered_ps = now_ps += random() % 100;
        phase_enter_kernel(&tracker, {now_ps, now_ps / 4});
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
        phase_leave_kernel(&tracker, {now_ps, now_ps / 4});
        kernel_ps += now_ps - entered_ps;
        kernel_cycles += now_ps / 4 - entered_ps / 4;
        EXPECT_EQ(sum(tracker), kernel_ps);
        EXPECT_EQ(
            std::accumulate(tracker.uncached_cycles, tracker.uncached_cycles + PHASES, uint64_t{0}),
            kernel_cycles);
    }
}

TEST(PhaseNames, EndWhereThePhasesEnd)
{
    EXPECT_STREQ(phase_name(PHASE_COPY_IN), "copy_in");
    EXPECT_STREQ(phase_name(PHASE_OTHER), "other");
    EXPECT_EQ(phase_name(PHASES), nullptr);
}

} // namespace
