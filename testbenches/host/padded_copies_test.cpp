// Staging copies of tiles at the edges of a matrix, and the check of sizes known at run time only.
#include <cerrno>
#include <numeric>
#include <vector>

#include "axi_dma.h"
#include "fake_kernel.h"
#include "memref.h"

namespace
{

using padded_copies = zs_test::driver_test;

TEST_F(padded_copies, what_is_outside_of_the_matrix_is_zero)
{
    std::vector<int32_t> matrix(4 * 5);
    std::iota(matrix.begin(), matrix.end(), 1);
    std::fill(kernel.in.begin(), kernel.in.end(), 99U); // of an earlier tile
    memref_2d_i32 corner = {matrix.data(), matrix.data(), 2 * 5 + 3, {2, 2}, {5, 1}};
    EXPECT_EQ(copy_to_inbuffer_padded_i32(2, &corner, 3, 4, 1), 13) << "where the tile ends";
    EXPECT_EQ(std::vector<uint32_t>(kernel.in.begin(), kernel.in.begin() + 14),
              (std::vector<uint32_t>{99, 14, 15, 0, 0, 19, 20, 0, 0, 0, 0, 0, 0, 99}));
}

TEST_F(padded_copies, a_whole_tile_is_copied_as_usual)
{
    std::vector<int32_t> matrix(4 * 5);
    std::iota(matrix.begin(), matrix.end(), 1);
    memref_2d_i32 tile = {matrix.data(), matrix.data(), 0, {2, 2}, {5, 1}};
    EXPECT_EQ(copy_to_inbuffer_padded_i32(2, &tile, 2, 2, 0), 4);
    EXPECT_EQ(std::vector<uint32_t>(kernel.in.begin(), kernel.in.begin() + 4),
              (std::vector<uint32_t>{1, 2, 6, 7}));
}

TEST_F(padded_copies, of_a_result_only_what_is_inside_arrives)
{
    std::vector<int32_t> matrix(3 * 3, -1);
    std::iota(kernel.out.begin(), kernel.out.end(), 100);
    memref_2d_i32 corner = {matrix.data(), matrix.data(), 3 + 1, {2, 2}, {3, 1}};
    EXPECT_EQ(copy_from_outbuffer_padded_i32(2, &corner, 4, 4, 8), 24);
    EXPECT_EQ(matrix, (std::vector<int32_t>{-1, -1, -1, -1, 108, 109, -1, 112, 113}));
}

TEST_F(padded_copies, floats_and_bytes_are_padded_too)
{
    float numbers[] = {1.5F};
    memref_2d_f32 one = {numbers, numbers, 0, {1, 1}, {1, 1}};
    kernel.in[1] = 99;
    EXPECT_EQ(copy_to_inbuffer_padded_f32(2, &one, 1, 2, 0), 2);
    EXPECT_EQ(kernel.in[0], 0x3FC00000U);
    EXPECT_EQ(kernel.in[1], 0U);
    kernel.out[0] = 0x40000000U;
    EXPECT_EQ(copy_from_outbuffer_padded_f32(2, &one, 2, 2, 0), 4);
    EXPECT_EQ(numbers[0], 2.0F);

    int8_t bytes[] = {1, 2, 3, -1, -2, -3};
    memref_2d_i8 part = {bytes, bytes, 0, {2, 3}, {3, 1}};
    std::fill(kernel.in.begin(), kernel.in.begin() + 4, 0x63636363U);
    EXPECT_EQ(copy_to_inbuffer_padded_i8(2, &part, 3, 4, 0), 3);
    EXPECT_EQ(std::vector<uint32_t>(kernel.in.begin(), kernel.in.begin() + 4),
              (std::vector<uint32_t>{0x00030201U, 0x00FDFEFFU, 0, 0x63636363U}));
}

TEST_F(padded_copies, what_does_not_fit_is_refused)
{
    std::vector<int32_t> matrix(16);
    memref_2d_i32 part = {matrix.data(), matrix.data(), 0, {2, 3}, {4, 1}};
    EXPECT_EQ(copy_to_inbuffer_padded_i32(2, &part, 1, 4, 0), -EINVAL) << "higher than the tile";
    EXPECT_EQ(copy_to_inbuffer_padded_i32(2, &part, 4, 2, 0), -EINVAL) << "wider than the tile";
    EXPECT_EQ(copy_to_inbuffer_padded_i32(0, &part, 4, 4, 0), -EINVAL) << "no matrix";
    EXPECT_EQ(copy_to_inbuffer_padded_i32(2, &part, 4, 4, zs_test::region_bytes / 4 - 15), -EFAULT);
    memref_2d_i32 column = {matrix.data(), matrix.data(), 0, {2, 3}, {1, 4}};
    EXPECT_EQ(copy_to_inbuffer_padded_i32(2, &column, 4, 4, 0), -EINVAL);
    int8_t bytes[6] = {};
    memref_2d_i8 odd = {bytes, bytes, 0, {1, 1}, {3, 1}};
    EXPECT_EQ(copy_to_inbuffer_padded_i8(2, &odd, 2, 3, 0), -EINVAL) << "half a word";
}

TEST(check_matmul_sizes, lets_matrices_pass_that_fit)
{
    check_matmul_sizes(100, 33, 33, 50, 100, 50, 8, 8, 8);
    check_matmul_sizes(104, 40, 40, 56, 100, 50, 8, 8, 8); // A and B with their padding
}

TEST(check_matmul_sizes_death, says_what_does_not_fit)
{
    EXPECT_EXIT(check_matmul_sizes(100, 33, 41, 50, 100, 50, 8, 8, 8), testing::ExitedWithCode(1),
                "matmul: A is 100x33, B 41x50 and C 100x50: expected A MxK, B KxN and C MxN");
    EXPECT_EXIT(check_matmul_sizes(100, 33, 33, 50, 90, 50, 8, 8, 8), testing::ExitedWithCode(1),
                "C 90x50");
    EXPECT_EXIT(check_matmul_sizes(0, 33, 33, 50, 0, 50, 8, 8, 8), testing::ExitedWithCode(1),
                "sizes of at least 1");
}

} // namespace
