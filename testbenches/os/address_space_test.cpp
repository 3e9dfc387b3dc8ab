// The address space against a model that keeps one record a page.
#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "os/address_space.h"
#include "os/frame_allocator.h"

namespace
{

constexpr uint32_t frames_base = 0x00100000;
constexpr uint32_t frame_count = 512;

struct address_space_test : testing::Test {
    frame_allocator frames{};
    address_space space{};
    std::vector<std::pair<uint32_t, uint32_t>> dropped;

    void SetUp() override
    {
        ASSERT_EQ(
            frame_allocator_init(&frames, frames_base, frame_count * PAGE_BYTES, FRAMES_ASCENDING),
            0);
        ASSERT_EQ(address_space_init(&space, &frames, note_dropped, this), 0);
    }
    void TearDown() override
    {
        address_space_destroy(&space);
        frame_allocator_destroy(&frames);
    }
    static void note_dropped(void *context, uint32_t start, uint32_t end)
    {
        static_cast<address_space_test *>(context)->dropped.emplace_back(start, end);
    }
    int map_anonymous(uint32_t start, uint32_t end, uint8_t rights)
    {
        const memory_area area{start, end, AREA_ANONYMOUS, rights, false, MEM_CACHED, 0};
        return address_space_map(&space, &area);
    }
    int map_physical(uint32_t start, uint32_t end, uint32_t physical, memory_attribute attribute)
    {
        const memory_area area{start, end,       AREA_PHYSICAL, ACCESS_READ | ACCESS_WRITE,
                               true,  attribute, physical};
        return address_space_map(&space, &area);
    }
    int touch(uint32_t vaddr, page_access access)
    {
        uint32_t frame;
        return address_space_fault(&space, vaddr, access, &frame);
    }
};

TEST_F(address_space_test, anonymous_pages_are_present_from_their_first_touch_on)
{
    ASSERT_EQ(map_anonymous(0x10000, 0x12000, ACCESS_READ | ACCESS_WRITE), 0);
    EXPECT_EQ(address_space_lookup(&space, 0x10000), 0U);

    uint32_t frame = 0;
    ASSERT_EQ(address_space_fault(&space, 0x10123, ACCESS_WRITE, &frame), 0);
    EXPECT_EQ(frame, frames_base);
    const uint32_t entry = address_space_lookup(&space, 0x10FFF);
    EXPECT_EQ(page_physical(entry, 0x10FFF), frames_base + 0xFFF);
    EXPECT_TRUE(page_allows(entry, ACCESS_WRITE));
    EXPECT_FALSE(page_allows(entry, ACCESS_EXECUTE));
    EXPECT_EQ(page_attribute(entry), MEM_CACHED);
    EXPECT_EQ(address_space_lookup(&space, 0x11000), 0U);

    ASSERT_EQ(address_space_fault(&space, 0x10000, ACCESS_READ, &frame), 0);
    EXPECT_EQ(frame, UINT32_MAX) << "the page was there already";
}

TEST_F(address_space_test, physical_windows_are_present_at_once_with_their_attribute)
{
    ASSERT_EQ(map_physical(0x20000, 0x22000, 0x40400000, MEM_DEVICE), 0);
    const uint32_t entry = address_space_lookup(&space, 0x21004);
    EXPECT_EQ(page_physical(entry, 0x21004), 0x40401004U);
    EXPECT_EQ(page_attribute(entry), MEM_DEVICE);
    EXPECT_EQ(frame_allocator_available(&frames), frame_count) << "no frame was taken for it";
}

TEST_F(address_space_test, faults_outside_of_rights_are_refused)
{
    ASSERT_EQ(map_anonymous(0x10000, 0x11000, ACCESS_READ), 0);
    EXPECT_EQ(touch(0x10000, ACCESS_WRITE), -EFAULT);
    EXPECT_EQ(touch(0x10000, ACCESS_EXECUTE), -EFAULT);
    EXPECT_EQ(touch(0x11000, ACCESS_READ), -EFAULT);
    EXPECT_EQ(touch(0x10000, ACCESS_READ), 0);
}

TEST_F(address_space_test, faults_fail_when_physical_memory_is_used_up)
{
    ASSERT_EQ(map_anonymous(0x100000, 0x100000 + (frame_count + 1) * PAGE_BYTES, ACCESS_READ), 0);
    for (uint32_t i = 0; i < frame_count; i++)
        ASSERT_EQ(touch(0x100000 + i * PAGE_BYTES, ACCESS_READ), 0);
    EXPECT_EQ(touch(0x100000 + frame_count * PAGE_BYTES, ACCESS_READ), -ENOMEM);
}

TEST_F(address_space_test, bad_ranges_are_refused)
{
    EXPECT_EQ(map_anonymous(0x10000, 0x10000, ACCESS_READ), -EINVAL);
    EXPECT_EQ(map_anonymous(0x10001, 0x12000, ACCESS_READ), -EINVAL);
    EXPECT_EQ(map_physical(0x10000, 0x12000, 0xFFFFF000, MEM_DEVICE), -EINVAL)
        << "the window would go beyond the end of physical addresses";
    EXPECT_EQ(map_physical(0x10000, 0x11000, 0xFFFFF000, MEM_DEVICE), 0);
    EXPECT_EQ(address_space_unmap(&space, 0x2000, 0x1000), -EINVAL);
}

TEST_F(address_space_test, protecting_a_range_with_a_hole_changes_nothing)
{
    ASSERT_EQ(map_anonymous(0x10000, 0x11000, ACCESS_READ), 0);
    ASSERT_EQ(map_anonymous(0x12000, 0x13000, ACCESS_READ), 0);
    EXPECT_EQ(address_space_protect(&space, 0x10000, 0x13000, ACCESS_WRITE), -ENOMEM);
    EXPECT_EQ(touch(0x10000, ACCESS_WRITE), -EFAULT);
}

TEST_F(address_space_test, equal_neighbours_become_one_area)
{
    ASSERT_EQ(map_anonymous(0x10000, 0x11000, ACCESS_READ), 0);
    ASSERT_EQ(map_anonymous(0x12000, 0x13000, ACCESS_READ), 0);
    ASSERT_EQ(map_anonymous(0x11000, 0x12000, ACCESS_READ), 0);
    EXPECT_EQ(space.area_count, 1U);
    ASSERT_EQ(map_physical(0x20000, 0x21000, 0x16000000, MEM_UNCACHED), 0);
    ASSERT_EQ(map_physical(0x21000, 0x22000, 0x16001000, MEM_UNCACHED), 0);
    EXPECT_EQ(space.area_count, 2U);
    ASSERT_EQ(map_physical(0x22000, 0x23000, 0x16004000, MEM_UNCACHED), 0);
    EXPECT_EQ(space.area_count, 3U) << "next to each other here, but not in physical memory";
}

TEST_F(address_space_test, gaps_are_found_from_the_top_down)
{
    ASSERT_EQ(map_anonymous(0x10000, 0x12000, ACCESS_READ), 0);
    ASSERT_EQ(map_anonymous(0x14000, 0x15000, ACCESS_READ), 0);
    uint32_t start = 0;
    ASSERT_EQ(address_space_find_gap(&space, 0x1000, 0x8000, 0x16000, &start), 0);
    EXPECT_EQ(start, 0x15000U);
    ASSERT_EQ(address_space_find_gap(&space, 0x2000, 0x8000, 0x16000, &start), 0);
    EXPECT_EQ(start, 0x12000U);
    ASSERT_EQ(address_space_find_gap(&space, 0x3000, 0x8000, 0x16000, &start), 0);
    EXPECT_EQ(start, 0xD000U);
    EXPECT_EQ(address_space_find_gap(&space, 0x9000, 0x8000, 0x16000, &start), -ENOMEM);
}

// --- random traffic ---

struct page_record {
    area_kind kind;
    uint8_t rights;
    uint32_t physical; // of physical pages
    bool present;
};

constexpr uint32_t window_start = 0x10000000;
constexpr uint32_t window_pages = 48;

struct random_traffic : address_space_test {
    std::mt19937 random;
    std::map<uint32_t, page_record> model; // by address

    uint32_t up_to(uint32_t limit)
    {
        return std::uniform_int_distribution<uint32_t>(0, limit)(random);
    }
    uint8_t some_rights()
    {
        return static_cast<uint8_t>(up_to(7));
    }

    void map(uint32_t start, uint32_t end)
    {
        const bool physical = up_to(3) == 0;
        const uint8_t rights = some_rights();
        const uint32_t base = 0x40000000 + up_to(64) * PAGE_BYTES;
        const memory_area area{start,
                               end,
                               physical ? AREA_PHYSICAL : AREA_ANONYMOUS,
                               rights,
                               false,
                               physical ? MEM_DEVICE : MEM_CACHED,
                               physical ? base : 0};
        ASSERT_EQ(address_space_map(&space, &area), 0);
        for (uint32_t at = start; at < end; at += PAGE_BYTES)
            model[at] = {area.kind, rights, base + (at - start), physical};
    }

    void unmap(uint32_t start, uint32_t end)
    {
        ASSERT_EQ(address_space_unmap(&space, start, end), 0);
        model.erase(model.lower_bound(start), model.lower_bound(end));
    }

    bool model_is_mapped(uint32_t start, uint32_t end)
    {
        return std::distance(model.lower_bound(start), model.lower_bound(end)) ==
               (end - start) / PAGE_BYTES;
    }

    void protect(uint32_t start, uint32_t end)
    {
        const uint8_t rights = some_rights();
        const bool mapped = model_is_mapped(start, end);
        ASSERT_EQ(address_space_is_mapped(&space, start, end), mapped);
        ASSERT_EQ(address_space_protect(&space, start, end, rights), mapped ? 0 : -ENOMEM);
        if (mapped)
            for (auto page = model.lower_bound(start); page != model.lower_bound(end); ++page)
                page->second.rights = rights;
    }

    void discard(uint32_t start, uint32_t end)
    {
        const bool mapped = model_is_mapped(start, end);
        ASSERT_EQ(address_space_discard(&space, start, end), mapped ? 0 : -ENOMEM);
        if (mapped)
            for (auto page = model.lower_bound(start); page != model.lower_bound(end); ++page)
                page->second.present &= page->second.kind == AREA_PHYSICAL;
    }

    void touch_page(uint32_t at)
    {
        const auto access = static_cast<page_access>(1U << up_to(2));
        const auto page = model.find(at);
        const bool allowed = page != model.end() && page->second.rights & access;
        uint32_t frame = 0;
        ASSERT_EQ(address_space_fault(&space, at + up_to(4095), access, &frame),
                  allowed ? 0 : -EFAULT);
        if (!allowed)
            return;
        ASSERT_EQ(frame == UINT32_MAX, page->second.present);
        page->second.present = true;
    }

    void step()
    {
        const uint32_t first = up_to(window_pages - 1);
        const uint32_t count = 1 + up_to(std::min(7U, window_pages - 1 - first));
        const uint32_t start = window_start + first * PAGE_BYTES;
        const uint32_t end = start + count * PAGE_BYTES;
        switch (up_to(5)) {
        case 0:
            return map(start, end);
        case 1:
            return unmap(start, end);
        case 2:
            return protect(start, end);
        case 3:
            return discard(start, end);
        default:
            return touch_page(start);
        }
    }

    void compare_pages()
    {
        std::set<uint32_t> frames_in_use;
        for (uint32_t at = window_start; at < window_start + window_pages * PAGE_BYTES;
             at += PAGE_BYTES) {
            const uint32_t entry = address_space_lookup(&space, at);
            const auto page = model.find(at);
            ASSERT_EQ(address_space_find(&space, at) != nullptr, page != model.end());
            ASSERT_EQ(entry != 0, page != model.end() && page->second.present);
            if (!entry)
                continue;
            ASSERT_EQ(entry & PAGE_RIGHTS_MASK, page->second.rights);
            if (page->second.kind == AREA_PHYSICAL) {
                ASSERT_EQ(page_physical(entry, at), page->second.physical);
            } else {
                ASSERT_TRUE(frames_in_use.insert(page_physical(entry, at)).second)
                    << "two pages share a frame";
            }
        }
        ASSERT_EQ(frame_allocator_available(&frames), frame_count - frames_in_use.size());
    }

    void compare_areas()
    {
        for (size_t i = 0; i < space.area_count; i++) {
            ASSERT_LT(space.areas[i].start, space.areas[i].end);
            if (i > 0) {
                ASSERT_LE(space.areas[i - 1].end, space.areas[i].start);
            }
            if (space.areas[i].kind == AREA_PHYSICAL) {
                ASSERT_EQ(space.areas[i].physical, model[space.areas[i].start].physical);
            }
        }
    }

    // Highest gap by trying every page.
    void compare_gap()
    {
        const uint32_t pages = 1 + up_to(5);
        const uint32_t end = window_start + window_pages * PAGE_BYTES;
        uint32_t expected = 0;
        for (uint32_t at = window_start; at + pages * PAGE_BYTES <= end; at += PAGE_BYTES)
            if (model.lower_bound(at) == model.lower_bound(at + pages * PAGE_BYTES))
                expected = at;
        uint32_t start = 0;
        const int error =
            address_space_find_gap(&space, pages * PAGE_BYTES, window_start, end, &start);
        ASSERT_EQ(error, expected ? 0 : -ENOMEM);
        ASSERT_EQ(start, expected);
    }
};

TEST_F(random_traffic, agrees_with_one_record_a_page)
{
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    random.seed(seed);
    for (int i = 0; i < 20000 && !HasFatalFailure(); i++) {
        step();
        compare_pages();
        compare_areas();
        compare_gap();
    }
}

TEST_F(random_traffic, tells_of_each_translation_that_goes_or_loses_rights)
{
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    random.seed(seed);
    for (int i = 0; i < 5000 && !HasFatalFailure(); i++) {
        const std::vector<uint32_t> before(space.entries + (window_start >> PAGE_BITS),
                                           space.entries + (window_start >> PAGE_BITS) +
                                               window_pages);
        dropped.clear();
        step();
        for (uint32_t page = 0; page < window_pages; page++) {
            const uint32_t at = window_start + page * PAGE_BYTES;
            const uint32_t after = address_space_lookup(&space, at);
            if (before[page] == 0 || before[page] == after)
                continue;
            const bool told = std::any_of(dropped.begin(), dropped.end(), [at](auto range) {
                return range.first <= at && at < range.second;
            });
            ASSERT_TRUE(told) << std::hex << at;
        }
    }
}

TEST(frame_allocator_test, hands_out_ascending_frames_and_reuses_the_last_freed_first)
{
    frame_allocator frames{};
    ASSERT_EQ(frame_allocator_init(&frames, 0x2000, 3 * PAGE_BYTES, FRAMES_ASCENDING), 0);
    uint32_t a = 0, b = 0, c = 0, d = 0;
    ASSERT_EQ(frame_allocator_take(&frames, &a), 0);
    ASSERT_EQ(frame_allocator_take(&frames, &b), 0);
    EXPECT_EQ(a, 0x2000U);
    EXPECT_EQ(b, 0x3000U);
    ASSERT_EQ(frame_allocator_give(&frames, a), 0);
    ASSERT_EQ(frame_allocator_give(&frames, b), 0);
    EXPECT_EQ(frame_allocator_available(&frames), 3U);
    ASSERT_EQ(frame_allocator_take(&frames, &c), 0);
    EXPECT_EQ(c, b);
    ASSERT_EQ(frame_allocator_take(&frames, &c), 0);
    ASSERT_EQ(frame_allocator_take(&frames, &c), 0);
    EXPECT_EQ(c, 0x4000U);
    EXPECT_EQ(frame_allocator_take(&frames, &d), -ENOMEM);
    frame_allocator_destroy(&frames);
}

TEST(frame_allocator_test, scatters_each_frame_of_the_range_once)
{
    constexpr uint32_t count = 3000; // no power of two
    frame_allocator frames{};
    ASSERT_EQ(frame_allocator_init(&frames, 0x10000000, count * PAGE_BYTES, FRAMES_SCATTERED), 0);
    std::set<uint32_t> seen;
    uint32_t ascents = 0;
    std::array<uint32_t, 8> of_colour{}; // 32 KiB, 1-way: eight pages
    for (uint32_t i = 0, before = 0; i < count; i++) {
        uint32_t frame;
        ASSERT_EQ(frame_allocator_take(&frames, &frame), 0);
        ASSERT_EQ(frame % PAGE_BYTES, 0U);
        ASSERT_GE(frame, 0x10000000U);
        ASSERT_LT(frame, 0x10000000U + count * PAGE_BYTES);
        seen.insert(frame);
        ascents += frame == before + PAGE_BYTES ? 1 : 0;
        of_colour[frame / PAGE_BYTES % 8] += i < 512 ? 1 : 0;
        before = frame;
    }
    uint32_t none;
    EXPECT_EQ(frame_allocator_take(&frames, &none), -ENOMEM);
    EXPECT_EQ(seen.size(), count);
    EXPECT_LT(ascents, count / 100);
    for (const uint32_t frames_of_colour : of_colour) {
        EXPECT_NEAR(frames_of_colour, 64, 32); // four standard deviations
    }
    frame_allocator_destroy(&frames);
}

TEST(frame_allocator_test, refuses_ranges_that_are_not_made_of_pages)
{
    frame_allocator frames{};
    EXPECT_EQ(frame_allocator_init(&frames, 0x2001, PAGE_BYTES, FRAMES_ASCENDING), -EINVAL);
    EXPECT_EQ(frame_allocator_init(&frames, 0x2000, 100, FRAMES_ASCENDING), -EINVAL);
    EXPECT_EQ(frame_allocator_init(&frames, 0xFFFFF000, 2 * PAGE_BYTES, FRAMES_ASCENDING), -EINVAL);
}

} // namespace
