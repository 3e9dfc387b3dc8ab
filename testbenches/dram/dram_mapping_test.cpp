#include "dram/dram_mapping.h"

#include "dram_fixture.h"

#include <cerrno>
#include <set>

using namespace zs_test;

namespace
{

dram_mapping parse(const char *text, const dram_device &device)
{
    char error[256] = "";
    dram_mapping mapping{};
    EXPECT_EQ(0, dram_mapping_parse(&mapping, &device, text, error, sizeof error)) << error;
    return mapping;
}

std::string mistake(const char *text)
{
    char error[256] = "";
    dram_mapping mapping{};
    EXPECT_EQ(-EINVAL,
              dram_mapping_parse(&mapping, &preset("ddr3-1066-x16"), text, error, sizeof error));
    return error;
}

} // namespace

TEST(mapping, row_bank_column_puts_a_row_in_consecutive_bytes)
{
    const auto mapping = parse("row:bank:group:column", preset("ddr3-1066-x16"));

    const auto at = dram_mapping_locate(&mapping, (5u << 14) + (3u << 11) + 2 * 77 + 1);
    EXPECT_EQ(5u, at.row);
    EXPECT_EQ(3u, at.bank);
    EXPECT_EQ(77u, at.column);
}

TEST(mapping, takes_explicit_bits)
{
    const auto mapping =
        parse("row[14..1]:column[9..3]:bank:row[0]:column[2..0]", preset("ddr3-1066-x16"));

    const auto at = dram_mapping_locate(&mapping, (1u << 4) + (6u << 5) + (9u << 8) + (2u << 15));
    EXPECT_EQ(5u, at.row);
    EXPECT_EQ(6u, at.bank);
    EXPECT_EQ(9u << 3, at.column);
}

TEST(mapping, gives_every_burst_a_place_of_its_own)
{
    dram_device small = preset("ddr3-1066-x16");
    small.rows = 8;
    small.columns = 64;
    for (const char *text : {"row:bank:group:column", "bank:row:column",
                             "row[1]:column[5..4]:bank[0]:row:bank:column"}) {
        const auto mapping = parse(text, small);
        std::set<std::tuple<uint32_t, uint32_t, uint32_t>> seen;
        for (uint64_t address = 0; address < dram_device_bytes(&small); address += 2) {
            const auto at = dram_mapping_locate(&mapping, address);
            EXPECT_TRUE(seen.insert({at.bank, at.row, at.column}).second) << text << address;
        }
    }
}

TEST(mapping, names_what_is_wrong)
{
    EXPECT_NE(std::string::npos, mistake("row:column").find("bank[0] is missing"));
    EXPECT_NE(std::string::npos, mistake("row:bank:bank[1]:column").find("bank[1] appears twice"));
    EXPECT_NE(std::string::npos, mistake("row:bnk:column").find("unknown field at \"bnk"));
    EXPECT_NE(std::string::npos, mistake("row[15]:row:bank:column").find("row has 15 bits"));
    EXPECT_NE(std::string::npos, mistake("column:row:bank").find("lowest 3 bits"));
    EXPECT_NE(std::string::npos, mistake("row[3:bank:column").find("missing ]"));
}

TEST(device, takes_changes_and_names_mistakes)
{
    dram_device device = preset("ddr3-1066-x16");
    char error[256] = "";

    EXPECT_EQ(0, dram_device_override(&device, "RFC=350ns", error, sizeof error));
    EXPECT_EQ(0, dram_device_override(&device, "WTR=4/20ns", error, sizeof error));
    EXPECT_EQ(0, dram_device_override(&device, "bus_bits=32", error, sizeof error));
    const clocks t(device);
    EXPECT_EQ(187, t("RFC"));
    EXPECT_EQ(11, t("WTR"));
    EXPECT_EQ(32u, dram_device_burst_bytes(&device));
    for (const char *wrong : {"RFX=3", "RCD", "RCD=x", "RCD=1.5", "rows=0", "clock=3"}) {
        EXPECT_EQ(-EINVAL, dram_device_override(&device, wrong, error, sizeof error)) << wrong;
    }
}

TEST(device, board_preset_in_clocks)
{
    const clocks t(preset("pynq-z2"));

    EXPECT_EQ(7, t("CL"));
    EXPECT_EQ(19, t("RAS"));
    EXPECT_EQ(26, t("RC"));
    EXPECT_EQ(21, t("FAW"));
    EXPECT_EQ(137, t("RFC"));
    EXPECT_EQ(4095, t("REFI"));
}
