/* Every command pair, probed for the earliest legal clock. */
#include "dram/dram_timing.h"

#include "dram_jedec.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace zs_test;

namespace
{

const dram_device &device_of(const jedec &numbers)
{
    for (uint32_t i = 0; dram_preset_names[i] != nullptr; i++) {
        if (numbers.preset == dram_preset_names[i]) {
            return *dram_preset(i);
        }
    }
    throw std::invalid_argument(numbers.preset);
}

class timing : public testing::TestWithParam<jedec>
{
  protected:
    void SetUp() override
    {
        char error[256] = "";
        ASSERT_EQ(0, dram_timing_init(&state, &device_of(GetParam()), error, sizeof error))
            << error;
    }

    bool has_per_bank_refresh() const
    {
        return GetParam().lpddr4;
    }

    dram_timing_state state;
};

} // namespace

TEST_P(timing, every_pair_of_commands_keeps_jedecs_distance)
{
    const jedec &numbers = GetParam();
    const struct {
        relation where;
        uint32_t bank;
    } banks[] = {{relation::same_bank, 0},
                 {relation::same_group, 1},
                 {relation::other_group, static_cast<uint32_t>(numbers.banks_per_group)}};
    const int64_t start = 10'000;

    for (int first = 0; first < DRAM_COMMANDS; first++) {
        for (int second = 0; second < DRAM_COMMANDS; second++) {
            for (const auto &other : banks) {
                if (other.bank >= static_cast<uint32_t>(numbers.banks) ||
                    (!has_per_bank_refresh() && (first == DRAM_REFPB || second == DRAM_REFPB))) {
                    continue;
                }
                dram_timing_state probe = state;
                dram_timing_issue(&probe, first, 0, start);
                EXPECT_EQ(numbers.gap(static_cast<dram_command>(first),
                                      static_cast<dram_command>(second), other.where),
                          dram_timing_earliest(&probe, second, other.bank) - start)
                    << numbers.preset << ": " << dram_command_name((dram_command)first)
                    << " bank 0, then " << dram_command_name((dram_command)second) << " bank "
                    << other.bank;
            }
        }
    }
}

TEST_P(timing, a_fifth_activate_waits_for_the_window_of_four)
{
    const jedec &numbers = GetParam();
    const int64_t first = 10'000;
    int64_t edge = first;

    for (uint32_t bank = 0; bank < 4; bank++) {
        edge = std::max(edge, dram_timing_earliest(&state, DRAM_ACT, bank));
        dram_timing_issue(&state, DRAM_ACT, bank, edge);
    }
    EXPECT_EQ(std::max<int64_t>(numbers.FAW, edge - first + numbers.RRD_S),
              dram_timing_earliest(&state, DRAM_ACT, 4) - first);
}

TEST_P(timing, refresh_interval_and_burst_are_those_of_the_standard)
{
    const jedec &numbers = GetParam();

    EXPECT_EQ(numbers.REFI, static_cast<int>(state.clocks[DRAM_T_REFI]));
    EXPECT_EQ(numbers.BL, static_cast<int>(state.clocks[DRAM_T_BL]));
    EXPECT_EQ(numbers.read_data_start() + numbers.BL, state.read_end);
    EXPECT_EQ(numbers.write_data_start() + numbers.BL, state.write_end);
}

TEST(latency_expression, refuses_what_it_does_not_know)
{
    const uint32_t clocks[DRAM_TIMING_COUNT] = {};
    int32_t latency;

    EXPECT_NE(0, dram_latency("RCX", clocks, &latency));
    EXPECT_NE(0, dram_latency("RCD * 2", clocks, &latency));
    EXPECT_NE(0, dram_latency("RCD + ", clocks, &latency));
}

INSTANTIATE_TEST_SUITE_P(presets, timing, testing::ValuesIn(jedec_numbers),
                         [](const testing::TestParamInfo<jedec> &info) {
                             std::string name = info.param.preset;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
