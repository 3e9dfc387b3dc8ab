#include "cache/cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <random>
#include <vector>

namespace
{

cache_config config_of(uint32_t bytes, uint32_t ways, uint32_t line_bytes,
                       cache_replacement replacement)
{
    cache_config config{};
    config.bytes = bytes;
    config.ways = ways;
    config.line_bytes = line_bytes;
    config.replacement = replacement;
    return config;
}

/* A cache in the plainest words: each set a list of lines, the most recent first. */
class reference_lru
{
  public:
    reference_lru(const cache_config &config)
        : config_(config), sets_(config.bytes / config.ways / config.line_bytes)
    {
    }

    struct outcome {
        bool hit;
        bool wrote_back;
        uint32_t evicted;
    };

    outcome access(uint32_t address, bool write)
    {
        const uint32_t line = address / config_.line_bytes;
        auto &set = sets_[line % sets_.size()];
        const auto found = std::find_if(set.begin(), set.end(),
                                        [&](const entry &entry) { return entry.line == line; });
        outcome outcome{found != set.end(), false, 0};
        entry entry{line, write};

        if (outcome.hit) {
            entry.dirty = entry.dirty || found->dirty;
            set.erase(found);
        } else if (set.size() == config_.ways) {
            outcome.wrote_back = set.back().dirty;
            outcome.evicted = set.back().line * config_.line_bytes;
            set.pop_back();
        }
        set.insert(set.begin(), entry);
        return outcome;
    }

  private:
    struct entry {
        uint32_t line;
        bool dirty;
    };
    const cache_config config_;
    std::vector<std::vector<entry>> sets_;
};

class Cache : public testing::Test
{
  protected:
    ~Cache() override
    {
        cache_release(&cache);
    }
    void make(const cache_config &config)
    {
        ASSERT_EQ(cache_init(&cache, &config), 0);
    }
    /* As the hierarchy does it: the recent way, any way, or a new line. */
    bool access(uint32_t address, bool write)
    {
        victim.dirty = false;
        if (cache_find_recent(&cache, address, write) || cache_find(&cache, address, write)) {
            return true;
        }
        cache_allocate(&cache, address, write, &victim);
        return false;
    }

    struct cache cache {
    };
    cache_victim victim{};
};

TEST_F(Cache, AgreesWithTheReferenceOnEveryAccess)
{
    const unsigned seed = 90210;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);

    for (const auto &[bytes, ways, line] :
         {std::tuple{1024U, 4U, 32U}, {512U, 1U, 16U}, {2048U, 4U, 64U}, {1536U, 3U, 32U}}) {
        const cache_config config = config_of(bytes, ways, line, CACHE_LRU);
        reference_lru reference(config);
        make(config);
        for (int i = 0; i < 50000; i++) {
            const uint32_t address = random() % (4 * bytes);
            const bool write = random() % 3 == 0;
            const auto wanted = reference.access(address, write);

            ASSERT_EQ(access(address, write), wanted.hit) << i;
            ASSERT_EQ(victim.dirty, wanted.wrote_back) << i;
            if (victim.dirty) {
                ASSERT_EQ(victim.address, wanted.evicted) << i;
            }
        }
        cache_release(&cache);
    }
}

TEST_F(Cache, TreePseudoLruSparesTheMostRecentWay)
{
    make(config_of(4 * 32, 4, 32, CACHE_PLRU)); /* one set */
    for (uint32_t line = 0; line < 4; line++) {
        access(32 * line, false);
    }
    /* After 0 1 2 3 the tree points to 0; touching 0 turns it to the other half, to 2. */
    access(0, false);
    EXPECT_FALSE(access(32 * 9, false));
    EXPECT_TRUE(cache_peek(&cache, 0));
    EXPECT_TRUE(cache_peek(&cache, 32));
    EXPECT_FALSE(cache_peek(&cache, 64));
    EXPECT_TRUE(cache_peek(&cache, 96));
}

TEST_F(Cache, RandomReplacementUsesEveryWayAndRepeatsItself)
{
    std::vector<uint32_t> first;
    for (int run = 0; run < 2; run++) {
        std::vector<uint32_t> evictions;
        make(config_of(4 * 32, 4, 32, CACHE_RANDOM));
        for (uint32_t line = 0; line < 200; line++) {
            access(32 * line, true);
            if (victim.dirty) {
                evictions.push_back(victim.address / 32);
            }
        }
        EXPECT_EQ(evictions.size(), 196U);
        EXPECT_FALSE(std::is_sorted(evictions.begin(), evictions.end()));
        if (run == 1) {
            EXPECT_EQ(evictions, first);
        }
        first = evictions;
        cache_release(&cache);
    }
}

TEST_F(Cache, FillsInvalidWaysFirst)
{
    make(config_of(4 * 32, 4, 32, CACHE_RANDOM));
    for (uint32_t line = 0; line < 4; line++) {
        EXPECT_FALSE(access(32 * line, true));
        EXPECT_FALSE(victim.dirty);
    }
    for (uint32_t line = 0; line < 4; line++) {
        EXPECT_TRUE(access(32 * line, false));
    }
}

TEST_F(Cache, AVictimCarriesItsBytes)
{
    make(config_of(32, 1, 32, CACHE_LRU));
    uint8_t *const line = cache_allocate(&cache, 0x40, true, &victim);
    std::memset(line, 0x5a, 32);
    cache_allocate(&cache, 0x80, false, &victim);

    EXPECT_TRUE(victim.dirty);
    EXPECT_EQ(victim.address, 0x40U);
    EXPECT_EQ(victim.data[31], 0x5a);
    EXPECT_EQ(cache.counters.write_backs, 1U);
}

TEST_F(Cache, CleaningKeepsTheLineInvalidatingDoesNot)
{
    make(config_of(1024, 4, 32, CACHE_LRU));
    access(0x100, true);

    EXPECT_TRUE(cache_maintain_line(&cache, 0x104, CACHE_CLEAN, &victim));
    EXPECT_TRUE(victim.dirty);
    EXPECT_TRUE(cache_peek(&cache, 0x100));
    EXPECT_FALSE(cache_is_dirty(&cache, 0x100));

    EXPECT_TRUE(cache_maintain_line(&cache, 0x104, CACHE_CLEAN_INVALIDATE, &victim));
    EXPECT_FALSE(victim.dirty); /* clean already */
    EXPECT_FALSE(cache_peek(&cache, 0x100));
    EXPECT_FALSE(cache_maintain_line(&cache, 0x104, CACHE_CLEAN, &victim));
    EXPECT_EQ(cache.counters.maintenance_lines, 3U);
}

/* Where virtual pages lie in these tests. */
uint32_t virtual_of(uint32_t physical)
{
    return physical + 0x5000;
}

/* Two virtual pages lead to each physical one. Where look-ups change recency, only the most recent
 * line of a set may be found without one. */
TEST_F(Cache, AShortWayFindsWhatALookUpFindsAndChangesNothing)
{
    const unsigned seed = 4711;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);
    uint32_t found_by[CACHE_RANDOM + 1] = {};

    for (const auto &[bytes, line, replacement] : {std::tuple{512U, 32U, CACHE_LRU},
                                                   {32768U, 32U, CACHE_LRU},
                                                   {65536U, 64U, CACHE_LRU},
                                                   {512U, 32U, CACHE_PLRU},
                                                   {65536U, 64U, CACHE_PLRU},
                                                   {512U, 32U, CACHE_RANDOM},
                                                   {65536U, 64U, CACHE_RANDOM}}) {
        make(config_of(bytes, 4, line, replacement));
        for (int i = 0; i < 50000; i++) {
            const uint32_t address = random() % (2 * bytes) & ~3U;
            const uint32_t from = virtual_of(address) + random() % 2 * 0x100000;
            const uint8_t *const load = cache_short_load(&cache, from, 4);
            const uint8_t *const store = cache_short_store(&cache, from, 4);
            const uint8_t *const looked_up = replacement == CACHE_RANDOM
                                                 ? cache_peek(&cache, address)
                                                 : cache_find_recent(&cache, address, false);
            const uint32_t offset = address % line;

            ASSERT_TRUE(load == nullptr || load == looked_up + offset) << i;
            ASSERT_TRUE(store == nullptr || store == load) << i;
            ASSERT_TRUE(store == nullptr || cache_is_dirty(&cache, address)) << i;
            found_by[replacement] += load != nullptr ? 1 : 0;
            access(address, random() % 3 == 0);
            cache_open_short_way(&cache, address, from, true, true);
            ASSERT_TRUE(cache_short_load(&cache, from, 4)) << i;
            if (random() % 4 == 0) {
                const uint32_t other = random() % (2 * bytes);
                cache_maintain_line(&cache, other, random() % 2 ? CACHE_CLEAN : CACHE_INVALIDATE,
                                    &victim);
            }
            if (random() % 8 == 0) {
                cache_take(&cache, random() % (2 * bytes), &victim);
            }
        }
        cache_release(&cache);
    }
    for (const uint32_t found : found_by) {
        EXPECT_GT(found, 1000U);
    }
}

TEST_F(Cache, AShortWayIsForAlignedAccessesThatThePageAllows)
{
    make(config_of(32768, 4, 32, CACHE_LRU));
    access(0x100, true);

    cache_open_short_way(&cache, 0x100, virtual_of(0x100), true, false);
    EXPECT_TRUE(cache_short_load(&cache, virtual_of(0x104), 4));
    EXPECT_FALSE(cache_short_load(&cache, virtual_of(0x106), 4));
    EXPECT_FALSE(cache_short_store(&cache, virtual_of(0x104), 4));
    cache_open_short_way(&cache, 0x100, virtual_of(0x100), false, true);
    EXPECT_FALSE(cache_short_load(&cache, virtual_of(0x104), 4));
    EXPECT_TRUE(cache_short_store(&cache, virtual_of(0x118), 8));
    EXPECT_FALSE(cache_short_store(&cache, virtual_of(0x11c), 8));
}

TEST_F(Cache, ShortWaysCloseWithTheirPage)
{
    make(config_of(32768, 4, 32, CACHE_LRU));
    for (const uint32_t address : {0x100U, 0x1140U}) {
        access(address, true);
        cache_open_short_way(&cache, address, virtual_of(address), true, true);
    }

    cache_close_short_ways(&cache, virtual_of(0x100) / SHORT_WAY_PAGE_BYTES);
    EXPECT_FALSE(cache_short_load(&cache, virtual_of(0x100), 4));
    EXPECT_FALSE(cache_short_store(&cache, virtual_of(0x100), 4));
    EXPECT_TRUE(cache_short_store(&cache, virtual_of(0x1140), 4));
    cache_close_all_short_ways(&cache);
    EXPECT_FALSE(cache_short_load(&cache, virtual_of(0x1140), 4));
}

TEST(CacheConfig, SaysWhatIsWrong)
{
    struct cache cache;
    const cache_config bad[] = {
        config_of(1024, 4, 24, CACHE_LRU),  config_of(1024, 0, 32, CACHE_LRU),
        config_of(1000, 4, 32, CACHE_LRU),  config_of(1536, 4, 32, CACHE_LRU),
        config_of(1536, 3, 32, CACHE_PLRU), config_of(1024, 64, 8, CACHE_LRU),
        config_of(1024, 4, 256, CACHE_LRU),
    };
    for (const cache_config &config : bad) {
        EXPECT_NE(cache_config_error(&config), nullptr);
        EXPECT_EQ(cache_init(&cache, &config), -EINVAL);
    }
    const cache_config a9 = config_of(32768, 4, 32, CACHE_RANDOM);
    EXPECT_EQ(cache_config_error(&a9), nullptr);
}

} // namespace
