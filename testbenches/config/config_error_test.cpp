/* Every kind of mistake that a user can make, and the exact words that he gets. */
#include "config_fixture.h"

#include <vector>

namespace
{

class ConfigError : public ConfigTest
{
};

struct mistake {
    const char *text;
    const char *message;
};

class ConfigMistake : public ConfigTest, public testing::WithParamInterface<mistake>
{
};

const mistake MISTAKES[] = {
    {"workload:\n  flwo: Cs\n",
     "x.yaml:2:3: error: unknown key 'flwo' in workload; did you mean 'flow'?\n"},
    {"workload:\n  zzzzz: Cs\n",
     "x.yaml:2:3: error: unknown key 'zzzzz' in workload; expected one of: m, flow, verify, "
     "address, kernel, flags, bytes\n"},
    {"bord: {}\n",
     "x.yaml:1:1: error: unknown key 'bord' in the configuration; did you mean 'board'?\n"},
    {"board:\n  gpu: {}\n", "x.yaml:2:3: error: unknown key 'gpu' in board; did you mean 'cpu'?\n"},
    {"board.cpu: {}\n",
     "x.yaml:1:1: error: unknown key 'board.cpu' in the configuration; expected one of: board, "
     "workload\n"},
    {"workload: {flow: cs}\n",
     "x.yaml:1:18: error: workload.flow: 'cs' is not a choice; expected Ns, As or Cs; did you mean "
     "'Cs'?\n"},
    {"workload: {flow: stationary}\n", "x.yaml:1:18: error: workload.flow: 'stationary' is not a "
                                       "choice; expected Ns, As or Cs\n"},
    {"board: {cpu: {clock_hz: 4 us}}\n",
     "x.yaml:1:25: error: board.cpu.clock_hz: '4 us' is a time; expected a frequency in Hz, kHz, "
     "MHz or GHz, 1000000 to 10000000000 Hz\n"},
    {"board: {cpu: {clock_hz: 650 Mhz}}\n",
     "x.yaml:1:25: error: board.cpu.clock_hz: '650 Mhz' has an unknown unit 'Mhz'; expected a "
     "frequency in Hz, kHz, MHz or GHz, 1000000 to 10000000000 Hz\n"},
    {"board: {cpu: {clock_hz: 650}}\n",
     "x.yaml:1:25: error: board.cpu.clock_hz: '650' is out of range; expected a frequency in Hz, "
     "kHz, MHz or GHz, 1000000 to 10000000000 Hz\n"},
    {"board: {cpu: {cycles: 101}}\n",
     "x.yaml:1:23: error: board.cpu.cycles: '101' is out of range; "
     "expected a whole number of cycles, 0 to 100\n"},
    {"board: {cpu: {cycles: 1.5}}\n", "x.yaml:1:23: error: board.cpu.cycles: '1.5' is not a whole "
                                      "number; expected a whole number of cycles, 0 to 100\n"},
    {"board: {cpu: {cycles: 3 ns}}\n", "x.yaml:1:23: error: board.cpu.cycles: '3 ns' is a time; "
                                       "expected a whole number of cycles, 0 to 100\n"},
    {"board: {cpu: {cycles: -1}}\n", "x.yaml:1:23: error: board.cpu.cycles: '-1' is out of range; "
                                     "expected a whole number of cycles, 0 to 100\n"},
    {"board: {cpu: {cycles: many}}\n", "x.yaml:1:23: error: board.cpu.cycles: 'many' is not a "
                                       "number; expected a whole number of cycles, 0 to 100\n"},
    {"board: {cpu: {cycles: 1-2}}\n", "x.yaml:1:23: error: board.cpu.cycles: '1-2' has an unknown "
                                      "unit '-2'; expected a whole number of cycles, 0 to 100\n"},
    {"board: {cpu: {latency_ns: 1e999}}\n", "x.yaml:1:27: error: board.cpu.latency_ns: '1e999' is "
                                            "too large; expected a time in ps, ns, us, ms or s\n"},
    {"workload: {bytes: 4 MB}\n", "x.yaml:1:19: error: workload.bytes: '4 MB' has an unknown unit "
                                  "'MB'; expected a size in B, KiB, MiB or GiB\n"},
    {"workload: {bytes: 99999999999999999999}\n",
     "x.yaml:1:19: error: workload.bytes: '99999999999999999999' is out of range; expected a size "
     "in B, KiB, MiB or GiB\n"},
    {"workload: {address: 0x100000000}\n",
     "x.yaml:1:21: error: workload.address: '0x100000000' is out of range; expected an address, "
     "such as 0x40000000, 0x0 to 0xffffffff\n"},
    {"workload: {verify: yes}\n",
     "x.yaml:1:20: error: workload.verify: 'yes' is neither; expected true or false\n"},
    {"workload: {m: }\n", "x.yaml:1:12: error: workload.m: nothing was given; expected a whole "
                          "number of rows, 1 to 65536\n"},
    {"workload:\n  m: [1]\n", "x.yaml:2:6: error: workload.m: a list was given; expected a whole "
                              "number of rows, 1 to 65536\n"},
    {"workload: {flags: -O2}\n", "x.yaml:1:19: error: workload.flags: a single value was given; "
                                 "expected a list, such as [one, two]\n"},
    {"workload: {flags: [-O2, [x]]}\n",
     "x.yaml:1:25: error: workload.flags: an item is a list; expected a text\n"},
    {"board: {cpu: fast}\n",
     "x.yaml:1:14: error: board.cpu: a single value was given; expected a mapping\n"},
    {"workload: [1]\n", "x.yaml:1:11: error: workload: a list was given; expected a mapping or the "
                        "name of a workload\n"},
    {"workload:\n  m: 1\n  flow: Ns\n  m: 2\n",
     "x.yaml:4:3: error: duplicate key 'm' in workload; it was given in line 2 already\n"},
    {"board: {}\nboard: {}\n", "x.yaml:2:1: error: duplicate key 'board' in the configuration; it "
                               "was given in line 1 already\n"},
    {"", "x.yaml:1:1: error: nothing was found; expected a mapping, such as 'board: pynq-z2'\n"},
    {"# nothing\n",
     "x.yaml:1:1: error: nothing was found; expected a mapping, such as 'board: pynq-z2'\n"},
    {"- 1\n",
     "x.yaml:1:1: error: a list was found; expected a mapping, such as 'board: pynq-z2'\n"},
    {"board", "x.yaml:1:1: error: a single value was found; expected a mapping, such as 'board: "
              "pynq-z2'\n"},
    {"board: {}\n---\nboard: {}\n",
     "x.yaml:2:1: error: a second document; expected one in a file\n"},
    {"workload: &x {m: 1}\n", "x.yaml:1:14: error: anchors and tags are not supported; use 'base:' "
                              "to reuse a part\n"},
    {"workload: {m: 1\n", "x.yaml:2:1: error: not valid YAML: missing comma in flow mapping\n"},
    {"workload: {base: {}}\n",
     "x.yaml:1:18: error: a mapping was given; expected the name of a workload\n"},
};

TEST_P(ConfigMistake, IsNamedWithPlaceAndExpectation)
{
    EXPECT_EQ(load(GetParam().text), -EINVAL);
    EXPECT_EQ(errors(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(Yaml, ConfigMistake, testing::ValuesIn(MISTAKES));

class SetMistake : public ConfigTest, public testing::WithParamInterface<mistake>
{
};

const mistake SET_MISTAKES[] = {
    {"workload.flwo=Cs",
     "--set workload.flwo=Cs: error: unknown key 'flwo' in workload; did you mean 'flow'?\n"},
    {"workload", "--set workload: error: expected PATH=VALUE, such as workload.flow=Cs\n"},
    {"=1", "--set =1: error: expected PATH=VALUE, such as workload.flow=Cs\n"},
    {"workload.m=",
     "--set workload.m=: error: no value was given; expected --set workload.m=VALUE\n"},
    {"workload.flow=Xs", "--set workload.flow=Xs: error: workload.flow: 'Xs' is not a choice; "
                         "expected Ns, As or Cs; did you mean 'Ns'?\n"},
    {"workload.m=[1", "--set workload.m=[1: error: the value is not valid YAML: flow sequence "
                      "without a closing bracket\n"},
    {"board.cpu=1",
     "--set board.cpu=1: error: board.cpu: a single value was given; expected a mapping\n"},
    {"board..clock=1", "--set board..clock=1: error: unknown key '' in board; expected one of: "
                       "cpu\n"},
};

TEST_P(SetMistake, IsNamedWithTheWholeOption)
{
    EXPECT_EQ(set(GetParam().text), -EINVAL);
    EXPECT_EQ(errors(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(CommandLine, SetMistake, testing::ValuesIn(SET_MISTAKES));

TEST_F(ConfigError, SeveralMistakesAreReportedInOneGo)
{
    load("workload:\n  flwo: Cs\n  m: 0\nboard:\n  cpu: {cycles: x}\n");
    set("workload.flow=Zs");
    EXPECT_NE(config_finish(config_), 0);
    EXPECT_EQ(config_error_count(config_), 4U);
}

TEST_F(ConfigError, AValueThatIsWrongLeavesTheOthersRight)
{
    load("workload: {m: 0, flow: Ns}\n");
    EXPECT_EQ(workload.flow, 0U);
    EXPECT_EQ(workload.m, 0U) << "never given a legal value";
}

TEST_F(ConfigError, AParameterWithoutDefaultMustBeGiven)
{
    EXPECT_EQ(config_finish(config_), -EINVAL);
    EXPECT_EQ(errors(),
              "error: workload.m has no default and was not given; expected a whole "
              "number of rows, 1 to 65536, in a config file or as --set workload.m=...\n");
}

TEST_F(ConfigError, AMissingFileIsNamed)
{
    EXPECT_EQ(load_file(directory_ / "none.yaml"), -EINVAL);
    EXPECT_EQ(errors(), "D/none.yaml: error: cannot be read: No such file or directory\n");
}

TEST_F(ConfigError, ADirectoryIsNoFile)
{
    EXPECT_EQ(load_file(directory_), -EINVAL);
    EXPECT_EQ(errors(), "D: error: cannot be read: Is a directory\n");
}

TEST_F(ConfigError, OfACombinationStandsWhereTheValueWasGiven)
{
    load("workload:\n  m: 3\n");
    set("workload.flow=Ns");
    config_error(config_, "workload.m", "is odd, %d", 3);
    config_error(config_, "workload.flow", "does not fit");
    config_error(config_, "workload.bytes", "are too few");
    EXPECT_EQ(errors(), "x.yaml:2:6: error: workload.m: is odd, 3\n"
                        "--set workload.flow=Ns: error: workload.flow: does not fit\n"
                        "error: workload.bytes (default): are too few\n");
}

TEST_F(ConfigError, ATextThatDoesNotFitIsRefused)
{
    EXPECT_EQ(load("workload: {kernel: " + std::string(PARAM_STRING_BYTES, 'k') + "}"), -EINVAL);
    EXPECT_EQ(errors(), "x.yaml:1:20: error: workload.kernel: the text is too long; expected at "
                        "most 511 characters\n");
}

TEST_F(ConfigError, AListThatDoesNotFitIsRefused)
{
    std::string items = "a";
    for (int i = 0; i < PARAM_LIST_ITEMS; i++) {
        items += ", a";
    }
    EXPECT_EQ(load("workload: {flags: [" + items + "]}"), -EINVAL);
    EXPECT_NE(errors().find("the list is too long; expected at most 32 items"), std::string::npos);
}

TEST(ConfigTable, ADefaultThatBreaksItsOwnRulesIsAnError)
{
    uint32_t value = 0;
    const struct param params[] = {{"x", PARAM_U32, "", 0, "7", 8, 9, nullptr, KIND_GUESS, "", ""}};
    const struct param_section section = {"board", params, 1, &value};
    config *const broken = config_create(&section, 1);
    EXPECT_EQ(config_error_count(broken), 1U);
    EXPECT_EQ(config_finish(broken), -EINVAL);
    config_destroy(broken);
}

TEST(ConfigTable, TwoParametersOfOneNameAreAnError)
{
    uint32_t value = 0;
    const struct param params[] = {{"x", PARAM_U32, "", 0, "7", 0, 0, nullptr, KIND_GUESS, "", ""},
                                   {"x", PARAM_U32, "", 0, "7", 0, 0, nullptr, KIND_GUESS, "", ""}};
    const struct param_section section = {"board", params, 2, &value};
    config *const broken = config_create(&section, 1);
    EXPECT_EQ(config_error_count(broken), 1U);
    config_destroy(broken);
}

} // namespace
