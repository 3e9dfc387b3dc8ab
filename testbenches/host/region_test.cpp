// Allocation inside a region, against a model that marks bytes.
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "region.h"
}

namespace
{

struct region_test : testing::Test {
    static constexpr size_t bytes = 4096;
    static constexpr uint32_t physical = 0x16000040; // not a multiple of large alignments
    std::vector<unsigned char> memory = std::vector<unsigned char>(bytes);
    region r{};

    void SetUp() override
    {
        region_init(&r, memory.data(), physical, bytes);
    }
    void TearDown() override
    {
        region_destroy(&r);
    }
    size_t offset(const void *block) const
    {
        return static_cast<size_t>(static_cast<const unsigned char *>(block) - memory.data());
    }
};

TEST_F(region_test, allocates_from_the_top_down)
{
    EXPECT_EQ(offset(region_alloc(&r, 64, 4)), bytes - 64);
    EXPECT_EQ(offset(region_alloc(&r, 100, 4)), bytes - 64 - 100);
    EXPECT_EQ(region_staging_bytes(&r), bytes - 164);
    EXPECT_EQ(region_free_bytes(&r), bytes - 164);
}

TEST_F(region_test, aligns_physical_addresses)
{
    for (size_t alignment : {4, 64, 256, 1024}) {
        void *block = region_alloc(&r, 12, alignment);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ((physical + offset(block)) % alignment, 0U) << alignment;
    }
}

TEST_F(region_test, released_memory_is_used_again)
{
    void *first = region_alloc(&r, 64, 4);
    void *second = region_alloc(&r, 64, 4);
    ASSERT_TRUE(region_release(&r, first));
    EXPECT_EQ(region_alloc(&r, 64, 4), first);
    EXPECT_TRUE(region_release(&r, second));
    EXPECT_FALSE(region_release(&r, second)) << "twice";
    EXPECT_FALSE(region_release(&r, memory.data() + 4)) << "not the start of a block";
}

TEST_F(region_test, refuses_what_does_not_fit)
{
    EXPECT_EQ(region_alloc(&r, bytes + 1, 4), nullptr);
    EXPECT_EQ(region_alloc(&r, 0, 4), nullptr);
    EXPECT_EQ(region_alloc(&r, SIZE_MAX, 4), nullptr);
    EXPECT_NE(region_alloc(&r, bytes, 4), nullptr);
    EXPECT_EQ(region_alloc(&r, 1, 4), nullptr);
    EXPECT_EQ(region_staging_bytes(&r), 0U);
}

TEST_F(region_test, knows_what_is_inside)
{
    EXPECT_TRUE(region_holds(&r, memory.data(), bytes));
    EXPECT_TRUE(region_holds(&r, memory.data() + bytes, 0));
    EXPECT_FALSE(region_holds(&r, memory.data() + 1, bytes));
    EXPECT_FALSE(region_holds(&r, memory.data() - 4, 4));
    EXPECT_FALSE(region_holds(&r, &r, 4));
}

TEST_F(region_test, agrees_with_marked_bytes_under_random_traffic)
{
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<bool> used(bytes);
    struct block {
        size_t start, size;
    };
    std::vector<block> blocks;
    // The highest place that fits, by trying each.
    const auto expected_place = [&](size_t size, size_t alignment) {
        for (size_t start = bytes - size + 1; start-- > 0;)
            if ((physical + start) % alignment == 0 &&
                std::none_of(used.begin() + static_cast<long>(start),
                             used.begin() + static_cast<long>(start + size),
                             [](bool b) { return b; }))
                return start;
        return SIZE_MAX;
    };
    const auto mark = [&](block b, bool value) {
        std::fill_n(used.begin() + static_cast<long>(b.start), b.size, value);
    };
    for (int i = 0; i < 2000; i++) {
        if (blocks.empty() || random() % 2) {
            const size_t size = 1 + random() % 700;
            const size_t alignment = size_t{4} << random() % 7;
            const size_t place = expected_place(size, alignment);
            void *memory_block = region_alloc(&r, size, alignment);
            ASSERT_EQ(memory_block ? offset(memory_block) : SIZE_MAX, place);
            if (!memory_block)
                continue;
            blocks.push_back({place, size});
            mark(blocks.back(), true);
        } else {
            const size_t victim = random() % blocks.size();
            ASSERT_TRUE(region_release(&r, memory.data() + blocks[victim].start));
            mark(blocks[victim], false);
            blocks.erase(blocks.begin() + static_cast<long>(victim));
        }
        ASSERT_EQ(region_free_bytes(&r),
                  static_cast<size_t>(std::count(used.begin(), used.end(), false)));
        const auto lowest = std::find(used.begin(), used.end(), true);
        ASSERT_EQ(region_staging_bytes(&r), static_cast<size_t>(lowest - used.begin()));
    }
}

} // namespace
