#include "cpu/tlb.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace
{

class Tlb : public testing::Test
{
  protected:
    Tlb()
    {
        EXPECT_EQ(tlb_init(&tlb, 4, 16, 2), 0);
    }
    ~Tlb() override
    {
        tlb_release(&tlb);
    }
    tlb_result access(uint32_t page)
    {
        return tlb_access(&tlb, page);
    }

    struct tlb tlb {
    };
};

TEST_F(Tlb, FirstAccessWalksThenHits)
{
    EXPECT_EQ(access(7), TLB_WALK);
    EXPECT_EQ(access(7), TLB_HIT);
    EXPECT_EQ(tlb.counters.walks, 1U);
    EXPECT_EQ(tlb.counters.micro_misses, 1U);
}

TEST_F(Tlb, AFifthPageLeavesTheMicroTlbButNotTheMainOne)
{
    for (uint32_t page = 0; page < 5; page++) {
        EXPECT_EQ(access(page), TLB_WALK);
        EXPECT_EQ(tlb_micro_slot(&tlb, page), page % 4 + 1);
    }
    EXPECT_EQ(tlb_micro_slot(&tlb, 0), 0U);
    EXPECT_EQ(access(0), TLB_MICRO_MISS);
    EXPECT_EQ(tlb_micro_slot(&tlb, 1), 0U);
}

TEST_F(Tlb, AThirdPageOfASetLeavesTheMainTlb)
{
    for (uint32_t i = 0; i < 5; i++) {
        access(8 * i); /* 8 sets: all in set 0 */
    }
    EXPECT_EQ(access(0), TLB_WALK);
}

TEST_F(Tlb, InvalidatedPagesWalkAgain)
{
    access(10);
    access(11);
    access(12);
    tlb_invalidate(&tlb, 11, 12);
    EXPECT_EQ(access(10), TLB_HIT);
    EXPECT_EQ(access(11), TLB_WALK);
    EXPECT_EQ(access(12), TLB_WALK);
}

TEST(TlbInit, RefusesSetsThatAreNoPowerOfTwo)
{
    struct tlb tlb;
    EXPECT_EQ(tlb_init(&tlb, 32, 96, 2), -EINVAL);
    EXPECT_EQ(tlb_init(&tlb, 0, 128, 2), -EINVAL);
}

} // namespace
