#include "cpu/translation.h"

#include <gtest/gtest.h>

namespace
{

const uint32_t MCR_DMB = 0xee070fba, MCR_DSB = 0xee070f9a;

TEST(Translation, BarriersBecomeCoprocessorWrites)
{
    EXPECT_EQ(translation_of_arm(0xf57ff05f), MCR_DMB);     /* dmb sy */
    EXPECT_EQ(translation_of_arm(0xf57ff05b), MCR_DMB);     /* dmb ish */
    EXPECT_EQ(translation_of_arm(0xf57ff04f), MCR_DSB);     /* dsb sy */
    EXPECT_EQ(translation_of_arm(0xf57ff06f), 0xf57ff06fU); /* isb */
}

TEST(Translation, ThumbBarriersHaveTheirFirstHalfwordBelow)
{
    EXPECT_EQ(translation_of_thumb(0x8f5bf3bf), 0x0fbaee07U); /* dmb ish */
    EXPECT_EQ(translation_of_thumb(0x8f4ff3bf), 0x0f9aee07U); /* dsb sy */
    EXPECT_EQ(translation_of_thumb(0x8f6ff3bf), 0x8f6ff3bfU); /* isb */
    EXPECT_EQ(translation_of_arm(0x8f5bf3bf), 0x8f5bf3bfU);
}

/* As the GNU assembler encodes them; .64 differs in the size field only. */
TEST(Translation, WholeRegisterTransfersBecomeWide)
{
    EXPECT_EQ(translation_of_arm(0xf421070d), 0xf42107cdU); /* vld1.8 {d0}, [r1]! */
    EXPECT_EQ(translation_of_arm(0xf4000a8f), 0xf4000acfU); /* vst1.32 {d0-d1}, [r0] */
    EXPECT_EQ(translation_of_arm(0xf420028d), 0xf42002cdU); /* vld1.32 {d0-d3}, [r0]! */
}

TEST(Translation, OtherTransfersStay)
{
    for (const uint32_t word : {
             0xf4a0080fU, /* vld1.32 {d0[0]}, [r0] */
             0xf420080fU, /* vld2.8 {d0, d1}, [r0] */
             0xe92d4010U, /* push {r4, lr} */
             0xf5d0f000U, /* pld [r0] */
         }) {
        EXPECT_EQ(translation_of_arm(word), word);
    }
}

} // namespace
