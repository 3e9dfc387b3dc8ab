/* Link timing against formulas worked out by hand. Link clock 100 MHz: a cycle is 10,000 ps. */
#include "../trace/recorded_trace.h"
#include "axi/axi_link_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

constexpr uint64_t cycle_ps = 10000;

axi_link_config plain()
{
    axi_link_config config{};
    config.width_bits = 64;
    config.clock_hz = 100000000;
    config.protocol = AXI_PROTOCOL_AXI3;
    config.max_read_outstanding = 8;
    config.max_write_outstanding = 8;
    return config;
}

struct link {
    explicit link(const axi_link_config &config)
    {
        axi_link_init(core.get(), &config);
    }

    /* One burst; the target needs `target_ps`. Returns when the response is back. */
    uint64_t run(axi_direction direction, uint64_t at_ps, uint32_t beats, uint64_t target_ps)
    {
        uint64_t request_ps;
        const axi_link_request request = {at_ps, at_ps, beats, beats * 8, 0, TRAFFIC_DMA_READ, 0};
        const unsigned slot = axi_link_issue(core.get(), direction, &request, &request_ps);
        const uint64_t done_ps = request_ps + target_ps;
        return axi_link_complete(core.get(), direction, slot, done_ps, done_ps, AXI_OKAY);
    }

    std::unique_ptr<axi_link_core> core = std::make_unique<axi_link_core>();
};

/* Time for `bursts` bursts of 16 beats, with `limit` outstanding, target of 30 cycles each. */
uint64_t time_of_stream(axi_direction direction, axi_link_config config, unsigned bursts)
{
    link link(config);
    uint64_t end = 0;
    for (unsigned i = 0; i < bursts; i++) {
        end = link.run(direction, 0, 16, 30 * cycle_ps);
    }
    return end;
}

TEST(LinkCore, OneReadTakesAddressTargetAndBeats)
{
    link link(plain());
    EXPECT_EQ(link.run(AXI_READ, 0, 16, 5 * cycle_ps), (1 + 5 + 16) * cycle_ps);
}

TEST(LinkCore, OneWriteTakesBeatsTargetAndResponse)
{
    link link(plain());
    EXPECT_EQ(link.run(AXI_WRITE, 0, 16, 5 * cycle_ps), (16 + 5 + 1) * cycle_ps);
}

TEST(LinkCore, LatenciesAddUp)
{
    axi_link_config config = plain();
    config.request_latency_cycles = 3;
    config.response_latency_cycles = 4;
    config.fixed_latency_ns = 45; /* half each way: 22.5 ns; rounded up to cycles on the way back */
    link link(config);
    EXPECT_EQ(link.run(AXI_READ, 0, 1, 0), (1 + 3 + 5 + 4 + 1) * cycle_ps);
}

TEST(LinkCore, RequestsWaitForTheNextClockEdge)
{
    link link(plain());
    EXPECT_EQ(link.run(AXI_READ, 1, 1, 0), (1 + 1 + 1) * cycle_ps);
}

TEST(LinkCore, EnoughOutstandingReadsReachOneBeatACycle)
{
    /* 1 + 30 cycles to the first beat: 3 bursts of 16 cover that, so the channel never idles */
    axi_link_config config = plain();
    config.max_read_outstanding = 3;
    EXPECT_EQ(time_of_stream(AXI_READ, config, 100), (1 + 30 + 100 * 16) * cycle_ps);
}

TEST(LinkCore, EnoughOutstandingWritesReachOneBeatACycle)
{
    axi_link_config config = plain();
    config.max_write_outstanding = 3;
    EXPECT_EQ(time_of_stream(AXI_WRITE, config, 100), (100 * 16 + 30 + 1) * cycle_ps);
}

TEST(LinkCore, OneOutstandingPaysTheLatencyEveryTime)
{
    axi_link_config config = plain();
    config.max_read_outstanding = 1;
    config.max_write_outstanding = 1;
    EXPECT_EQ(time_of_stream(AXI_READ, config, 100), 100 * (1 + 30 + 16) * cycle_ps);
    EXPECT_EQ(time_of_stream(AXI_WRITE, config, 100), 100 * (16 + 30 + 1) * cycle_ps);
}

TEST(LinkCore, ReadsAndWritesDoNotShareAnything)
{
    link link(plain());
    for (int i = 0; i < 8; i++) {
        link.run(AXI_WRITE, 0, 16, 0);
    }
    EXPECT_EQ(link.run(AXI_READ, 0, 16, 0), (1 + 16) * cycle_ps);
}

TEST(LinkCore, OneAddressACycle)
{
    link link(plain());
    uint64_t request_ps;
    for (uint64_t i = 0; i < 8; i++) {
        const axi_link_request request = {0, 0, 1, 8, 0, TRAFFIC_DMA_READ, 0};
        axi_link_issue(link.core.get(), AXI_READ, &request, &request_ps);
        EXPECT_EQ(request_ps, (i + 1) * cycle_ps);
    }
    EXPECT_EQ(axi_link_ready_ps(link.core.get(), AXI_READ), UINT64_MAX) << "all slots held";
    EXPECT_EQ(axi_link_ready_ps(link.core.get(), AXI_WRITE), 0u);
}

TEST(LinkCore, BeatsLeaveWhileTheTargetStillReads)
{
    /* the target delivers 16 beats from cycle 11 to 26, one a cycle: the link adds one cycle */
    link link(plain());
    uint64_t request_ps;
    const axi_link_request request = {0, 0, 16, 128, 0, TRAFFIC_DMA_READ, 0};
    unsigned slot = axi_link_issue(link.core.get(), AXI_READ, &request, &request_ps);
    EXPECT_EQ(
        axi_link_complete(link.core.get(), AXI_READ, slot, 11 * cycle_ps, 26 * cycle_ps, AXI_OKAY),
        27 * cycle_ps);
    /* a slow target: the last beat decides */
    slot = axi_link_issue(link.core.get(), AXI_READ, &request, &request_ps);
    EXPECT_EQ(
        axi_link_complete(link.core.get(), AXI_READ, slot, 40 * cycle_ps, 140 * cycle_ps, AXI_OKAY),
        141 * cycle_ps);
}

/* Request, issue, first data, response: a read's beats come back, a write's go along. */
TEST(LinkCore, ATraceHasEveryStepOfABurstAndItsResponse)
{
    link link(plain());
    uint64_t request_ps;
    recorded_trace trace;

    axi_link_trace(link.core.get(), trace.get(), "hp0");

    const axi_link_request read = {5000, 5000, 16, 128, 2, TRAFFIC_DMA_READ, 0x1000};
    unsigned slot = axi_link_issue(link.core.get(), AXI_READ, &read, &request_ps);
    axi_link_complete(link.core.get(), AXI_READ, slot, 11 * cycle_ps, 26 * cycle_ps, AXI_SLVERR);
    const axi_link_request write = {40000, 40000, 4, 32, 3, TRAFFIC_DMA_WRITE, 0x2000};
    slot = axi_link_issue(link.core.get(), AXI_WRITE, &write, &request_ps);
    axi_link_complete(link.core.get(), AXI_WRITE, slot, 0, 9 * cycle_ps, AXI_DECERR);

    const std::string rows = trace.written(trace_write_csv, 300000);
    EXPECT_EQ(rows.substr(rows.find('\n') + 1),
              "hp0,read,2,dma_read,0x00001000,128,16,5000,10000,110000,270000,265000,SLVERR\n"
              "hp0,write,3,dma_write,0x00002000,32,4,40000,40000,40000,100000,60000,DECERR\n");
}

TEST(LinkCore, OrderHoldsWithinAnIdOnly)
{
    link link(plain());
    uint64_t request_ps;
    const axi_link_request a = {0, 0, 1, 8, 1, TRAFFIC_DMA_READ, 0}, b = a,
                           c = {0, 0, 1, 8, 2, TRAFFIC_DMA_READ, 0};
    const unsigned first = axi_link_issue(link.core.get(), AXI_READ, &a, &request_ps);
    const unsigned second = axi_link_issue(link.core.get(), AXI_READ, &b, &request_ps);
    const unsigned other = axi_link_issue(link.core.get(), AXI_READ, &c, &request_ps);
    EXPECT_TRUE(axi_link_in_order(link.core.get(), AXI_READ, first));
    EXPECT_FALSE(axi_link_in_order(link.core.get(), AXI_READ, second));
    EXPECT_TRUE(axi_link_in_order(link.core.get(), AXI_READ, other));
    axi_link_complete(link.core.get(), AXI_READ, first, 0, 0, AXI_OKAY);
    EXPECT_TRUE(axi_link_in_order(link.core.get(), AXI_READ, second));
}

/* Bursts that complete in any order, against a plain list of the cycles in which slots are free. */
TEST(LinkCore, TheSlotThatIsFreeFirstIsTaken)
{
    std::mt19937 random(20261129);
    for (uint32_t limit = 1; limit <= AXI_LINK_MAX_OUTSTANDING; limit++) {
        axi_link_config config = plain();
        config.max_read_outstanding = limit;
        config.outstanding_histogram = true;
        link link(config);
        std::vector<uint64_t> free_cycles(limit, 0);
        std::vector<unsigned> held;
        uint64_t now = 0, next_address = 0, outstanding = 0;

        for (int step = 0; step < 500; step++) {
            if (!held.empty() && (held.size() == limit || random() % 2 == 0)) {
                const size_t which = random() % held.size();
                const uint64_t done_ps = (now + random() % 40) * cycle_ps;
                free_cycles.push_back(axi_link_complete(link.core.get(), AXI_READ, held[which],
                                                        done_ps, done_ps, AXI_OKAY) /
                                      cycle_ps);
                held.erase(held.begin() + static_cast<ptrdiff_t>(which));
                continue;
            }
            const auto first = std::min_element(free_cycles.begin(), free_cycles.end());
            const uint64_t start = std::max({now, *first, next_address});
            const axi_link_request request = {
                now * cycle_ps, now * cycle_ps, 4, 32, 0, TRAFFIC_DMA_READ, 0};
            uint64_t request_ps;

            held.push_back(axi_link_issue(link.core.get(), AXI_READ, &request, &request_ps));
            ASSERT_EQ(request_ps, (start + 1) * cycle_ps);
            free_cycles.erase(first);
            outstanding +=
                held.size() +
                static_cast<uint64_t>(std::count_if(free_cycles.begin(), free_cycles.end(),
                                                    [&](uint64_t cycle) { return cycle > start; }));
            ASSERT_EQ(link.core->sides[AXI_READ].monitor.outstanding.sum, outstanding);
            next_address = start + 1;
            now += random() % 4 == 0 ? random() % 30 : 0;
        }
    }
}

TEST(LinkCore, MonitorCountsWaitingAndTime)
{
    axi_link_config config = plain();
    config.max_read_outstanding = 1;
    link link(config);
    link.run(AXI_READ, 0, 16, 3 * cycle_ps); /* 20 cycles */
    link.run(AXI_READ, 0, 16, 3 * cycle_ps); /* 20 more, after waiting 20 */
    const axi_monitor &monitor = link.core->sides[AXI_READ].monitor;
    EXPECT_EQ(monitor.transactions, 2u);
    EXPECT_EQ(monitor.beats, 32u);
    EXPECT_EQ(monitor.bytes, 256u);
    EXPECT_EQ(monitor.stall_cycles, 20u);
    EXPECT_EQ(monitor.busy_cycles, 40u);
    EXPECT_EQ(monitor.latency_sum_ps, (20 + 40) * cycle_ps);
}

TEST(LinkCore, WaitingForTheDataChannelIsAStall)
{
    link link(plain());
    link.run(AXI_READ, 0, 16, 5 * cycle_ps); /* R from cycle 6 to 21 */
    EXPECT_EQ(link.run(AXI_READ, 0, 16, 5 * cycle_ps), (22 + 16) * cycle_ps);
    /* the address waits 1 cycle, the data are there in cycle 7 and wait until 22 */
    EXPECT_EQ(link.core->sides[AXI_READ].monitor.stall_cycles, 1u + 15u);
}

TEST(LinkCore, OneWriteResponseACycle)
{
    link link(plain());
    uint64_t request_ps;
    const axi_link_request request = {0, 0, 1, 8, 0, TRAFFIC_DMA_READ, 0};
    const unsigned first = axi_link_issue(link.core.get(), AXI_WRITE, &request, &request_ps);
    const unsigned second = axi_link_issue(link.core.get(), AXI_WRITE, &request, &request_ps);
    const auto complete = [&](unsigned slot) {
        return axi_link_complete(link.core.get(), AXI_WRITE, slot, 0, 9 * cycle_ps, AXI_OKAY);
    };
    EXPECT_EQ(complete(first), 10 * cycle_ps);
    EXPECT_EQ(complete(second), 11 * cycle_ps);
}

TEST(LinkCore, MoreNeverMakesItSlower)
{
    for (const axi_direction direction : {AXI_READ, AXI_WRITE}) {
        uint64_t before = UINT64_MAX;
        for (uint32_t limit = 1; limit <= AXI_LINK_MAX_OUTSTANDING; limit++) {
            axi_link_config config = plain();
            config.max_read_outstanding = config.max_write_outstanding = limit;
            const uint64_t now = time_of_stream(direction, config, 200);
            EXPECT_LE(now, before) << limit << " outstanding";
            before = now;
        }
        before = UINT64_MAX;
        for (uint64_t mhz = 50; mhz <= 400; mhz += 25) {
            axi_link_config config = plain();
            config.clock_hz = mhz * 1000000;
            const uint64_t now = time_of_stream(direction, config, 200);
            EXPECT_LE(now, before) << mhz << " MHz";
            before = now;
        }
    }
}

TEST(LinkCore, BeatSizeFollowsTheInitiatorWhereItMust)
{
    link link(plain());
    const auto size = [&](axi_burst_type burst, uint8_t beat_bytes, uint16_t beats, uint8_t cache) {
        const axi_attributes attributes = {burst, beat_bytes, beats, 0, 0, cache, TRAFFIC_DMA_READ};
        return axi_link_beat_bytes(link.core.get(), &attributes);
    };
    EXPECT_EQ(size(AXI_INCR, 0, 0, 0), 8) << "nothing said";
    EXPECT_EQ(size(AXI_INCR, 4, 0, 0), 8) << "a transfer, not a burst yet";
    EXPECT_EQ(size(AXI_INCR, 4, 4, 0), 4) << "a narrow burst";
    EXPECT_EQ(size(AXI_INCR, 4, 4, 2), 8) << "a narrow burst that may be repacked";
    EXPECT_EQ(size(AXI_INCR, 16, 4, 0), 8) << "wider than the link";
    EXPECT_EQ(size(AXI_FIXED, 4, 4, 2), 4) << "each beat is a word of a FIFO";
}

TEST(LinkConfig, SaysWhatIsWrong)
{
    const auto error = [](auto change) {
        axi_link_config config = plain();
        change(config);
        const char *const text = axi_link_config_error(&config);
        return std::string(text == nullptr ? "" : text);
    };
    EXPECT_EQ(error([](axi_link_config &) {}), "");
    EXPECT_NE(error([](axi_link_config &c) { c.width_bits = 48; }).find("width_bits"),
              std::string::npos);
    EXPECT_NE(error([](axi_link_config &c) { c.clock_hz = 100; }).find("clock_hz"),
              std::string::npos);
    EXPECT_NE(error([](axi_link_config &c) { c.max_read_outstanding = 0; }).find("outstanding"),
              std::string::npos);
    EXPECT_NE(error([](axi_link_config &c) { c.max_write_outstanding = 65; }).find("outstanding"),
              std::string::npos);
    EXPECT_NE(error([](axi_link_config &c) { c.fixed_latency_ns = -1; }).find("fixed_latency_ns"),
              std::string::npos);
    EXPECT_NE(error([](axi_link_config &c) {
                  c.protocol = AXI_PROTOCOL_AXI4_LITE;
                  c.width_bits = 128;
              }).find("axi4_lite"),
              std::string::npos);
    EXPECT_NE(error([](axi_link_config &c) { c.qos = 16; }).find("qos"), std::string::npos);
}

TEST(LinkConfig, EveryTableHasTheSameFieldsAndASource)
{
    for (const param *const table :
         {axi_link_hp_params, axi_link_gp_params, axi_link_cpu_ddr_params}) {
        for (size_t i = 0; i < axi_link_params_count; i++) {
            EXPECT_STREQ(table[i].name, axi_link_params[i].name);
            EXPECT_EQ(table[i].offset, axi_link_params[i].offset);
            EXPECT_NE(table[i].default_text, nullptr);
            EXPECT_GT(std::strlen(table[i].source), 0u);
        }
    }
}

} // namespace
