#include "stats/histogram.h"
#include "stats/stats.h"
#include "stats/stats_json.h"
#include "text_file.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace
{

class Stats : public testing::Test
{
  protected:
    ~Stats() override
    {
        stats_destroy(stats_);
    }

    uint64_t value(const char *name, stats_interval interval)
    {
        uint64_t result = ~uint64_t{0};
        EXPECT_EQ(stats_value(stats_, name, interval, &result), 0) << name;
        return result;
    }

    struct stats *stats_ = stats_create();
    uint64_t counter_ = 0;
};

TEST_F(Stats, AnIntervalCountsWhatHappensInIt)
{
    stats_add(stats_, "beats", "beats", "", &counter_);
    counter_ = 5;
    stats_enter(stats_, STATS_KERNEL, 100);
    counter_ = 12;
    stats_leave(stats_, STATS_KERNEL, 350);
    counter_ = 20;
    EXPECT_EQ(value("beats", STATS_KERNEL), 7U);
    EXPECT_EQ(stats_interval_ps(stats_, STATS_KERNEL), 250U);
    EXPECT_EQ(value("beats", STATS_PROGRAM), 0U);
}

TEST_F(Stats, ActivationsAddUp)
{
    stats_add(stats_, "beats", "beats", "", &counter_);
    for (uint64_t i = 0; i < 3; i++) {
        stats_enter(stats_, STATS_KERNEL, 100 * i);
        counter_ += 2;
        stats_leave(stats_, STATS_KERNEL, 100 * i + 10);
        counter_ += 1000;
    }
    EXPECT_EQ(value("beats", STATS_KERNEL), 6U);
    EXPECT_EQ(stats_interval_ps(stats_, STATS_KERNEL), 30U);
    EXPECT_EQ(stats_interval_activations(stats_, STATS_KERNEL), 3U);
}

TEST_F(Stats, NestedActivationsCountOnce)
{
    stats_add(stats_, "beats", "beats", "", &counter_);
    stats_enter(stats_, STATS_KERNEL, 0);
    counter_ = 1;
    stats_enter(stats_, STATS_KERNEL, 10);
    counter_ = 3;
    stats_leave(stats_, STATS_KERNEL, 20);
    EXPECT_EQ(value("beats", STATS_KERNEL), 0U) << "the outer activation is not finished";
    counter_ = 6;
    stats_leave(stats_, STATS_KERNEL, 30);
    EXPECT_EQ(value("beats", STATS_KERNEL), 6U);
    EXPECT_EQ(stats_interval_ps(stats_, STATS_KERNEL), 30U);
    EXPECT_EQ(stats_interval_activations(stats_, STATS_KERNEL), 1U);
}

TEST_F(Stats, IntervalsAreIndependent)
{
    stats_add(stats_, "beats", "beats", "", &counter_);
    stats_enter(stats_, STATS_PROCESS, 0);
    counter_ = 1;
    stats_enter(stats_, STATS_KERNEL, 5);
    counter_ = 4;
    stats_leave(stats_, STATS_PROCESS, 9);
    counter_ = 9;
    stats_leave(stats_, STATS_KERNEL, 20);
    EXPECT_EQ(value("beats", STATS_PROCESS), 4U);
    EXPECT_EQ(value("beats", STATS_KERNEL), 8U);
}

TEST_F(Stats, ACounterMayComeLate)
{
    stats_enter(stats_, STATS_KERNEL, 0);
    counter_ = 100;
    stats_add(stats_, "beats", "beats", "", &counter_);
    counter_ = 103;
    stats_leave(stats_, STATS_KERNEL, 1);
    EXPECT_EQ(value("beats", STATS_KERNEL), 3U);
}

TEST_F(Stats, LaggingCountersAreSettledBeforeTheyAreRead)
{
    stats_add(stats_, "beats", "beats", "", &counter_);
    stats_add_settle(
        stats_, [](void *counter) { *static_cast<uint64_t *>(counter) += 10; }, &counter_);
    stats_enter(stats_, STATS_KERNEL, 0);
    stats_leave(stats_, STATS_KERNEL, 1);
    EXPECT_EQ(counter_, 20U);
    EXPECT_EQ(value("beats", STATS_KERNEL), 10U) << "what was settled at the end belongs to it";
}

TEST_F(Stats, RefusesWhatCannotBe)
{
    uint64_t unused;
    EXPECT_EQ(stats_add(stats_, "a", "", "", &counter_), 0);
    EXPECT_EQ(stats_add(stats_, "a", "", "", &counter_), -EEXIST);
    EXPECT_EQ(stats_value(stats_, "b", STATS_KERNEL, &unused), -ENOENT);
    EXPECT_EQ(stats_leave(stats_, STATS_KERNEL, 1), -EINVAL) << "never entered";
    EXPECT_EQ(stats_enter(stats_, STATS_KERNEL, 10), 0);
    EXPECT_EQ(stats_leave(stats_, STATS_KERNEL, 9), -EINVAL) << "time runs backwards";
    EXPECT_EQ(stats_leave(stats_, STATS_KERNEL, 10), 0);
    EXPECT_EQ(stats_enter(stats_, STATS_KERNEL, 9), -EINVAL) << "time runs backwards";
}

TEST_F(Stats, AHistogramTakesItsNameToo)
{
    const auto some = std::make_unique<histogram>();
    EXPECT_EQ(stats_add_histogram(stats_, "a", "", "", some.get()), 0);
    EXPECT_EQ(stats_add_histogram(stats_, "a", "", "", some.get()), -EEXIST);
    EXPECT_EQ(stats_add(stats_, "a", "", "", &counter_), -EEXIST);
}

TEST_F(Stats, HoldsMoreCountersThanAnyBoardHas)
{
    std::vector<uint64_t> counters(1000);
    for (size_t i = 0; i < counters.size(); i++) {
        ASSERT_EQ(stats_add(stats_, ("c" + std::to_string(i)).c_str(), "", "", &counters[i]), 0);
    }
    stats_enter(stats_, STATS_PROCESS, 0);
    for (size_t i = 0; i < counters.size(); i++) {
        counters[i] += i;
    }
    stats_leave(stats_, STATS_PROCESS, 1);
    for (size_t i = 0; i < counters.size(); i++) {
        ASSERT_EQ(value(("c" + std::to_string(i)).c_str(), STATS_PROCESS), i);
    }
}

TEST_F(Stats, JsonIsSortedAndComplete)
{
    const auto latencies = std::make_unique<histogram>();
    histogram_record(latencies.get(), 4);
    histogram_record(latencies.get(), 6);
    uint64_t other = 0;
    stats_add(stats_, "z.last", "bytes", "the last", &counter_);
    stats_add(stats_, "a.first", "words", "the first", &other);
    stats_add_histogram(stats_, "latency", "ps", "how long", latencies.get());
    stats_enter(stats_, STATS_PROGRAM, 1);
    counter_ = 2;
    stats_leave(stats_, STATS_PROGRAM, 4);

    text_file out;
    EXPECT_EQ(stats_write_json(stats_, out.file()), 0);
    EXPECT_EQ(out.text(),
              "{\n"
              "  \"intervals\": {\n"
              "    \"kernel\": {\"duration_ps\": 0, \"activations\": 0},\n"
              "    \"program\": {\"duration_ps\": 3, \"activations\": 1},\n"
              "    \"process\": {\"duration_ps\": 0, \"activations\": 0}\n"
              "  },\n"
              "  \"counters\": [\n"
              "    {\"name\": \"a.first\", \"unit\": \"words\", \"kernel\": 0, \"program\": 0, "
              "\"process\": 0, \"description\": \"the first\"},\n"
              "    {\"name\": \"z.last\", \"unit\": \"bytes\", \"kernel\": 0, \"program\": 2, "
              "\"process\": 0, \"description\": \"the last\"}\n"
              "  ],\n"
              "  \"histograms\": [\n"
              "    {\n"
              "      \"name\": \"latency\",\n"
              "      \"unit\": \"ps\",\n"
              "      \"description\": \"how long\",\n"
              "      \"count\": 2,\n"
              "      \"sum\": 10,\n"
              "      \"min\": 4,\n"
              "      \"max\": 6,\n"
              "      \"mean\": 5.0,\n"
              "      \"p50\": 4,\n"
              "      \"p95\": 6,\n"
              "      \"p99\": 6,\n"
              "      \"buckets\": [[4, 4, 1], [6, 6, 1]]\n"
              "    }\n"
              "  ]\n"
              "}\n");
}

} // namespace
