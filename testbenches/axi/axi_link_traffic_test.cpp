/* Many at once: limits, order, arbitration, and random traffic against a plain memory. */
#include "axi/axi_link.h"
#include "axi/axi_router.h"
#include "axi_testbench.h"
#include "random_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace
{

constexpr uint64_t cycle_ps = 10000;

request random_request(random_source &random, uint64_t base, uint64_t size)
{
    request request;
    const uint64_t length = random.between(1, random.one_in(4) ? 700 : 40);

    request.write = random.one_in(2);
    request.address = base + random.between(0, size - length);
    request.data.resize(length);
    for (unsigned char &byte : request.data) {
        byte = static_cast<unsigned char>(random.between(0, 255));
    }
    if (request.write && random.one_in(4)) {
        request.enables.resize(random.between(1, length));
        for (unsigned char &enable : request.enables) {
            enable = random.one_in(2) ? 0xff : 0;
        }
    }
    request.attributes.id = static_cast<uint16_t>(random.between(0, 2));
    return request;
}

/* What a plain memory does with the request; false when a read brought something else. */
bool agrees(std::vector<unsigned char> &plain, const request &request)
{
    for (size_t i = 0; i < request.data.size(); i++) {
        const bool enabled =
            request.enables.empty() || request.enables[i % request.enables.size()] != 0;
        unsigned char &byte = plain.at(request.address + i);
        if (request.write && enabled) {
            byte = request.data[i];
        } else if (!request.write && byte != request.data[i]) {
            return false;
        }
    }
    return true;
}

/* Six threads, each in memory of its own, through link and router to two memories. */
TEST(LinkTraffic, RandomTrafficDoesWhatAPlainMemoryDoes)
{
    random_source random;
    SCOPED_TRACE("ZS_SEED=" + std::to_string(random.seed));
    constexpr uint64_t half = 0x6000;
    axi_link_config config = link_config(64, 3);
    config.request_latency_cycles = 2;
    config.fixed_latency_ns = 13;
    test_initiator initiator("initiator");
    zs::axi_link link("link", config, nullptr);
    zs::axi_router router("router", axi_router_config{20, 0, 0}, nullptr);
    test_memory low("low", half), high("high", half);
    initiator.out.bind(link.in);
    link.out.bind(router.in);
    router.map("low", 0, half).bind(low.in);
    router.map("high", half, half, 0).bind(high.in);
    low.latency_ps = high.latency_ps = [&](const auto &) { return random.between(0, 200000); };
    std::vector<unsigned char> plain(2 * half);

    for (uint64_t slice = 0; slice < 6; slice++) {
        initiator.thread([&, slice] {
            sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
            uint64_t before = 0;
            for (int i = 0; i < 2000; i++) {
                request request = random_request(random, slice * half / 3, half / 3);
                const uint64_t end = initiator.send(request, delay);
                ASSERT_EQ(request.status, tlm::TLM_OK_RESPONSE);
                ASSERT_TRUE(agrees(plain, request)) << "request " << i << " of " << slice;
                ASSERT_GT(end, before) << "time goes forward";
                before = end;
                delay += ps(random.between(0, 50000));
            }
        });
    }
    sc_core::sc_start();
    EXPECT_TRUE(std::equal(low.bytes.begin(), low.bytes.end(), plain.begin()));
    EXPECT_TRUE(std::equal(high.bytes.begin(), high.bytes.end(), plain.begin() + half));
    for (const test_memory *memory : {&low, &high}) {
        EXPECT_TRUE(std::is_sorted(memory->accesses.begin(), memory->accesses.end(),
                                   [](const auto &a, const auto &b) { return a.at_ps < b.at_ps; }))
            << "requests reach the target in the order of their times";
    }
}

/* Both directions of a link, alone, with a limit; the memory sees how many are under way. */
void expect_limit(bool write, unsigned limit)
{
    axi_link_config config = link_config();
    (write ? config.max_write_outstanding : config.max_read_outstanding) = limit;
    test_initiator initiator("initiator");
    zs::axi_link link("link", config, nullptr);
    test_memory memory("memory", 4096);
    initiator.out.bind(link.in);
    link.out.bind(memory.in);
    memory.latency_ps = [](const auto &) { return 100 * cycle_ps; };

    for (int i = 0; i < 20; i++) {
        initiator.thread([&, write] {
            request request;
            request.write = write;
            request.data.resize(8);
            initiator.send(request);
        });
    }
    sc_core::sc_start();
    EXPECT_EQ(memory.accesses.size(), 20u);
    EXPECT_EQ(memory.most_at_once, limit);
    EXPECT_EQ(link.core().sides[write ? AXI_WRITE : AXI_READ].monitor.outstanding.max, limit);
}

TEST(LinkTraffic, ReadLimitHoldsAndIsReached)
{
    expect_limit(false, 5);
}

TEST(LinkTraffic, WriteLimitHoldsAndIsReached)
{
    expect_limit(true, 3);
}

TEST(LinkTraffic, ResponsesOfAnIdKeepTheOrderOfTheRequests)
{
    test_initiator initiator("initiator");
    zs::axi_link link("link", link_config(64, 8), nullptr);
    test_memory memory("memory", 4096);
    initiator.out.bind(link.in);
    link.out.bind(memory.in);
    memory.always_wait = true;
    memory.latency_ps = [](const auto &access) {
        return access.address == 0 ? 100 * cycle_ps : 10 * cycle_ps;
    };
    std::vector<unsigned> order;

    for (unsigned i = 0; i < 3; i++) {
        initiator.thread([&, i] {
            request request;
            request.address = i * 64;
            request.attributes.id = i == 2 ? 7 : 0;
            request.data.resize(8);
            sc_core::wait(ps(i * cycle_ps + 1));
            initiator.send(request);
            order.push_back(i);
        });
    }
    sc_core::sc_start();
    EXPECT_EQ(order, (std::vector<unsigned>{2, 0, 1})) << "only the other id may overtake";
}

struct contest {
    explicit contest(const std::vector<uint8_t> &qos) : memory("memory", 4096)
    {
        axi_link_config config = link_config(64, 1);
        link = std::make_unique<zs::axi_link>("link", config, nullptr);
        link->out.bind(memory.in);
        memory.latency_ps = [](const auto &) { return 3 * cycle_ps; };
        for (size_t port = 0; port < qos.size(); port++) {
            initiators.push_back(
                std::make_unique<test_initiator>(("port" + std::to_string(port)).c_str()));
            initiators.back()->out.bind(link->in);
            for (int thread = 0; thread < 2; thread++) {
                initiators.back()->thread([this, port, level = qos[port]] { work(port, level); });
            }
        }
    }

    void work(size_t port, uint8_t level)
    {
        for (int i = 0; i < 10; i++) {
            request request;
            request.attributes.qos = level;
            request.data.resize(8);
            initiators[port]->send(request);
            order.push_back(port);
        }
    }

    std::vector<std::unique_ptr<test_initiator>> initiators;
    std::unique_ptr<zs::axi_link> link;
    test_memory memory;
    std::vector<size_t> order;
};

TEST(LinkTraffic, EqualPortsTakeTurns)
{
    contest contest({0, 0, 0});
    sc_core::sc_start();
    ASSERT_EQ(contest.order.size(), 60u);
    for (size_t i = 0; i < contest.order.size(); i++) {
        ASSERT_EQ(contest.order[i], i % 3) << "request " << i;
    }
}

TEST(LinkTraffic, TheUrgentPortGoesFirst)
{
    contest contest({1, 4, 2});
    sc_core::sc_start();
    const auto first = [&](size_t port) {
        return std::find(contest.order.begin(), contest.order.end(), port) - contest.order.begin();
    };
    ASSERT_EQ(contest.order.size(), 60u);
    EXPECT_EQ(first(1), 0);
    EXPECT_EQ(first(2), 20);
    EXPECT_EQ(first(0), 40);
}

/* The same traffic to memories that answer ahead of time, or never do: the same times. */
TEST(LinkTraffic, ResultsDoNotDependOnRunningAhead)
{
    std::vector<std::vector<uint64_t>> ends(2);
    struct chain {
        chain(int index, const axi_link_config &config)
            : initiator(("initiator" + std::to_string(index)).c_str()),
              link(("link" + std::to_string(index)).c_str(), config, nullptr),
              memory(("memory" + std::to_string(index)).c_str(), 4096)
        {
            initiator.out.bind(link.in);
            link.out.bind(memory.in);
            memory.latency_ps = [](const auto &access) {
                return (access.address * 7 + access.at_ps / 1000) % 97 * 3000;
            };
        }
        test_initiator initiator;
        zs::axi_link link;
        test_memory memory;
    };
    axi_link_config config = link_config(64, 2);
    config.request_latency_cycles = config.response_latency_cycles = 3;
    chain ahead(0, config), waiting(1, config);
    waiting.memory.always_wait = true;

    for (int index = 0; index < 2; index++) {
        chain &chain = index == 0 ? ahead : waiting;
        for (unsigned thread = 0; thread < 3; thread++) {
            chain.initiator.thread([&chain, &ends, index, thread] {
                sc_core::sc_time delay = ps(thread * 777);
                for (unsigned i = 0; i < 300; i++) {
                    request request;
                    request.address = (i * 136 + thread * 40) % 2048;
                    request.write = i % 3 == 0;
                    request.data.resize(8 + i % 5 * 32);
                    ends[static_cast<size_t>(index)].push_back(
                        chain.initiator.send(request, delay));
                    if (i % 7 == 0) {
                        sc_core::wait(delay);
                        delay = sc_core::SC_ZERO_TIME;
                    }
                    delay += ps(13000 * (thread + 1));
                }
            });
        }
    }
    sc_core::sc_start();
    for (auto &times : ends) {
        std::sort(times.begin(), times.end());
    }
    EXPECT_EQ(ends[0], ends[1]);
    EXPECT_EQ(ahead.link.core().sides[AXI_READ].monitor.latency_sum_ps,
              waiting.link.core().sides[AXI_READ].monitor.latency_sum_ps);
}

/* Time for 64 KiB of reads in 128-byte requests from eight threads. */
struct stream {
    stream(const std::string &name, const axi_link_config &config)
        : initiator((name + "_initiator").c_str()), link(name.c_str(), config, nullptr),
          memory((name + "_memory").c_str(), 65536)
    {
        initiator.out.bind(link.in);
        link.out.bind(memory.in);
        memory.latency_ps = [](const auto &) { return 200000; };
        for (uint64_t thread = 0; thread < 8; thread++) {
            initiator.thread([this, thread] {
                for (uint64_t address = thread * 128; address < 65536; address += 1024) {
                    request request;
                    request.address = address;
                    request.data.resize(128);
                    end_ps = std::max(end_ps, initiator.send(request));
                }
            });
        }
    }

    test_initiator initiator;
    zs::axi_link link;
    test_memory memory;
    uint64_t end_ps = 0;
};

TEST(LinkTraffic, BandwidthNeverFallsWithWidthClockOrOutstanding)
{
    std::vector<std::unique_ptr<stream>> wider, faster, deeper;
    for (uint32_t width = 32; width <= 512; width *= 2) {
        wider.push_back(
            std::make_unique<stream>("width" + std::to_string(width), link_config(width)));
    }
    for (uint64_t mhz = 50; mhz <= 400; mhz += 25) {
        axi_link_config config = link_config();
        config.clock_hz = mhz * 1000000;
        faster.push_back(std::make_unique<stream>("mhz" + std::to_string(mhz), config));
    }
    for (uint32_t limit = 1; limit <= 10; limit++) {
        deeper.push_back(
            std::make_unique<stream>("limit" + std::to_string(limit), link_config(64, limit)));
    }
    sc_core::sc_start();
    for (const auto *series : {&wider, &faster, &deeper}) {
        for (size_t i = 1; i < series->size(); i++) {
            EXPECT_LE((*series)[i]->end_ps, (*series)[i - 1]->end_ps) << (*series)[i]->link.name();
        }
    }
    EXPECT_LT(deeper[3]->end_ps, deeper[0]->end_ps) << "more outstanding helps";
    /* eight outstanding bursts of 16 beats keep the channel full: one beat a cycle from the first
     * (1 address, 20 cycles of memory) on */
    EXPECT_EQ(deeper[7]->end_ps, (1 + 20 + 65536 / 8) * cycle_ps);
}

} // namespace
