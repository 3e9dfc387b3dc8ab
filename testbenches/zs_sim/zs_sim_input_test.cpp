/* What zs-sim says about its command line and its configuration; nothing runs. */
#include "command.h"

#include <regex>

namespace
{

class ZsSimInput : public ZsSim
{
  protected:
    ZsSimInput()
    {
        write("run.yaml", "board: pynq-z2\n");
    }
};

struct refused {
    std::vector<std::string> arguments;
    const char *error;
};

class ZsSimRefusal : public ZsSimInput, public testing::WithParamInterface<refused>
{
};

const refused REFUSALS[] = {
    {{}, "zs-sim: error: no configuration is given; expected zs-sim CONFIG.yaml..., see --help\n"},
    {{"run.yaml", "--prgram", "x"},
     "zs-sim: error: unknown option '--prgram'; did you mean '--program'?\n"},
    {{"run.yaml", "-x"}, "zs-sim: error: unknown option '-x'; --help lists them\n"},
    {{"run.yaml", "--set"}, "zs-sim: error: --set needs a value\n"},
    {{"run.yaml", "--out", "a", "--out=b"}, "zs-sim: error: --out is given twice: 'a' and 'b'\n"},
    {{"run.yaml", "--check", "--params"},
     "zs-sim: error: --check, --costs, --estimate, --params, --points, --print-config, "
     "--version and --help exclude one another\n"},
    {{"run.yaml", "--check", "--out", "x"},
     "zs-sim: error: --program, --out and --overwrite are for runs only\n"},
    {{"run.yaml", "--overwrite"}, "zs-sim: error: --overwrite has no effect without --out\n"},
    {{"run.yaml"},
     "zs-sim: error: workload.program is the harness, which `zs run` compiles for "
     "the workload; expected its ELF as --program FILE\n"},
    {{"run.yaml", "--set=workload.program=a.c"},
     "zs-sim: error: workload.program 'a.c' is source code, which `zs run` compiles; expected its "
     "ELF as --program FILE\n"},
    {{"none.yaml"}, "none.yaml: error: cannot be read: No such file or directory\n"},
    {{"run.yaml", "--check", "--set", "workload.flow=Xs"},
     "--set workload.flow=Xs: error: workload.flow: 'Xs' is not a choice; expected Ns, As, Bs, Cs, "
     "best or best_cost; did you mean 'Ns'?\n"},
};

TEST_P(ZsSimRefusal, NamesTheMistakeAndExitsWithTwo)
{
    const outcome run = zs_sim(GetParam().arguments);
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(run.err, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(CommandLine, ZsSimRefusal, testing::ValuesIn(REFUSALS));

TEST_F(ZsSimInput, AProgramThatIsNoneIsRefused)
{
    for (const char *const program : {"none.elf", "run.yaml"}) {
        const outcome run = zs_sim({"run.yaml", "--program", program, "--out", "out"});
        EXPECT_EQ(run.status, 2);
        EXPECT_NE(run.err.find(program), std::string::npos) << run.err;
        EXPECT_FALSE(std::filesystem::exists("out")) << "nothing is left behind";
    }
}

TEST_F(ZsSimInput, CheckSaysThatASoundConfigurationIsSound)
{
    const outcome run = zs_sim({"run.yaml", "--check"});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.out, "the configuration is sound\n");
    EXPECT_EQ(run.err, "");
}

TEST_F(ZsSimInput, SeveralMistakesAreReportedTogether)
{
    write("bad.yaml", "board: pynq-z3\nworkload:\n  flwo: Cs\n  m: 12 ns\n");
    const outcome run = zs_sim({"bad.yaml", "--check"});
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.err,
              "bad.yaml:1:8: error: there is no board 'pynq-z3'; did you mean 'pynq-z2'?\n"
              "bad.yaml:3:3: error: unknown key 'flwo' in workload; did you mean 'flow'?\n"
              "bad.yaml:4:6: error: workload.m: '12 ns' is a time; expected a whole number of "
              "rows, 1 to 65536\n");
}

TEST_F(ZsSimInput, TheResolvedConfigurationIsPrinted)
{
    const outcome yaml = zs_sim({"run.yaml", "--set=workload.m=64", "--print-config"});
    EXPECT_EQ(yaml.status, 0);
    EXPECT_NE(yaml.out.find("  m: 64 # rows; --set workload.m=64\n"), std::string::npos);
    const outcome json = zs_sim({"run.yaml", "--set=workload.m=64", "--print-config=json"});
    EXPECT_EQ(json.status, 0);
    EXPECT_NE(json.out.find("    \"m\": 64,\n"), std::string::npos);
}

TEST_F(ZsSimInput, CostsAndEstimateArePrinted)
{
    const outcome costs = zs_sim({"run.yaml", "--set=board.fclk_hz=50 MHz", "--costs"});
    EXPECT_EQ(costs.status, 0);
    EXPECT_NE(costs.out.find("\nsend_word_ns: 20 # ns: "), std::string::npos) << costs.out;
    const outcome estimate = zs_sim({"run.yaml", "--estimate"});
    EXPECT_EQ(estimate.status, 0);
    EXPECT_NE(estimate.out.find("\ntotal_ns: "), std::string::npos) << estimate.out;
    const outcome unknown = zs_sim({"run.yaml", "--set=workload.program=a.elf", "--estimate"});
    EXPECT_EQ(unknown.status, 2);
    EXPECT_EQ(unknown.err,
              "zs-sim: error: --estimate is for compiled kernels: expected workload.program: "
              "harness and workload.sizes: static\n");
}

TEST_F(ZsSimInput, ParametersAreListedWithoutConfiguration)
{
    const outcome run = zs_sim({"--params"});
    EXPECT_EQ(run.status, 0);
    for (const char *const name :
         {"board.fclk_hz ", "board.cpu.clock_hz ", "board.l2.bytes ", "board.dram.preset ",
          "accelerator.size ", "workload.flow ", "phases.copy_in ", "simulation.kernel_symbol "}) {
        EXPECT_NE(run.out.find(std::string("\n") + name), std::string::npos) << name;
    }
}

TEST_F(ZsSimInput, HelpAndVersionNeedNothing)
{
    EXPECT_EQ(zs_sim({"--help"}).status, 0);
    const outcome version = zs_sim({"--version"});
    EXPECT_EQ(version.status, 0);
    EXPECT_EQ(version.out, "zs-sim " ZEROSTAGE_VERSION "\n");
}

TEST_F(ZsSimInput, PointsAreResolvedInOneGoEachOnTopOfTheCommandLine)
{
    write("other.yaml", "workload: {n: 48}\n");
    write("points", "--set workload.m=16\nother.yaml\n\n.\n\n--set workload.flow=Xs\n");
    ASSERT_NE(std::freopen("points", "r", stdin), nullptr);
    const outcome run = zs_sim({"run.yaml", "--set", "workload.m=32", "--points"});
    EXPECT_EQ(run.status, 0) << "a wrong point is part of the answer";
    EXPECT_EQ(run.err, "");
    std::vector<std::string> seen;
    const std::regex interesting("\"(m|n)\": \\d+|--set [^:]*: error");
    for (std::sregex_iterator i(run.out.begin(), run.out.end(), interesting), end; i != end; ++i) {
        seen.push_back(i->str());
    }
    const std::vector<std::string> expected = {
        "\"m\": 16", "\"n\": 48", "\"m\": 32", "\"n\": 128", "--set workload.flow=Xs: error",
        "\"m\": 32", "\"n\": 128"};
    EXPECT_EQ(seen, expected);
}

} // namespace
