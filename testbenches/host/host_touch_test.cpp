// What a program does with C besides checking it: in place, in either layout.
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "host_touch.h"
#include "memref.h"

namespace
{

// 4 x 6: row-major, and in tiles of 2 x 3.
struct host_touch : testing::Test {
    std::vector<int32_t> plain = std::vector<int32_t>(24), tiled = std::vector<int32_t>(24);
    memref_2d_i32 plain_memref{plain.data(), plain.data(), 0, {4, 6}, {6, 1}};
    memref_4d_i32 tiled_memref{tiled.data(), tiled.data(), 0, {2, 2, 2, 3}, {12, 6, 3, 1}};
    const matrix row_major{2, &plain_memref}, tile_major{4, &tiled_memref};

    static size_t place(int i, int j)
    {
        return static_cast<size_t>(i / 2 * 12 + j / 3 * 6 + i % 2 * 3 + j % 3);
    }
    void SetUp() override
    {
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 6; j++)
                plain[static_cast<size_t>(i * 6 + j)] = tiled[place(i, j)] = 5 * i - j;
    }
};

TEST_F(host_touch, reading_back_reads_every_element)
{
    const auto sum = static_cast<uint32_t>(std::accumulate(plain.begin(), plain.end(), 0));
    EXPECT_EQ(read_back_i32(row_major), sum);
    EXPECT_EQ(read_back_i32(tile_major), sum);
}

TEST_F(host_touch, reading_bytes_reads_every_byte)
{
    const auto *const bytes = reinterpret_cast<const uint8_t *>(plain.data());
    const uint32_t sum = std::accumulate(bytes, bytes + plain.size() * sizeof(int32_t), 0U);
    EXPECT_EQ(read_back_bytes_i32(row_major), sum);
    EXPECT_EQ(read_back_bytes_i32(tile_major), sum);
}

TEST_F(host_touch, copying_goes_row_by_row_of_each_tile)
{
    uint32_t last_of_rows = 0, last_of_tile_rows = 0;
    for (int i = 0; i < 4; i++) {
        last_of_rows += static_cast<uint32_t>(plain[static_cast<size_t>(i * 6 + 5)]);
        for (const int j : {2, 5})
            last_of_tile_rows += static_cast<uint32_t>(plain[static_cast<size_t>(i * 6 + j)]);
    }
    EXPECT_EQ(read_back_copy_i32(row_major), last_of_rows);
    EXPECT_EQ(read_back_copy_i32(tile_major), last_of_tile_rows);
}

TEST_F(host_touch, post_processing_depends_on_the_place_in_the_matrix_alone)
{
    const std::vector<int32_t> before = plain;
    EXPECT_EQ(post_process_and_check_i32(row_major), 0);
    EXPECT_EQ(post_process_and_check_i32(tile_major), 0);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 6; j++) {
            const size_t at = static_cast<size_t>(i * 6 + j);
            EXPECT_EQ(plain[at], std::max(0, before[at] + j * 8 - 20)) << i << ' ' << j;
            EXPECT_EQ(tiled[place(i, j)], plain[at]) << i << ' ' << j;
        }
}

} // namespace
