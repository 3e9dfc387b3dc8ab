/* Random traffic under every policy; each command is checked as it issues. */
#include "dram_checker.h"
#include "dram_fixture.h"

#include <cstdio>
#include <cstdlib>
#include <random>

using namespace zs_test;

namespace
{

const jedec &numbers_of(const std::string &preset)
{
    for (const jedec &numbers : jedec_numbers) {
        if (numbers.preset == preset) {
            return numbers;
        }
    }
    throw std::invalid_argument(preset);
}

/* Bursts of traffic in a few rows, then silence, sometimes long enough to power down. */
void drive(dram_core *core, std::mt19937 &random, int requests)
{
    const uint64_t row = dram_device_bytes(dram_core_device(core)) / 4096;
    uint64_t now = 0;

    for (int i = 0; i < requests; i++) {
        const uint64_t address = random() % 16 * row + random() % 8192;
        const bool write = random() % 5 < 2;
        const dram_request request = {
            address, 1 + static_cast<uint32_t>(random() % 160),        write,
            write,   static_cast<uint8_t>(random() % 16 == 0 ? 7 : 0), 0};

        ASSERT_EQ(0, dram_core_submit(core, &request, now));
        now += random() % 8 != 0 ? random() % 4000 : 0;
        now += random() % 100 == 0 ? random() % 3'000'000 : 0;
        dram_completion completion;
        while (dram_core_undecided(core) > 500) {
            now += 100'000;
            dram_core_run_until(core, now - 1);
            while (dram_core_complete(core, &completion)) {
            }
        }
        while (dram_core_complete(core, &completion)) {
        }
    }
    run_all(core);
    dram_core_run_until(core, now + 50'000'000);
}

struct case_of {
    const char *preset;
    dram_scheduler scheduler;
    dram_page_policy policy;
    dram_refresh refresh;
    uint32_t postpone, powerdown;
};

const case_of cases[] = {
    {"ddr3-1066-x16", DRAM_FR_FCFS, DRAM_OPEN_PAGE, DRAM_REFRESH_ALL_BANK, 0, 0},
    {"ddr3-1066-x16", DRAM_FCFS, DRAM_OPEN_PAGE, DRAM_REFRESH_ALL_BANK, 0, 50},
    {"ddr3-1066-x32", DRAM_FR_FCFS, DRAM_CLOSED_PAGE, DRAM_REFRESH_ALL_BANK, 8, 20},
    {"pynq-z2", DRAM_FR_FCFS, DRAM_ADAPTIVE_PAGE, DRAM_REFRESH_ALL_BANK, 0, 0},
    {"ddr3-1600-x64", DRAM_FR_FCFS, DRAM_OPEN_PAGE, DRAM_REFRESH_ALL_BANK, 8, 10},
    {"ddr3-1600-x64", DRAM_FCFS, DRAM_CLOSED_PAGE, DRAM_REFRESH_OFF, 0, 100},
    {"ddr4-2400-x64", DRAM_FR_FCFS, DRAM_OPEN_PAGE, DRAM_REFRESH_ALL_BANK, 0, 0},
    {"ddr4-2400-x64", DRAM_FR_FCFS, DRAM_ADAPTIVE_PAGE, DRAM_REFRESH_ALL_BANK, 4, 30},
    {"ddr4-2400-x64", DRAM_FCFS, DRAM_CLOSED_PAGE, DRAM_REFRESH_ALL_BANK, 0, 0},
    {"lpddr4-3200-x32", DRAM_FR_FCFS, DRAM_OPEN_PAGE, DRAM_REFRESH_ALL_BANK, 0, 40},
    {"lpddr4-3200-x32", DRAM_FR_FCFS, DRAM_OPEN_PAGE, DRAM_REFRESH_PER_BANK, 0, 40},
    {"lpddr4-3200-x32", DRAM_FR_FCFS, DRAM_CLOSED_PAGE, DRAM_REFRESH_PER_BANK, 8, 0},
};

class checked : public testing::TestWithParam<case_of>
{
};

} // namespace

TEST_P(checked, no_command_breaks_a_rule)
{
    const case_of &what = GetParam();
    const char *const text = std::getenv("ZS_SEED");
    const auto seed =
        text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 0)) : 20260002u;
    std::printf("ZS_SEED=%u\n", seed);

    auto config = default_config(what.preset);
    config.scheduler = what.scheduler;
    config.page_policy = what.policy;
    config.refresh = what.refresh;
    config.refresh_postpone = what.postpone;
    config.powerdown_clocks = what.powerdown;
    config.starvation_cap = 16;
    const auto core = make_core(config);
    dram_checker checker(numbers_of(what.preset));
    std::mt19937 random(seed);

    dram_core_observe(core.get(), dram_checker::observe, &checker);
    drive(core.get(), random, 10'000);
    EXPECT_GT(checker.commands(), 10'000u);
    for (size_t i = 0; i < std::min<size_t>(5, checker.violations().size()); i++) {
        ADD_FAILURE() << checker.violations()[i];
    }
    EXPECT_EQ(what.powerdown != 0, checker.count(DRAM_PDE) != 0);
    EXPECT_EQ(what.refresh == DRAM_REFRESH_PER_BANK, checker.count(DRAM_REFPB) != 0);
    EXPECT_EQ(what.policy != DRAM_OPEN_PAGE, checker.count(DRAM_RDA) != 0);
}

/* A checker that cannot fail checks nothing. */
TEST(checker, notices_violations)
{
    dram_checker checker(numbers_of("ddr3-1066-x16"));

    checker.check({100, DRAM_ACT, 0, 5, 0});
    checker.check({106, DRAM_RD, 0, 5, 0});
    EXPECT_EQ(1u, checker.violations().size()) << "tRCD is 7";
    checker.check({109, DRAM_RD, 0, 5, 0});
    EXPECT_EQ(3u, checker.violations().size()) << "tCCD is 4, and the data overlaps";
    checker.check({200, DRAM_RD, 1, 5, 0});
    EXPECT_EQ(4u, checker.violations().size()) << "bank 1 is closed";
    checker.check({300, DRAM_REF, 0, 0, 0});
    EXPECT_EQ(5u, checker.violations().size()) << "bank 0 is open";
}

INSTANTIATE_TEST_SUITE_P(policies, checked, testing::ValuesIn(cases));
