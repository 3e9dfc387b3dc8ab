#include "cpu/slots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <set>

namespace
{

TEST(Slots, ThereIsOneAtLeastAndAreNotTooMany)
{
    struct slots slots {
    };
    EXPECT_EQ(slots_init(&slots, 0), -EINVAL);
    EXPECT_EQ(slots_init(&slots, SLOTS_MAX + 1), -EINVAL);
    EXPECT_EQ(slots_init(&slots, SLOTS_MAX), 0);
}

TEST(Slots, TheFirstToBecomeFreeIsTakenNext)
{
    struct slots slots {
    };
    ASSERT_EQ(slots_init(&slots, 2), 0);
    EXPECT_EQ(slots_free_at(&slots), 0U);
    slots_take(&slots, 30);
    EXPECT_EQ(slots_free_at(&slots), 0U);
    slots_take(&slots, 20);
    EXPECT_EQ(slots_free_at(&slots), 20U);
    slots_take(&slots, 50);
    EXPECT_EQ(slots_free_at(&slots), 30U);
}

/* Each takes 29, as many at a time as there are slots: the last of n begins after (n - 1) / slots
 * rounds. */
TEST(Slots, LimitTheRateToTheirNumberInATime)
{
    for (const uint32_t count : {1U, 2U, 8U}) {
        struct slots slots {
        };
        ASSERT_EQ(slots_init(&slots, count), 0);
        uint64_t now = 0;
        for (int i = 0; i < 100; i++) {
            now = std::max(now, slots_free_at(&slots));
            slots_take(&slots, now + 29);
        }
        EXPECT_EQ(now, 99 / count * 29) << count << " slots";
    }
}

/* Against a sorted bag of times. */
TEST(Slots, AreTakenInOrderOfTimeWhateverOrderTheyAreFreedIn)
{
    const unsigned seed = 17;
    std::mt19937 random(seed);
    SCOPED_TRACE(seed);
    for (const uint32_t count : {1U, 3U, 8U}) {
        struct slots slots {
        };
        std::multiset<uint64_t> times;
        ASSERT_EQ(slots_init(&slots, count), 0);
        for (uint32_t i = 0; i < count; i++) {
            times.insert(0);
        }
        for (int i = 0; i < 1000; i++) {
            const uint64_t until = random() % 100;
            ASSERT_EQ(slots_free_at(&slots), *times.begin()) << i;
            slots_take(&slots, until);
            times.erase(times.begin());
            times.insert(until);
        }
    }
}

} // namespace
