// Systolic arrays against the published closed forms, and against an array stepped by hand.

#include "accel/matmul_accelerator_core.h"
#include "accel/systolic.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace
{

uint64_t ceil_div(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

// Cycle in which an output-stationary fold is done, by stepping: PE (r, c) gets its k-th pair of
// operands in cycle r + c + k, and every PE must have had all K.
uint64_t stepped_output_stationary(uint32_t rows, uint32_t columns, uint32_t k)
{
    uint64_t last = 0;
    for (uint32_t r = 0; r < rows; ++r) {
        for (uint32_t c = 0; c < columns; ++c) {
            last = std::max<uint64_t>(last, uint64_t(r) + c + k - 1);
        }
    }
    return last + 1;
}

} // namespace

TEST(Systolic, EqualsTheClosedFormsForAllSizes)
{
    for (const uint32_t array : {2u, 3u, 4u, 8u, 16u, 32u}) {
        for (const uint32_t m : {1u, 7u, 16u, 64u, 100u, 512u}) {
            for (const uint32_t n : {1u, 8u, 33u, 64u, 256u}) {
                for (const uint32_t k : {1u, 5u, 64u, 128u, 511u}) {
                    const uint64_t r = array, c = array;
                    const systolic_array shape{array, array};
                    EXPECT_EQ(systolic_output_stationary(shape, {m, n, k}),
                              ceil_div(m, r) * ceil_div(n, c) * (k + r + c - 2) - 1);
                    EXPECT_EQ(systolic_weight_stationary(shape, {m, n, k}),
                              ceil_div(k, r) * ceil_div(n, c) * (m + 2 * r + c - 2) - 1);
                    EXPECT_EQ(systolic_input_stationary(shape, {m, n, k}),
                              ceil_div(k, r) * ceil_div(m, c) * (n + 2 * r + c - 2) - 1);
                }
            }
        }
    }
}

TEST(Systolic, RowsAndColumnsAreNotMixedUp)
{
    EXPECT_EQ(systolic_output_stationary({4, 16}, {16, 16, 10}), 4u * 1 * (10 + 18) - 1);
    EXPECT_EQ(systolic_weight_stationary({4, 16}, {10, 32, 8}), 2u * 2 * (10 + 8 + 14) - 1);
    EXPECT_EQ(systolic_input_stationary({4, 16}, {32, 10, 8}), 2u * 2 * (10 + 8 + 14) - 1);
}

TEST(Systolic, AFoldTakesAsLongAsTheArraySteppedByHand)
{
    for (uint32_t rows = 1; rows < 9; ++rows) {
        for (uint32_t columns = 1; columns < 9; ++columns) {
            for (uint32_t k = 1; k < 20; ++k) {
                EXPECT_EQ(systolic_output_stationary({rows, columns}, {rows, columns, k}) + 1,
                          stepped_output_stationary(rows, columns, k));
            }
        }
    }
}

/* Operations a cycle, two a multiply-accumulate; published without decimals. */
TEST(ComputeTime, IsByDefaultThePublishedOneOfAxi4mlirsAccelerators)
{
    const std::pair<uint32_t, double> published[] = {{4, 10}, {8, 60}, {16, 112}};

    for (const auto &[size, operations_a_cycle] : published) {
        matmul_accelerator_config config{};
        config.size = size;
        const double operations = 2.0 * size * size * size;
        const auto cycles =
            static_cast<double>(matmul_core_compute_cycles(&config, size, size, size));
        EXPECT_NEAR(operations / cycles, operations_a_cycle, 0.25) << size;
    }
}

TEST(ComputeTime, FollowsTheConfiguration)
{
    matmul_accelerator_config config{};
    config.size = 8;
    EXPECT_EQ(matmul_core_compute_cycles(&config, 8, 8, 8), 8u + 9u) << "a row a cycle, and fill";
    config.macs_per_cycle = 60;
    config.compute_latency_cycles = 10;
    EXPECT_EQ(matmul_core_compute_cycles(&config, 8, 8, 8), 9u + 10u) << "512 / 60, rounded up";
    config.compute_latency_cycles = 0;
    config.compute = MATMUL_SYSTOLIC_OS;
    EXPECT_EQ(matmul_core_compute_cycles(&config, 8, 8, 8), 21u);
    config.array_rows = 4;
    config.array_columns = 2;
    EXPECT_EQ(matmul_core_compute_cycles(&config, 8, 8, 8), 2u * 4 * 12 - 1);
    config.compute = MATMUL_SYSTOLIC_WS;
    EXPECT_EQ(matmul_core_compute_cycles(&config, 8, 8, 8), 2u * 4 * 16 - 1);
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
