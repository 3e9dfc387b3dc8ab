#include "axi/axi.h"
#include "axi/axi_link_core.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace
{

axi_monitor_sample sample(uint64_t end_cycle, uint64_t latency_ps)
{
    return {end_cycle, latency_ps, 2, 4, 32, false};
}

TEST(Monitor, BusyIsTheUnionOfWhatWasOutstanding)
{
    axi_monitor monitor{};
    const auto first = sample(100, 1000), second = sample(50, 400), third = sample(250, 500);

    axi_monitor_start(&monitor, 0, 0, 0);
    axi_monitor_start(&monitor, 10, 1, 1);
    axi_monitor_finish(&monitor, &second);
    axi_monitor_finish(&monitor, &first);
    EXPECT_EQ(monitor.busy_cycles, 100u);
    axi_monitor_start(&monitor, 200, 0, 0);
    axi_monitor_finish(&monitor, &third);
    EXPECT_EQ(monitor.busy_cycles, 150u);
    EXPECT_EQ(monitor.latency_sum_ps, 1900u);
    EXPECT_EQ(monitor.transactions, 3u);
    EXPECT_EQ(monitor.bytes, 96u);
    EXPECT_EQ(monitor.stall_cycles, 6u);
}

TEST(Monitor, OnlyHistogramsThatAreOnAreKeptAndReported)
{
    axi_monitor monitor{};
    monitor.config = {true, false, true};
    const auto one = sample(10, 123);

    axi_monitor_start(&monitor, 0, 3, 0);
    axi_monitor_finish(&monitor, &one);
    EXPECT_EQ(monitor.burst_beats.count, 1u);
    EXPECT_EQ(monitor.burst_beats.max, 4u);
    EXPECT_EQ(monitor.latency_ps.count, 0u);
    EXPECT_EQ(monitor.outstanding.max, 4u);

    stats *const registry = stats_create();
    ASSERT_EQ(axi_monitor_register(&monitor, registry, "hp0", AXI_READ), 0);
    char *text = nullptr;
    size_t length = 0;
    FILE *const out = open_memstream(&text, &length);
    EXPECT_EQ(stats_write_json(registry, out), 0);
    std::fclose(out);
    const std::string json(text, length);
    std::free(text);
    EXPECT_NE(json.find("link.hp0.read.burst_beats"), std::string::npos);
    EXPECT_EQ(json.find("link.hp0.read.latency_ps"), std::string::npos);
    uint64_t value;
    EXPECT_EQ(stats_value(registry, "link.hp0.read.beats", STATS_PROCESS, &value), 0);
    stats_destroy(registry);
}

TEST(TrafficClass, EveryClassHasANameOfItsOwn)
{
    std::set<std::string> names;
    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        ASSERT_NE(traffic_class_name(static_cast<traffic_class>(i)), nullptr);
        names.insert(traffic_class_name(static_cast<traffic_class>(i)));
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(TRAFFIC_CLASSES));
    EXPECT_EQ(traffic_class_name(TRAFFIC_CLASSES), nullptr);
}

} // namespace
