#include "cache/stream_prefetcher.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

namespace
{

class StreamPrefetcher : public testing::Test
{
  protected:
    void make(uint32_t streams, uint32_t requests = 3)
    {
        ASSERT_EQ(stream_prefetcher_init(&prefetcher, streams, requests, 32), 0);
    }
    /* The line that is fetched behind this request; 0: none. */
    uint32_t request(uint32_t line)
    {
        uint32_t ahead = 0;
        return stream_prefetcher_request(&prefetcher, line, &ahead) ? ahead : 0;
    }
    std::vector<uint32_t> requests(const std::vector<uint32_t> &lines)
    {
        std::vector<uint32_t> ahead;
        for (const uint32_t line : lines) {
            ahead.push_back(request(line));
        }
        return ahead;
    }

    struct stream_prefetcher prefetcher {
    };
};

TEST_F(StreamPrefetcher, HasNoMoreStreamsThanItHasRoomFor)
{
    EXPECT_EQ(stream_prefetcher_init(&prefetcher, PREFETCH_STREAMS_MAX + 1, 3, 32), -EINVAL);
}

TEST_F(StreamPrefetcher, StartsBehindSoManyRequestsAtTheSameStride)
{
    make(1, 3);
    EXPECT_EQ(requests({0x1000, 0x1020, 0x1040, 0x1060}),
              (std::vector<uint32_t>{0, 0, 0x1060, 0x1080}));
    make(1, 4);
    EXPECT_EQ(requests({0x1000, 0x1020, 0x1040, 0x1060}), (std::vector<uint32_t>{0, 0, 0, 0x1080}));
}

TEST_F(StreamPrefetcher, FollowsStridesUpAndDownOfEightLinesAtMost)
{
    for (const int32_t stride : {64, -32, 256, -256}) {
        make(1);
        request(0x1800);
        request(0x1800 + static_cast<uint32_t>(stride));
        EXPECT_EQ(request(0x1800 + static_cast<uint32_t>(2 * stride)),
                  0x1800 + static_cast<uint32_t>(3 * stride));
    }
    make(1);
    EXPECT_EQ(requests({0x1000, 0x1120, 0x1240, 0x1360}), (std::vector<uint32_t>(4, 0)));
}

TEST_F(StreamPrefetcher, EndsAtThePage)
{
    make(1);
    EXPECT_EQ(requests({0x1fa0, 0x1fc0, 0x1fe0, 0x2000, 0x2020, 0x2040}),
              (std::vector<uint32_t>{0, 0, 0, 0, 0, 0x2060}));
}

TEST_F(StreamPrefetcher, AnotherStrideBeginsAgain)
{
    make(1);
    EXPECT_EQ(requests({0x1000, 0x1020, 0x1040, 0x1080, 0x10c0, 0x1100}),
              (std::vector<uint32_t>{0, 0, 0x1060, 0, 0x1100, 0x1140}));
}

TEST_F(StreamPrefetcher, KeepsApartAsManyStreamsAsItHas)
{
    const std::vector<uint32_t> two = {0x1000, 0x5000, 0x1020, 0x5020, 0x1040, 0x5040};

    make(2);
    EXPECT_EQ(requests(two), (std::vector<uint32_t>{0, 0, 0, 0, 0x1060, 0x5060}));
    make(1);
    EXPECT_EQ(requests(two), (std::vector<uint32_t>(6, 0)));
}

TEST_F(StreamPrefetcher, ForgetsWhenItIsStopped)
{
    make(2);
    requests({0x1000, 0x1020});
    stream_prefetcher_stop(&prefetcher);
    EXPECT_EQ(requests({0x1040, 0x1060, 0x1080}), (std::vector<uint32_t>{0, 0, 0x10a0}));
}

} // namespace
