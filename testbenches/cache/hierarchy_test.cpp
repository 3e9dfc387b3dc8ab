#include "cache/hierarchy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

namespace
{

enum {
    MEMORY_CYCLES = 100,
    L2_CYCLES = 19,
    L2_MISS_CYCLES = 14,
    L1_MAINTAIN = 4,
    L2_MAINTAIN = 20
};

const std::pair<cache_replacement, uint32_t> REPLACEMENTS_AND_PREFETCH[] = {
    {CACHE_LRU, 0}, {CACHE_PLRU, 0}, {CACHE_RANDOM, 0},
    {CACHE_LRU, 1}, {CACHE_PLRU, 3}, {CACHE_RANDOM, 1}};

/* Plain memory below the L2, which a non-coherent master may change behind the caches' back. */
class Hierarchy : public testing::Test
{
  protected:
    Hierarchy()
    {
        build(CACHE_LRU);
    }
    ~Hierarchy() override
    {
        hierarchy_release(&caches);
    }

    void build(cache_replacement replacement, uint32_t prefetch_lines = 0)
    {
        const memory_port port = {this,          read_line,  write_line, prefetch_line,
                                  wait_prefetch, debug_read, debug_write};
        hierarchy_config config{};
        config.l1d = {512, 2, 32, uint32_t(replacement), 0, 0, L1_MAINTAIN, 0, false, 0, 0};
        config.l2 = {2048,
                     4,
                     32,
                     uint32_t(replacement),
                     L2_CYCLES,
                     L2_MISS_CYCLES,
                     L2_MAINTAIN,
                     prefetch_lines,
                     false,
                     0,
                     0};
        hierarchy_release(&caches);
        ASSERT_EQ(hierarchy_init(&caches, &config, &port), 0);
    }

    static Hierarchy &self(void *context)
    {
        return *static_cast<Hierarchy *>(context);
    }
    static uint64_t read_line(void *context, uint32_t address, uint8_t *data, uint32_t bytes,
                              uint64_t after_cycles)
    {
        self(context).reads++;
        self(context).on_read();
        self(context).read_after = after_cycles;
        std::memcpy(data, self(context).memory.data() + address, bytes);
        return MEMORY_CYCLES;
    }
    static uint64_t write_line(void *context, uint32_t address, const uint8_t *data, uint32_t bytes,
                               uint64_t)
    {
        self(context).writes++;
        std::memcpy(self(context).memory.data() + address, data, bytes);
        return 0;
    }
    static bool prefetch_line(void *context, uint32_t address, uint8_t *data, uint32_t bytes,
                              uint64_t after_cycles)
    {
        if (!self(context).on_prefetch(address)) {
            return false;
        }
        self(context).prefetched.push_back(address);
        self(context).prefetch_after = after_cycles;
        std::memcpy(data, self(context).memory.data() + address, bytes);
        return true;
    }
    static uint64_t wait_prefetch(void *context, uint32_t, uint32_t, uint64_t)
    {
        return self(context).prefetch_left;
    }
    static void debug_read(void *context, uint32_t address, void *data, uint32_t bytes)
    {
        std::memcpy(data, self(context).memory.data() + address, bytes);
    }
    static void debug_write(void *context, uint32_t address, const void *data, uint32_t bytes)
    {
        std::memcpy(self(context).memory.data() + address, data, bytes);
    }

    uint32_t load(uint32_t address)
    {
        uint32_t value;
        cost = {};
        const uint8_t *const line = hierarchy_access(&caches, address, false, &cost);
        std::memcpy(&value, line + address % 32, 4);
        return value;
    }
    void store(uint32_t address, uint32_t value)
    {
        cost = {};
        uint8_t *const line = hierarchy_access(&caches, address, true, &cost);
        std::memcpy(line + address % 32, &value, 4);
    }
    uint32_t in_memory(uint32_t address)
    {
        uint32_t value;
        std::memcpy(&value, memory.data() + address, 4);
        return value;
    }
    void dma_write(uint32_t address, uint32_t value)
    {
        std::memcpy(memory.data() + address, &value, 4);
    }
    void to_memory(const cache_victim &victim)
    {
        if (victim.dirty) {
            std::memcpy(memory.data() + victim.address, victim.data, 32);
        }
    }
    uint32_t coherent_read(uint32_t address, bool allocate)
    {
        uint32_t value = 0;
        if (!hierarchy_snoop_read(&caches, address, &value, 4)) {
            value = in_memory(address);
            if (allocate) {
                EXPECT_TRUE(hierarchy_snoop_allocate(
                    &caches, address, memory.data() + address / 32 * 32, false, &evicted));
                to_memory(evicted);
            }
        }
        return value;
    }
    void coherent_write(uint32_t address, uint32_t value, bool allocate)
    {
        const bool hit = hierarchy_snoop_write(&caches, address, &value, 4, &evicted);
        to_memory(evicted);
        if (!hit && allocate) {
            uint8_t line[32];
            std::memcpy(line, memory.data() + address / 32 * 32, 32);
            std::memcpy(line + address % 32, &value, 4);
            EXPECT_TRUE(hierarchy_snoop_allocate(&caches, address, line, true, &evicted));
            to_memory(evicted);
        } else if (!hit) {
            dma_write(address, value);
        }
    }
    uint32_t seen_by_debug(uint32_t address)
    {
        uint32_t value;
        hierarchy_debug_read(&caches, address, &value, 4);
        return value;
    }

    std::vector<uint8_t> memory = std::vector<uint8_t>(65536);
    hierarchy caches{};
    cache_victim evicted{};
    access_cost cost{};
    uint64_t reads = 0, writes = 0, read_after = 0;
    std::function<void()> on_read = [] {};
    std::vector<uint32_t> prefetched;
    uint64_t prefetch_after = 0, prefetch_left = 0;
    std::function<bool(uint32_t)> on_prefetch = [](uint32_t) { return true; };
};

TEST_F(Hierarchy, CostsByTheLevelThatAnswers)
{
    load(0x1000);
    EXPECT_EQ(cost.l2_cycles, uint64_t{L2_CYCLES});
    EXPECT_EQ(cost.memory_cycles, uint64_t{L2_MISS_CYCLES + MEMORY_CYCLES});
    EXPECT_EQ(read_after, uint64_t{L2_CYCLES + L2_MISS_CYCLES});

    load(0x101c);
    EXPECT_EQ(cost.l2_cycles + cost.memory_cycles, 0U);

    load(0x1000 + 512); /* two ways a set, 256 bytes a way: the third line sends the first out */
    load(0x1000 + 1024);
    load(0x1000);
    EXPECT_EQ(cost.l2_cycles, uint64_t{L2_CYCLES});
    EXPECT_EQ(cost.memory_cycles, 0U);
}

TEST_F(Hierarchy, AWholeDirtyLineIsWrittenBackWithoutAFill)
{
    store(0x1000, 1);
    for (uint32_t i = 1; i <= 8; i++) { /* push it out of both levels */
        load(0x1000 + 512 * i);
    }
    EXPECT_EQ(in_memory(0x1000), 1U);
    EXPECT_EQ(reads, caches.l2.counters.refills);
    EXPECT_EQ(writes, caches.l2.counters.write_backs);
    EXPECT_EQ(caches.l1d.counters.write_backs, 1U);
}

/* Random traffic: loads see the last store, and cleaning everything makes memory agree. */
TEST_F(Hierarchy, AClaimedLineIsNotFetchedAndKeepsWhatIsNotOverwritten)
{
    const uint32_t value = 7;
    dma_write(0x3004, 5);
    access_cost none{};
    uint8_t *const line = hierarchy_claim(&caches, 0x3000, &none);
    ASSERT_NE(line, nullptr);
    std::memcpy(line, &value, 4);
    EXPECT_EQ(load(0x3000), 7U);
    EXPECT_EQ(load(0x3004), 5U);
    EXPECT_EQ(reads, 0U);
    EXPECT_EQ(none.l2_cycles + none.memory_cycles, 0U);
    hierarchy_maintain(&caches, 0x3000, 32, CACHE_CLEAN, CACHE_TO_MEMORY);
    EXPECT_EQ(in_memory(0x3000), 7U);
}

TEST_F(Hierarchy, ALineThatALevelHasIsNotClaimed)
{
    access_cost none{};
    store(0x3000, 1);
    EXPECT_EQ(hierarchy_claim(&caches, 0x3000, &none), nullptr);
    load(0x3200); /* two further lines of its set send it down to the L2 */
    load(0x3400);
    EXPECT_EQ(hierarchy_claim(&caches, 0x3000, &none), nullptr);
    EXPECT_EQ(load(0x3000), 1U);
}

TEST_F(Hierarchy, KeepsEveryByteWhateverTheReplacement)
{
    const unsigned seed = 777;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);

    on_prefetch = [&](uint32_t) { return random() % 4 != 0; };
    for (const auto &[replacement, prefetch_lines] : REPLACEMENTS_AND_PREFETCH) {
        build(replacement, prefetch_lines);
        memory.assign(memory.size(), 0);
        prefetched.clear();
        reads = writes = 0;
        std::vector<uint32_t> wanted(4096);
        for (int i = 0; i < 100000; i++) {
            const uint32_t word = random() % wanted.size();
            if (random() % 2) {
                wanted[word] = uint32_t(random());
                store(4 * word, wanted[word]);
            } else {
                ASSERT_EQ(load(4 * word), wanted[word]) << i;
            }
            ASSERT_EQ(seen_by_debug(4 * word), wanted[word]) << i;
            if (random() % 8 == 0) {
                hierarchy_prefetch(&caches, 4 * (random() % 4096), &cost);
            }
            if (random() % 1000 == 0) {
                hierarchy_maintain(&caches, 4 * (random() % 4096), random() % 256,
                                   random() % 2 ? CACHE_CLEAN : CACHE_CLEAN_INVALIDATE,
                                   random() % 2 ? CACHE_TO_MEMORY : CACHE_TO_UNIFICATION);
            }
        }
        hierarchy_maintain(&caches, 0, 16384, CACHE_CLEAN, CACHE_TO_MEMORY);
        EXPECT_EQ(std::memcmp(wanted.data(), memory.data(), 16384), 0);
        EXPECT_EQ(caches.l2.counters.reads, caches.l1d.counters.refills);
        EXPECT_EQ(caches.l1d.counters.refills, caches.l1d.counters.read_misses +
                                                   caches.l1d.counters.write_misses +
                                                   caches.l1d.counters.prefetches);
        EXPECT_GT(caches.l1d.counters.prefetch_hits, 0U);
        EXPECT_EQ(caches.l2.counters.writes, caches.l1d.counters.write_backs);
        EXPECT_EQ(caches.l2.counters.refills, reads + prefetched.size());
        EXPECT_LT(caches.l2.counters.prefetches, prefetched.size());
        EXPECT_EQ(caches.l2.counters.prefetches != 0, prefetch_lines != 0);
        EXPECT_EQ(caches.l2.counters.write_backs, writes);
    }
}

/* --- prefetch --- */

TEST_F(Hierarchy, NothingIsPrefetchedUnlessConfigured)
{
    load(0x1000);
    EXPECT_TRUE(prefetched.empty());
}

/* One miss a page; each line that is read brings the next. */
TEST_F(Hierarchy, ASequentialReadIsPrefetchedAsFarAsThePageGoes)
{
    build(CACHE_LRU, 1);
    for (uint32_t line = 0; line < 128; line++) {
        load(0x1000 + 32 * line);
    }
    EXPECT_EQ(reads, 1U);
    EXPECT_EQ(caches.l2.counters.read_misses, 1U);
    EXPECT_EQ(caches.l2.counters.refills, 128U);
    EXPECT_EQ(caches.l2.counters.prefetches, 127U);
    EXPECT_EQ(caches.l2.counters.prefetch_hits, 127U);
    EXPECT_EQ(prefetched.back(), 0x1fe0U);

    load(0x2000);
    EXPECT_EQ(reads, 2U);
}

TEST_F(Hierarchy, APrefetchIsOfTheLineThatIsConfigured)
{
    build(CACHE_LRU, 3);
    load(0x1010);
    EXPECT_EQ(prefetched, std::vector<uint32_t>{0x1060});
}

TEST_F(Hierarchy, APrefetchLeavesBehindTheMissAndTheCpuDoesNotWait)
{
    build(CACHE_LRU, 1);
    prefetch_left = 30;
    load(0x1000);
    EXPECT_EQ(prefetch_after, read_after);
    EXPECT_EQ(cost.memory_cycles, uint64_t{L2_MISS_CYCLES + MEMORY_CYCLES});
}

TEST_F(Hierarchy, APrefetchedLineCostsWhatIsLeftOfItsWayOnce)
{
    build(CACHE_LRU, 1);
    prefetch_left = 30;
    load(0x1000);
    load(0x1020);
    EXPECT_EQ(cost.l2_cycles, uint64_t{L2_CYCLES});
    EXPECT_EQ(cost.memory_cycles, 30U);

    load(0x1020 + 512); /* out of the L1 */
    load(0x1020 + 1024);
    load(0x1020);
    EXPECT_EQ(cost.l2_cycles, uint64_t{L2_CYCLES});
    EXPECT_EQ(cost.memory_cycles, 0U);
}

TEST_F(Hierarchy, APrefetchThatFindsNoBufferDoesNothing)
{
    build(CACHE_LRU, 1);
    on_prefetch = [](uint32_t) { return false; };
    load(0x1000);
    EXPECT_EQ(caches.l2.counters.refills, 1U);
    load(0x1020);
    EXPECT_EQ(reads, 2U);
    EXPECT_EQ(caches.l2.counters.prefetch_hits, 0U);
}

TEST_F(Hierarchy, TheDirtyLineThatMakesRoomForAPrefetchIsWrittenBack)
{
    build(CACHE_LRU, 1);
    for (uint32_t way = 0; way < 4; way++) { /* four ways of 512 bytes, all dirty */
        coherent_write(0x1020 + 512 * way, way + 1, true);
    }
    load(0x3000);
    EXPECT_EQ(prefetched, std::vector<uint32_t>{0x3020});
    EXPECT_EQ(writes, 1U);
    EXPECT_EQ(in_memory(0x1020), 1U);
}

TEST_F(Hierarchy, ACoherentMasterKeepsAwayFromALineThatIsBeingAskedFor)
{
    build(CACHE_LRU, 1);
    on_prefetch = [&](uint32_t address) {
        EXPECT_TRUE(hierarchy_under_way(&caches, address, 32));
        return true;
    };
    load(0x1000);
    EXPECT_FALSE(hierarchy_under_way(&caches, 0x1020, 32));
}

/* --- a non-coherent master --- */

TEST_F(Hierarchy, TheCpuReadsStaleDataUntilItInvalidates)
{
    dma_write(0x2000, 1);
    EXPECT_EQ(load(0x2000), 1U);
    dma_write(0x2000, 2);
    EXPECT_EQ(load(0x2000), 1U);
    hierarchy_maintain(&caches, 0x2000, 32, CACHE_INVALIDATE, CACHE_TO_MEMORY);
    EXPECT_EQ(load(0x2000), 2U);
}

TEST_F(Hierarchy, MemoryIsStaleUntilTheCpuCleans)
{
    store(0x2000, 7);
    EXPECT_EQ(in_memory(0x2000), 0U);
    hierarchy_maintain(&caches, 0x2000, 4, CACHE_CLEAN, CACHE_TO_MEMORY);
    EXPECT_EQ(in_memory(0x2000), 7U);
    EXPECT_EQ(load(0x2000), 7U);
    EXPECT_EQ(cost.l2_cycles, 0U); /* still cached */
}

TEST_F(Hierarchy, InvalidatingWithoutCleaningLosesWhatWasWritten)
{
    store(0x2000, 7);
    hierarchy_maintain(&caches, 0x2000, 32, CACHE_INVALIDATE, CACHE_TO_MEMORY);
    EXPECT_EQ(load(0x2000), 0U);
}

TEST_F(Hierarchy, InvalidatingAPartOfALineKeepsItsOtherBytes)
{
    store(0x2000, 7);
    dma_write(0x2010, 9);
    hierarchy_maintain(&caches, 0x2010, 16, CACHE_INVALIDATE, CACHE_TO_MEMORY);
    EXPECT_EQ(load(0x2000), 7U);
}

TEST_F(Hierarchy, CleaningToUnificationStopsAtTheL2)
{
    store(0x2000, 7);
    EXPECT_EQ(hierarchy_maintain(&caches, 0x2000, 32, CACHE_CLEAN, CACHE_TO_UNIFICATION),
              uint64_t{L1_MAINTAIN});
    EXPECT_EQ(in_memory(0x2000), 0U);
    EXPECT_FALSE(cache_is_dirty(&caches.l1d, 0x2000));
    EXPECT_TRUE(cache_is_dirty(&caches.l2, 0x2000));
}

TEST_F(Hierarchy, MaintenanceCostsEachLineOfTheRange)
{
    /* 100 bytes from 0x201e on: the lines 0x2000, 0x2020, 0x2040, 0x2060, 0x2080 */
    EXPECT_EQ(hierarchy_maintain(&caches, 0x201e, 100, CACHE_CLEAN, CACHE_TO_MEMORY),
              5U * (L1_MAINTAIN + L2_MAINTAIN));
    EXPECT_EQ(caches.l1d.counters.maintenance_lines, 5U);
    EXPECT_EQ(caches.l2.counters.maintenance_lines, 5U);
    EXPECT_EQ(hierarchy_maintain(&caches, 0x2000, 0, CACHE_CLEAN, CACHE_TO_MEMORY), 0U);
}

/* --- a coherent master --- */

TEST_F(Hierarchy, ASnoopReadGetsTheNewestCopy)
{
    uint32_t value = 0;
    EXPECT_FALSE(hierarchy_snoop_read(&caches, 0x3000, &value, 4));
    store(0x3000, 9);
    EXPECT_TRUE(hierarchy_snoop_read(&caches, 0x3000, &value, 4));
    EXPECT_EQ(value, 9U);
    EXPECT_EQ(caches.l1d.counters.snoop_hits, 1U);
}

TEST_F(Hierarchy, ASnoopWriteIsSeenByTheCpuAndKeepsItsNeighbours)
{
    uint32_t value = 5;
    EXPECT_FALSE(hierarchy_snoop_write(&caches, 0x3000, &value, 4, &evicted));

    store(0x3000, 9);
    store(0x3004, 10);
    EXPECT_TRUE(hierarchy_snoop_write(&caches, 0x3000, &value, 4, &evicted));
    EXPECT_EQ(load(0x3000), 5U);
    EXPECT_EQ(cost.l2_cycles, uint64_t{L2_CYCLES}); /* it left the L1 */
    EXPECT_EQ(load(0x3004), 10U);
}

TEST_F(Hierarchy, AnAllocatedLineIsReadWithoutGoingToMemory)
{
    std::vector<uint8_t> line(32, 0x5a);
    EXPECT_TRUE(hierarchy_snoop_allocate(&caches, 0x3000, line.data(), true, &evicted));
    EXPECT_FALSE(evicted.dirty);
    EXPECT_EQ(load(0x3010), 0x5a5a5a5aU);
    EXPECT_EQ(reads, 0U);
    EXPECT_FALSE(hierarchy_snoop_allocate(&caches, 0x3000, line.data(), true, &evicted))
        << "it is there";
}

TEST_F(Hierarchy, AllocatingHandsOutTheDirtyLineThatMakesRoom)
{
    std::vector<uint8_t> line(32);
    for (uint32_t way = 0; way < 5; way++) { /* four ways of 512 bytes */
        EXPECT_FALSE(evicted.dirty) << way;
        line[0] = uint8_t(way + 1);
        EXPECT_TRUE(hierarchy_snoop_allocate(&caches, 512 * way, line.data(), true, &evicted));
    }
    EXPECT_TRUE(evicted.dirty);
    EXPECT_EQ(evicted.address, 0U);
    EXPECT_EQ(evicted.data[0], 1U);
    EXPECT_EQ(writes, 0U) << "its way to memory is the caller's affair";
}

TEST_F(Hierarchy, NothingIsAllocatedInTheSetThatIsBeingFilled)
{
    std::vector<uint8_t> line(32);
    on_read = [&] {
        EXPECT_FALSE(hierarchy_snoop_allocate(&caches, 0x1000 + 512, line.data(), true, &evicted));
        EXPECT_TRUE(hierarchy_snoop_allocate(&caches, 0x1020, line.data(), true, &evicted));
    };
    load(0x1000);
    EXPECT_EQ(reads, 1U);
}

/* A master that goes through the caches, as the coherent port does. */
TEST_F(Hierarchy, CoherentTrafficAndTheCpuSeeOneMemory)
{
    for (const auto &[replacement, prefetch_lines] : REPLACEMENTS_AND_PREFETCH) {
        for (const uint32_t allocates : {0U, 1U, 2U, 3U}) { /* 1: reads, 2: writes */
            const uint32_t seed = 20261122 + allocates;
            SCOPED_TRACE("seed " + std::to_string(seed) + ", replacement " +
                         std::to_string(replacement) + ", prefetch " +
                         std::to_string(prefetch_lines));
            std::mt19937 random(seed);
            build(replacement, prefetch_lines);
            std::fill(memory.begin(), memory.end(), uint8_t{0});
            std::vector<uint8_t> plain(8192);
            for (int i = 0; i < 20000; i++) {
                const uint32_t address = random() % 2048 * 4;
                const uint32_t value = random();
                uint32_t seen = 0, expected = 0;
                std::memcpy(&expected, &plain[address], 4);
                switch (random() % 5) {
                case 0:
                    store(address, value);
                    std::memcpy(&plain[address], &value, 4);
                    break;
                case 1:
                    coherent_write(address, value, (allocates & 2) != 0);
                    std::memcpy(&plain[address], &value, 4);
                    break;
                case 2:
                    seen = coherent_read(address, (allocates & 1) != 0);
                    ASSERT_EQ(seen, expected) << "coherent read " << i;
                    break;
                case 3:
                    hierarchy_maintain(&caches, address, 4, CACHE_CLEAN_INVALIDATE,
                                       CACHE_TO_MEMORY);
                    break;
                default:
                    ASSERT_EQ(load(address), expected) << "load " << i;
                }
            }
            hierarchy_maintain(&caches, 0, 8192, CACHE_CLEAN, CACHE_TO_MEMORY);
            EXPECT_TRUE(std::equal(plain.begin(), plain.end(), memory.begin()));
        }
    }
}

/* --- the functional view --- */

TEST_F(Hierarchy, DebugWritesAreSeenByTheCpuAndReachMemoryInTheEnd)
{
    const uint32_t value = 3;
    load(0x3000);
    hierarchy_debug_write(&caches, 0x3000, &value, 4);
    hierarchy_debug_write(&caches, 0x5000, &value, 4);
    EXPECT_EQ(load(0x3000), 3U);
    EXPECT_EQ(load(0x5000), 3U);
    EXPECT_EQ(in_memory(0x3000), 0U);
    hierarchy_maintain(&caches, 0x3000, 4, CACHE_CLEAN, CACHE_TO_MEMORY);
    EXPECT_EQ(in_memory(0x3000), 3U);
}

TEST_F(Hierarchy, DiscardedLinesComeFromMemoryAgain)
{
    store(0x3000, 3);
    const uint64_t write_backs = writes;
    hierarchy_discard(&caches, 0x3000, 4096);
    EXPECT_EQ(load(0x3000), 0U);
    EXPECT_EQ(writes, write_backs);
}

/* --- prefetch to the L1 --- */

TEST_F(Hierarchy, ALinePrefetchedToTheL1IsThereWhenItIsAskedFor)
{
    dma_write(0x1004, 5);
    cost = {};
    EXPECT_TRUE(hierarchy_prefetch(&caches, 0x1000, &cost));
    EXPECT_EQ(prefetched, std::vector<uint32_t>{0x1000});
    EXPECT_EQ(prefetch_after, uint64_t{L2_CYCLES + L2_MISS_CYCLES});
    EXPECT_EQ(cost.memory_cycles, 0U);
    EXPECT_FALSE(hierarchy_prefetch(&caches, 0x1010, &cost)) << "the L1 has it";

    prefetch_left = 30;
    EXPECT_EQ(load(0x1004), 5U);
    EXPECT_TRUE(cost.prefetched);
    EXPECT_EQ(cost.l2_cycles, 0U);
    EXPECT_EQ(cost.memory_cycles, 30U);
    EXPECT_EQ(load(0x1004), 5U);
    EXPECT_FALSE(cost.prefetched);
    EXPECT_EQ(cost.memory_cycles, 0U);
    EXPECT_EQ(reads, 0U);
    EXPECT_EQ(caches.l1d.counters.read_misses, 0U);
    EXPECT_EQ(caches.l1d.counters.prefetches, 1U);
    EXPECT_EQ(caches.l1d.counters.prefetch_hits, 1U);
    EXPECT_EQ(caches.l2.counters.prefetches, 0U);
}

TEST_F(Hierarchy, ALineOfTheL2IsPrefetchedWithoutMemory)
{
    load(0x1000);
    load(0x1000 + 512); /* out of the L1, and still in the L2 */
    load(0x1000 + 1024);
    EXPECT_TRUE(hierarchy_prefetch(&caches, 0x1000, &cost));
    EXPECT_TRUE(prefetched.empty());
}

TEST_F(Hierarchy, APrefetchToTheL1ThatFindsNoBufferDoesNothing)
{
    on_prefetch = [](uint32_t) { return false; };
    EXPECT_FALSE(hierarchy_prefetch(&caches, 0x1000, &cost));
    EXPECT_EQ(caches.l1d.counters.refills, 0U);
    load(0x1000);
    EXPECT_FALSE(cost.prefetched);
    EXPECT_EQ(reads, 1U);
}

TEST(HierarchyConfig, WantsTheSameLineInBothLevels)
{
    hierarchy_config config{};
    config.l1d = {512, 2, 32, CACHE_LRU, 0, 0, 0, 0, false, 0, 0};
    config.l2 = {2048, 4, 64, CACHE_LRU, 0, 0, 0, 0, false, 0, 0};
    EXPECT_NE(hierarchy_config_error(&config), nullptr);
}

} // namespace
