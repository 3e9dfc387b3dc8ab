// Clocks show simulated time, sleeps ask for it to pass.
#include "fake_machine.h"

namespace
{

using zs_test::fake_machine;

enum : uint32_t {
    GETTIMEOFDAY = 78,
    NANOSLEEP = 162,
    CLOCK_GETTIME = 263,
    CLOCK_GETRES = 264,
    CLOCK_NANOSLEEP = 265,
    CLOCK_GETTIME64 = 403,
    CLOCK_GETRES64 = 406,
    CLOCK_NANOSLEEP64 = 407,
    REALTIME = 0,
    MONOTONIC = 1,
    ABSOLUTE = 1
};

constexpr uint64_t second_ps = 1000000000000;
constexpr uint32_t boot_time = 1767225600;

struct time_calls : testing::Test {
    fake_machine machine;
    uint32_t at = machine.scratch();

    void store_time(uint32_t seconds, uint32_t nanoseconds)
    {
        machine.store<uint32_t>(at, seconds);
        machine.store<uint32_t>(at + 4, nanoseconds);
    }
};

TEST_F(time_calls, monotonic_clock_is_simulated_time)
{
    machine.now_ps = 3 * second_ps + 5000;
    ASSERT_EQ(machine.result(CLOCK_GETTIME, {MONOTONIC, at}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at), 3U);
    EXPECT_EQ(machine.load<uint32_t>(at + 4), 5U);
    ASSERT_EQ(machine.result(CLOCK_GETTIME64, {MONOTONIC, at}), 0);
    EXPECT_EQ(machine.load<uint64_t>(at), 3U);
    EXPECT_EQ(machine.load<uint64_t>(at + 8), 5U);
}

TEST_F(time_calls, wall_clock_starts_at_the_same_moment_in_each_run)
{
    machine.now_ps = second_ps + second_ps / 2;
    ASSERT_EQ(machine.result(CLOCK_GETTIME, {REALTIME, at}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at), boot_time + 1);
    EXPECT_EQ(machine.load<uint32_t>(at + 4), 500000000U);
    ASSERT_EQ(machine.result(GETTIMEOFDAY, {at, 0}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at), boot_time + 1);
    EXPECT_EQ(machine.load<uint32_t>(at + 4), 500000U);
}

TEST_F(time_calls, sleeps_ask_for_their_time)
{
    store_time(2, 7);
    EXPECT_EQ(machine.call(NANOSLEEP, {at, 0}).sleep_ps, 2 * second_ps + 7000);
    EXPECT_EQ(machine.call(CLOCK_NANOSLEEP, {MONOTONIC, 0, at, 0}).sleep_ps, 2 * second_ps + 7000);
    machine.store<uint64_t>(at, 1);
    machine.store<uint64_t>(at + 8, 9);
    EXPECT_EQ(machine.call(CLOCK_NANOSLEEP64, {MONOTONIC, 0, at, 0}).sleep_ps, second_ps + 9000);
}

TEST_F(time_calls, endless_sleeps_do_not_wrap_around)
{
    machine.store<uint64_t>(at, UINT64_MAX / 2);
    machine.store<uint64_t>(at + 8, 0);
    EXPECT_EQ(machine.call(CLOCK_NANOSLEEP64, {MONOTONIC, 0, at, 0}).sleep_ps, UINT64_MAX);
}

TEST_F(time_calls, absolute_sleeps_end_at_that_moment)
{
    machine.now_ps = 3 * second_ps;
    store_time(5, 0);
    EXPECT_EQ(machine.call(CLOCK_NANOSLEEP, {MONOTONIC, ABSOLUTE, at, 0}).sleep_ps, 2 * second_ps);
    store_time(1, 0);
    EXPECT_EQ(machine.call(CLOCK_NANOSLEEP, {MONOTONIC, ABSOLUTE, at, 0}).sleep_ps, 0U)
        << "in the past";
    store_time(boot_time + 4, 0);
    EXPECT_EQ(machine.call(CLOCK_NANOSLEEP, {REALTIME, ABSOLUTE, at, 0}).sleep_ps, second_ps);
}

TEST_F(time_calls, bad_times_and_clocks_are_refused)
{
    store_time(0, 1000000000);
    EXPECT_EQ(machine.result(NANOSLEEP, {at, 0}), -EINVAL);
    store_time(0xFFFFFFFF, 0);
    EXPECT_EQ(machine.result(NANOSLEEP, {at, 0}), -EINVAL) << "negative";
    EXPECT_EQ(machine.result(NANOSLEEP, {0x10, 0}), -EFAULT);
    EXPECT_EQ(machine.result(CLOCK_GETTIME, {50, at}), -EINVAL);
    EXPECT_EQ(machine.result(CLOCK_GETTIME, {MONOTONIC, 0x10}), -EFAULT);
    EXPECT_EQ(machine.result(CLOCK_GETRES, {50, at}), -EINVAL);
}

TEST_F(time_calls, resolution_is_a_nanosecond)
{
    ASSERT_EQ(machine.result(CLOCK_GETRES64, {MONOTONIC, at}), 0);
    EXPECT_EQ(machine.load<uint64_t>(at), 0U);
    EXPECT_EQ(machine.load<uint64_t>(at + 8), 1U);
    EXPECT_EQ(machine.result(CLOCK_GETRES, {MONOTONIC, 0}), 0) << "nobody wants to know";
}

} // namespace
