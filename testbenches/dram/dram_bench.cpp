/* Lines per second of the DRAM core, on the kinds of trace the validation uses. */
#include "dram_replay.h"

#include <benchmark/benchmark.h>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

constexpr size_t line_count = 131072;

std::vector<uint64_t> sequential_reads()
{
    std::vector<uint64_t> lines;
    for (size_t i = 0; i < line_count; i++) {
        lines.push_back(i * 64);
    }
    return lines;
}

std::vector<uint64_t> random_reads()
{
    std::vector<uint64_t> lines;
    std::mt19937_64 random(1);
    for (size_t i = 0; i < line_count; i++) {
        lines.push_back(random() % (256u << 20) & ~uint64_t{63});
    }
    return lines;
}

/* Reads from 0, writes to `target`, in blocks of `block` lines. */
std::vector<uint64_t> copy(size_t block, uint64_t target)
{
    std::vector<uint64_t> lines;
    for (size_t i = 0; i < line_count / 2; i += block) {
        for (size_t k = i; k < i + block; k++) {
            lines.push_back(k * 64);
        }
        for (size_t k = i; k < i + block; k++) {
            lines.push_back((target + k * 64) | 1);
        }
    }
    return lines;
}

dram_core_config config_of(const std::string &preset)
{
    dram_core_config config{};
    for (uint32_t i = 0; dram_preset_names[i] != nullptr; i++) {
        if (preset == dram_preset_names[i]) {
            config.device = *dram_preset(i);
        }
    }
    if (config.device.name == nullptr) {
        throw std::invalid_argument(preset);
    }
    config.mapping = "row:bank:group:column";
    config.scheduler = DRAM_FR_FCFS;
    config.read_queue = config.write_queue = 32;
    config.write_high = 26;
    config.write_low = 6;
    config.write_idle_clocks = 1;
    config.starvation_cap = 64;
    config.refresh = DRAM_REFRESH_ALL_BANK;
    return config;
}

void run(benchmark::State &state, const std::string &preset, std::vector<uint64_t> lines)
{
    const dram_core_config config = config_of(preset);
    const dram_trace trace = {lines.data(), lines.size()};
    const auto replay = std::make_unique<dram_replay>();

    for (auto _ : state) {
        dram_core *core = nullptr;
        char error[256];
        if (dram_core_create(&core, &config, error, sizeof error) != 0 ||
            dram_replay_run(replay.get(), core, &trace, static_cast<uint32_t>(state.range(0))) !=
                0) {
            state.SkipWithError("the replay failed");
        }
        dram_core_destroy(core);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(lines.size()));
}

void add(const std::string &preset)
{
    const struct {
        const char *name;
        std::vector<uint64_t> lines;
    } traces[] = {{"seq_rd", sequential_reads()},
                  {"rand_rd", random_reads()},
                  {"memcpy64", copy(1, 16 << 20)},
                  {"memcpy1k_off", copy(16, (16 << 20) + 8192)}};

    for (const auto &trace : traces) {
        benchmark::RegisterBenchmark(
            (preset + "/" + trace.name).c_str(),
            [preset, lines = trace.lines](benchmark::State &state) { run(state, preset, lines); })
            ->Arg(1)
            ->Arg(8)
            ->Arg(32)
            ->Unit(benchmark::kMillisecond);
    }
}

} // namespace

int main(int argc, char **argv)
{
    for (const char *preset :
         {"ddr3-1066-x16", "ddr3-1600-x64", "ddr4-2400-x64", "lpddr4-3200-x32"}) {
        add(preset);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
