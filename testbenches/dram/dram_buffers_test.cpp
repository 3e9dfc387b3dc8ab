#include "dram/dram_buffers.h"

#include <gtest/gtest.h>

namespace
{

constexpr uint8_t CLASS = 3;

struct dram_buffers_test : testing::Test {
    dram_buffers buffers{};

    dram_buffers_test()
    {
        buffers.input = {0x4000, 0x2000};
        buffers.output = {0x8000, 0x1000};
    }
    void move(uint64_t address, uint32_t bytes)
    {
        const dram_request request = {address, bytes, false, CLASS, 0, 0};
        dram_buffers_count(&buffers, &request);
    }
    uint64_t bytes(dram_buffer buffer) const
    {
        return buffers.bytes[buffer][CLASS];
    }
};

TEST_F(dram_buffers_test, bytes_belong_to_the_buffer_that_holds_them)
{
    move(0x4000, 32);
    move(0x5fe0, 32);
    move(0x8000, 4);
    EXPECT_EQ(bytes(DRAM_BUFFER_INPUT), 64U);
    EXPECT_EQ(bytes(DRAM_BUFFER_OUTPUT), 4U);
    EXPECT_EQ(bytes(DRAM_BUFFER_ELSEWHERE), 0U);
}

TEST_F(dram_buffers_test, what_lies_around_them_is_elsewhere)
{
    move(0x0, 1);
    move(0x3fe0, 32);
    move(0x6000, 32);
    move(0x9000, 32);
    EXPECT_EQ(bytes(DRAM_BUFFER_ELSEWHERE), 97U);
    EXPECT_EQ(bytes(DRAM_BUFFER_INPUT) + bytes(DRAM_BUFFER_OUTPUT), 0U);
}

TEST_F(dram_buffers_test, classes_are_apart)
{
    const dram_request request = {0x4000, 8, true, CLASS + 1, 0, 0};
    dram_buffers_count(&buffers, &request);
    EXPECT_EQ(bytes(DRAM_BUFFER_INPUT), 0U);
    EXPECT_EQ(buffers.bytes[DRAM_BUFFER_INPUT][CLASS + 1], 8U);
}

} // namespace
