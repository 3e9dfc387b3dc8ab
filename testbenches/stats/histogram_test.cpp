#include "stats/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

namespace
{

std::unique_ptr<histogram> of(const std::vector<uint64_t> &values)
{
    auto result = std::make_unique<histogram>();
    for (const uint64_t value : values) {
        histogram_record(result.get(), value);
    }
    return result;
}

/* Values of every magnitude: uniform in the number of bits, then in the bits. */
std::vector<uint64_t> random_values(size_t count)
{
    const unsigned seed = std::random_device{}();
    std::printf("seed %u\n", seed);
    std::mt19937_64 random(seed);
    std::vector<uint64_t> values(count);
    for (uint64_t &value : values) {
        value = random() >> (random() % 64);
    }
    return values;
}

TEST(Histogram, OfNothingIsAllZeros)
{
    const auto empty = of({});
    EXPECT_EQ(empty->min, 0U);
    EXPECT_EQ(empty->max, 0U);
    EXPECT_EQ(histogram_mean(empty.get()), 0.0);
    EXPECT_EQ(histogram_percentile(empty.get(), 50.0), 0U);
}

TEST(Histogram, KeepsCountSumAndExtremes)
{
    const auto some = of({7, 3, 1000000});
    EXPECT_EQ(some->count, 3U);
    EXPECT_EQ(some->sum, 1000010U);
    EXPECT_EQ(some->min, 3U);
    EXPECT_EQ(some->max, 1000000U);
    EXPECT_DOUBLE_EQ(histogram_mean(some.get()), 1000010.0 / 3);
}

TEST(Histogram, BucketsFollowOneAnotherWithoutGap)
{
    for (size_t bucket = 0; bucket + 1 < HISTOGRAM_BUCKETS; bucket++) {
        EXPECT_EQ(histogram_bucket_last(bucket) + 1, histogram_bucket_first(bucket + 1));
        EXPECT_EQ(histogram_bucket(histogram_bucket_first(bucket)), bucket);
        EXPECT_EQ(histogram_bucket(histogram_bucket_last(bucket)), bucket);
    }
    EXPECT_EQ(histogram_bucket_first(0), 0U);
    EXPECT_EQ(histogram_bucket(UINT64_MAX), size_t{HISTOGRAM_BUCKETS} - 1);
    EXPECT_EQ(histogram_bucket_last(HISTOGRAM_BUCKETS - 1), UINT64_MAX);
}

TEST(Histogram, BucketsAreAsNarrowAsPromised)
{
    for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        const uint64_t first = histogram_bucket_first(bucket);
        EXPECT_LE(histogram_bucket_last(bucket) - first, first / 32) << first;
    }
}

TEST(Histogram, PercentilesAgreeWithSortedValues)
{
    std::vector<uint64_t> values = random_values(5000);
    const auto recorded = of(values);
    std::sort(values.begin(), values.end());
    for (const double percent : {0.0, 1.0, 25.0, 50.0, 95.0, 99.0, 99.9, 100.0}) {
        const auto rank = static_cast<size_t>(std::ceil(percent / 100 * 5000));
        const uint64_t exact = values[rank == 0 ? 0 : rank - 1];
        const uint64_t estimate = histogram_percentile(recorded.get(), percent);
        EXPECT_GE(estimate, exact) << percent;
        EXPECT_LE(estimate, histogram_bucket_last(histogram_bucket(exact))) << percent;
    }
    EXPECT_EQ(histogram_percentile(recorded.get(), 100.0), values.back());
}

TEST(Histogram, SmallValuesAreExact)
{
    const auto some = of({1, 2, 3, 63, 63, 63, 63, 63, 63, 63});
    EXPECT_EQ(histogram_percentile(some.get(), 10.0), 1U);
    EXPECT_EQ(histogram_percentile(some.get(), 30.0), 3U);
    EXPECT_EQ(histogram_percentile(some.get(), 30.1), 63U);
}

} // namespace
