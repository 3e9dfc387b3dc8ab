/* Whole runs through the command line: real programs on the simulated board. */
#include "command.h"

#include <regex>

namespace
{

class ZsSimRun : public ZsSim
{
  protected:
    ZsSimRun()
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
    }
};

struct kernel {
    const char *accelerator, *size, *flow, *copy, *transfer;
};

class ZsSimKernel : public ZsSimRun, public testing::WithParamInterface<kernel>
{
  protected:
    static std::string name()
    {
        const kernel &k = GetParam();
        const std::string transfer = k.transfer[0] == 'a' ? "" : std::string("-") + k.transfer;
        return std::string("matmul-32x32x32-i32-") + k.accelerator + "-" + k.size + "-" + k.flow +
               "-" + k.copy + transfer;
    }
    static std::vector<std::string> arguments(const std::string &out)
    {
        const kernel &k = GetParam();
        return {"run.yaml",
                std::string("--set=accelerator=") + k.accelerator + "-" + k.size,
                std::string("--set=workload.flow=") + k.flow,
                std::string("--set=workload.copy=") + k.copy,
                std::string("--set=workload.transfer=") + k.transfer,
                "--program",
                program(name()),
                "--out",
                out};
    }
};

TEST_P(ZsSimKernel, IsVerifiedAndAudited)
{
    const outcome run = zs_sim(arguments("out"));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "");
    EXPECT_NE(run.out.find("matmul 32x32x32: verified"), std::string::npos) << run.out;
    EXPECT_EQ(contents("out/stats.json").find("\"ok\": false"), std::string::npos);
    EXPECT_EQ(counter("out", "accel.macs"), 32U * 32 * 32);
}

TEST_P(ZsSimKernel, RepeatsBitForBit)
{
    ASSERT_EQ(zs_sim(arguments("first")).status, 0);
    ASSERT_EQ(zs_sim(arguments("second")).status, 0);
    EXPECT_EQ(contents("first/stats.json"), contents("second/stats.json"));
    EXPECT_EQ(contents("first/summary.txt"), contents("second/summary.txt"));
    EXPECT_EQ(contents("first/config.yaml"), contents("second/config.yaml"));
}

TEST_P(ZsSimKernel, MovesEachWordOverTheMemoryAsOftenAsItsCopyNeeds)
{
    const kernel &k = GetParam();
    ASSERT_EQ(zs_sim(arguments("out")).status, 0);
    const uint64_t in = 4 * counter("out", "accel.words_in", "kernel");
    const uint64_t out = 4 * counter("out", "accel.words_out", "kernel");
    EXPECT_EQ(counter("out", "dram.bytes.dma_read", "kernel"), in);
    EXPECT_EQ(counter("out", "dram.bytes.dma_write", "kernel"), out);
    if (std::string(k.copy) == "staged") {
        EXPECT_EQ(counter("out", "dram.bytes.cpu_uncached_write", "kernel"), in)
            << "every word is copied into the DMA buffer";
        EXPECT_EQ(counter("out", "dram.bytes.cpu_uncached_read", "kernel"), out)
            << "every word is copied out of it";
    } else {
        EXPECT_LT(counter("out", "dram.bytes.cpu_uncached_write", "kernel"), in / 10)
            << "the CPU writes opcodes only";
    }
}

const kernel KERNELS[] = {
    {"v1", "4", "Ns", "staged", "auto"},      {"v1", "4", "Ns", "zero_copy", "packed"},
    {"v2", "4", "Ns", "staged", "auto"},      {"v2", "4", "As", "staged", "auto"},
    {"v2", "4", "Bs", "staged", "auto"},      {"v3", "8", "Ns", "staged", "auto"},
    {"v3", "8", "As", "zero_copy", "packed"}, {"v3", "8", "Bs", "zero_copy", "rows"},
    {"v3", "8", "Cs", "staged", "auto"},      {"v3", "8", "Cs", "zero_copy", "packed"},
    {"v3", "8", "Cs", "zero_copy", "rows"},
};

INSTANTIATE_TEST_SUITE_P(Variants, ZsSimKernel, testing::ValuesIn(KERNELS),
                         [](const testing::TestParamInfo<kernel> &info) {
                             const kernel &k = info.param;
                             return std::string(k.accelerator) + "x" + k.size + k.flow + "_" +
                                    k.copy + "_" + k.transfer;
                         });

TEST_F(ZsSimRun, ADriverWrittenByHandPutsTheSameBytesOnTheWire)
{
    const std::vector<std::string> common = {"run.yaml", "--set=workload.flow=Cs"};
    std::vector<std::string> generated = common, handwritten = common;
    generated.insert(generated.end(),
                     {"--program", program("matmul-32x32x32-i32-v3-8-Cs-staged"), "--out", "a"});
    handwritten.insert(handwritten.end(),
                       {"--program", program("handwritten_v3_cs_2023"), "--out", "b"});
    ASSERT_EQ(zs_sim(generated).status, 0);
    ASSERT_EQ(zs_sim(handwritten).status, 0);
    for (const char *const name :
         {"accel.words_in", "accel.words_out", "accel.opcodes", "stream.mm2s.packets",
          "dma.mm2s.transfers", "dma.mm2s.bytes", "dma.s2mm.transfers", "dma.s2mm.bytes",
          "link.hp0.read.transactions", "link.hp0.read.beats", "link.hp0.read.bytes",
          "link.hp0.write.transactions", "link.hp0.write.beats", "link.hp0.write.bytes"}) {
        EXPECT_EQ(counter("a", name), counter("b", name)) << name;
    }
}

/* The longest time that instructions may lag behind memory accesses must not decide the result. At
 * 200 MHz no transfer ends where a poll looks: there, a cycle decides between this poll and the
 * next, on a board as here. */
TEST_F(ZsSimRun, TheSliceHardlyMatters)
{
    std::vector<double> durations;

    for (const char *const cycles : {"200", "8", "40", "1000"}) {
        const std::string out = std::string("slice") + cycles;
        ASSERT_EQ(zs_sim({"run.yaml", "--set=board.fclk_hz=200 MHz",
                          std::string("--set=board.cpu.slice_cycles=") + cycles, "--program",
                          program("matmul-32x32x32-i32-v3-8-Cs-staged"), "--out", out})
                      .status,
                  0);
        durations.push_back(static_cast<double>(duration_ps(out, "kernel")));
        EXPECT_NEAR(durations.back(), durations.front(), 0.01 * durations.front()) << cycles;
    }
}

TEST_F(ZsSimRun, ASlowerFabricIsSlower)
{
    const std::string kernel = program("matmul-32x32x32-i32-v3-8-Cs-staged");
    ASSERT_EQ(zs_sim({"run.yaml", "--program", kernel, "--out", "fast"}).status, 0);
    ASSERT_EQ(
        zs_sim({"run.yaml", "--set=board.fclk_hz=50 MHz", "--program", kernel, "--out", "slow"})
            .status,
        0);
    EXPECT_GT(duration_ps("slow", "kernel"), duration_ps("fast", "kernel"));
    EXPECT_EQ(counter("slow", "link.hp0.read.bytes"), counter("fast", "link.hp0.read.bytes"));
}

TEST_F(ZsSimRun, TheResolvedConfigurationGivesTheSameRun)
{
    const std::string kernel = program("matmul-32x32x32-i32-v3-8-Cs-staged");
    ASSERT_EQ(zs_sim({"run.yaml", "--set=board.fclk_hz=150 MHz", "--program", kernel, "--out", "a"})
                  .status,
              0);
    const outcome again = zs_sim({"a/config.yaml", "--program", kernel, "--out", "b"});
    ASSERT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(contents("a/stats.json"), contents("b/stats.json"));
}

TEST_F(ZsSimRun, AnIntervalMayBeEnteredSeveralTimes)
{
    const outcome run = zs_sim({"run.yaml", "--set=workload.args=[one, two words]", "--program",
                                program("empty_kernel"), "--out", "out"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_NE(run.out.find("2 arguments, the last is two words\n"), std::string::npos) << run.out;
    EXPECT_NE(contents("out/stats.json").find("\"activations\": 2"), std::string::npos);
    EXPECT_LT(duration_ps("out", "kernel"), duration_ps("out", "program"));
    EXPECT_LT(duration_ps("out", "program"), duration_ps("out", "process"));
}

TEST_F(ZsSimRun, WithoutOutTheSummaryIsPrinted)
{
    const outcome run = zs_sim({"run.yaml", "--program", program("empty_kernel")});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_NE(run.out.find("run: ok"), std::string::npos);
    EXPECT_NE(run.out.find("main memory data movement"), std::string::npos);
    EXPECT_NE(run.out.find("all hold"), std::string::npos);
}

TEST_F(ZsSimRun, AProgramThatFailsFailsTheRun)
{
    const outcome run = zs_sim({"run.yaml", "--program", program("exit_three"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(run.err.find("zs-sim: run failed: the program exited with status 3\n"),
              std::string::npos)
        << run.err;
    const std::string stats = contents("out/stats.json");
    EXPECT_NE(stats.find("\"status\": \"failed\""), std::string::npos);
    EXPECT_NE(stats.find("\"exit_code\": 3"), std::string::npos);
}

TEST_F(ZsSimRun, AProgramWithoutKernelIsWarnedAbout)
{
    const outcome run = zs_sim({"run.yaml", "--set=simulation.kernel_symbol=nowhere", "--program",
                                program("empty_kernel"), "--out", "out"});
    EXPECT_EQ(run.status, 0);
    EXPECT_NE(run.err.find("never called 'nowhere' (simulation.kernel_symbol)"), std::string::npos)
        << run.err;
}

TEST_F(ZsSimRun, ACrashFailsTheRun)
{
    const outcome run = zs_sim({"run.yaml", "--program", program("crash"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(contents("out/stats.json").find("\"end\": \"killed\""), std::string::npos);
    EXPECT_NE(contents("out/summary.txt").find("audit: not made"), std::string::npos);
}

TEST_F(ZsSimRun, AnEndlessProgramIsGivenUp)
{
    const outcome run = zs_sim({"run.yaml", "--set=limits.max_time=1 ms", "--program",
                                program("endless"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(run.err.find("limits.max_time is reached"), std::string::npos) << run.err;
    EXPECT_NE(contents("out/stats.json").find("\"end\": \"limit\""), std::string::npos);
}

TEST_F(ZsSimRun, ADecodeErrorReachesTheDriver)
{
    const outcome run =
        zs_sim({"run.yaml", "--program", program("send_from_outside"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(run.err.find("DMADecErr"), std::string::npos) << run.err;
    EXPECT_EQ(counter("out", "router.interconnect.decode_errors"), 1U);
    EXPECT_EQ(counter("out", "dma.mm2s.errors"), 1U);
}

TEST_F(ZsSimRun, AnAcceleratorThatGivesUpFailsTheRun)
{
    const outcome run = zs_sim({"run.yaml", "--program", program("bad_opcode"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(run.err.find("the accelerator failed"), std::string::npos) << run.err;
    EXPECT_NE(contents("out/stats.json").find("\"end\": \"accelerator\""), std::string::npos);
}

TEST_F(ZsSimRun, AKernelForAnotherProblemFailsTheAudit)
{
    const outcome run = zs_sim({"run.yaml", "--set=workload=matmul-64", "--program",
                                program("matmul-32x32x32-i32-v3-8-Cs-staged"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(run.err.find("audit failed: kernel_words_in: accel.words_in = "), std::string::npos)
        << run.err;
}

TEST_F(ZsSimRun, ARunDirectoryIsNotOverwrittenUnasked)
{
    const std::vector<std::string> run = {"run.yaml", "--program", program("empty_kernel"), "--out",
                                          "deep/er/out"};
    ASSERT_EQ(zs_sim(run).status, 0);
    const outcome second = zs_sim(run);
    EXPECT_EQ(second.status, 2);
    EXPECT_EQ(second.err, "zs-sim: error: deep/er/out: is not empty; expected a new or empty "
                          "directory, or --overwrite to replace a run\n");
    std::vector<std::string> overwriting = run;
    overwriting.push_back("--overwrite");
    EXPECT_EQ(zs_sim(overwriting).status, 0);
}

TEST_F(ZsSimRun, WhatIsNoRunDirectoryIsNeverOverwritten)
{
    std::filesystem::create_directory("home");
    write("home/precious.txt", "text");
    const outcome run =
        zs_sim({"run.yaml", "--program", program("empty_kernel"), "--out", "home", "--overwrite"});
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.err, "zs-sim: error: home: is no run directory (it has no manifest.json), so "
                       "--overwrite leaves it alone\n");
    EXPECT_EQ(contents("home/precious.txt"), "text");
}

TEST_F(ZsSimRun, TheManifestSaysWhatTheRunWasMadeOf)
{
    ASSERT_EQ(zs_sim({"run.yaml", "--program", program("empty_kernel"), "--out", "out"}).status, 0);
    const std::string manifest = contents("out/manifest.json");
    for (const char *const pattern :
         {"\"schema\": \"zerostage-manifest/1\"",
          "\"simulator\": \\{.*\"sha256\": \"[0-9a-f]{64}\"",
          "\"program\": \\{.*empty_kernel.elf\", \"sha256\": \"[0-9a-f]{64}\"",
          "\"path\": \"run.yaml\", \"sha256\": \"[0-9a-f]{64}\"", "boards/pynq-z2.yaml",
          "\"--program\""}) {
        EXPECT_TRUE(std::regex_search(manifest, std::regex(pattern))) << pattern << manifest;
    }
}

} // namespace
