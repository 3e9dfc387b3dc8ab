// Inputs and check of a matmul, for each layout that the compiler chooses.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matmul_check.h"
#include "memref.h"

namespace
{

constexpr int m = 8, n = 12, k = 4;

// A matrix of any layout, with an element's place by formula.
struct layout {
    int rows, columns, tile_rows, tile_columns; // one tile: row-major
    bool transposed = false;                    // one tile only

    size_t place(int row, int column) const
    {
        if (transposed)
            return static_cast<size_t>(column * rows + row);
        const int tiles_a_row = columns / tile_columns;
        const int tile = row / tile_rows * tiles_a_row + column / tile_columns;
        const int inside = row % tile_rows * tile_columns + column % tile_columns;
        return static_cast<size_t>(tile * tile_rows * tile_columns + inside);
    }
};

struct held_matrix {
    layout shape;
    std::vector<int32_t> data;
    memref_2d_i32 flat{};
    memref_4d_i32 tiled{};

    explicit held_matrix(layout l) : shape(l), data(static_cast<size_t>(l.rows * l.columns))
    {
        if (l.transposed)
            flat = {data.data(), data.data(), 0, {l.rows, l.columns}, {1, l.rows}};
        else
            flat = {data.data(), data.data(), 0, {l.rows, l.columns}, {l.columns, 1}};
        const int words = l.tile_rows * l.tile_columns;
        const int across = l.columns / l.tile_columns;
        tiled = {data.data(),
                 data.data(),
                 0,
                 {l.rows / l.tile_rows, across, l.tile_rows, l.tile_columns},
                 {across * words, words, l.tile_columns, 1}};
    }
    held_matrix(const held_matrix &) = delete;
    held_matrix &operator=(const held_matrix &) = delete;

    bool is_tiled() const
    {
        return shape.tile_rows != shape.rows || shape.tile_columns != shape.columns;
    }
    matrix view()
    {
        return is_tiled() ? matrix{4, &tiled} : matrix{2, &flat};
    }
    int32_t &at(int row, int column)
    {
        return data[shape.place(row, column)];
    }
};

void multiply(held_matrix &a, held_matrix &b, held_matrix &c)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            c.at(i, j) = 0;
            for (int l = 0; l < k; l++)
                c.at(i, j) += a.at(i, l) * b.at(l, j);
        }
}

struct layouts {
    const char *name;
    layout a, b, c;
};

std::ostream &operator<<(std::ostream &out, const layouts &l)
{
    return out << l.name;
}

struct matmul_check : testing::TestWithParam<layouts> {
    held_matrix a{GetParam().a}, b{GetParam().b}, c{GetParam().c};
};

INSTANTIATE_TEST_SUITE_P(
    layouts, matmul_check,
    testing::Values(layouts{"row_major", {m, k, m, k}, {k, n, k, n}, {m, n, m, n}},
                    layouts{"tile_major", {m, k, 4, 4}, {k, n, 4, 4}, {m, n, 4, 4}},
                    layouts{"rectangular_tiles", {m, k, 2, 4}, {k, n, 4, 3}, {m, n, 2, 3}},
                    layouts{
                        "transposed", {m, k, m, k, true}, {k, n, k, n, true}, {m, n, m, n, true}},
                    layouts{"mixed", {m, k, m, k}, {k, n, 2, 6}, {m, n, m, n, true}}),
    [](const auto &info) { return info.param.name; });

TEST_P(matmul_check, inputs_depend_on_the_position_alone)
{
    held_matrix a0({m, k, m, k}), b0({k, n, k, n}), c0({m, n, m, n});
    matmul_initialise_i32(a0.view(), b0.view(), c0.view());
    matmul_initialise_i32(a.view(), b.view(), c.view());
    for (int l = 0; l < k; l++) {
        for (int i = 0; i < m; i++)
            EXPECT_EQ(a.at(i, l), a0.at(i, l));
        for (int j = 0; j < n; j++)
            EXPECT_EQ(b.at(l, j), b0.at(l, j));
    }
}

TEST_P(matmul_check, a_right_result_is_verified)
{
    matmul_initialise_i32(a.view(), b.view(), c.view());
    multiply(a, b, c);
    testing::internal::CaptureStdout();
    EXPECT_EQ(matmul_check_i32(a.view(), b.view(), c.view()), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "matmul 8x12x4: verified\n");
}

TEST_P(matmul_check, each_wrong_element_is_found_and_named)
{
    matmul_initialise_i32(a.view(), b.view(), c.view());
    multiply(a, b, c);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            c.at(i, j) += 1;
            testing::internal::CaptureStderr();
            EXPECT_EQ(matmul_check_i32(a.view(), b.view(), c.view()), -EBADMSG);
            const std::string message = testing::internal::GetCapturedStderr();
            c.at(i, j) -= 1;
            EXPECT_THAT(message, testing::HasSubstr("C[" + std::to_string(i) + "][" +
                                                    std::to_string(j) + "] is "));
            EXPECT_THAT(message, testing::HasSubstr("1 of 96 elements of C are wrong"));
        }
}

TEST_P(matmul_check, a_result_that_nobody_wrote_is_wrong_everywhere)
{
    matmul_initialise_i32(a.view(), b.view(), c.view());
    testing::internal::CaptureStderr();
    EXPECT_EQ(matmul_check_i32(a.view(), b.view(), c.view()), -EBADMSG);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::HasSubstr("96 of 96 elements of C are wrong"));
}

TEST(matmul_inputs, are_small_signed_and_varied)
{
    held_matrix a({64, 64, 64, 64}), b({64, 64, 64, 64}), c({64, 64, 64, 64});
    matmul_initialise_i32(a.view(), b.view(), c.view());
    const std::set<int32_t> values(a.data.begin(), a.data.end());
    EXPECT_EQ(*values.begin(), -8);
    EXPECT_EQ(*values.rbegin(), 7);
    EXPECT_EQ(values.size(), 16U);
    EXPECT_NE(a.data, b.data);
}

TEST(matmul_f32, verifies_within_the_rounding_of_a_sum)
{
    float a[4], b[4], c[4];
    memref_2d_f32 da = {a, a, 0, {2, 2}, {2, 1}}, db = {b, b, 0, {2, 2}, {2, 1}},
                  dc = {c, c, 0, {2, 2}, {2, 1}};
    const matrix va{2, &da}, vb{2, &db}, vc{2, &dc};
    matmul_initialise_f32(va, vb, vc);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            c[2 * i + j] = a[2 * i] * b[j] + a[2 * i + 1] * b[2 + j];
    EXPECT_EQ(matmul_check_f32(va, vb, vc), 0);
    c[3] += 1e-6F;
    EXPECT_EQ(matmul_check_f32(va, vb, vc), 0);
    c[3] += 1e-2F;
    EXPECT_EQ(matmul_check_f32(va, vb, vc), -EBADMSG);
    c[3] = std::strtof("nan", nullptr);
    EXPECT_EQ(matmul_check_f32(va, vb, vc), -EBADMSG);
}

TEST(matmul_check_death, shapes_must_fit)
{
    held_matrix a({m, k, m, k}), b({n, k, n, k}), c({m, n, m, n});
    EXPECT_EXIT(matmul_initialise_i32(a.view(), b.view(), c.view()), testing::ExitedWithCode(1),
                "shapes do not fit");
    EXPECT_EXIT(matmul_initialise_i32(matrix{3, &a.flat}, b.view(), c.view()),
                testing::ExitedWithCode(1), "rank 2, 4");
}

void right_kernel(int32_t *a, int32_t *b, int32_t *c)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            c[i * n + j] = 0;
            for (int l = 0; l < k; l++)
                c[i * n + j] += a[i * k + l] * b[l * n + j];
        }
}

void idle_kernel(int32_t *, int32_t *, int32_t *) {}

TEST(matmul_run, exits_with_the_check_of_the_kernel)
{
    EXPECT_EQ(matmul_run_i32(m, n, k, right_kernel), EXIT_SUCCESS);
    EXPECT_EQ(matmul_run_i32(m, n, k, idle_kernel), EXIT_FAILURE);
}

} // namespace
