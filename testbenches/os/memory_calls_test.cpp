// brk, mmap2, munmap, mprotect, mremap, madvise, msync, cacheflush.
#include <map>
#include <optional>
#include <random>

#include "fake_machine.h"

namespace
{

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using zs_test::buffer_base;
using zs_test::buffer_bytes;
using zs_test::fake_machine;
using zs_test::registers_base;

enum : uint32_t {
    MUNMAP = 91,
    MPROTECT = 125,
    MSYNC = 144,
    MREMAP = 163,
    MMAP2 = 192,
    MADVISE = 220,
    CACHEFLUSH = 0xF0002,
    READ = 1,
    WRITE = 2,
    SHARED = 1,
    PRIVATE = 2,
    FIXED = 0x10,
    ANONYMOUS = 0x20,
    POPULATE = 0x8000,
    NOREPLACE = 0x100000,
    NO_FILE = 0xFFFFFFFF,
    READ_WRITE_SYNC = 2 | 04010000,
};

struct memory_calls : testing::Test {
    fake_machine machine;

    uint32_t map(uint32_t bytes, uint32_t flags = PRIVATE | ANONYMOUS, uint32_t hint = 0,
                 uint32_t protection = READ | WRITE)
    {
        return machine.call(MMAP2, {hint, bytes, protection, flags, NO_FILE, 0}).result;
    }
    uint32_t open_memory(uint32_t flags)
    {
        return machine.call(5, {machine.string("/dev/mem"), flags}).result;
    }
    uint32_t map_device(uint32_t file, uint32_t physical, uint32_t bytes,
                        uint32_t protection = READ | WRITE, uint32_t flags = SHARED)
    {
        return machine.call(MMAP2, {0, bytes, protection, flags, file, physical >> PAGE_BITS})
            .result;
    }
};

uint32_t failure(int error)
{
    return static_cast<uint32_t>(-error);
}

TEST_F(memory_calls, anonymous_memory_is_zeroed_and_taken_at_first_touch)
{
    const uint32_t at = map(10000);
    EXPECT_EQ(at % PAGE_BYTES, 0U);
    EXPECT_EQ(machine.entry(at), 0U);
    EXPECT_EQ(machine.load<uint64_t>(at + 8192), 0U);
    EXPECT_NE(machine.entry(at + 8192), 0U);
    EXPECT_EQ(machine.entry(at + 4096), 0U);
    uint32_t word = 0;
    EXPECT_EQ(os_read_guest(machine.os(), at + 3 * PAGE_BYTES, &word, 4), -EFAULT);
}

TEST_F(memory_calls, populate_takes_all_pages_at_once_and_charges_them)
{
    os_call call =
        machine.call(MMAP2, {0, 2 * PAGE_BYTES, READ, PRIVATE | ANONYMOUS | POPULATE, NO_FILE, 0});
    EXPECT_NE(machine.entry(call.result + PAGE_BYTES), 0U);
    const os_config cost = zs_test::plain_config();
    EXPECT_EQ(call.cost_cycles, cost.syscall_cycles + cost.mmap_cycles +
                                    2 * (cost.page_fault_cycles + cost.page_zero_cycles));
}

TEST_F(memory_calls, fixed_maps_replace_what_was_there)
{
    const uint32_t at = map(2 * PAGE_BYTES);
    machine.store<uint32_t>(at, 7);
    EXPECT_EQ(map(PAGE_BYTES, PRIVATE | ANONYMOUS | FIXED, at), at);
    EXPECT_EQ(machine.load<uint32_t>(at), 0U);
    EXPECT_EQ(map(PAGE_BYTES, PRIVATE | ANONYMOUS | NOREPLACE, at), failure(EEXIST));
    EXPECT_EQ(map(PAGE_BYTES, PRIVATE | ANONYMOUS | FIXED, at + 1), failure(EINVAL));
    EXPECT_EQ(map(PAGE_BYTES, PRIVATE | ANONYMOUS | FIXED, 0xF0000000), failure(ENOMEM));
}

TEST_F(memory_calls, a_hint_is_followed_when_it_is_free)
{
    EXPECT_EQ(map(PAGE_BYTES, PRIVATE | ANONYMOUS, 0x30000000), 0x30000000U);
    EXPECT_NE(map(PAGE_BYTES, PRIVATE | ANONYMOUS, 0x30000000), 0x30000000U);
}

TEST_F(memory_calls, mmap_refuses_nonsense)
{
    EXPECT_EQ(map(0), failure(EINVAL));
    EXPECT_EQ(map(0xFFFFFFFF), failure(ENOMEM));
    EXPECT_EQ(map(0xF0000000), failure(ENOMEM));
    EXPECT_EQ(map(PAGE_BYTES, ANONYMOUS), failure(EINVAL)) << "neither shared nor private";
    EXPECT_EQ(map(PAGE_BYTES, PRIVATE), failure(EBADF)) << "no file, not anonymous";
    EXPECT_EQ(map_device(1, 0, PAGE_BYTES), failure(ENODEV)) << "standard output";
}

TEST_F(memory_calls, munmap_gives_memory_back_and_tells_the_cpu)
{
    const uint32_t at = map(3 * PAGE_BYTES);
    machine.store<uint32_t>(at + PAGE_BYTES, 7);
    machine.dropped_ranges.clear();
    EXPECT_EQ(machine.result(MUNMAP, {at, 2 * PAGE_BYTES}), 0);
    EXPECT_EQ(machine.entry(at + PAGE_BYTES), 0U);
    EXPECT_THAT(machine.dropped_ranges, ElementsAre(Pair(at, at + 2 * PAGE_BYTES)));
    EXPECT_EQ(machine.load<uint32_t>(at + 2 * PAGE_BYTES), 0U) << "the rest is still there";
    EXPECT_EQ(machine.result(MUNMAP, {at + 1, PAGE_BYTES}), -EINVAL);
    EXPECT_EQ(machine.result(MUNMAP, {at, 0}), -EINVAL);
    EXPECT_EQ(machine.result(MUNMAP, {0xFFFFF000, 2 * PAGE_BYTES}), -EINVAL) << "wraps around";
    EXPECT_EQ(machine.result(MUNMAP, {at, PAGE_BYTES}), 0) << "a hole is fine";
}

TEST_F(memory_calls, mprotect_takes_rights_away)
{
    const uint32_t at = map(PAGE_BYTES);
    machine.store<uint32_t>(at, 7);
    EXPECT_EQ(machine.result(MPROTECT, {at, 100, READ}), 0);
    EXPECT_FALSE(page_allows(machine.entry(at), ACCESS_WRITE));
    EXPECT_EQ(machine.load<uint32_t>(at), 7U);
    EXPECT_EQ(machine.result(MPROTECT, {at, 0x10000000, READ}), -ENOMEM);
    EXPECT_EQ(machine.result(MPROTECT, {at + 4, 100, READ}), -EINVAL);
}

TEST_F(memory_calls, mremap_resizes_in_place_and_does_not_move)
{
    const uint32_t at = map(PAGE_BYTES, PRIVATE | ANONYMOUS, 0x30000000);
    EXPECT_EQ(machine.call(MREMAP, {at, PAGE_BYTES, 4 * PAGE_BYTES, 1}).result, at);
    machine.store<uint32_t>(at + 3 * PAGE_BYTES, 1);
    EXPECT_EQ(machine.call(MREMAP, {at, 4 * PAGE_BYTES, PAGE_BYTES, 1}).result, at);
    EXPECT_EQ(machine.entry(at + 3 * PAGE_BYTES), 0U);
    map(PAGE_BYTES, PRIVATE | ANONYMOUS | FIXED, at + PAGE_BYTES);
    EXPECT_EQ(machine.result(MREMAP, {at, PAGE_BYTES, 3 * PAGE_BYTES, 1}), -ENOMEM);
}

TEST_F(memory_calls, madvise_dont_need_makes_pages_zero_again)
{
    const uint32_t at = map(PAGE_BYTES);
    machine.store<uint32_t>(at, 7);
    EXPECT_EQ(machine.result(MADVISE, {at, PAGE_BYTES, 4}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at), 0U);
    EXPECT_EQ(machine.result(MADVISE, {at, PAGE_BYTES, 3}), 0) << "an advice without effect";
    EXPECT_EQ(machine.result(MADVISE, {0x1000, PAGE_BYTES, 4}), -ENOMEM);
    EXPECT_EQ(machine.result(MADVISE, {0xFFFFF000, 2 * PAGE_BYTES, 4}), -ENOMEM) << "wraps around";
}

TEST_F(memory_calls, cacheflush_cleans_what_is_present_as_far_as_instruction_fetch_needs_it)
{
    const uint32_t at = map(3 * PAGE_BYTES);
    machine.store<uint32_t>(at + PAGE_BYTES, 7); // the pages around it are not present
    const os_call call = machine.call(CACHEFLUSH, {at + 0xFF0, at + 2 * PAGE_BYTES + 16, 0});
    EXPECT_EQ(call.result, 0U);
    const uint32_t physical = page_physical(machine.entry(at + PAGE_BYTES), 0);
    EXPECT_THAT(machine.maintained, ElementsAre(zs_test::maintained_range{
                                        physical, PAGE_BYTES, CACHE_CLEAN, CACHE_TO_UNIFICATION}));
    EXPECT_THAT(machine.code_ranges, ElementsAre(Pair(at + 0xFF0, at + 2 * PAGE_BYTES + 16)));
    EXPECT_EQ(machine.result(CACHEFLUSH, {at + 64, at, 0}), -EINVAL);
    EXPECT_EQ(machine.result(CACHEFLUSH, {0x100, 0x140, 0}), -EFAULT) << "not mapped";
}

// --- /dev/mem ---

TEST_F(memory_calls, devmem_maps_registers_as_device_and_synchronous_ram_uncached)
{
    const uint32_t file = open_memory(READ_WRITE_SYNC);
    const uint32_t registers = map_device(file, registers_base, 0x10000);
    EXPECT_EQ(page_attribute(machine.entry(registers)), MEM_DEVICE);
    EXPECT_EQ(page_physical(machine.entry(registers + 0xF000), registers + 0xF058),
              registers_base + 0xF058);
    const uint32_t buffer = map_device(file, buffer_base, buffer_bytes);
    EXPECT_EQ(page_attribute(machine.entry(buffer)), MEM_UNCACHED);
}

TEST_F(memory_calls, devmem_without_o_sync_maps_ram_cached_and_registers_still_as_device)
{
    const uint32_t file = open_memory(2);
    EXPECT_EQ(page_attribute(machine.entry(map_device(file, buffer_base, 4096))), MEM_CACHED);
    EXPECT_EQ(page_attribute(machine.entry(map_device(file, registers_base, 4096))), MEM_DEVICE);
}

TEST(memory_calls_config, devmem_sync_mapping_can_be_write_combined)
{
    os_config config = zs_test::plain_config();
    config.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
    fake_machine machine(config);
    const uint32_t file = machine.call(5, {machine.string("/dev/mem"), READ_WRITE_SYNC}).result;
    const uint32_t at =
        machine.call(MMAP2, {0, 4096, 3, SHARED, file, buffer_base >> PAGE_BITS}).result;
    EXPECT_EQ(page_attribute(machine.entry(at)), MEM_WRITE_COMBINE);
}

TEST_F(memory_calls, devmem_names_the_ranges_when_a_mapping_is_outside_of_all)
{
    const uint32_t file = open_memory(READ_WRITE_SYNC);
    EXPECT_EQ(map_device(file, 0x50000000, 4096), failure(EINVAL));
    EXPECT_THAT(machine.messages,
                ElementsAre(HasSubstr("0x50000000, 4096 bytes, is not inside one range"),
                            HasSubstr("0x00100000-0x010fffff DRAM"),
                            HasSubstr("0x16000000-0x160fffff DMA buffers"),
                            HasSubstr("0x40400000-0x4040ffff axi_dma")));
    EXPECT_EQ(map_device(file, registers_base, 0x11000), failure(EINVAL)) << "beyond its end";
}

TEST_F(memory_calls, devmem_mappings_keep_to_the_mode_of_the_open)
{
    const uint32_t read_only = open_memory(0);
    EXPECT_EQ(map_device(read_only, buffer_base, 4096), failure(EACCES));
    EXPECT_LT(map_device(read_only, buffer_base, 4096, READ), 0xC0000000U);
    EXPECT_EQ(map_device(open_memory(1), buffer_base, 4096, READ), failure(EACCES));
    EXPECT_EQ(map_device(open_memory(2), buffer_base, 4096, READ | WRITE, PRIVATE),
              failure(EINVAL));
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("use MAP_SHARED")));
}

TEST_F(memory_calls, msync_of_devmem_costs_its_time_and_answers_as_linux_does)
{
    const uint32_t registers = map_device(open_memory(READ_WRITE_SYNC), registers_base, 0x10000);
    const os_call call = machine.call(MSYNC, {registers, 0x10000, 4});
    EXPECT_EQ(call.result, failure(EINVAL)) << "/dev/mem has no fsync";
    const os_config cost = zs_test::plain_config();
    EXPECT_EQ(call.cost_cycles, cost.syscall_cycles + cost.msync_cycles);
    EXPECT_EQ(machine.result(MSYNC, {registers, 0x10000, 1}), 0) << "MS_ASYNC does nothing";
}

TEST_F(memory_calls, msync_checks_its_range_and_flags)
{
    const uint32_t at = map(PAGE_BYTES);
    EXPECT_EQ(machine.result(MSYNC, {at, PAGE_BYTES, 4}), 0);
    EXPECT_EQ(machine.result(MSYNC, {at + 4, PAGE_BYTES, 4}), -EINVAL);
    EXPECT_EQ(machine.result(MSYNC, {at, PAGE_BYTES, 5}), -EINVAL);
    EXPECT_EQ(machine.result(MSYNC, {at, PAGE_BYTES, 8}), -EINVAL);
    EXPECT_EQ(machine.result(MSYNC, {0x1000, PAGE_BYTES, 4}), -ENOMEM);
}

TEST_F(memory_calls, mapping_a_window_is_charged_by_the_page)
{
    const uint32_t file = open_memory(READ_WRITE_SYNC);
    const os_call call =
        machine.call(MMAP2, {0, 8 * PAGE_BYTES, 3, SHARED, file, buffer_base >> PAGE_BITS});
    const os_config cost = zs_test::plain_config();
    EXPECT_EQ(call.cost_cycles, cost.syscall_cycles + cost.mmap_cycles + 8 * cost.mmap_page_cycles);
    EXPECT_EQ(machine.call(MUNMAP, {call.result, 8 * PAGE_BYTES}).cost_cycles,
              cost.syscall_cycles + cost.mmap_cycles + 8 * cost.mmap_page_cycles);
}

// --- random traffic: contents and rights, against a map of bytes ---

struct random_memory : memory_calls {
    static constexpr uint32_t start = 0x30000000;
    static constexpr uint32_t pages = 32;
    std::mt19937 random;

    struct page {
        bool writable;
        std::map<uint32_t, uint32_t> words;
    };
    std::map<uint32_t, page> model;

    uint32_t up_to(uint32_t limit)
    {
        return std::uniform_int_distribution<uint32_t>(0, limit)(random);
    }

    void change_mappings()
    {
        const uint32_t first = up_to(pages - 1);
        const uint32_t count = 1 + up_to(pages - 1 - first);
        const uint32_t at = start + first * PAGE_BYTES;
        const uint32_t bytes = count * PAGE_BYTES;
        const auto from = model.lower_bound(at);
        const auto to = model.lower_bound(at + bytes);
        const bool whole = static_cast<uint32_t>(std::distance(from, to)) == count;
        const bool writable = up_to(1);
        switch (up_to(3)) {
        case 0:
            ASSERT_EQ(map(bytes, PRIVATE | ANONYMOUS | FIXED, at, writable ? READ | WRITE : READ),
                      at);
            for (uint32_t i = 0; i < count; i++)
                model[at + i * PAGE_BYTES] = {writable, {}};
            return;
        case 1:
            ASSERT_EQ(machine.result(MUNMAP, {at, bytes}), 0);
            model.erase(from, to);
            return;
        case 2:
            ASSERT_EQ(machine.result(MPROTECT, {at, bytes, writable ? READ | WRITE : READ}),
                      whole ? 0 : -ENOMEM);
            for (auto page = from; whole && page != to; ++page)
                page->second.writable = writable;
            return;
        default:
            ASSERT_EQ(machine.result(MADVISE, {at, bytes, 4}), whole ? 0 : -ENOMEM);
            for (auto page = from; whole && page != to; ++page)
                page->second.words.clear();
        }
    }

    void write_word()
    {
        const uint32_t at = start + 4 * up_to(pages * PAGE_BYTES / 4 - 1);
        const uint32_t value = random();
        const auto page = model.find(at & ~4095U);
        const bool allowed = page != model.end() && page->second.writable;
        ASSERT_EQ(os_write_guest(machine.os(), at, &value, 4), allowed ? 0 : -EFAULT);
        if (allowed)
            page->second.words[at] = value;
    }

    // One long read over everything that is mapped around a place.
    void read_back()
    {
        const uint32_t at = start + up_to(pages - 1) * PAGE_BYTES;
        uint32_t end = at;
        while (model.count(end))
            end += PAGE_BYTES;
        std::vector<uint32_t> words((end - at) / 4 + 1);
        ASSERT_EQ(os_read_guest(machine.os(), at, words.data(), end - at), 0);
        ASSERT_EQ(os_read_guest(machine.os(), at, words.data(), end - at + 4), -EFAULT);
        for (uint32_t word = at; word < end; word += 4) {
            const auto &known = model[word & ~4095U].words;
            const auto found = known.find(word);
            ASSERT_EQ(words[(word - at) / 4], found == known.end() ? 0 : found->second);
        }
    }
};

TEST_F(random_memory, keeps_what_was_written_and_nothing_else)
{
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    random.seed(seed);
    for (int i = 0; i < 3000 && !HasFatalFailure(); i++) {
        change_mappings();
        for (int j = 0; j < 8; j++)
            write_word();
        read_back();
    }
}

} // namespace
