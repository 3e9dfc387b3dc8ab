/* What the policies are for: QoS, page policies, power-down, per-bank refresh, energy, epochs. */
#include "dram_fixture.h"

#include <numeric>

using namespace zs_test;

namespace
{

constexpr uint64_t row_bytes = 2048; /* x16, 1024 columns */
constexpr uint64_t next_row = 8 * row_bytes;

void submit_urgent(dram_core *core, uint64_t address, uint64_t now_ps, uint64_t tag, uint8_t qos)
{
    const dram_request request = {address, 16, false, 0, qos, tag};
    ASSERT_EQ(0, dram_core_submit(core, &request, now_ps));
}

size_t place_of(const std::vector<dram_completion> &done, uint64_t tag)
{
    for (size_t i = 0; i < done.size(); i++) {
        if (done[i].tag == tag) {
            return i;
        }
    }
    ADD_FAILURE() << "tag " << tag << " was never served";
    return done.size();
}

} // namespace

TEST(qos, an_urgent_read_overtakes_row_hits_in_its_bank)
{
    for (const uint8_t qos : {0, 15}) {
        const auto core = make_core(default_config());

        for (uint64_t i = 0; i < 16; i++) {
            submit_urgent(core.get(), i * 16, 0, i, 0);
        }
        submit_urgent(core.get(), next_row, 0, 100, qos);
        const auto done = run_all(core.get());
        if (qos == 0) {
            EXPECT_EQ(16u, place_of(done, 100));
        } else {
            EXPECT_LT(place_of(done, 100), 8u);
        }
    }
}

TEST(qos, an_urgent_read_overtakes_other_banks)
{
    for (const uint8_t qos : {0, 15}) {
        const auto core = make_core(default_config());

        for (uint64_t i = 0; i < 24; i++) {
            submit_urgent(core.get(), i % 7 * row_bytes + i * 16, 0, i, 0);
        }
        submit_urgent(core.get(), 7 * row_bytes, 0, 100, qos);
        const size_t place = place_of(run_all(core.get()), 100);
        EXPECT_EQ(qos != 0, place < 12) << "place " << place << ", QoS " << int(qos);
    }
}

TEST(qos, does_not_starve_the_rest_beyond_the_cap)
{
    auto config = default_config();
    config.starvation_cap = 10;
    const auto core = make_core(config);
    uint64_t now = 0;

    submit_urgent(core.get(), next_row, now, 999, 0);
    for (uint64_t i = 0; i < 200; i++) {
        submit_urgent(core.get(), i % 64 * 16, now, i, 15);
    }
    EXPECT_LE(place_of(run_all(core.get()), 999), 11u);
}

TEST(adaptive_page, closes_a_row_only_when_another_is_wanted)
{
    auto config = default_config();
    config.page_policy = DRAM_ADAPTIVE_PAGE;
    const auto core = make_core(config);

    submit(core.get(), false, 0, 64, 0);
    run_all(core.get());
    EXPECT_EQ(0u, dram_core_counters(core.get())->precharges) << "nobody else asks";
    const uint64_t now = dram_core_edge_ps(core.get(), 1000);
    submit(core.get(), false, 64, 64, now);
    submit(core.get(), false, next_row, 16, now);
    run_all(core.get());
    EXPECT_EQ(1u, dram_core_counters(core.get())->precharges);
    EXPECT_EQ(2u, dram_core_counters(core.get())->row_misses) << "no explicit precharge needed";
}

TEST(write_idle, holds_a_lone_write_for_the_configured_clocks)
{
    for (const uint32_t clocks : {0u, 1u, 50u}) {
        auto config = default_config();
        config.write_idle_clocks = clocks;
        const auto core = make_core(config);
        std::vector<uint64_t> edges;

        dram_core_observe(
            core.get(),
            [](void *context, const dram_command_event *event) {
                static_cast<std::vector<uint64_t> *>(context)->push_back(event->edge);
            },
            &edges);
        submit(core.get(), false, 0, 16, 0);
        submit(core.get(), true, row_bytes, 16, 0);
        dram_core_run_until(core.get(), 10'000'000);
        ASSERT_EQ(4u, edges.size()) << "two activates, a read, a write";
        EXPECT_EQ(edges[1] + std::max(1u, clocks), edges[2])
            << "the write's activate comes after the read";
    }
}

TEST(powerdown, is_entered_after_the_idle_time_and_costs_tXP)
{
    auto config = default_config();
    config.powerdown_clocks = 100;
    const auto core = make_core(config);
    const clocks t(config.device);

    submit(core.get(), false, 0, 16, 0);
    run_all(core.get());
    const uint64_t start = dram_core_edge_ps(core.get(), 10'000);
    submit(core.get(), false, 16, 16, start);
    const auto done = run_all(core.get());
    ASSERT_EQ(1u, done.size());
    EXPECT_EQ(dram_core_edge_ps(core.get(), 10'000 + t("XP + CL + BL")), done[0].done_ps);
    EXPECT_EQ(1u, dram_core_counters(core.get())->powerdowns);
}

TEST(power_states, add_up_to_the_time_run)
{
    auto config = default_config();
    config.powerdown_clocks = 100;
    config.refresh = DRAM_REFRESH_ALL_BANK;
    const auto core = make_core(config);

    for (uint64_t i = 0; i < 20; i++) {
        submit(core.get(), i % 2, i * next_row, 64, i * 5'000'000);
    }
    run_all(core.get());
    dram_core_run_until(core.get(), dram_core_edge_ps(core.get(), 100'000));
    dram_core_settle(core.get());
    const dram_counters &counters = *dram_core_counters(core.get());
    EXPECT_EQ(100'000u, std::accumulate(counters.state_clocks,
                                        counters.state_clocks + DRAM_POWER_STATES, uint64_t{0}));
    EXPECT_GT(counters.state_clocks[DRAM_PRECHARGED_POWERDOWN], 0u);
    EXPECT_GT(counters.state_clocks[DRAM_ACTIVE], 0u);
    EXPECT_LT(counters.busy_clocks, 100'000u);
}

TEST(per_bank_refresh, leaves_the_other_banks_working)
{
    auto config = default_config("lpddr4-3200-x32");
    uint64_t time_ps[2] = {};

    for (const dram_refresh refresh : {DRAM_REFRESH_ALL_BANK, DRAM_REFRESH_PER_BANK}) {
        config.refresh = refresh;
        const auto core = make_core(config);
        /* lines of all banks in turn */
        uint64_t edge = 0;
        for (uint64_t i = 0; i < 4000; i++) {
            submit(core.get(), false, i % 8 * 4096 + i / 8 % 64 * 64, 64,
                   dram_core_edge_ps(core.get(), edge));
            edge = dram_core_admit_all(core.get()) + 1;
            dram_completion completion;
            while (dram_core_complete(core.get(), &completion)) {
                time_ps[refresh == DRAM_REFRESH_PER_BANK] = completion.done_ps;
            }
        }
        EXPECT_GT(dram_core_counters(core.get())->refreshes, 0u);
    }
    EXPECT_LT(time_ps[1], time_ps[0]);
}

TEST(per_bank_refresh, is_refused_where_the_standard_has_none)
{
    auto config = default_config();
    char error[256] = "";
    dram_core *core = nullptr;

    config.refresh = DRAM_REFRESH_PER_BANK;
    EXPECT_NE(0, dram_core_create(&core, &config, error, sizeof error));
    EXPECT_STREQ("DDR3 has no per-bank refresh", error);
}

TEST(bank_groups, reads_of_one_group_are_CCD_L_apart)
{
    const auto config = default_config("ddr4-2400-x64");
    const auto core = make_core(config);
    const clocks t(config.device);

    submit(core.get(), false, 0, 128 * 64, 0); /* one row */
    const auto done = run_all(core.get());
    ASSERT_EQ(1u, done.size());
    EXPECT_EQ(dram_core_edge_ps(core.get(), t("RCD + CL + BL") + 127 * t("CCD_L")),
              done[0].done_ps);
}

TEST(bank_groups, alternating_groups_reach_the_peak)
{
    auto config = default_config("ddr4-2400-x64");
    config.mapping = "row:bank:column[9..3]:group:column";
    const auto core = make_core(config);
    const clocks t(config.device);
    const uint64_t lines = 8000;

    submit(core.get(), false, 0, lines * 64, 0);
    const auto done = run_all(core.get());
    ASSERT_EQ(1u, done.size());
    EXPECT_GT(static_cast<double>(dram_core_edge_ps(core.get(), lines * t("CCD"))) /
                  static_cast<double>(done[0].done_ps),
              0.99);
}

TEST(energy, is_the_sum_of_its_events)
{
    auto config = default_config("ddr3-1600-x64");
    const auto core = make_core(config);

    submit(core.get(), false, 0, 64, 0);
    submit(core.get(), true, 1 << 20, 128, 0);
    run_all(core.get());
    dram_core_run_until(core.get(), dram_core_edge_ps(core.get(), 1000));
    dram_core_settle(core.get());
    const dram_counters &counters = *dram_core_counters(core.get());
    /* four devices at 1.35 V and 1.25 ns: 6.75e3 fJ a mA and clock */
    const double unit = 4 * 1.35e-3 * 1.25e6;
    EXPECT_NEAR(2 * unit * (66 * 39 - 47 * 28 - 32 * 11),
                static_cast<double>(counters.energy.activate_fj), 4);
    EXPECT_NEAR(unit * (235 - 47) * 4, static_cast<double>(counters.energy.read_fj), 4);
    EXPECT_NEAR(2 * unit * (171 - 47) * 4, static_cast<double>(counters.energy.write_fj), 4);
    EXPECT_NEAR(unit * (32.0 * counters.state_clocks[DRAM_PRECHARGED] +
                        47.0 * counters.state_clocks[DRAM_ACTIVE]),
                static_cast<double>(counters.energy.background_fj), 1000);
    EXPECT_EQ(0u, counters.energy.refresh_fj);
}

TEST(epochs, are_called_at_each_multiple_and_add_up)
{
    const auto core = make_core(default_config());
    std::vector<std::pair<uint64_t, uint64_t>> seen;

    ASSERT_EQ(0, dram_core_observe_epochs(
                     core.get(), 100'000,
                     [](void *context, uint64_t time_ps, const dram_counters *counters) {
                         static_cast<decltype(seen) *>(context)->emplace_back(time_ps,
                                                                              counters->reads);
                     },
                     &seen));
    submit(core.get(), false, 0, 2048, 0);
    run_all(core.get());
    dram_core_run_until(core.get(), 1'999'999);
    ASSERT_EQ(19u, seen.size());
    for (size_t i = 0; i < seen.size(); i++) {
        EXPECT_EQ((i + 1) * 100'000, seen[i].first);
    }
    EXPECT_LT(seen.front().second, 128u);
    EXPECT_EQ(128u, seen.back().second);
}

TEST(counters, of_the_classes_add_up_to_the_totals)
{
    auto config = default_config();
    const auto core = make_core(config);
    dram_class_counters sum{};

    for (uint64_t i = 0; i < 3000; i++) {
        const dram_request request = {
            i * 7919 % 4096 * 16, 16, i % 3 == 0, static_cast<uint8_t>(i % DRAM_CLASSES), 0, i};
        ASSERT_EQ(0, dram_core_submit(core.get(), &request, 0));
    }
    run_all(core.get());
    dram_core_run_until(core.get(), 1'000'000'000);
    const dram_counters &counters = *dram_core_counters(core.get());
    for (const dram_class_counters &of_class : counters.classes) {
        sum.bytes += of_class.bytes;
        sum.columns += of_class.columns;
        sum.activates += of_class.activates;
        sum.row_hits += of_class.row_hits;
        sum.row_misses += of_class.row_misses;
        sum.row_conflicts += of_class.row_conflicts;
    }
    EXPECT_EQ(3000u * 16, sum.bytes);
    EXPECT_EQ(counters.reads + counters.writes, sum.columns);
    EXPECT_EQ(counters.activates, sum.activates);
    EXPECT_EQ(counters.row_hits, sum.row_hits);
    EXPECT_EQ(counters.row_misses, sum.row_misses);
    EXPECT_EQ(counters.row_conflicts, sum.row_conflicts);
}
