#include "config_fixture.h"

namespace
{

class ConfigValue : public ConfigTest
{
};

TEST_F(ConfigValue, UnitsAreConverted)
{
    load("board: {cpu: {clock_hz: 1.5 GHz, latency_ns: 4 us}}\n"
         "workload: {m: 1, bytes: 512 KiB}\n");
    EXPECT_EQ(config_finish(config_), 0) << errors();
    EXPECT_EQ(cpu.clock_hz, 1500000000U);
    EXPECT_EQ(cpu.latency_ns, 4000.0);
    EXPECT_EQ(workload.bytes, 524288U);
}

TEST_F(ConfigValue, PlainNumbersAreInTheBaseUnit)
{
    load("board: {cpu: {clock_hz: 2e6, latency_ns: 0.25}}\nworkload: {bytes: 7}\n");
    EXPECT_EQ(cpu.clock_hz, 2000000U);
    EXPECT_EQ(cpu.latency_ns, 0.25);
    EXPECT_EQ(workload.bytes, 7U);
}

TEST_F(ConfigValue, ASpaceBeforeTheUnitIsNotNeeded)
{
    load("board: {cpu: {clock_hz: 100MHz}}\nworkload: {bytes: 4MiB}\n");
    EXPECT_EQ(cpu.clock_hz, 100000000U);
    EXPECT_EQ(workload.bytes, 4194304U);
}

TEST_F(ConfigValue, LargeWholeNumbersAreExact)
{
    set("workload.bytes=18446744073709551615");
    EXPECT_EQ(workload.bytes, UINT64_MAX);
    set("workload.bytes=0xfffffffffffffffe");
    EXPECT_EQ(workload.bytes, UINT64_MAX - 1);
    EXPECT_EQ(set("workload.bytes=18446744073709551616"), -EINVAL);
    EXPECT_EQ(set("workload.bytes=17179869184 GiB"), -EINVAL) << "2^64 bytes";
}

TEST_F(ConfigValue, UnderscoresGroupDigits)
{
    set("workload.address=0x4040_0000");
    EXPECT_EQ(workload.address, 0x40400000U);
    set("workload.bytes=1_000_000");
    EXPECT_EQ(workload.bytes, 1000000U);
}

TEST_F(ConfigValue, ALeadingZeroIsNotOctal)
{
    set("board.cpu.cycles=010");
    EXPECT_EQ(cpu.cycles, 10U);
}

TEST_F(ConfigValue, FractionsThatAreWholeInTheBaseUnitAreFine)
{
    set("workload.bytes=1.5 KiB");
    EXPECT_EQ(workload.bytes, 1536U);
    EXPECT_EQ(set("workload.bytes=1.0001 KiB"), -EINVAL);
}

TEST_F(ConfigValue, OtherUnitsFitThemselvesInSingularAndPlural)
{
    EXPECT_EQ(set("board.cpu.cycles=1 cycle"), 0);
    EXPECT_EQ(set("board.cpu.cycles=2 cycles"), 0);
    EXPECT_EQ(cpu.cycles, 2U);
    EXPECT_EQ(set("board.cpu.cycles=2 beats"), -EINVAL);
}

TEST_F(ConfigValue, QuotedTextIsText)
{
    load("workload: {kernel: \"a: [b] # c\", flags: ['-DX=\"y\"', \"\"]}\n");
    EXPECT_STREQ(workload.kernel, "a: [b] # c");
    EXPECT_STREQ(workload.flags.items[0], "-DX=\"y\"");
    EXPECT_STREQ(workload.flags.items[1], "");
    load("workload: {kernel: \"\"}\n");
    EXPECT_STREQ(workload.kernel, "");
}

TEST_F(ConfigValue, AnEmptyListIsAList)
{
    EXPECT_EQ(load("workload: {flags: []}\n"), 0) << errors();
    EXPECT_EQ(workload.flags.count, 0U);
}

} // namespace
