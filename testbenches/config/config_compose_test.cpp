#include "config_fixture.h"

namespace
{

class ConfigCompose : public ConfigTest
{
  protected:
    ConfigCompose()
    {
        write("boards/slow.yaml", "board: {cpu: {clock_hz: 100 MHz, cycles: 9}}\n");
        write("boards/fast.yaml", "board:\n  base: slow\n  cpu: {clock_hz: 1 GHz}\n");
        write("workloads/small.yaml", "workload: {m: 8, flow: Ns}\n");
    }
};

TEST_F(ConfigCompose, DefaultsHoldWithoutAnyFile)
{
    EXPECT_EQ(cpu.clock_hz, 650000000U);
    EXPECT_EQ(cpu.cycles, 4U);
    EXPECT_EQ(cpu.latency_ns, 12.5);
    EXPECT_EQ(workload.flow, 2U);
    EXPECT_TRUE(workload.verify);
    EXPECT_STREQ(workload.kernel, "matmul.mlir");
    ASSERT_EQ(workload.flags.count, 2U);
    EXPECT_STREQ(workload.flags.items[1], "-g");
    EXPECT_EQ(workload.bytes, 4194304U);
}

TEST_F(ConfigCompose, LaterFilesOverrideEarlierOnes)
{
    load_file(write("a.yaml", "workload: {m: 1, flow: Ns}\n"));
    load_file(write("b.yaml", "workload: {m: 2}\n"));
    EXPECT_EQ(config_finish(config_), 0) << errors();
    EXPECT_EQ(workload.m, 2U);
    EXPECT_EQ(workload.flow, 0U) << "what the later file does not mention stays";
}

TEST_F(ConfigCompose, SetOverridesFiles)
{
    load("workload: {m: 1}\n");
    set("workload.m=7");
    set("board.cpu={cycles: 3, latency_ns: 1 us}");
    set("workload.flags=[-O0]");
    EXPECT_EQ(config_finish(config_), 0) << errors();
    EXPECT_EQ(workload.m, 7U);
    EXPECT_EQ(cpu.cycles, 3U);
    EXPECT_EQ(cpu.latency_ns, 1000.0);
    EXPECT_EQ(workload.flags.count, 1U) << "a list is replaced as a whole";
}

TEST_F(ConfigCompose, ANameIncludesItsFile)
{
    load_file(write("run.yaml", "board: slow\nworkload: small\n"));
    EXPECT_EQ(config_finish(config_), 0) << errors();
    EXPECT_EQ(cpu.clock_hz, 100000000U);
    EXPECT_EQ(workload.m, 8U);
}

TEST_F(ConfigCompose, ABaseIsOverriddenWhateverTheOrder)
{
    load_file(write("run.yaml", "workload:\n  m: 9\n  base: small\n"));
    EXPECT_EQ(config_finish(config_), 0) << errors();
    EXPECT_EQ(workload.m, 9U);
    EXPECT_EQ(workload.flow, 0U);
}

TEST_F(ConfigCompose, BasesNest)
{
    load_file(write("run.yaml", "board: fast\nworkload: {m: 1}\n"));
    EXPECT_EQ(cpu.clock_hz, 1000000000U);
    EXPECT_EQ(cpu.cycles, 9U);
}

TEST_F(ConfigCompose, ANameReplacesTheWholePartSaidBefore)
{
    load_file(write("a.yaml", "board: slow\nworkload: {m: 1}\n"));
    load_file(write("b.yaml", "board: other\n"
                              "workload: {m: 2}\n"));
    EXPECT_NE(config_finish(config_), 0);
    write("boards/other.yaml", "board: {cpu: {latency_ns: 3}}\n");
    load_file(directory_ / "b.yaml");
    EXPECT_EQ(cpu.latency_ns, 3.0);
    EXPECT_EQ(cpu.cycles, 4U) << "slow's 9 must not survive";
}

TEST_F(ConfigCompose, NamesAreLookedUpBesideTheFileOneAboveAndInTheDirectories)
{
    const std::string nested = write("runs/run.yaml", "workload: small\n");
    EXPECT_EQ(load_file(nested), 0) << errors();
    const std::string far = write("a/b/c/run.yaml", "workload: small\n");
    EXPECT_EQ(load_file(far), -EINVAL);
    config_add_directory(config_, directory_.c_str());
    EXPECT_EQ(load_file(far), 0);
    EXPECT_EQ(set("board=slow"), 0) << errors();
}

TEST_F(ConfigCompose, APathIsTakenAsOne)
{
    write("mine.yaml", "board: {cpu: {cycles: 2}}\n");
    EXPECT_EQ(load_file(write("run.yaml", "board: ./mine.yaml\n")), 0) << errors();
    EXPECT_EQ(cpu.cycles, 2U);
}

TEST_F(ConfigCompose, AnUnknownNameGetsTheNearestOne)
{
    load_file(write("run.yaml", "board: slwo\n"));
    EXPECT_EQ(errors(), "run.yaml:1:8: error: there is no board 'slwo'; did you mean 'slow'?\n");
}

TEST_F(ConfigCompose, AnUnknownNameWithoutLikenessGetsTheFolder)
{
    load_file(write("run.yaml", "board: something-else\n"));
    EXPECT_EQ(errors(), "run.yaml:1:8: error: there is no board 'something-else'; expected the "
                        "name of a file in boards/ without .yaml, or a path\n");
}

TEST_F(ConfigCompose, AFileThatIncludesItselfIsRefused)
{
    write("boards/loop.yaml", "board: {base: loop}\n");
    load_file(write("run.yaml", "board: loop\n"));
    EXPECT_EQ(errors(), "boards/loop.yaml:1:15: error: board 'loop' includes itself\n");
}

TEST_F(ConfigCompose, AnIncludedFileMustBeAboutWhatIncludesIt)
{
    write("boards/wrong.yaml", "workload: {m: 1}\n");
    load_file(write("run.yaml", "board: wrong\n"));
    EXPECT_EQ(errors(), "boards/wrong.yaml:1:1: error: no 'board:' was found; expected one, "
                        "since the file was included as a board\n");
}

TEST_F(ConfigCompose, MistakesInIncludedFilesAreReportedThere)
{
    write("boards/typo.yaml", "board:\n  cpu: {cylces: 1}\n");
    load_file(write("run.yaml", "board: typo\n"));
    EXPECT_EQ(errors(), "boards/typo.yaml:2:9: error: unknown key 'cylces' in board.cpu; did you "
                        "mean 'cycles'?\n");
}

TEST_F(ConfigCompose, FilesThatWereReadAreListedOnce)
{
    const std::string path = write("run.yaml", "board: fast\n");
    load_file(path);
    load_file(path);
    EXPECT_STREQ(config_file(config_, 0), "run.yaml");
    EXPECT_STREQ(config_file(config_, 1), "boards/fast.yaml");
    EXPECT_STREQ(config_file(config_, 2), "boards/slow.yaml");
    EXPECT_EQ(config_file(config_, 3), nullptr);
}

TEST_F(ConfigCompose, GivenMeansByAFileOrSet)
{
    load("workload: {m: 1}\n");
    set("board.cpu.cycles=4");
    EXPECT_TRUE(config_given(config_, "workload.m"));
    EXPECT_TRUE(config_given(config_, "board.cpu.cycles")) << "also when it is the default's value";
    EXPECT_FALSE(config_given(config_, "workload.flow"));
}

TEST_F(ConfigCompose, AFollowerTakesItsLeadersValueUnlessGiven)
{
    set("board.cpu.clock_hz=2 MHz");
    config_follow(config_, "workload.bytes", "board.cpu.clock_hz");
    EXPECT_EQ(workload.bytes, 2000000U);
    EXPECT_FALSE(config_given(config_, "workload.bytes"));
    EXPECT_NE(written(config_write_yaml).find("bytes: 2000000 # bytes; as board.cpu.clock_hz"),
              std::string::npos);
    set("workload.bytes=5");
    config_follow(config_, "workload.bytes", "board.cpu.clock_hz");
    EXPECT_EQ(workload.bytes, 5U);
}

} // namespace
