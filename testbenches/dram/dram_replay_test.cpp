/* Traces in, and the driving rules. */
#include "dram_replay.h"

#include "dram_fixture.h"

#include <cerrno>
#include <cstdio>
#include <fstream>

using namespace zs_test;

namespace
{

struct trace_deleter {
    void operator()(dram_trace *trace) const
    {
        dram_trace_free(trace);
        delete trace;
    }
};
using trace_ptr = std::unique_ptr<dram_trace, trace_deleter>;

class temporary_file
{
  public:
    explicit temporary_file(const std::string &text)
        : path_(testing::TempDir() + "dram_trace_" +
                testing::UnitTest::GetInstance()->current_test_info()->name())
    {
        std::ofstream(path_) << text;
    }
    ~temporary_file()
    {
        std::remove(path_.c_str());
    }
    const char *path() const
    {
        return path_.c_str();
    }

  private:
    std::string path_;
};

trace_ptr load(const std::string &text, std::string *message = nullptr)
{
    const temporary_file file(text);
    char error[256] = "";
    trace_ptr trace(new dram_trace{});
    const int status = dram_trace_load(trace.get(), file.path(), error, sizeof error);
    EXPECT_EQ(message == nullptr, status == 0) << error;
    if (message != nullptr) {
        *message = error;
    }
    return trace;
}

struct result {
    dram_replay replay;
    dram_counters counters;
};

result replay(const dram_core_config &config, const std::string &text, uint32_t outstanding)
{
    const auto trace = load(text);
    const auto core = make_core(config);
    result result{};
    EXPECT_EQ(0, dram_replay_run(&result.replay, core.get(), trace.get(), outstanding));
    result.counters = *dram_core_counters(core.get());
    return result;
}

std::string lines(char operation, int count, uint64_t stride)
{
    std::string text;
    char line[64];
    for (int i = 0; i < count; i++) {
        std::snprintf(line, sizeof line, "%c %llx\n", operation,
                      static_cast<unsigned long long>(i * stride));
        text += line;
    }
    return text;
}

} // namespace

TEST(trace, reads_operations_and_hex_addresses)
{
    const auto trace = load("# comment\nR 1f40\nW 0x1000\n\nR 7f\n");

    ASSERT_EQ(3u, trace->count);
    EXPECT_EQ(0x1f40u, trace->accesses[0]);
    EXPECT_EQ(0x1000u | 1u, trace->accesses[1]);
    EXPECT_EQ(0x40u, trace->accesses[2]) << "of the line";
}

TEST(trace, names_the_line_that_is_wrong)
{
    std::string message;

    load("R 0\nX 40\n", &message);
    EXPECT_NE(std::string::npos, message.find(":2: \"X 40\""));
    load("R 0\nR 40 junk\n", &message);
    EXPECT_NE(std::string::npos, message.find(":2: "));
    load("", &message);
    EXPECT_NE(std::string::npos, message.find("no accesses"));
}

TEST(replay, of_one_read_takes_the_unloaded_latency)
{
    const auto config = default_config();
    const clocks t(config.device);
    const auto result = replay(config, "R 0\n", 1);

    /* four bursts of 16 bytes, offered one a clock, served one every CCD */
    EXPECT_EQ(static_cast<uint64_t>(t("RCD + CL + BL") + 3 * t("CCD")) * 1875,
              result.replay.time_ps);
    EXPECT_EQ(result.replay.time_ps, result.replay.read_latency.max);
}

TEST(replay, with_one_outstanding_serves_one_read_after_the_other)
{
    const auto config = default_config("ddr3-1600-x64");
    const clocks t(config.device);
    const int count = 100;
    const auto result = replay(config, lines('R', count, 64), 1);

    /* the first opens the row; a clock passes between data and the next offer */
    EXPECT_EQ(static_cast<uint64_t>(t("RCD") + count * t("CL + BL") + count - 1) * 1250,
              result.replay.time_ps);
}

TEST(replay, with_many_outstanding_fills_the_data_bus)
{
    const auto config = default_config("ddr3-1600-x64");
    const clocks t(config.device);
    const int count = 100;
    const auto result = replay(config, lines('R', count, 64), 32);

    EXPECT_EQ(static_cast<uint64_t>(t("RCD + CL") + count * t("BL")) * 1250, result.replay.time_ps);
}

TEST(replay, of_writes_ends_when_the_last_is_accepted)
{
    const auto config = default_config("ddr3-1600-x64");
    const auto result = replay(config, lines('W', 20, 64), 1);

    EXPECT_EQ(20u * 1250, result.replay.time_ps) << "one a clock, the queue holds them";
    EXPECT_EQ(20u, result.replay.write_lines);
}

TEST(replay, refuses_addresses_beyond_the_device)
{
    const auto trace = load("R 20000000\n");
    const auto core = make_core(default_config());
    dram_replay result;

    EXPECT_EQ(-ERANGE, dram_replay_run(&result, core.get(), trace.get(), 1));
    EXPECT_EQ(-EINVAL, dram_replay_run(&result, core.get(), trace.get(), 0));
}
