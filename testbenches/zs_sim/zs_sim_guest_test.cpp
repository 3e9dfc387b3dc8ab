/* What a run tells about the program itself: its profile, and how it failed. */
#include "command.h"

#include <algorithm>
#include <sstream>

namespace
{

class ZsSimGuest : public ZsSim
{
  protected:
    ZsSimGuest()
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
    }
};

/* The exclusive costs in a callgrind file: lines "0 <costs>" that are not a call's. */
std::vector<uint64_t> exclusive_sums(const std::string &callgrind, size_t costs)
{
    std::vector<uint64_t> sums(costs, 0);
    std::istringstream lines(callgrind);
    std::string line, before;
    while (std::getline(lines, line)) {
        if (line.rfind("0 ", 0) == 0 && before.rfind("calls=", 0) != 0) {
            std::istringstream numbers(line);
            uint64_t value;
            numbers >> value;
            for (size_t i = 0; i < costs && numbers >> value; i++) {
                sums[i] += value;
            }
        }
        before = line;
    }
    return sums;
}

TEST_F(ZsSimGuest, AProfileSumsToTheRunsCounters)
{
    const std::string kernel = program("matmul-32x32x32-i32-v3-8-Cs-staged");
    const outcome run =
        zs_sim({"run.yaml", "--set=simulation.profile=true", "--program", kernel, "--out", "out"});
    ASSERT_EQ(run.status, 0) << run.err;
    const std::string callgrind = contents("out/callgrind.out");
    EXPECT_NE(callgrind.find("events: Time Ir L1Dm L2m BytesRd BytesWr\n"), std::string::npos);
    const std::vector<uint64_t> sums = exclusive_sums(callgrind, 6);
    EXPECT_EQ(sums[0], duration_ps("out", "process"));
    EXPECT_EQ(sums[1], counter("out", "cpu.instructions"));
    EXPECT_EQ(sums[2], counter("out", "l1d.read_misses") + counter("out", "l1d.write_misses"));
    EXPECT_EQ(sums[3], counter("out", "l2.read_misses") + counter("out", "l2.write_misses"));
    const uint64_t register_bytes = 4;
    EXPECT_EQ(sums[4], counter("out", "dram.bytes.cpu_fill") +
                           counter("out", "dram.bytes.cpu_uncached_read") +
                           register_bytes * counter("out", "cpu.mmio_reads"));
    EXPECT_EQ(sums[5], counter("out", "dram.bytes.cpu_writeback") +
                           counter("out", "dram.bytes.cpu_uncached_write") +
                           register_bytes * counter("out", "cpu.mmio_writes"));
    const std::string table = contents("out/profile.txt");
    EXPECT_NE(table.find("matmul_call -> dma_wait_send\n"), std::string::npos) << table;
}

TEST_F(ZsSimGuest, AProfileHardlyChangesTheTime)
{
    const std::string kernel = program("matmul-32x32x32-i32-v3-8-Cs-staged");
    ASSERT_EQ(zs_sim({"run.yaml", "--set=simulation.profile=true", "--program", kernel, "--out",
                      "profiled"})
                  .status,
              0);
    ASSERT_EQ(zs_sim({"run.yaml", "--program", kernel, "--out", "plain"}).status, 0);
    const auto plain = static_cast<double>(duration_ps("plain", "kernel"));
    EXPECT_NEAR(static_cast<double>(duration_ps("profiled", "kernel")), plain, plain / 100);
    EXPECT_FALSE(std::filesystem::exists("plain/callgrind.out"));
}

TEST_F(ZsSimGuest, AnEarlierRunsProfileDoesNotStay)
{
    const std::vector<std::string> run = {"run.yaml", "--program", program("empty_kernel"), "--out",
                                          "out"};
    std::vector<std::string> profiled = run, again = run;
    profiled.push_back("--set=simulation.profile=true");
    again.push_back("--overwrite");
    ASSERT_EQ(zs_sim(profiled).status, 0);
    ASSERT_TRUE(std::filesystem::exists("out/profile.txt"));
    ASSERT_EQ(zs_sim(again).status, 0);
    EXPECT_FALSE(std::filesystem::exists("out/profile.txt"));
    EXPECT_FALSE(std::filesystem::exists("out/callgrind.out"));
}

/* The lines of a failure, in order. */
void expect_in_order(const std::string &text, const std::vector<std::string> &parts)
{
    size_t from = 0;
    for (const std::string &part : parts) {
        const size_t at = text.find(part, from);
        ASSERT_NE(at, std::string::npos) << part << " in:\n" << text;
        from = at + part.size();
    }
}

TEST_F(ZsSimGuest, ACrashNamesSignalAddressPlaceAndCallers)
{
    const outcome run = zs_sim({"run.yaml", "--program", program("crash_deep"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    const std::vector<std::string> parts = {"killed by SIGSEGV (exit status 139): write to 0x",
                                            "mapped without that right, in innermost+0x",
                                            "called from middle+0x",
                                            "called from matmul_call+0x",
                                            "called from main+0x",
                                            "called from _start+0x"};
    expect_in_order(run.err, parts);
    expect_in_order(contents("out/summary.txt"), parts);
    EXPECT_NE(contents("out/stats.json").find("\"exit_code\": 139"), std::string::npos);
}

/* The callers are the same when every return address on the stack is a hook's. */
TEST_F(ZsSimGuest, ACrashUnderTheProfileHasTheSameCallers)
{
    const std::vector<std::string> plain = {"run.yaml", "--program", program("crash_deep")};
    std::vector<std::string> profiled = plain;
    profiled.push_back("--set=simulation.profile=true");
    EXPECT_EQ(zs_sim(plain).err, zs_sim(profiled).err);
}

TEST_F(ZsSimGuest, AnAbortIsASignalToo)
{
    const outcome run =
        zs_sim({"run.yaml", "--set=workload.args=[abort]", "--program", program("crash_deep")});
    EXPECT_EQ(run.status, 1);
    expect_in_order(run.err,
                    {"killed by SIGABRT (exit status 134)", "abort+0x", "called from main+0x"});
}

TEST_F(ZsSimGuest, AProgramThatSpinsSaysWhatItWaitsFor)
{
    const outcome run =
        zs_sim({"run.yaml", "--set=limits.max_time=2 ms", "--program", program("poll_for_ever")});
    EXPECT_EQ(run.status, 1);
    expect_in_order(run.err, {"limits.max_time is reached; the program is in ",
                              "it polls the register axi_dma+0x34 (0x40400034), which answered "
                              "0x00000000 the last ",
                              "called from dma_wait_recv+0x", "called from matmul_call+0x",
                              "DMA MM2S: nothing is under way, status 0x00000000",
                              "DMA S2MM: a transfer is under way, status 0x00000000, address "
                              "0x16400000, length 256 bytes",
                              "streams: 0 words wait on the way to the accelerator",
                              "accelerator: waits for an opcode"});
}

TEST_F(ZsSimGuest, AProgramThatSpinsEndsAtTheInstructionLimitToo)
{
    const outcome run = zs_sim(
        {"run.yaml", "--set=limits.max_instructions=100000", "--program", program("endless")});
    EXPECT_EQ(run.status, 1);
    expect_in_order(run.err, {"limits.max_instructions is reached; the program is in main+0x"});
}

/* --- phases of programs that do not know their names --- */

void expect_phases_of_run(const std::string &out)
{
    uint64_t sum = 0;
    for (const char *const name : {"copy_in", "wait_send", "host_compute"}) {
        const uint64_t ps = counter(out, std::string("phase.") + name + "_ps", "kernel");
        EXPECT_GT(ps, 0U) << name;
        sum += ps;
    }
    EXPECT_EQ(sum, duration_ps(out, "kernel"));
    EXPECT_GT(counter(out, "phase.wait_send_ps", "kernel"),
              counter(out, "phase.host_compute_ps", "kernel"));
}

TEST_F(ZsSimGuest, ACProgramHasThePhasesThatTheConfigNames)
{
    write("phases.yaml", "phases:\n"
                         "  copy_in: [pack_*]\n"
                         "  wait_send: [spin_until_ready]\n"
                         "simulation:\n"
                         "  kernel_symbol: run_layer\n");
    const outcome run = zs_sim(
        {"run.yaml", "phases.yaml", "--program", program("foreign_phases_c"), "--out", "out"});
    ASSERT_EQ(run.status, 0) << run.err;
    expect_phases_of_run("out");
}

TEST_F(ZsSimGuest, ACppProgramsFunctionsGoByTheirNamesInTheSource)
{
    write("phases.yaml", "phases:\n"
                         "  copy_in: ['void tiles::copy<*']\n"
                         "  wait_send: ['tiles::wait(int)']\n"
                         "simulation:\n"
                         "  kernel_symbol: tiles::layer::run()\n");
    const outcome run = zs_sim(
        {"run.yaml", "phases.yaml", "--program", program("foreign_phases_cpp"), "--out", "out"});
    ASSERT_EQ(run.status, 0) << run.err;
    expect_phases_of_run("out");
}

} // namespace
