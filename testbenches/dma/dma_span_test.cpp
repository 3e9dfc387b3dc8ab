// The bytes between the lowest and the highest address that the engine has touched.

#include "../sc_gtest_main.h"
#include "dma/dma_span.h"

namespace
{

TEST(DmaSpan, GrowsToBothSidesAndNeverShrinks)
{
    dma_span span = {};
    dma_span_add(&span, 0x1000, 0);
    EXPECT_EQ(span.bytes, 0u);
    dma_span_add(&span, 0x1000, 0x40);
    EXPECT_EQ(span.bytes, 0x40u);
    dma_span_add(&span, 0x1010, 0x10);
    EXPECT_EQ(span.bytes, 0x40u) << "what lies within adds nothing";
    dma_span_add(&span, 0x1100, 0x20);
    EXPECT_EQ(span.bytes, 0x120u) << "a gap counts: it is part of the region";
    dma_span_add(&span, 0x0f00, 0x10);
    EXPECT_EQ(span.bytes, 0x220u);
}

TEST(DmaSpan, MayBeginAtAddressZero)
{
    dma_span span = {};
    dma_span_add(&span, 0, 8);
    dma_span_add(&span, 8, 8);
    EXPECT_EQ(span.bytes, 16u);
}

} // namespace
