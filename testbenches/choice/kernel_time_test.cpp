// How long a kernel is expected to take: each term by itself.
#include "choice/cache_reuse.h"
#include "choice/kernel_time.h"
#include "choice_fixture.h"

#include <gtest/gtest.h>

namespace
{

// One tile of 16x16x16 on v3, flow Ns, staged, unless the test says something else.
struct one_tile {
    choice_costs costs = a_board();
    choice_space space = {};
    tile_choice choice = {CHOICE_NS, {16, 16, 16}};

    one_tile()
    {
        space.problem = space.block = {16, 16, 16};
        space.opcode_words = 1;
        space.costs = &costs;
    }
    kernel_time time() const
    {
        return estimate_kernel_time(&space, &choice);
    }
};

} // namespace

TEST(KernelTime, EachTransferIsStartedOnce)
{
    one_tile kernel;
    EXPECT_DOUBLE_EQ(kernel.time().start_ns, 4 * 1500) << "opcode, A, B, C";
    kernel.space.coalesce = true;
    EXPECT_DOUBLE_EQ(kernel.time().start_ns, 2 * 1500) << "staged, what is sent goes together";
    kernel.space.sends = CHOICE_IN_PLACE;
    EXPECT_DOUBLE_EQ(kernel.time().start_ns, 3 * 1500) << "in place, A with its opcode, and B";
}

TEST(KernelTime, RowsOfAWiderMatrixAreTransfersEach)
{
    one_tile kernel;
    kernel.space.sends = CHOICE_ROWS_IN_PLACE;
    EXPECT_DOUBLE_EQ(kernel.time().start_ns, 4 * 1500) << "the tile is as wide as the matrices";
    kernel.space.problem = kernel.space.block = {16, 32, 32};
    EXPECT_DOUBLE_EQ(kernel.time().start_ns, 4 * (1 + 16 + 16 + 1) * 1500);
}

// 200 ns and 256 words of 5 ns are more than one look of 1400 ns; 300 ns and 256 words of 6 ns,
// too.
TEST(KernelTime, WaitingIsInWholeLooks)
{
    one_tile kernel;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns, (1 + 2 + 2 + 2) * 1400);
    kernel.costs.send_word_ns = 4;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns, (1 + 1 + 1 + 2) * 1400);
}

// A, B and C are not over at the first look, the opcode is.
TEST(KernelTime, WithInterruptsTheDriverSleepsAfterALookInVain)
{
    one_tile kernel;
    kernel.costs.sleep_ns = 1;
    kernel.costs.wake_ns = 10000;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns,
                     1400 + 3 * 10000 + 2 * (200 + 256 * 5.0) + 300 + 256 * 6.0);
    kernel.costs.sleep_ns = 5000;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns, 1400 + 3 * (1400 + 5000 + 10000));
}

TEST(KernelTime, StagingCopiesGoByTileRowAndWord)
{
    one_tile kernel;
    const kernel_time time = kernel.time();
    EXPECT_DOUBLE_EQ(time.copy_in_ns, 70 + 2 * (300 + 16 * 35 + 256 * 2.0));
    EXPECT_DOUBLE_EQ(time.copy_out_ns, 300 + 16 * 35 + 256 * 26.0);
    kernel.space.sends = CHOICE_IN_PLACE;
    kernel.space.receives_in_place = true;
    EXPECT_EQ(kernel.time().copy_in_ns, 0);
    EXPECT_EQ(kernel.time().copy_out_ns, 0);
}

TEST(KernelTime, AddingUpCostsMoreInPlace)
{
    one_tile kernel;
    EXPECT_DOUBLE_EQ(kernel.time().host_ns, 256 * 17 + 16 * 40 + 256 * 34.0);
    kernel.space.receives_in_place = true;
    EXPECT_DOUBLE_EQ(kernel.time().host_ns, 256 * 17 + 16 * 40 + 256 * 100.0);
    kernel.choice.flow = CHOICE_CS;
    EXPECT_EQ(kernel.time().host_ns, 0);
    kernel.space.adds_on_cpu = true;
    EXPECT_GT(kernel.time().host_ns, 0) << "asked for";
}

TEST(KernelTime, WhatIsPaddedIsSentButNotAdded)
{
    one_tile kernel;
    kernel.space.problem = kernel.space.block = {12, 8, 16};
    const kernel_time time = kernel.time();
    EXPECT_DOUBLE_EQ(time.host_ns, 96 * 17 + 12 * 40 + 96 * 34.0);
    EXPECT_DOUBLE_EQ(time.copy_out_ns, 300 + 12 * 35 + 96 * 26.0);
    EXPECT_DOUBLE_EQ(time.wait_ns, (1 + 2 + 2 + 2) * 1400);
}

// The accelerator's own function: 64 products a cycle and 9 cycles, unless it is told otherwise.
TEST(KernelTime, ALongProductIsWaitedFor)
{
    one_tile kernel;
    kernel.costs.poll_ns = 1;
    const double published = kernel.time().wait_ns;
    kernel.costs.accelerator.macs_per_cycle = 1;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns - published, 4096 * 5 - 1500);
    kernel.costs.accelerator.compute = MATMUL_SYSTOLIC_OS;
    kernel.costs.accelerator.array_rows = kernel.costs.accelerator.array_columns = 16;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns, published) << "45 cycles";
}

TEST(KernelTime, BytesTravelFourAWord)
{
    one_tile kernel;
    kernel.costs.accelerator.type = MATMUL_I8;
    kernel.costs.poll_ns = 1;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns, (200 + 5) + 2 * (200 + 64 * 5.0) + 300 + 256 * 6.0);
}

// Two tiles of 16x16x8: the first one's last send and result are waited for during the second.
TEST(KernelTime, OverlapHidesTheWaitForTheLastSendAndTheResult)
{
    one_tile kernel;
    const double in_turn = kernel.time().total_ns;
    kernel.space.pipeline = true;
    EXPECT_EQ(kernel.time().total_ns, in_turn) << "a loop of one tile has no next one";
    kernel.choice.tile.k = 8;
    kernel.costs.send_word_ns = 20;
    const double first = (1 + 2 + 1 + 1) * 1400, second = (1 + 2 + 2 + 2) * 1400;
    EXPECT_DOUBLE_EQ(kernel.time().wait_ns, first + second);
    kernel.costs.accelerator.macs_per_cycle = 1;
    EXPECT_GT(kernel.time().total_ns, 4096 * 5) << "not shorter than the accelerator takes";
}

TEST(KernelTime, TheDriverPaysForMaintenanceByCallAndWord)
{
    one_tile kernel;
    kernel.costs.send_sync_ns = 3000;
    kernel.costs.receive_sync_ns = 6000;
    kernel.costs.sync_word_ns = 10;
    EXPECT_DOUBLE_EQ(kernel.time().sync_ns, 3 * 3000 + 6000 + (1 + 3 * 256) * 10.0);
}

// B, 2304x64 words, is read again for each row of tiles of A; between, the CPU goes through all of
// it.
TEST(KernelTime, WhatTheL2DoesNotHoldIsFetchedAgain)
{
    one_tile kernel;
    kernel.space.problem = kernel.space.block = {192, 64, 2304};
    const double of_rows = kernel.time().copy_in_ns;
    kernel.choice.flow = CHOICE_BS;
    kernel.costs.l2_miss_ns = 0;
    const double rest = kernel.time().copy_in_ns;
    kernel.costs.l2_miss_ns = 135;
    EXPECT_GT(kernel.time().copy_in_ns - rest, 4 * 192 * 2304 / 8 * 130.0) << "A, for each column";
    kernel.choice.flow = CHOICE_NS;
    kernel.costs.l2_bytes = 8 << 20;
    EXPECT_LT(kernel.time().copy_in_ns, 0.8 * of_rows);
}

TEST(CacheReuse, EverythingHitsThatFits)
{
    EXPECT_EQ(cache_reuse(0, 100), 1);
    EXPECT_EQ(cache_reuse(100, 100), 1);
}

// hits = exp(-load * (1 - hits)).
TEST(CacheReuse, TheShareFallsWithTheLoad)
{
    EXPECT_NEAR(cache_reuse(150, 100), 0.417, 0.001);
    EXPECT_NEAR(cache_reuse(200, 100), 0.203, 0.001);
    EXPECT_NEAR(cache_reuse(400, 100), 0.020, 0.001);
    EXPECT_NEAR(cache_reuse(101, 100), 0.980, 0.001);
}
