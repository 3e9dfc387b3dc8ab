#include "cpu/clock.h"

#include <gtest/gtest.h>

#include <random>

namespace
{

const uint64_t UNITS_PER_S = UINT64_C(650000000) * COST_UNITS_PER_CYCLE;

TEST(Clock, ASecondOfCyclesIsASecond)
{
    const cpu_clock clock = cpu_clock_of(650000000);
    EXPECT_EQ(cpu_clock_ps(&clock, UNITS_PER_S), UINT64_C(1000000000000));
    EXPECT_EQ(cpu_clock_units(&clock, UINT64_C(1000000000000)), UNITS_PER_S);
}

TEST(Clock, DoesNotDriftOverAnHour)
{
    const cpu_clock clock = cpu_clock_of(650000000);
    EXPECT_EQ(cpu_clock_ps(&clock, 3600 * UNITS_PER_S), 3600 * UINT64_C(1000000000000));
}

TEST(Clock, UnitsAreTheFirstNotBeforeATime)
{
    const cpu_clock clock = cpu_clock_of(666666687);

    for (uint64_t ps = 1; ps < 1000000; ps += 997) {
        const uint64_t units = cpu_clock_units(&clock, ps);
        const double exact_ps = static_cast<double>(units) * 1e12 / (666666687.0 * 16);

        EXPECT_GE(exact_ps + 1e-6, static_cast<double>(ps));
        EXPECT_LT(exact_ps - 1e12 / (666666687.0 * 16), static_cast<double>(ps));
    }
}

/* 666,666,667 Hz shares next to no factor with a second: the products need more than 64 bits. */
TEST(Clock, ExactForClocksThatShareNoFactorWithASecond)
{
    const uint64_t hz = 666666667;
    const cpu_clock clock = cpu_clock_of(hz);

    for (const uint64_t seconds : {1, 60, 3600}) {
        const uint64_t units = seconds * hz * COST_UNITS_PER_CYCLE;
        EXPECT_EQ(cpu_clock_ps(&clock, units), seconds * UINT64_C(1000000000000));
        EXPECT_EQ(cpu_clock_units(&clock, seconds * UINT64_C(1000000000000)), units);
    }
    uint64_t before_ps = 0;
    for (uint64_t units = 1; units < 4 * hz * COST_UNITS_PER_CYCLE; units += 7919 * 7919) {
        const uint64_t ps = cpu_clock_ps(&clock, units);
        ASSERT_GT(ps, before_ps) << units;
        ASSERT_EQ(cpu_clock_ps(&clock, cpu_clock_units(&clock, ps)), ps) << units;
        before_ps = ps;
    }
}

/* Held against one wide division, for clocks with small factors, large ones, and a whole number of
 * picoseconds a unit. */
TEST(Clock, AgreesWithDivision)
{
    const unsigned seed = 650;
    std::mt19937_64 random(seed);
    SCOPED_TRACE(seed);

    for (const uint64_t hz : {UINT64_C(650000000), UINT64_C(666666667), UINT64_C(62500000000)}) {
        const cpu_clock clock = cpu_clock_of(hz);
        const cpu_clock_wide ps_a_second = UINT64_C(1000000000000);
        const cpu_clock_wide units_a_second = hz * COST_UNITS_PER_CYCLE;
        for (int i = 0; i < 100000; i++) {
            const uint64_t value = random() >> (8 + random() % 56);

            ASSERT_EQ(cpu_clock_ps(&clock, value),
                      static_cast<uint64_t>(value * ps_a_second / units_a_second))
                << hz << " Hz, " << value;
            ASSERT_EQ(
                cpu_clock_units(&clock, value),
                static_cast<uint64_t>((value * units_a_second + ps_a_second - 1) / ps_a_second))
                << hz << " Hz, " << value;
        }
    }
}

} // namespace
