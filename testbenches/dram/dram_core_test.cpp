#include "dram_fixture.h"

#include "dram/dram_mapping.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

using namespace zs_test;

namespace
{

constexpr uint64_t row_bytes = 2048;         /* x16, 1024 columns */
constexpr uint64_t next_row = 8 * row_bytes; /* same bank */

/* One read at a time, each starting when the one before ended. */
uint64_t read_alone(dram_core *core, uint64_t address, uint32_t bytes, uint64_t now_ps)
{
    submit(core, false, address, bytes, now_ps);
    const auto done = run_all(core);
    EXPECT_EQ(1u, done.size());
    return done.at(0).done_ps;
}

unsigned seed_from_environment()
{
    const char *const text = std::getenv("ZS_SEED");
    return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 0)) : 20260001u;
}

} // namespace

TEST(unloaded_read, of_a_closed_bank_is_activate_plus_column_plus_burst)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);

    EXPECT_EQ(dram_core_edge_ps(core.get(), t("RCD + CL + BL")), read_alone(core.get(), 0, 16, 0));
    EXPECT_EQ(1u, dram_core_counters(core.get())->row_misses);
}

TEST(unloaded_read, of_an_open_row_is_column_plus_burst)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const uint64_t start = dram_core_edge_ps(core.get(), 1000);

    read_alone(core.get(), 0, 16, 0);
    EXPECT_EQ(start + dram_core_row_hit_ps(core.get()), read_alone(core.get(), 64, 16, start));
    EXPECT_EQ(1u, dram_core_counters(core.get())->row_hits);
}

TEST(unloaded_read, of_another_row_is_precharge_plus_activate_plus_column_plus_burst)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);

    read_alone(core.get(), 0, 16, 0);
    const uint64_t done = read_alone(core.get(), next_row, 16, dram_core_edge_ps(core.get(), 1000));
    EXPECT_EQ(dram_core_edge_ps(core.get(), 1000 + t("RP + RCD + CL + BL")), done);
    EXPECT_EQ(1u, dram_core_counters(core.get())->row_conflicts);
}

TEST(unloaded_read, of_a_line_adds_one_burst_time_for_each_further_burst)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);

    EXPECT_EQ(dram_core_edge_ps(core.get(), t("RCD + CL + BL") + 3 * t("CCD")),
              read_alone(core.get(), 0, 64, 0));
}

TEST(unloaded_read, pays_the_static_latency)
{
    auto config = default_config();
    config.read_latency_ps = 12345;
    const auto core = make_core(config);
    const clocks t(config.device);

    EXPECT_EQ(dram_core_edge_ps(core.get(), t("RCD + CL + BL")) + 12345,
              read_alone(core.get(), 0, 16, 0));
}

TEST(unloaded_read, waits_for_the_next_clock_edge)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);

    EXPECT_EQ(dram_core_edge_ps(core.get(), 1 + t("RCD + CL + BL")),
              read_alone(core.get(), 0, 16, 1));
}

TEST(row_cycle, separates_activates_of_one_bank_by_tRC)
{
    auto config = default_config();
    config.scheduler = DRAM_FCFS;
    const auto core = make_core(config);
    const clocks t(config.device);
    std::vector<uint64_t> activates;

    dram_core_observe(
        core.get(),
        [](void *context, const dram_command_event *event) {
            if (event->command == DRAM_ACT) {
                static_cast<std::vector<uint64_t> *>(context)->push_back(event->edge);
            }
        },
        &activates);
    for (int i = 0; i < 4; i++) {
        submit(core.get(), false, i * next_row, 16, 0);
    }
    run_all(core.get());
    ASSERT_EQ(4u, activates.size());
    for (size_t i = 1; i < activates.size(); i++) {
        EXPECT_EQ(t("RC"), static_cast<int64_t>(activates[i] - activates[i - 1]));
    }
}

TEST(four_activate_window, holds_back_the_fifth_bank)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);
    std::vector<int64_t> activates;

    dram_core_observe(
        core.get(),
        [](void *context, const dram_command_event *event) {
            if (event->command == DRAM_ACT) {
                static_cast<std::vector<int64_t> *>(context)->push_back(
                    static_cast<int64_t>(event->edge));
            }
        },
        &activates);
    for (int bank = 0; bank < 8; bank++) {
        submit(core.get(), false, bank * row_bytes, 16, 0);
    }
    run_all(core.get());
    ASSERT_EQ(8u, activates.size());
    for (size_t i = 4; i < activates.size(); i++) {
        EXPECT_GE(activates[i] - activates[i - 4], t("FAW"));
    }
    EXPECT_EQ(t("FAW"), activates[4] - activates[0]);
}

TEST(bandwidth, of_row_hits_is_the_peak_of_the_data_bus)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);
    const uint32_t bytes = 2048;

    const uint64_t done = read_alone(core.get(), 0, bytes, 0);
    const double data_s =
        static_cast<double>(done - dram_core_edge_ps(core.get(), t("RCD + CL"))) * 1e-12;
    EXPECT_NEAR(static_cast<double>(dram_core_peak_bytes_per_second(core.get())), bytes / data_s,
                1e5);
    EXPECT_NEAR(2.133e9, bytes / data_s, 1e6);
}

TEST(bandwidth, of_the_board_is_2_10_GB_per_second)
{
    const auto core = make_core(default_config("pynq-z2"));

    EXPECT_NEAR(2.10e9, static_cast<double>(dram_core_peak_bytes_per_second(core.get())), 1e6);
}

TEST(refresh, happens_once_every_tREFI_and_closes_the_rows)
{
    auto config = default_config();
    config.refresh = DRAM_REFRESH_ALL_BANK;
    const auto core = make_core(config);
    const clocks t(config.device);
    const uint64_t intervals = 1000;

    read_alone(core.get(), 0, 16, 0);
    dram_core_run_until(core.get(), dram_core_edge_ps(core.get(), intervals * t("REFI") + 200));
    EXPECT_EQ(intervals, dram_core_counters(core.get())->refreshes);
    EXPECT_EQ(1u, dram_core_counters(core.get())->precharges);
}

TEST(refresh, delays_a_read_that_meets_it_by_tRFC)
{
    auto config = default_config();
    config.refresh = DRAM_REFRESH_ALL_BANK;
    const auto core = make_core(config);
    const clocks t(config.device);

    const uint64_t done = read_alone(core.get(), 0, 16, dram_core_edge_ps(core.get(), t("REFI")));
    EXPECT_EQ(dram_core_edge_ps(core.get(), t("REFI + RFC + RCD + CL + BL")), done);
}

TEST(refresh, may_be_postponed_while_reads_wait_but_is_never_lost)
{
    auto config = default_config();
    config.refresh = DRAM_REFRESH_ALL_BANK;
    config.refresh_postpone = 8;
    const auto core = make_core(config);
    const clocks t(config.device);

    read_alone(core.get(), 0, 4 << 20, 0);
    const uint64_t end = dram_core_edge_ps(core.get(), 2000 * t("REFI"));
    dram_core_run_until(core.get(), end);
    EXPECT_NEAR(2000.0, static_cast<double>(dram_core_counters(core.get())->refreshes), 1.0);
}

TEST(posted_write, is_done_the_clock_after_it_is_queued)
{
    const auto config = default_config();
    const auto core = make_core(config);

    submit(core.get(), true, 0, 64, 0);
    const auto done = run_all(core.get());
    ASSERT_EQ(1u, done.size());
    EXPECT_EQ(dram_core_edge_ps(core.get(), 4), done[0].done_ps) << "4 bursts, one a clock";
    EXPECT_EQ(0u, dram_core_counters(core.get())->writes) << "none on the bus yet";
}

TEST(posted_write, waits_while_the_queue_is_full)
{
    const auto config = default_config();
    const auto core = make_core(config);
    const clocks t(config.device);
    const uint32_t bursts = 200;

    submit(core.get(), true, 0, bursts * 16, 0);
    const auto done = run_all(core.get());
    ASSERT_EQ(1u, done.size());
    EXPECT_GT(done[0].done_ps, dram_core_edge_ps(core.get(), (bursts - 33) * t("CCD")));
}

TEST(forwarding, serves_a_read_from_the_write_queue)
{
    const auto core = make_core(default_config());

    submit(core.get(), true, 0, 16, 0, 1);
    submit(core.get(), false, 4, 8, 2000, 2);
    const auto done = run_all(core.get());
    ASSERT_EQ(2u, done.size());
    EXPECT_EQ(1u, dram_core_counters(core.get())->forwarded);
    EXPECT_EQ(0u, dram_core_counters(core.get())->reads);
}

TEST(forwarding, does_not_serve_bytes_that_were_not_written)
{
    const auto core = make_core(default_config());

    submit(core.get(), true, 0, 8, 0, 1);
    submit(core.get(), false, 4, 8, 2000, 2);
    run_all(core.get());
    EXPECT_EQ(0u, dram_core_counters(core.get())->forwarded);
    EXPECT_EQ(1u, dram_core_counters(core.get())->reads);
}

TEST(coalescing, merges_writes_to_one_burst)
{
    auto config = default_config();
    const auto core = make_core(config);

    submit(core.get(), false, next_row, 64, 0); /* reads keep the writes queued */
    submit(core.get(), true, 0, 8, 0, 1);
    submit(core.get(), true, 8, 8, 0, 2);
    run_all(core.get());
    dram_core_run_until(core.get(), 10'000'000);
    EXPECT_EQ(1u, dram_core_counters(core.get())->coalesced);
    EXPECT_EQ(1u, dram_core_counters(core.get())->writes);
}

TEST(closed_page, precharges_after_the_last_hit)
{
    auto config = default_config();
    config.page_policy = DRAM_CLOSED_PAGE;
    const auto core = make_core(config);
    const clocks t(config.device);

    read_alone(core.get(), 0, 64, 0);
    EXPECT_EQ(1u, dram_core_counters(core.get())->precharges);
    EXPECT_EQ(1u, dram_core_counters(core.get())->activates);
    const uint64_t start = dram_core_edge_ps(core.get(), 1000);
    EXPECT_EQ(start + dram_core_edge_ps(core.get(), t("RCD + CL + BL")),
              read_alone(core.get(), next_row, 16, start));
}

TEST(fr_fcfs, serves_a_younger_row_hit_first_but_only_up_to_the_cap)
{
    for (const uint32_t cap : {0u, 3u}) {
        auto config = default_config();
        config.starvation_cap = cap;
        const auto core = make_core(config);

        submit(core.get(), false, 0, 16, 0, 0);
        dram_core_run_until(core.get(), dram_core_edge_ps(core.get(), 5));
        const uint64_t now = dram_core_edge_ps(core.get(), 6);
        submit(core.get(), false, next_row, 16, now, 100);
        for (uint64_t i = 1; i <= 8; i++) {
            submit(core.get(), false, i * 16, 16, now, i);
        }
        const auto done = run_all(core.get());
        ASSERT_EQ(10u, done.size());
        const size_t place = cap == 0 ? 9 : 1 + cap;
        EXPECT_EQ(100u, done[place].tag) << "cap " << cap;
    }
}

TEST(fcfs, keeps_the_order_of_arrival)
{
    auto config = default_config();
    config.scheduler = DRAM_FCFS;
    const auto core = make_core(config);
    std::mt19937 random(1);

    for (uint64_t i = 0; i < 200; i++) {
        submit(core.get(), false, random() % (1u << 20) * 16, 16, 0, i);
    }
    const auto done = run_all(core.get());
    ASSERT_EQ(200u, done.size());
    for (uint64_t i = 0; i < 200; i++) {
        EXPECT_EQ(i, done[i].tag);
    }
}

TEST(submission, is_refused_beyond_the_capacity_and_back_in_time)
{
    const auto core = make_core(default_config());
    const uint64_t capacity = dram_device_bytes(dram_core_device(core.get()));
    dram_request request = {capacity - 8, 16, false, 0, 0, 0};

    EXPECT_EQ(-ERANGE, dram_core_submit(core.get(), &request, 0));
    request = {0, 0, false, 0, 0, 0};
    EXPECT_EQ(-EINVAL, dram_core_submit(core.get(), &request, 0));
    request = {0, 16, false, 0, 0, 0};
    dram_core_run_until(core.get(), 1'000'000);
    EXPECT_EQ(-EINVAL, dram_core_submit(core.get(), &request, 500'000));
}

/* Memory as the bus sees it: column commands move data between queues and array. The reference is
 * a plain array updated in the order of submission. */
namespace
{

class reordering_checker
{
  public:
    reordering_checker(const dram_core_config &config, unsigned seed)
        : core_(make_core(config)), random_(seed)
    {
        dram_core_observe(core_.get(), &reordering_checker::observe, this);
    }

    /* One in-order port: the next request goes in when the one before is in the queues. */
    void run(int requests)
    {
        uint64_t now = 0;
        for (int i = 0; i < requests; i++) {
            now += random_() % 3 == 0 ? random_() % 100'000 : 0;
            random_request(static_cast<uint64_t>(i + 1), now);
        }
        dram_core_run_until(core_.get(), now + 100'000'000);
        collect();
        EXPECT_EQ(0u, dram_core_undecided(core_.get()));
        EXPECT_TRUE(queued_writes_.empty());
        EXPECT_TRUE(queued_reads_.empty());
        EXPECT_EQ(completed_, static_cast<uint64_t>(requests));
    }

    const dram_counters &counters() const
    {
        return *dram_core_counters(core_.get());
    }
    uint64_t reads_checked = 0;

  private:
    static constexpr uint64_t burst = 16;

    void collect()
    {
        dram_completion completion;
        while (dram_core_complete(core_.get(), &completion)) {
            completed_++;
        }
    }

    void wait_for_ports(uint64_t &now)
    {
        uint64_t read_ps, write_ps;
        while (!dram_core_port_free_ps(core_.get(), false, &read_ps) ||
               !dram_core_port_free_ps(core_.get(), true, &write_ps)) {
            now = std::max(now, dram_core_next_ps(core_.get()));
            dram_core_run_until(core_.get(), now);
        }
        collect();
        now = std::max({now + 1875, read_ps, write_ps});
    }

    void random_request(uint64_t tag, uint64_t &now)
    {
        /* few bursts in few rows of few banks: collisions are the rule */
        const uint64_t address =
            random_() % 4 * next_row + random_() % 2 * row_bytes + random_() % 4 * burst;
        const bool write = random_() % 2;

        submit(core_.get(), write, address, burst, now, tag);
        expect(write, address, tag);
        const uint64_t forwarded = counters().forwarded;
        wait_for_ports(now);
        if (counters().forwarded != forwarded) {
            on_forward(address);
        }
    }

    /* The value of a burst is the tag of the write that made it. */
    void expect(bool write, uint64_t address, uint64_t tag)
    {
        if (write) {
            queued_writes_[address].push_back(tag);
            reference_[address] = tag;
            last_write_ = tag;
        } else {
            queued_reads_[address].push_back(reference_[address]);
        }
    }

    static void observe(void *context, const dram_command_event *event)
    {
        auto *const self = static_cast<reordering_checker *>(context);
        if (event->command == DRAM_RD || event->command == DRAM_RDA) {
            self->on_read(event->address);
        } else if (event->command == DRAM_WR || event->command == DRAM_WRA) {
            self->on_write(event->address);
        }
    }

    /* A coalesced write carries all the writes queued so far; one still at the port is not. */
    void on_write(uint64_t address)
    {
        auto &writes = queued_writes_[address];
        uint64_t unused;
        const bool at_port = !writes.empty() && writes.back() == last_write_ &&
                             !dram_core_port_free_ps(core_.get(), true, &unused);
        const size_t queued = writes.size() - (at_port ? 1 : 0);

        ASSERT_NE(0u, queued) << "a write that nobody asked for";
        array_[address] = writes[queued - 1];
        writes.erase(writes.begin(), writes.begin() + static_cast<ptrdiff_t>(queued));
        if (writes.empty()) {
            queued_writes_.erase(address);
        }
    }

    void on_forward(uint64_t address)
    {
        const auto writes = queued_writes_.find(address);
        const uint64_t value =
            writes != queued_writes_.end() ? writes->second.back() : array_[address];

        ASSERT_FALSE(queued_reads_[address].empty()) << "a read that nobody asked for";
        EXPECT_EQ(queued_reads_[address].back(), value);
        queued_reads_[address].pop_back();
        if (queued_reads_[address].empty()) {
            queued_reads_.erase(address);
        }
        reads_checked++;
    }

    void on_read(uint64_t address)
    {
        auto &reads = queued_reads_[address];
        ASSERT_FALSE(reads.empty()) << "a read that nobody asked for";
        EXPECT_EQ(reads.front(), array_[address]) << "address " << address;
        reads.erase(reads.begin());
        reads_checked++;
        if (reads.empty()) {
            queued_reads_.erase(address);
        }
    }

    core_ptr core_;
    std::mt19937 random_;
    std::map<uint64_t, uint64_t> reference_, array_;
    std::map<uint64_t, std::vector<uint64_t>> queued_writes_, queued_reads_;
    uint64_t completed_ = 0, last_write_ = 0;
};

} // namespace

TEST(reordering, returns_what_was_last_written)
{
    const unsigned seed = seed_from_environment();
    SCOPED_TRACE("ZS_SEED=" + std::to_string(seed));
    std::printf("seed %u\n", seed);

    for (const dram_page_policy policy : {DRAM_OPEN_PAGE, DRAM_CLOSED_PAGE}) {
        auto config = default_config();
        config.refresh = DRAM_REFRESH_ALL_BANK;
        config.page_policy = policy;
        config.starvation_cap = 4;
        reordering_checker checker(config, seed + policy);
        checker.run(50'000);
        EXPECT_GT(checker.reads_checked, 20'000u);
        EXPECT_GT(checker.counters().forwarded, 100u);
        EXPECT_GT(checker.counters().coalesced, 100u);
        EXPECT_GT(checker.counters().row_hits, 100u);
    }
}

TEST(conservation, every_byte_asked_for_is_served_once)
{
    const unsigned seed = seed_from_environment();
    SCOPED_TRACE("ZS_SEED=" + std::to_string(seed));
    std::mt19937 random(seed);
    const auto core = make_core(default_config());
    uint64_t asked = 0, bursts = 0, now = 0;

    for (uint64_t tag = 0; tag < 2000; tag++) {
        const uint64_t address = random() % (1u << 20);
        const uint32_t bytes = 1 + random() % 300;
        submit(core.get(), tag % 3 == 0, address, bytes, now, tag);
        asked += bytes;
        bursts += (address + bytes - 1) / 16 - address / 16 + 1;
        now += random() % 400'000;
    }
    EXPECT_EQ(2000u, run_all(core.get()).size());
    dram_core_run_until(core.get(), now + 1'000'000'000);
    const dram_counters &counters = *dram_core_counters(core.get());
    EXPECT_EQ(asked, counters.classes[0].bytes);
    EXPECT_EQ(bursts, counters.reads + counters.writes + counters.forwarded + counters.coalesced);
    EXPECT_EQ(16 * counters.reads, counters.bus_read_bytes);
    EXPECT_EQ(16 * counters.writes, counters.bus_written_bytes);
    EXPECT_EQ(counters.reads + counters.writes,
              counters.row_hits + counters.row_misses + counters.row_conflicts);
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
