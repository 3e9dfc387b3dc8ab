// A matrix from one layout into another.
#include <array>
#include <numeric>

#include <gmock/gmock.h>

#include "axi_dma.h"
#include "memref.h"

namespace
{

using testing::ElementsAre;

// A 2x4 matrix of 1 to 8 and its form in 2x2 tiles, each behind a word for an opcode.
TEST(repack, a_matrix_goes_into_tiles_and_back)
{
    std::array<int32_t, 8> rows, back{};
    std::array<int32_t, 12> slots{};
    std::iota(rows.begin(), rows.end(), 1);
    memref_2d_i32 matrix = {rows.data(), rows.data(), 0, {2, 4}, {4, 1}};
    memref_4d_i32 tiles = {slots.data(), slots.data(), 1, {1, 2, 2, 2}, {12, 6, 2, 1}};
    repack_i32(2, &matrix, 4, &tiles);
    EXPECT_THAT(slots, ElementsAre(0, 1, 2, 5, 6, 0, 0, 3, 4, 7, 8, 0)) << "and nothing else";
    memref_2d_i32 again = {back.data(), back.data(), 0, {2, 4}, {4, 1}};
    repack_i32(4, &tiles, 2, &again);
    EXPECT_EQ(back, rows);
}

TEST(repack, elements_that_are_not_side_by_side_go_one_by_one)
{
    std::array<float, 4> rows = {1, 2, 3, 4}, columns{};
    memref_2d_f32 matrix = {rows.data(), rows.data(), 0, {2, 2}, {2, 1}};
    memref_2d_f32 transposed = {columns.data(), columns.data(), 0, {2, 2}, {1, 2}};
    repack_f32(2, &matrix, 2, &transposed);
    EXPECT_THAT(columns, ElementsAre(1, 3, 2, 4));
}

TEST(repack_death, unequal_shapes_end_the_program)
{
    std::array<int32_t, 8> words{};
    memref_2d_i32 wide = {words.data(), words.data(), 0, {2, 4}, {4, 1}};
    memref_2d_i32 high = {words.data(), words.data(), 0, {4, 2}, {2, 1}};
    EXPECT_EXIT(repack_i32(2, &wide, 2, &high), testing::ExitedWithCode(1),
                "repack: two matrices of equal shape");
}

} // namespace
