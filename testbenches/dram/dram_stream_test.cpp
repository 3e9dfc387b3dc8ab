/* A core that is watched decides command by command; one that is not takes the short way where it
 * can. Whoever asks either of them gets the same answers. */
#include "dram_fixture.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace zs_test;

namespace
{

using words = std::vector<uint64_t>;

/* Counters are words without holes between them. */
words words_of(const dram_counters &counters)
{
    words all(sizeof counters / sizeof(uint64_t));
    std::memcpy(all.data(), &counters, sizeof counters);
    return all;
}

/* One core, and all that it ever said. */
class subject
{
  public:
    subject(const dram_core_config &config, bool watched) : core_(make_core(config))
    {
        if (watched) {
            dram_core_observe(
                core_.get(), [](void *, const dram_command_event *) {}, nullptr);
        }
        dram_core_observe_epochs(core_.get(), 30'000'000, &subject::at_epoch, this);
    }

    dram_core *core()
    {
        return core_.get();
    }
    const std::vector<words> &said() const
    {
        return said_;
    }

    /* As a requester that was told late: what comes too early enters at the next free edge. */
    void submit(const dram_request &request, uint64_t now_ps)
    {
        int status = dram_core_submit(core(), &request, now_ps);
        while (status == -EINVAL) {
            now_ps = dram_core_edge_ps(core(), dram_core_edge(core(), now_ps) + 1);
            status = dram_core_submit(core(), &request, now_ps);
        }
        said_.push_back({static_cast<uint64_t>(status), now_ps});
    }

    void take_completions()
    {
        dram_completion done;
        while (dram_core_complete(core(), &done)) {
            said_.push_back({done.tag, done.submitted_ps, done.done_ps, done.write});
        }
        for (const bool write : {false, true}) {
            uint64_t free_ps = 0;
            const bool is_free = dram_core_port_free_ps(core(), write, &free_ps);
            said_.push_back({is_free, free_ps});
        }
        said_.push_back({dram_core_next_ps(core())});
    }

    void admit_all()
    {
        said_.push_back({dram_core_admit_all(core())});
    }

    void settle()
    {
        dram_core_settle(core());
        said_.push_back(words_of(*dram_core_counters(core())));
    }

  private:
    static void at_epoch(void *context, uint64_t time_ps, const dram_counters *counters)
    {
        auto &said = static_cast<subject *>(context)->said_;
        said.push_back({time_ps});
        said.push_back(words_of(*counters));
    }

    core_ptr core_;
    std::vector<words> said_;
};

/* Mostly on and on in one row in one direction, faster or slower than the memory. */
void drive(subject &subject, unsigned seed, uint64_t requests)
{
    std::mt19937 generator(seed);
    const auto random = [&generator](uint64_t below) { return generator() % below; };
    const uint64_t pauses_ps[] = {1, 5'000, 40'000, 200'000, 20'000'000};
    uint64_t now = 0, address = 0;
    bool write = false;

    for (uint64_t tag = 1; tag <= requests; tag++) {
        address = random(12) == 0 ? random(64) << 16 | random(2048) : address;
        write = write != (random(10) == 0);
        const dram_request request = {address, static_cast<uint32_t>(1 + random(160)), write,
                                      write,   static_cast<uint8_t>(random(50) == 0),  tag};
        subject.submit(request, now);
        address += random(8) != 0 ? request.bytes : 0;
        const uint64_t then = now + random(pauses_ps[random(100) == 0 ? 4 : random(4)]);

        switch (random(8)) {
        case 0:
            subject.settle();
            break;
        case 1:
            dram_core_run_until(subject.core(), then);
            break;
        case 2:
            subject.admit_all();
            break;
        default:
            dram_core_run_to_completion(subject.core(), then);
            break;
        }
        subject.take_completions();
        now = random(4) != 0 ? then : now;
    }
    dram_core_run_until(subject.core(), now + 50'000'000);
    subject.take_completions();
    subject.settle();
}

unsigned seed()
{
    const char *const text = std::getenv("ZS_SEED");
    const auto value =
        text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 0)) : 20260012u;
    std::printf("ZS_SEED=%u\n", value);
    return value;
}

void expect_same_answers(const dram_core_config &config)
{
    const unsigned start = seed();

    for (unsigned round = 0; round < 8; round++) {
        subject watched(config, true), alone(config, false);

        drive(watched, start + round, 2'000);
        drive(alone, start + round, 2'000);
        const auto difference = std::mismatch(watched.said().begin(), watched.said().end(),
                                              alone.said().begin(), alone.said().end());
        ASSERT_EQ(watched.said().end(), difference.first)
            << config.device.name << ", round " << round << ", answer "
            << difference.first - watched.said().begin() << ": "
            << testing::PrintToString(*difference.first) << " against "
            << testing::PrintToString(*difference.second);
        ASSERT_EQ(watched.said().size(), alone.said().size());
    }
}

} // namespace

TEST(stream, answers_as_the_long_way_does)
{
    for (const char *const preset : {"pynq-z2", "ddr4-2400-x64", "lpddr4-3200-x32"}) {
        auto config = default_config(preset);
        config.refresh = DRAM_REFRESH_ALL_BANK;
        config.read_latency_ps = 30'000;
        config.write_latency_ps = 10'000;
        config.starvation_cap = 64;
        expect_same_answers(config);
    }
}

TEST(stream, answers_as_the_long_way_does_with_short_queues)
{
    auto config = default_config();
    config.read_queue = 3;
    config.write_queue = 5;
    config.write_high = 4;
    config.write_low = 1;
    config.write_idle_clocks = 20;
    expect_same_answers(config);
}

TEST(stream, answers_as_the_long_way_does_in_order)
{
    auto config = default_config();
    config.scheduler = DRAM_FCFS;
    config.refresh = DRAM_REFRESH_ALL_BANK;
    config.refresh_postpone = 4;
    config.mapping = "row:column[9..4]:bank:column[3..0]";
    expect_same_answers(config);
}

TEST(stream, answers_as_the_long_way_does_under_other_policies)
{
    for (const auto policy : {DRAM_CLOSED_PAGE, DRAM_ADAPTIVE_PAGE, DRAM_OPEN_PAGE}) {
        auto config = default_config();
        config.page_policy = policy;
        config.powerdown_clocks = 30;
        expect_same_answers(config);
    }
}
