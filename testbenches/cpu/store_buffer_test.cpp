#include "cpu/store_buffer.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <vector>

namespace
{

class StoreBuffer : public testing::Test
{
  protected:
    StoreBuffer()
    {
        EXPECT_EQ(store_buffer_init(&buffer, 2, 16), 0);
    }
    bool put(uint32_t address, uint32_t value)
    {
        return store_buffer_put(&buffer, address, &value, 4, &leaving);
    }

    store_buffer buffer{};
    store_entry leaving{};
};

TEST_F(StoreBuffer, MergesStoresToOneBlockAndLetsACompleteOneGo)
{
    EXPECT_FALSE(put(0x100, 1));
    EXPECT_FALSE(put(0x108, 3));
    EXPECT_FALSE(put(0x104, 2));
    EXPECT_TRUE(put(0x10c, 4));

    EXPECT_EQ(leaving.address, 0x100U);
    EXPECT_EQ(leaving.valid, 0xffffU);
    EXPECT_EQ(leaving.data[8], 3);
    EXPECT_EQ(buffer.merges, 3U);
    EXPECT_EQ(buffer.used, 0U);
}

TEST_F(StoreBuffer, LetsTheOldestGoWhenItsPlaceIsNeeded)
{
    EXPECT_FALSE(put(0x100, 1));
    EXPECT_FALSE(put(0x200, 2));
    EXPECT_TRUE(put(0x300, 3));
    EXPECT_EQ(leaving.address, 0x100U);
    EXPECT_EQ(leaving.valid, 0xfU);
}

TEST_F(StoreBuffer, RunsAreTheContiguousBytes)
{
    put(0x100, 1);
    put(0x108, 2);
    ASSERT_TRUE(store_buffer_take(&buffer, &leaving));

    uint32_t offset = 0, end = 0;
    ASSERT_TRUE(store_entry_run(&leaving, 16, &offset, &end));
    EXPECT_EQ(offset, 0U);
    EXPECT_EQ(end, 4U);
    offset = end;
    ASSERT_TRUE(store_entry_run(&leaving, 16, &offset, &end));
    EXPECT_EQ(offset, 8U);
    EXPECT_EQ(end, 12U);
    offset = end;
    EXPECT_FALSE(store_entry_run(&leaving, 16, &offset, &end));
}

TEST_F(StoreBuffer, KnowsWhatItHolds)
{
    put(0x104, 1);
    EXPECT_TRUE(store_buffer_holds(&buffer, 0x104, 4));
    EXPECT_FALSE(store_buffer_holds(&buffer, 0xfc, 4));
    EXPECT_FALSE(store_buffer_holds(&buffer, 0x110, 4));
}

TEST(StoreBufferSizes, AreChecked)
{
    store_buffer buffer;
    EXPECT_EQ(store_buffer_init(&buffer, 0, 32), -EINVAL);
    EXPECT_EQ(store_buffer_init(&buffer, 4, 24), -EINVAL);
    EXPECT_EQ(store_buffer_init(&buffer, 4, 128), -EINVAL);
}

/* What the buffer let go plus what it still holds is always what was stored. */
TEST(StoreBufferRandom, LosesNoByte)
{
    const unsigned seed = 4711;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);
    store_buffer buffer;
    ASSERT_EQ(store_buffer_init(&buffer, 4, 32), 0);
    std::vector<uint8_t> memory(1024), wanted(1024), seen;

    const auto write_out = [&](const store_entry &entry) {
        uint32_t offset = 0, end;
        for (; store_entry_run(&entry, 32, &offset, &end); offset = end) {
            std::copy(entry.data + offset, entry.data + end,
                      memory.begin() + entry.address + offset);
        }
    };
    for (int i = 0; i < 20000; i++) {
        const uint32_t bytes = 1U << random() % 4;
        const uint32_t address = random() % (1024 / bytes) * bytes;
        const uint64_t value = uint64_t{random()} << 32 | random();
        store_entry leaving;

        std::memcpy(wanted.data() + address, &value, bytes);
        if (store_buffer_put(&buffer, address, &value, bytes, &leaving)) {
            write_out(leaving);
        }
        seen = memory;
        store_buffer_overlay(&buffer, 0, seen.data(), 1024);
        ASSERT_EQ(seen, wanted) << i;
    }
}

} // namespace
