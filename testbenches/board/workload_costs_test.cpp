/* What a kernel's parts take follows from the board's configuration. */
#include "board/workload_choice.h"
#include "board/workload_costs.h"
#include "board_fixture.h"

namespace
{

class WorkloadCosts : public BoardTest
{
  protected:
    choice_costs costs(const char *text)
    {
        EXPECT_EQ(check(text), "");
        return workload_costs(board.get());
    }
};

class WorkloadEstimate : public WorkloadCosts
{
};

} // namespace

TEST_F(WorkloadCosts, AWordOnTheStreamTakesAFabricCycle)
{
    EXPECT_DOUBLE_EQ(costs("board: {fclk_hz: 200 MHz}").send_word_ns, 5);
}

TEST_F(WorkloadCosts, AWiderStreamNeedsAWiderEngine)
{
    EXPECT_DOUBLE_EQ(
        costs("board: {fclk_hz: 100 MHz, mm2s: {width_bits: 64}, dma: {data_width_bits: 64}}")
            .send_word_ns,
        5);
}

TEST_F(WorkloadCosts, ALookIsASystemCallAndARegister)
{
    const double usual = costs("board: {}").poll_ns;
    const double dearer = costs("board: {os: {msync_cycles: 1045}}").poll_ns;
    EXPECT_DOUBLE_EQ(dearer - usual, 650 / 0.65);
}

TEST_F(WorkloadCosts, WordsOfUncachedBuffersCostMore)
{
    const choice_costs combining = costs("dma: {mapping: write_combine}");
    const choice_costs uncached = costs("dma: {mapping: uncached}");
    EXPECT_GT(uncached.copy_in_word_ns, 10 * combining.copy_in_word_ns);
    EXPECT_GT(uncached.copy_out_word_ns, 1.5 * combining.copy_out_word_ns);
    EXPECT_GT(combining.add_in_place_ns, 2 * combining.add_word_ns);
}

TEST_F(WorkloadCosts, CachedBuffersCostMaintenance)
{
    EXPECT_EQ(costs("board: {}").sync_word_ns, 0);
    EXPECT_DOUBLE_EQ(costs("dma: {mapping: cached, buffers: udmabuf}").sync_word_ns,
                     (10 + 45) / 0.65 / 8);
}

TEST_F(WorkloadCosts, OnlyInterruptsLetTheDriverSleep)
{
    EXPECT_EQ(costs("board: {}").sleep_ns, 0);
    EXPECT_GT(costs("workload: {dma_wait: interrupt}").sleep_ns, 3000 / 0.65);
}

TEST_F(WorkloadCosts, ALineFromMemoryWaitsForTheDram)
{
    const double usual = costs("board: {dram: {read_latency_ns: 30}}").l2_miss_ns;
    EXPECT_DOUBLE_EQ(costs("board: {dram: {read_latency_ns: 80}}").l2_miss_ns, usual + 50);
}

TEST_F(WorkloadCosts, PrefetchingHidesTheTimeInWhichALineIsCopied)
{
    const choice_costs without = costs("board: {l2: {prefetch_lines: 0}}");
    const choice_costs with = costs("board: {l2: {prefetch_lines: 1}}");
    EXPECT_DOUBLE_EQ(without.l2_miss_ns - with.l2_miss_ns,
                     8 * with.copy_in_word_ns + with.l1_miss_ns);
    EXPECT_EQ(costs("board: {l2: {prefetch_lines: 8}}").l2_miss_ns, 0);
}

TEST_F(WorkloadEstimate, IsOfTheKernelAsConfigured)
{
    kernel_time few = {}, many = {};
    ASSERT_EQ(check("workload: {m: 64, n: 64, k: 64}"), "");
    ASSERT_TRUE(workload_estimate(board.get(), &few));
    EXPECT_GT(few.copy_in_ns, 0);
    ASSERT_EQ(check("workload: {m: 64, n: 64, k: 128, copy: zero_copy, transfer: packed}"), "");
    ASSERT_TRUE(workload_estimate(board.get(), &many));
    EXPECT_EQ(many.copy_in_ns, 0);
    EXPECT_GT(many.wait_ns, 1.5 * few.wait_ns);
}

TEST_F(WorkloadEstimate, NeedsSizesThatAreKnown)
{
    kernel_time time = {};
    ASSERT_EQ(check("workload: {sizes: dynamic}"), "");
    EXPECT_FALSE(workload_estimate(board.get(), &time));
}
