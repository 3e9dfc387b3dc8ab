// The accelerator in simulated time: a v1 exchange by hand, exact time splits, failures.

#include "../sc_gtest_main.h"
#include "accel/matmul_accelerator.h"
#include "axi/local_time.h"

#include <map>
#include <numeric>
#include <random>
#include <vector>

namespace
{

constexpr uint64_t CYCLE_PS = 10000; // 100 MHz
const char *const ACTIVITIES[] = {"load", "compute", "store", "wait_in", "wait_out", "idle"};

matmul_accelerator_config config_of(matmul_version version, uint32_t size)
{
    matmul_accelerator_config config{};
    config.version = version;
    config.size = size;
    config.macs_per_cycle = size; // a dot product a cycle
    config.buffer_words = 4096;
    config.watchdog_cycles = 100000;
    return config;
}

axi_stream_config stream_config(uint32_t depth_words)
{
    axi_stream_config config{};
    config.clock_hz = 100000000;
    config.width_bits = 32;
    config.depth_words = depth_words;
    return config;
}

struct accelerator_bench {
    struct stats *stats = stats_create();
    zs::axi_stream in, out;
    zs::matmul_accelerator accelerator;

    explicit accelerator_bench(const matmul_accelerator_config &config, uint32_t depth_words = 256)
        : in("in", stream_config(depth_words), nullptr),
          out("out", stream_config(depth_words), nullptr),
          accelerator("accelerator", config, in, out, stats)
    {
        stats_enter(stats, STATS_PROCESS, 0);
    }
    ~accelerator_bench()
    {
        stats_destroy(stats);
    }

    // Simulate until `end_ps`; returns accel.cycles.*
    std::map<std::string, uint64_t> cycles_until(uint64_t end_ps)
    {
        sc_core::sc_start(zs::delay_until(end_ps));
        accelerator.settle();
        stats_leave(stats, STATS_PROCESS, zs::stamp_ps());
        std::map<std::string, uint64_t> cycles;
        for (const std::string name : ACTIVITIES) {
            EXPECT_EQ(
                stats_value(stats, ("accel.cycles." + name).c_str(), STATS_PROCESS, &cycles[name]),
                0);
        }
        return cycles;
    }
};

uint64_t sum(const std::map<std::string, uint64_t> &cycles)
{
    return std::accumulate(cycles.begin(), cycles.end(), uint64_t(0),
                           [](uint64_t total, const auto &entry) { return total + entry.second; });
}

} // namespace

// 4x4 v1: 32 words in, one a cycle from cycle 10; 4*4*4 / 4 = 16 cycles of compute; 16 words out.
TEST(MatmulAccelerator, AV1ExchangeBeatByBeat)
{
    accelerator_bench bench(config_of(MATMUL_V1, 4));
    std::vector<uint32_t> words(32);
    for (uint32_t i = 0; i < 16; ++i) {
        words[i] = i;                       // A: 0 1 2 3 / 4 5 6 7 / ...
        words[16 + i] = i % 5 == 0 ? 2 : 0; // B: twice the identity
    }
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 10 * CYCLE_PS;
        bench.in.push(words.data(), words.size(), 4, now_ps);
        EXPECT_EQ(now_ps, 42 * CYCLE_PS);
    });
    std::vector<uint32_t> results;
    std::vector<uint64_t> beats;
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        axi_stream_read read{};
        while (read.last_bytes == 0) {
            uint32_t word;
            read = bench.out.pop(&word, 1, true, now_ps);
            results.push_back(word);
            beats.push_back(read.first_ps / CYCLE_PS);
        }
    });
    const auto cycles = bench.cycles_until(100 * CYCLE_PS);
    // Words cross the input FIFO in one cycle: the accelerator takes word i in cycle 11 + i, the
    // last in 42; computes in 43..58; writes word i of C in 59 + i; the reader has it a cycle
    // later.
    ASSERT_EQ(results.size(), 16u) << "TLAST on the last word of the tile";
    for (uint32_t i = 0; i < 16; ++i) {
        EXPECT_EQ(results[i], 2 * i);
        EXPECT_EQ(beats[i], 60 + i);
    }
    const std::map<std::string, uint64_t> expected{{"idle", 11 + 25}, {"load", 32},
                                                   {"compute", 16},   {"store", 16},
                                                   {"wait_in", 0},    {"wait_out", 0}};
    EXPECT_EQ(cycles, expected);
    EXPECT_EQ(bench.out.core().packets, 1u);
}

TEST(MatmulAccelerator, WaitsAreChargedToWhoeverIsWaitedFor)
{
    // v3 2x2, opcode 15. 3 words, a pause of 50 cycles, the other 6; the reader comes late.
    accelerator_bench bench(config_of(MATMUL_V3, 2), 2);
    const std::vector<uint32_t> words{15, 1, 2, 3, 4, 5, 6, 7, 8};
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), 3, 0, now_ps);
        now_ps += 50 * CYCLE_PS;
        bench.in.push(words.data() + 3, 6, 4, now_ps);
    });
    std::vector<uint32_t> results(4);
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 200 * CYCLE_PS;
        bench.out.pop(results.data(), 4, true, now_ps);
    });
    const auto cycles = bench.cycles_until(300 * CYCLE_PS);
    EXPECT_EQ(results, (std::vector<uint32_t>{19, 22, 43, 50}));
    // Words at cycles 1, 2, 3; 54..59; compute 8 / 2 = 4 cycles 60..63; two words of C fit at 64
    // and 65; the next ones when slots are free: 201 and 202.
    const std::map<std::string, uint64_t> expected{{"idle", 1 + 97}, {"load", 9},
                                                   {"compute", 4},   {"store", 4},
                                                   {"wait_in", 50},  {"wait_out", 135}};
    EXPECT_EQ(cycles, expected);
    EXPECT_EQ(sum(cycles), 300u);
}

TEST(MatmulAccelerator, RandomTrafficSplitsElapsedTimeExactly)
{
    const unsigned seed = 99;
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    accelerator_bench bench(config_of(MATMUL_V3, 4), 16);
    uint64_t words_out = 0;
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        for (int i = 0; i < 500; ++i) {
            const uint32_t opcode = 1 + random() % 15;
            std::vector<uint32_t> words{opcode};
            words.resize(1 + (opcode & 1) * 16 + (opcode >> 1 & 1) * 16);
            words_out += (opcode >> 3 & 1) * 16;
            for (size_t at = 0; at < words.size();) {
                const size_t count = std::min<size_t>(1 + random() % 20, words.size() - at);
                now_ps += random() % 4 ? 0 : random() % 40 * CYCLE_PS;
                bench.in.push(words.data() + at, count, 4, now_ps);
                at += count;
            }
        }
    });
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        for (;;) {
            uint32_t words[16];
            now_ps += random() % 40 * CYCLE_PS;
            bench.out.pop(words, 1 + random() % 16, true, now_ps);
        }
    });
    const uint64_t end_ps = 200000 * CYCLE_PS;
    const auto cycles = bench.cycles_until(end_ps);
    EXPECT_EQ(sum(cycles), 200000u);
    EXPECT_EQ(cycles.at("load"), bench.accelerator.core().words_in);
    EXPECT_EQ(cycles.at("store"), words_out);
    EXPECT_GT(cycles.at("wait_in"), 0u);
    EXPECT_GT(cycles.at("wait_out"), 0u);
}

TEST(MatmulAccelerator, SettlingInTheMiddleChangesNothing)
{
    accelerator_bench bench(config_of(MATMUL_V3, 2), 16);
    const std::vector<uint32_t> words{15, 1, 2, 3, 4, 5, 6, 7, 8};
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), 3, 0, now_ps);
        sc_core::wait(zs::delay_until(53 * CYCLE_PS));
        now_ps = 53 * CYCLE_PS;
        bench.in.push(words.data() + 3, 6, 4, now_ps);
    });
    sc_core::sc_spawn([&] {
        for (int i = 0; i < 20; ++i) {
            sc_core::wait(sc_core::sc_time(70, sc_core::SC_NS));
            bench.accelerator.settle();
        }
    });
    const auto cycles = bench.cycles_until(300 * CYCLE_PS);
    const std::map<std::string, uint64_t> expected{{"idle", 1 + 232}, {"load", 9},
                                                   {"compute", 4},    {"store", 4},
                                                   {"wait_in", 50},   {"wait_out", 0}};
    EXPECT_EQ(cycles, expected);
}

TEST(MatmulAccelerator, ABadOpcodeIsReportedOnceAndStopsIt)
{
    accelerator_bench bench(config_of(MATMUL_V3, 4));
    int reports = 0;
    bench.accelerator.on_failure = [&](const std::string &message) {
        ++reports;
        EXPECT_NE(message.find("0x00000063, is not an opcode of v3: expected 1 to 15"),
                  std::string::npos)
            << message;
    };
    const std::vector<uint32_t> words{99, 99, 99};
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), words.size(), 4, now_ps);
    });
    sc_core::sc_start(1, sc_core::SC_MS);
    EXPECT_EQ(reports, 1);
    EXPECT_TRUE(bench.accelerator.failed());
    EXPECT_EQ(bench.accelerator.core().words_in, 1u);
}

TEST(MatmulAccelerator, TheWatchdogNamesWhatIsMissing)
{
    accelerator_bench bench(config_of(MATMUL_V3, 4));
    std::string message;
    bench.accelerator.on_failure = [&](const std::string &text) { message = text; };
    const std::vector<uint32_t> words{7, 1, 2, 3};
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), words.size(), 4, now_ps);
    });
    sc_core::sc_start(10, sc_core::SC_MS);
    EXPECT_NE(message.find("no word came for 100000 cycles: the accelerator waits for word 4 of 16 "
                           "of tile A (opcode 7: read-A read-B compute)"),
              std::string::npos)
        << message;
}

TEST(MatmulAccelerator, ItsOwnClockScalesOnlyTheArithmetic)
{
    auto config = config_of(MATMUL_V1, 4);
    config.clock_hz = 200000000;
    accelerator_bench bench(config);
    const std::vector<uint32_t> words(32);
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), words.size(), 4, now_ps);
    });
    uint64_t first_ps = 0;
    sc_core::sc_spawn([&] {
        uint32_t word;
        uint64_t now_ps = 0;
        first_ps = bench.out.pop(&word, 1, true, now_ps).first_ps;
    });
    const auto cycles = bench.cycles_until(100 * CYCLE_PS);
    EXPECT_EQ(first_ps, (1 + 32 + 8 + 1) * CYCLE_PS);
    EXPECT_EQ(cycles.at("compute"), 16u) << "of its own clock";
    EXPECT_EQ(sum(cycles), 200u);
}

namespace
{

// Cycles from the first word to the last, for `steps` times (A, B, compute), then send; 4x4.
uint64_t cycles_of_steps(bool double_buffering, uint32_t macs_per_cycle, unsigned steps)
{
    auto config = config_of(MATMUL_V3, 4);
    config.double_buffering = double_buffering;
    config.macs_per_cycle = macs_per_cycle;
    accelerator_bench bench(config);
    std::vector<uint32_t> words;
    for (unsigned i = 0; i < steps; ++i) {
        words.push_back(7);
        words.resize(words.size() + 32);
    }
    words.push_back(8);
    uint64_t last_ps = 0;
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), words.size(), 4, now_ps);
    });
    sc_core::sc_spawn([&] {
        uint32_t result[16];
        bench.out.pop(result, 16, true, last_ps);
    });
    const auto cycles = bench.cycles_until(20000 * CYCLE_PS);
    EXPECT_EQ(sum(cycles), 20000u);
    EXPECT_EQ(cycles.at("compute"), steps * (64 / macs_per_cycle));
    return last_ps / CYCLE_PS - 2; // a cycle through each FIFO
}

} // namespace

// 33 words a step at one a cycle, 64 multiply-accumulates, 16 words of C.
TEST(DoubleBuffering, InTurnEverythingAddsUp)
{
    EXPECT_EQ(cycles_of_steps(false, 1, 10), 10u * (33 + 64) + 1 + 16);
}

TEST(DoubleBuffering, ComputeBoundHidesTheLoads)
{
    EXPECT_EQ(cycles_of_steps(true, 1, 10), 33u + 10 * 64 + 16);
}

TEST(DoubleBuffering, LoadBoundHidesTheComputes)
{
    EXPECT_EQ(cycles_of_steps(true, 4, 10), 10u * 33 + 16 + 16);
}

// A stationary A tile may be overwritten only when the last compute that reads it is over.
TEST(DoubleBuffering, OperandsAreNotOverwrittenWhileInUse)
{
    auto config = config_of(MATMUL_V3, 4);
    config.double_buffering = true;
    config.macs_per_cycle = 1; // 64 cycles
    accelerator_bench bench(config, 2);
    std::vector<uint32_t> words;
    for (const uint32_t opcode : {1, 2, 4, 1, 4, 1, 8}) {
        words.push_back(opcode);
        words.resize(words.size() + (opcode == 1 || opcode == 2 ? 16 : 0));
    }
    uint64_t sent_ps = 0;
    sc_core::sc_spawn([&] { bench.in.push(words.data(), words.size(), 4, sent_ps); });
    uint64_t first_ps = 0;
    sc_core::sc_spawn([&] {
        uint32_t word;
        uint64_t now_ps = 0;
        first_ps = bench.out.pop(&word, 1, true, now_ps).first_ps;
    });
    const auto cycles = bench.cycles_until(1000 * CYCLE_PS);
    // Words from cycle 1 on: A and B are in at 35, compute at 36..99; the second A goes to the
    // other buffer at 37..52; its compute at 100..163. The third A has to wait for the first
    // compute: it loads at 100..115, so the last word, two slots later, is written in 115. C is
    // complete at 164.
    EXPECT_EQ(sent_ps, 116 * CYCLE_PS);
    EXPECT_EQ(first_ps, 165 * CYCLE_PS);
    EXPECT_EQ(cycles.at("compute"), 128u);
    EXPECT_EQ(sum(cycles), 1000u);
}

// The third tile is computed into the buffer of the first one, when that is stored.
TEST(DoubleBuffering, ResultsAreNotOverwrittenBeforeTheyAreStored)
{
    auto config = config_of(MATMUL_V3, 4);
    config.double_buffering = true;
    accelerator_bench bench(config, 2);
    std::vector<uint32_t> words;
    for (int tile = 0; tile < 3; ++tile) {
        words.push_back(15);
        words.resize(words.size() + 32);
    }
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        bench.in.push(words.data(), words.size(), 4, now_ps);
    });
    uint64_t end_ps = 1000 * CYCLE_PS;
    sc_core::sc_spawn([&] {
        uint32_t results[48];
        bench.out.pop(results, 48, false, end_ps);
    });
    const auto cycles = bench.cycles_until(2000 * CYCLE_PS);
    // Computes at 34..49 and 67..82. The sink begins at 1000: the first tile's words leave at 50,
    // 51 and 1001..1014, the second's at 1015..1030. The third compute is at 1015..1030, too, and
    // counts there; the third tile leaves at 1031..1046. Loads at 1..33, 34..66, 67..99 count where
    // nothing is computed or stored; in 100..1000 all wait for the sink.
    const std::map<std::string, uint64_t> expected{{"idle", 1 + 953}, {"load", 33 + 15 + 17},
                                                   {"compute", 48},   {"store", 32},
                                                   {"wait_in", 0},    {"wait_out", 901}};
    EXPECT_EQ(cycles, expected);
    EXPECT_EQ(end_ps, 1048 * CYCLE_PS);
}

TEST(DoubleBuffering, RandomTrafficGivesTheSameResultsAndSplitsTimeExactly)
{
    const unsigned seed = 123;
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    auto config = config_of(MATMUL_V3, 4);
    config.double_buffering = true;
    config.macs_per_cycle = 3;
    accelerator_bench bench(config, 16);

    // The same instructions through the bare core, one after another.
    std::vector<uint32_t> input, expected, received;
    matmul_accelerator_core reference;
    const char *why = nullptr;
    ASSERT_EQ(matmul_core_init(&reference, &config, &why), 0);
    for (int i = 0; i < 400; ++i) {
        const uint32_t opcode = 1 + random() % 15;
        input.push_back(opcode);
        for (uint32_t tile = 0; tile < (opcode & 1) + (opcode >> 1 & 1); ++tile) {
            for (int word = 0; word < 16; ++word) {
                input.push_back(static_cast<uint32_t>(random()));
            }
        }
    }
    for (size_t fed = 0; fed < input.size() || matmul_core_wanted(&reference) == 0;) {
        size_t count = matmul_core_wanted(&reference);
        if (count > 0) {
            matmul_core_take(&reference, &input[fed], count);
            fed += count;
        } else if (reference.step == MATMUL_COMPUTE) {
            matmul_core_run(&reference);
        } else {
            const uint32_t *const result = matmul_core_result(&reference, &count);
            expected.insert(expected.end(), result, result + count);
            matmul_core_sent(&reference, count);
        }
    }
    matmul_core_destroy(&reference);

    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        for (size_t at = 0; at < input.size();) {
            const size_t count = std::min<size_t>(1 + random() % 20, input.size() - at);
            now_ps += random() % 4 ? 0 : random() % 40 * CYCLE_PS;
            bench.in.push(&input[at], count, 4, now_ps);
            at += count;
        }
    });
    sc_core::sc_spawn([&] {
        uint64_t now_ps = 0;
        for (;;) {
            uint32_t words[16];
            now_ps += random() % 60 * CYCLE_PS;
            const auto read = bench.out.pop(words, 1 + random() % 16, true, now_ps);
            received.insert(received.end(), words, words + read.words);
        }
    });
    const auto cycles = bench.cycles_until(200000 * CYCLE_PS);
    EXPECT_TRUE(received == expected);
    EXPECT_EQ(sum(cycles), 200000u);
    EXPECT_GT(cycles.at("wait_out"), 0u);
}
