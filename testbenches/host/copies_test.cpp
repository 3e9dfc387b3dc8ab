// The staging copies and the accumulation on the CPU.
#include <cerrno>
#include <numeric>
#include <random>
#include <vector>

#include "axi_dma.h"
#include "fake_kernel.h"
#include "memref.h"

namespace
{

using copies = zs_test::driver_test;

std::vector<int32_t> counting(size_t count)
{
    std::vector<int32_t> values(count);
    std::iota(values.begin(), values.end(), 1);
    return values;
}

TEST_F(copies, words_go_to_their_offset_and_come_back)
{
    unsigned int words[] = {1, 2, 3};
    EXPECT_EQ(dma_copy_to_inbuffer(words, 3, 5), 0);
    EXPECT_EQ(std::vector<uint32_t>(kernel.in.begin() + 4, kernel.in.begin() + 9),
              (std::vector<uint32_t>{0, 1, 2, 3, 0}));
    kernel.out[7] = 42;
    EXPECT_EQ(dma_copy_from_outbuffer(words, 1, 7), 0);
    EXPECT_EQ(words[0], 42U);
}

TEST_F(copies, words_that_do_not_fit_are_refused)
{
    std::vector<unsigned int> words(zs_test::region_bytes / 4 + 1);
    const int all = zs_test::region_bytes / 4;
    EXPECT_EQ(dma_copy_to_inbuffer(words.data(), all + 1, 0), -EFAULT);
    EXPECT_EQ(dma_copy_to_inbuffer(words.data(), 1, all), -EFAULT);
    EXPECT_EQ(dma_copy_to_inbuffer(words.data(), 1, -1), -EFAULT);
    EXPECT_EQ(dma_copy_to_inbuffer(words.data(), -1, 0), -EFAULT);
    EXPECT_EQ(dma_copy_from_outbuffer(words.data(), all + 1, 0), -EFAULT);
    EXPECT_EQ(dma_copy_to_inbuffer(words.data(), all, 0), 0);
}

TEST_F(copies, staging_does_not_reach_into_zero_copy_allocations)
{
    ASSERT_NE(dma_alloc(DMA_REGION_IN, zs_test::region_bytes - 16, 4), nullptr);
    unsigned int words[5] = {};
    EXPECT_EQ(dma_copy_to_inbuffer(words, 4, 0), 0);
    EXPECT_EQ(dma_copy_to_inbuffer(words, 5, 0), -EFAULT);
}

TEST_F(copies, a_tile_is_copied_row_by_row)
{
    auto matrix = counting(6 * 10);
    memref_2d_i32 tile = {matrix.data(), matrix.data(), 2 * 10 + 3, {2, 3}, {10, 1}};
    EXPECT_EQ(copy_to_inbuffer_i32(2, &tile, 4), 10) << "the offset behind the tile";
    EXPECT_EQ(std::vector<uint32_t>(kernel.in.begin() + 4, kernel.in.begin() + 11),
              (std::vector<uint32_t>{24, 25, 26, 34, 35, 36, 0}));
}

TEST_F(copies, a_result_tile_lands_in_its_place_and_nowhere_else)
{
    std::vector<int32_t> matrix(6 * 10, -1);
    memref_2d_i32 tile = {matrix.data(), matrix.data(), 2 * 10 + 3, {2, 3}, {10, 1}};
    std::iota(kernel.out.begin(), kernel.out.end(), 100);
    EXPECT_EQ(copy_from_outbuffer_i32(2, &tile, 8), 14);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 10; j++) {
            const bool inside = i >= 2 && i < 4 && j >= 3 && j < 6;
            EXPECT_EQ(matrix[i * 10 + j], inside ? 108 + (i - 2) * 3 + (j - 3) : -1);
        }
}

TEST_F(copies, a_scalar_is_one_word)
{
    int32_t opcode = 7;
    memref_0d_i32 literal = {&opcode, &opcode, 0};
    EXPECT_EQ(copy_to_inbuffer_i32(0, &literal, 3), 4);
    EXPECT_EQ(kernel.in[3], 7U);
    kernel.out[0] = 9;
    EXPECT_EQ(copy_from_outbuffer_i32(0, &literal, 0), 1);
    EXPECT_EQ(opcode, 9);
}

TEST_F(copies, float_bits_are_kept)
{
    float matrix[] = {1.5F, -0.0F, 3.25F, 1e30F};
    memref_2d_f32 all = {matrix, matrix, 0, {2, 2}, {2, 1}};
    EXPECT_EQ(copy_to_inbuffer_f32(2, &all, 0), 4);
    EXPECT_EQ(kernel.in[0], 0x3FC00000U);
    EXPECT_EQ(kernel.in[1], 0x80000000U);
    kernel.out[3] = 0x3FC00000;
    EXPECT_EQ(copy_from_outbuffer_f32(2, &all, 0), 4);
    EXPECT_EQ(matrix[3], 1.5F);
}

TEST_F(copies, bytes_go_four_to_a_word)
{
    int8_t matrix[] = {1, 2, 3, 4, -1, -2, -3, -4};
    memref_2d_i8 left_half = {matrix, matrix, 0, {2, 2}, {4, 1}};
    EXPECT_EQ(copy_to_inbuffer_i8(2, &left_half, 3), 4);
    EXPECT_EQ(kernel.in[3], 0xFEFF0201U);
    memref_2d_i8 row = {matrix, matrix, 5, {1, 2}, {4, 1}};
    EXPECT_EQ(copy_to_inbuffer_i8(2, &row, 0), -EINVAL); // half a word
    memref_2d_i8 column = {matrix, matrix, 0, {2, 2}, {1, 4}};
    EXPECT_EQ(copy_to_inbuffer_i8(2, &column, 0), -EINVAL);
    EXPECT_EQ(copy_to_inbuffer_i8(2, &left_half, 1 << 20), -EFAULT);
}

TEST_F(copies, wrong_ranks_and_too_large_tiles_are_refused)
{
    auto matrix = counting(4);
    memref_2d_i32 tile = {matrix.data(), matrix.data(), 0, {2, 2}, {2, 1}};
    EXPECT_EQ(copy_to_inbuffer_i32(5, &tile, 0), -EINVAL);
    EXPECT_EQ(copy_to_inbuffer_i32(-1, &tile, 0), -EINVAL);
    EXPECT_EQ(copy_to_inbuffer_i32(2, &tile, zs_test::region_bytes / 4 - 3), -EFAULT);
    EXPECT_EQ(copy_from_outbuffer_i32(2, &tile, -1), -EFAULT);
}

// Any rank, any strides: element by element is the reference.
TEST_F(copies, agree_with_an_element_wise_copy_for_random_shapes)
{
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 500; round++) {
        const int rank = 1 + static_cast<int>(random() % 4);
        // Descriptor of any rank: pointers, offset, sizes, strides, as MLIR lays them out.
        struct {
            int32_t *allocated, *aligned;
            intptr_t offset, shape[8];
        } descriptor{};
        intptr_t sizes[4], strides[4], count = 1;
        intptr_t span = 1 + random() % 2; // innermost stride
        for (int level = rank - 1; level >= 0; level--) {
            sizes[level] = 1 + static_cast<intptr_t>(random() % 4);
            strides[level] = span;
            span *= sizes[level] + static_cast<intptr_t>(random() % 2);
            count *= sizes[level];
        }
        if (rank == 2 && random() % 3 == 0)
            std::swap(strides[0], strides[1]), std::swap(sizes[0], sizes[1]); // transposed
        auto data = counting(static_cast<size_t>(span) + 8);
        descriptor.allocated = descriptor.aligned = data.data();
        descriptor.offset = static_cast<intptr_t>(random() % 8);
        for (int level = 0; level < rank; level++) {
            descriptor.shape[level] = sizes[level];
            descriptor.shape[rank + level] = strides[level];
        }
        const auto position = [&](intptr_t element) {
            intptr_t at = descriptor.offset;
            for (int level = rank - 1; level >= 0; level--) {
                at += element % sizes[level] * strides[level];
                element /= sizes[level];
            }
            return static_cast<size_t>(at);
        };
        ASSERT_EQ(copy_to_inbuffer_i32(rank, &descriptor, 2), 2 + count);
        for (intptr_t i = 0; i < count; i++)
            ASSERT_EQ(kernel.in[static_cast<size_t>(2 + i)],
                      static_cast<uint32_t>(data[position(i)]));

        auto expected = data;
        std::iota(kernel.out.begin(), kernel.out.begin() + count, 1000);
        for (intptr_t i = 0; i < count; i++)
            expected[position(i)] = static_cast<int32_t>(1000 + i);
        ASSERT_EQ(copy_from_outbuffer_i32(rank, &descriptor, 0), count);
        ASSERT_EQ(data, expected);
    }
}

TEST(accumulate, adds_tiles_of_different_strides)
{
    int32_t sum[] = {1, 2, 3, 4, 5, 6};
    int32_t add[] = {10, 20, 30, 40};
    memref_2d_i32 into = {sum, sum, 1, {2, 2}, {3, 1}};
    memref_2d_i32 from = {add, add, 0, {2, 2}, {1, 2}}; // transposed
    accumulate_i32(2, &into, &from);
    EXPECT_EQ((std::vector<int32_t>(sum, sum + 6)), (std::vector<int32_t>{1, 12, 33, 4, 25, 46}));

    float fsum[] = {1.5F, 2.5F};
    float fadd[] = {0.25F, -2.5F};
    memref_2d_f32 finto = {fsum, fsum, 0, {1, 2}, {2, 1}};
    memref_2d_f32 ffrom = {fadd, fadd, 0, {1, 2}, {2, 1}};
    accumulate_f32(2, &finto, &ffrom);
    EXPECT_EQ(fsum[0], 1.75F);
    EXPECT_EQ(fsum[1], 0.0F);
}

TEST(accumulate, wraps_around_as_the_accelerator_does)
{
    int32_t sum = INT32_MAX;
    int32_t add = 1;
    memref_2d_i32 into = {&sum, &sum, 0, {1, 1}, {1, 1}};
    memref_2d_i32 from = {&add, &add, 0, {1, 1}, {1, 1}};
    accumulate_i32(2, &into, &from);
    EXPECT_EQ(sum, INT32_MIN);
}

TEST(accumulate_death, shapes_must_be_equal)
{
    int32_t value[2] = {};
    memref_2d_i32 into = {value, value, 0, {1, 2}, {2, 1}};
    memref_2d_i32 from = {value, value, 0, {2, 1}, {1, 1}};
    EXPECT_EXIT(accumulate_i32(2, &into, &from), testing::ExitedWithCode(1),
                "accumulate_i32: two equal-shaped memrefs of rank 2");
    EXPECT_EXIT(accumulate_i32(4, &into, &into), testing::ExitedWithCode(1), "rank 2");
}

} // namespace
