#include "axi/axi_clock.h"
#include "random_source.h"

#include <gtest/gtest.h>

namespace
{

TEST(Clock, WholePeriodsAreExact)
{
    const axi_clock clock = axi_clock_make(100000000);
    EXPECT_EQ(axi_clock_edge_ps(&clock, 0), 0u);
    EXPECT_EQ(axi_clock_edge_ps(&clock, 1), 10000u);
    EXPECT_EQ(axi_clock_edge_ps(&clock, 1000000000000u), 10000000000000000u);
    EXPECT_EQ(axi_clock_cycle(&clock, 10000), 1u);
    EXPECT_EQ(axi_clock_cycle(&clock, 10001), 2u);
}

TEST(Clock, OddPeriodsDoNotDrift)
{
    const axi_clock clock = axi_clock_make(650000000);
    EXPECT_NEAR(static_cast<double>(axi_clock_edge_ps(&clock, 650000000)), 1e12, 1.0);
}

TEST(Clock, TheFirstEdgeAtOrAfterATime)
{
    random_source random;
    SCOPED_TRACE("ZS_SEED=" + std::to_string(random.seed));

    for (int round = 0; round < 100000; round++) {
        const axi_clock clock = axi_clock_make(random.between(AXI_CLOCK_MIN_HZ, AXI_CLOCK_MAX_HZ));
        const uint64_t ps = random.between(0, random.one_in(2) ? 1000000 : 1000000000000000u);
        const uint64_t cycle = axi_clock_cycle(&clock, ps);

        ASSERT_GE(axi_clock_edge_ps(&clock, cycle), ps);
        if (cycle > 0) {
            ASSERT_LT(axi_clock_edge_ps(&clock, cycle - 1), ps);
        }
    }
}

} // namespace
