// Matrices in buffers of whole tiles, which reach over their edges.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>

#include "axi_dma.h"
#include "host_touch.h"
#include "matmul_check.h"
#include "memref.h"

namespace
{

using testing::Each;
using testing::ElementsAre;

// MLIR's descriptor of a tile-major, padded matrix: its own rows and columns first.
struct memref_6d_i32 {
    int32_t *allocated, *aligned;
    memref_index offset, sizes[6], strides[6];
};

// A matrix of rows x columns in tiles of 2x2, all of it set to `value`.
struct padded_matrix {
    int rows, columns;
    std::vector<int32_t> data;
    memref_4d_i32 tiles{};
    memref_6d_i32 descriptor{};

    padded_matrix(int r, int c, int32_t value) : rows(r), columns(c)
    {
        const int down = (rows + 1) / 2, across = (columns + 1) / 2;
        data.assign(static_cast<size_t>(down * across * 4), value);
        tiles = {data.data(), data.data(), 0, {down, across, 2, 2}, {across * 4, 4, 2, 1}};
        descriptor = {data.data(),
                      data.data(),
                      0,
                      {rows, columns, down, across, 2, 2},
                      {0, 0, across * 4, 4, 2, 1}};
    }
    matrix view()
    {
        return {6, &descriptor};
    }
    int32_t &at(int row, int column)
    {
        const int across = (columns + 1) / 2;
        return data[static_cast<size_t>((row / 2 * across + column / 2) * 4 + row % 2 * 2 +
                                        column % 2)];
    }
};

TEST(clear_padding, writes_zeros_around_a_tile_major_matrix_and_nothing_in_it)
{
    padded_matrix a(3, 3, 7);
    clear_padding_i32(4, &a.tiles, 3, 3);
    EXPECT_THAT(a.data, ElementsAre(7, 7, 7, 7, 7, 0, 7, 0, 7, 7, 0, 0, 7, 0, 0, 0));
}

TEST(clear_padding, writes_zeros_around_a_row_major_matrix)
{
    std::array<int32_t, 12> data;
    data.fill(7);
    memref_2d_i32 buffer = {data.data(), data.data(), 0, {3, 4}, {4, 1}};
    clear_padding_i32(2, &buffer, 2, 3);
    EXPECT_THAT(data, ElementsAre(7, 7, 7, 0, 7, 7, 7, 0, 0, 0, 0, 0));
}

TEST(clear_padding, leaves_a_matrix_of_whole_tiles_as_it_is)
{
    padded_matrix a(4, 2, 7);
    clear_padding_i32(4, &a.tiles, 4, 2);
    EXPECT_THAT(a.data, Each(7));
}

TEST(clear_padding, knows_floats_and_bytes)
{
    std::array<float, 4> numbers = {1, 2, 3, 4};
    memref_2d_f32 of_numbers = {numbers.data(), numbers.data(), 0, {2, 2}, {2, 1}};
    clear_padding_f32(2, &of_numbers, 1, 1);
    EXPECT_THAT(numbers, ElementsAre(1, 0, 0, 0));
    std::array<int8_t, 4> bytes = {1, 2, 3, 4};
    memref_2d_i8 of_bytes = {bytes.data(), bytes.data(), 0, {2, 2}, {2, 1}};
    clear_padding_i8(2, &of_bytes, 2, 1);
    EXPECT_THAT(bytes, ElementsAre(1, 0, 3, 0));
}

TEST(clear_padding_death, a_matrix_must_fit_its_buffer)
{
    padded_matrix a(3, 3, 7);
    EXPECT_EXIT(clear_padding_i32(4, &a.tiles, 5, 3), testing::ExitedWithCode(1),
                "clear_padding: a buffer .* with room for 5x3");
}

TEST(padded_matrix, is_filled_and_checked_inside_only)
{
    padded_matrix a(3, 5, 99), b(5, 4, 99), c(3, 4, 99);
    matmul_initialise_i32(a.view(), b.view(), c.view());
    EXPECT_EQ(a.data[a.data.size() - 1], 99) << "padding is the allocator's business";
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) {
            c.at(i, j) = 0;
            for (int l = 0; l < 5; l++)
                c.at(i, j) += a.at(i, l) * b.at(l, j);
        }
    testing::internal::CaptureStdout();
    EXPECT_EQ(matmul_check_i32(a.view(), b.view(), c.view()), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "matmul 3x4x5: verified\n");
    c.at(2, 3) += 1;
    EXPECT_EQ(matmul_check_i32(a.view(), b.view(), c.view()), -EBADMSG);
}

TEST(padded_matrix, has_the_same_values_as_any_other)
{
    padded_matrix a(3, 5, 0), b(5, 3, 0), c(3, 3, 0);
    std::vector<int32_t> plain(15), other(15), result(9);
    memref_2d_i32 pa = {plain.data(), plain.data(), 0, {3, 5}, {5, 1}};
    memref_2d_i32 pb = {other.data(), other.data(), 0, {5, 3}, {3, 1}};
    memref_2d_i32 pc = {result.data(), result.data(), 0, {3, 3}, {3, 1}};
    matmul_initialise_i32(a.view(), b.view(), c.view());
    matmul_initialise_i32({2, &pa}, {2, &pb}, {2, &pc});
    for (int i = 0; i < 3; i++)
        for (int l = 0; l < 5; l++)
            EXPECT_EQ(a.at(i, l), plain[static_cast<size_t>(i * 5 + l)]);
}

TEST(padded_matrix, is_read_back_and_post_processed_inside_only)
{
    padded_matrix c(3, 3, 1);
    EXPECT_EQ(read_back_i32(c.view()), 9U);
    c.data.back() = -5;
    EXPECT_EQ(post_process_and_check_i32(c.view()), 0);
    EXPECT_EQ(c.data.back(), -5);
}

TEST(padded_matrix, is_repacked_from_rows_and_back)
{
    std::vector<int32_t> rows(15), back(15);
    std::iota(rows.begin(), rows.end(), 1);
    memref_2d_i32 plain = {rows.data(), rows.data(), 0, {3, 5}, {5, 1}};
    memref_2d_i32 again = {back.data(), back.data(), 0, {3, 5}, {5, 1}};
    padded_matrix a(3, 5, 0);
    repack_i32(2, &plain, 6, &a.descriptor);
    EXPECT_THAT(a.data, ElementsAre(1, 2, 6, 7, 3, 4, 8, 9, 5, 0, 10, 0, 11, 12, 0, 0, 13, 14, 0, 0,
                                    15, 0, 0, 0));
    repack_i32(6, &a.descriptor, 2, &again);
    EXPECT_EQ(back, rows);
}

} // namespace
