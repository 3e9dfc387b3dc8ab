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

/* LDC p15, c0, [rn, #offset], as the GNU assembler encodes it. */
TEST(Translation, PreloadsBecomeCoprocessorLoads)
{
    EXPECT_EQ(translation_of_arm(0xf5d0f000), 0xed900f00U); /* pld [r0] */
    EXPECT_EQ(translation_of_arm(0xf5d1f0c0), 0xed910f30U); /* pld [r1, #192] */
    EXPECT_EQ(translation_of_arm(0xf551f3fc), 0xed110fffU); /* pld [r1, #-1020] */
    EXPECT_EQ(translation_of_arm(0xf591f004), 0xed910f01U); /* pldw [r1, #4] */
    EXPECT_EQ(translation_of_arm(0xf55ff004), 0xed1f0f01U); /* pld [pc, #-4] */
}

TEST(Translation, OtherTransfersStay)
{
    for (const uint32_t word : {
             0xf4a0080fU, /* vld1.32 {d0[0]}, [r0] */
             0xf420080fU, /* vld2.8 {d0, d1}, [r0] */
             0xe92d4010U, /* push {r4, lr} */
             0xf551f003U, /* pld [r1, #-3] */
             0xf5d1f400U, /* pld [r1, #1024] */
             0xf7d1f002U, /* pld [r1, r2] */
             0xf4d1f000U, /* pli [r1] */
         }) {
        EXPECT_EQ(translation_of_arm(word), word);
    }
}

} // namespace
