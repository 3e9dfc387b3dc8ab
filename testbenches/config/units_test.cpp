#include "config/units.h"

#include <gtest/gtest.h>

namespace
{

double factor(const char *given, const char *wanted)
{
    double result = 0.0;
    EXPECT_EQ(unit_factor(given, wanted, &result), UNIT_OK) << given << " " << wanted;
    return result;
}

unit_result result_of(const char *given, const char *wanted)
{
    double unused;
    return unit_factor(given, wanted, &unused);
}

TEST(Units, ConvertWithinADimension)
{
    EXPECT_EQ(factor("MHz", "Hz"), 1e6);
    EXPECT_EQ(factor("us", "ns"), 1e3);
    EXPECT_EQ(factor("ns", "ps"), 1e3);
    EXPECT_EQ(factor("ps", "ns"), 1e-3);
    EXPECT_EQ(factor("KiB", "bytes"), 1024.0);
    EXPECT_EQ(factor("GiB", "bytes"), 1073741824.0);
    EXPECT_EQ(factor("V", "mV"), 1e3);
    EXPECT_EQ(factor("%", "ratio"), 0.01);
    EXPECT_EQ(factor("bytes", "bytes"), 1.0);
}

TEST(Units, DoNotConvertBetweenDimensions)
{
    EXPECT_EQ(result_of("ns", "Hz"), UNIT_WRONG_DIMENSION);
    EXPECT_EQ(result_of("MiB", "cycles"), UNIT_WRONG_DIMENSION);
}

TEST(Units, AreSpelledAsTheyAre)
{
    EXPECT_EQ(result_of("mhz", "Hz"), UNIT_UNKNOWN);
    EXPECT_EQ(result_of("KB", "bytes"), UNIT_UNKNOWN);
    EXPECT_EQ(result_of("cycles", "Hz"), UNIT_UNKNOWN);
}

TEST(Units, OfNoDimensionFitOnlyThemselves)
{
    EXPECT_EQ(factor("beat", "beats"), 1.0);
    EXPECT_EQ(factor("beats", "beat"), 1.0);
    EXPECT_EQ(result_of("words", "beats"), UNIT_UNKNOWN);
}

TEST(Units, AreNamedWithTheirAlternatives)
{
    EXPECT_STREQ(unit_dimension("ns"), "a time");
    EXPECT_EQ(unit_dimension("cycles"), nullptr);
    EXPECT_STREQ(unit_alternatives("bytes"), "B, KiB, MiB or GiB");
    EXPECT_STREQ(unit_alternatives("cycles"), "cycles");
}

} // namespace
