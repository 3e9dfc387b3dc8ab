/* What is written resolves to the same values again, whatever the values are. */
#include "config_fixture.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>

namespace
{

class ConfigRoundTrip : public ConfigTest
{
  protected:
    std::mt19937_64 random_;

    uint64_t below(uint64_t limit)
    {
        return random_() % limit;
    }

    /* Printable characters, among them all that YAML cares about. */
    std::string text(size_t longest)
    {
        static const char characters[] = "abcXYZ019 :#-{}[]&*!|>'\"%@`,?~\\\t=._/$";
        std::string result(below(longest), ' ');
        for (char &character : result) {
            character = characters[below(sizeof(characters) - 1)];
        }
        return result;
    }

    void randomise()
    {
        cpu.clock_hz = 1000000 + below(10000000000 - 1000000);
        cpu.cycles = static_cast<uint32_t>(below(101));
        cpu.latency_ns = std::ldexp(static_cast<double>(random_()), -static_cast<int>(below(90)));
        workload.m = static_cast<uint32_t>(1 + below(65536));
        workload.flow = static_cast<uint32_t>(below(3));
        workload.verify = below(2) == 1;
        workload.address = static_cast<uint32_t>(random_());
        workload.bytes = random_() >> below(64);
        std::strcpy(workload.kernel, text(40).c_str());
        workload.flags = {};
        workload.flags.count = static_cast<uint32_t>(below(PARAM_LIST_ITEMS + 1));
        for (uint32_t i = 0; i < workload.flags.count; i++) {
            std::strcpy(workload.flags.items[i], text(20).c_str());
        }
    }
};

TEST_F(ConfigRoundTrip, RandomValuesComeBack)
{
    const unsigned seed = std::random_device{}();
    std::printf("seed %u\n", seed);
    random_.seed(seed);
    for (int i = 0; i < 300; i++) {
        randomise();
        const cpu_values cpu_before = cpu;
        const workload_values before = workload;
        const std::string yaml = written(config_write_yaml);
        cpu = {};
        workload = {};
        ASSERT_EQ(load(yaml), 0) << errors() << yaml;
        ASSERT_EQ(cpu.clock_hz, cpu_before.clock_hz) << yaml;
        ASSERT_EQ(cpu.cycles, cpu_before.cycles) << yaml;
        ASSERT_EQ(cpu.latency_ns, cpu_before.latency_ns) << yaml;
        ASSERT_EQ(workload.m, before.m) << yaml;
        ASSERT_EQ(workload.flow, before.flow) << yaml;
        ASSERT_EQ(workload.verify, before.verify) << yaml;
        ASSERT_EQ(workload.address, before.address) << yaml;
        ASSERT_EQ(workload.bytes, before.bytes) << yaml;
        ASSERT_STREQ(workload.kernel, before.kernel) << yaml;
        ASSERT_EQ(workload.flags.count, before.flags.count) << yaml;
        for (uint32_t j = 0; j < before.flags.count; j++) {
            ASSERT_STREQ(workload.flags.items[j], before.flags.items[j]) << yaml;
        }
    }
}

TEST_F(ConfigRoundTrip, WritesWhatAValueWasChosenBy)
{
    set("workload.flow=As");
    workload.flow = 0;
    config_chosen(config_, "workload.flow", "best");
    EXPECT_NE(
        written(config_write_yaml).find("  flow: Ns # chosen by best, --set workload.flow=As\n"),
        std::string::npos);
}

TEST_F(ConfigRoundTrip, WritesUnitAndOriginOfEachValue)
{
    load_file(write("run.yaml", "board:\n  cpu: {cycles: 7}\nworkload: {m: 1}\n"));
    set("workload.flow=Ns");
    const std::string yaml = written(config_write_yaml);
    EXPECT_EQ(yaml, "# Resolved configuration: every value, its unit, and where it comes from.\n"
                    "board:\n"
                    "  cpu:\n"
                    "    clock_hz: 650000000 # Hz; default, datasheet: a manual\n"
                    "    cycles: 7 # cycles; run.yaml:2:17\n"
                    "    latency_ns: 12.5 # ns; default, measured: a board\n"
                    "workload:\n"
                    "  m: 1 # rows; run.yaml:3:15\n"
                    "  flow: Ns # --set workload.flow=Ns\n"
                    "  verify: true # default, choice: demo\n"
                    "  address: 0x16000000 # address; default, datasheet: map\n"
                    "  kernel: matmul.mlir # default, choice: demo\n"
                    "  flags: [-O2, -g] # default, choice: demo\n"
                    "  bytes: 4194304 # bytes; default, choice: demo\n");
}

TEST_F(ConfigRoundTrip, JsonHoldsTheSameTree)
{
    load("workload: {m: 1}\n");
    EXPECT_EQ(written(config_write_json), "{\n"
                                          "  \"board\": {\n"
                                          "    \"cpu\": {\n"
                                          "      \"clock_hz\": 650000000,\n"
                                          "      \"cycles\": 4,\n"
                                          "      \"latency_ns\": 12.5\n"
                                          "    }\n"
                                          "  },\n"
                                          "  \"workload\": {\n"
                                          "    \"m\": 1,\n"
                                          "    \"flow\": \"Cs\",\n"
                                          "    \"verify\": true,\n"
                                          "    \"address\": 369098752,\n"
                                          "    \"kernel\": \"matmul.mlir\",\n"
                                          "    \"flags\": [\"-O2\", \"-g\"],\n"
                                          "    \"bytes\": 4194304\n"
                                          "  }\n"
                                          "}\n");
}

TEST_F(ConfigRoundTrip, DescribesEachParameterInAFewLines)
{
    const std::string text = written(config_describe);
    EXPECT_EQ(text.substr(0, text.find("board.cpu.cycles")),
              "PARAMETER = DEFAULT  (TYPE, UNIT)\n"
              "    what it is\n"
              "    how the default came about: its source\n"
              "\n"
              "board.cpu.clock_hz = 650 MHz  (integer, Hz)\n"
              "    clock\n"
              "    datasheet: a manual\n"
              "\n");
    EXPECT_NE(text.find("\nworkload.m = (required)  (integer, rows)\n"), std::string::npos);
}

} // namespace
