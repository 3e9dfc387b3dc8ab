#include "stats/json.h"
#include "text_file.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace
{

TEST(Json, WritesMembersInOrderAndIndented)
{
    text_file out;
    json writer;
    json_start(&writer, out.file());
    json_begin_object(&writer, nullptr);
    json_string(&writer, "name", "value");
    json_begin_array(&writer, "list");
    json_u64(&writer, nullptr, UINT64_MAX);
    json_i64(&writer, nullptr, -1);
    json_end(&writer);
    json_begin_object(&writer, "empty");
    json_end(&writer);
    json_begin_flat_object(&writer, "flat");
    json_bool(&writer, "yes", true);
    json_begin_array(&writer, "inner");
    json_double(&writer, nullptr, 0.5);
    json_end(&writer);
    json_end(&writer);
    json_end(&writer);
    EXPECT_EQ(json_finish(&writer), 0);
    EXPECT_EQ(out.text(), "{\n"
                          "  \"name\": \"value\",\n"
                          "  \"list\": [\n"
                          "    18446744073709551615,\n"
                          "    -1\n"
                          "  ],\n"
                          "  \"empty\": {},\n"
                          "  \"flat\": {\"yes\": true, \"inner\": [0.5]}\n"
                          "}\n");
}

TEST(Json, EscapesWhatStringsMayNotHold)
{
    text_file out;
    json writer;
    json_start(&writer, out.file());
    json_string(&writer, nullptr, "\"\\\n\t\x01 \xc3\xa9");
    json_finish(&writer);
    EXPECT_EQ(out.text(), "\"\\\"\\\\\\n\\t\\u0001 \xc3\xa9\"\n");
}

TEST(Json, DecimalsKeepEveryDigit)
{
    text_file out;
    json writer;
    json_start(&writer, out.file());
    json_begin_flat_array(&writer, nullptr);
    json_decimal(&writer, nullptr, 18446744073709551615U, 6);
    json_decimal(&writer, nullptr, 42, 6);
    json_end(&writer);
    json_finish(&writer);
    EXPECT_EQ(out.text(), "[18446744073709.551615, 0.000042]\n");
}

TEST(Json, NumbersThatAreNoneBecomeNull)
{
    text_file out;
    json writer;
    json_start(&writer, out.file());
    json_begin_flat_array(&writer, nullptr);
    json_double(&writer, nullptr, std::numeric_limits<double>::infinity());
    json_double(&writer, nullptr, std::nan(""));
    json_end(&writer);
    json_finish(&writer);
    EXPECT_EQ(out.text(), "[null, null]\n");
}

TEST(Json, AFullDiskIsNoticed)
{
    FILE *const full = std::fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    json writer;
    json_start(&writer, full);
    json_u64(&writer, nullptr, 1);
    EXPECT_EQ(json_finish(&writer), -EIO);
    std::fclose(full);
}

TEST(JsonFormatDouble, IsShort)
{
    char text[JSON_NUMBER_BYTES];
    EXPECT_STREQ(json_format_double(1.0, text), "1.0");
    EXPECT_STREQ(json_format_double(0.1, text), "0.1");
    EXPECT_STREQ(json_format_double(-2.5e-9, text), "-2.5e-09");
    EXPECT_STREQ(json_format_double(1e22, text), "1e+22");
}

TEST(JsonFormatDouble, ReadsBackAsTheSameNumber)
{
    const unsigned seed = std::random_device{}();
    std::printf("seed %u\n", seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 10000; i++) {
        const double value =
            std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 400) - 200);
        char text[JSON_NUMBER_BYTES];
        EXPECT_EQ(std::strtod(json_format_double(value, text), nullptr), value);
    }
}

} // namespace
