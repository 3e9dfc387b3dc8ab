/* The coherent port in the configuration and in the audit. */
#include "board/board_audit.h"
#include "board_fixture.h"

#include <map>
#include <set>

namespace
{

class BoardAcp : public BoardTest
{
  protected:
    /* Names of the identities about memory that fail, each with a blank behind it. */
    std::string failures()
    {
        audit result{};
        std::map<std::string, uint64_t> live;
        struct stats *const stats = stats_create();
        for (const auto &[name, value] : counters) {
            stats_add(stats, name.c_str(), "", "", &live[name]);
        }
        stats_enter(stats, STATS_PROCESS, 0);
        for (const auto &[name, value] : counters) {
            live[name] = value;
        }
        stats_leave(stats, STATS_PROCESS, 1000);
        board->dma_port = PORT_ACP;
        audit_facts facts{};
        facts.l2_line_bytes = 32;
        facts.accelerator_period_ps = 1000;
        facts.dma_idle = true;
        facts.board = board.get();
        board_audit(stats, &facts, &result);
        stats_destroy(stats);
        std::string names;
        for (size_t i = 0; i < result.count; i++) {
            const std::string name = result.identities[i].name;
            names += names_of_memory.count(name) && !result.identities[i].ok ? name + " " : "";
        }
        return names;
    }

    const std::set<std::string> names_of_memory = {"acp_read_bytes",   "acp_write_bytes",
                                                   "cpu_read_bytes",   "cpu_write_bytes",
                                                   "dma_memory_bytes", "memory_bytes"};

    /* 96 bytes read by the DMA, 64 of them from a cache, and the rest as a whole line; 48 written,
     * 16 of them into the L2; a descriptor whose status is written. */
    std::map<std::string, uint64_t> counters = {
        {"link.acp.read.bytes", 128},     {"link.acp.write.bytes", 52},
        {"acp.read_hit_bytes", 64},       {"acp.write_hit_bytes", 16},
        {"acp.read_miss_bytes", 64},      {"acp.write_miss_bytes", 36},
        {"acp.memory_read_bytes", 64},    {"acp.memory_write_bytes", 36},
        {"link.cpu_ddr.read.bytes", 100}, {"link.cpu_ddr.write.bytes", 76},
        {"dram.bytes.cpu_fill", 32},      {"dram.bytes.cpu_uncached_read", 4},
        {"dram.bytes.cpu_writeback", 32}, {"dram.bytes.cpu_uncached_write", 8},
        {"dram.bytes.dma_read", 32},      {"dram.bytes.dma_write", 32},
        {"dram.bytes.dma_descriptor", 36}};
};

TEST_F(BoardAcp, IsNotTheDefault)
{
    EXPECT_EQ(check("board: pynq-z2"), "");
    EXPECT_EQ(board->dma_port, PORT_HP0);
    EXPECT_EQ(board_s2mm_port(board.get()), PORT_HP0);
}

TEST_F(BoardAcp, FollowsTheFabricClock)
{
    EXPECT_EQ(check("board: {dma_port: acp, fclk_hz: 150 MHz}"), "");
    EXPECT_EQ(board->ports[PORT_ACP].clock_hz, 150000000U);
    EXPECT_TRUE(board_uses_port(board.get(), PORT_ACP));
    EXPECT_FALSE(board_uses_port(board.get(), PORT_HP0));
}

TEST_F(BoardAcp, ItsLinkIsChecked)
{
    EXPECT_NE(check("board: {acp: {width_bits: 48}}").find("board.acp.width_bits"),
              std::string::npos);
}

TEST_F(BoardAcp, AuditCountsWhatACacheAnswered)
{
    EXPECT_EQ(failures(), "");
}

TEST_F(BoardAcp, AuditNoticesEachByteTooMany)
{
    const std::map<std::string, std::string> noticed = {
        {"link.acp.read.bytes", "acp_read_bytes "},
        {"link.acp.write.bytes", "acp_write_bytes "},
        {"acp.read_hit_bytes", "acp_read_bytes "},
        {"acp.write_miss_bytes", "acp_write_bytes "},
        {"acp.memory_read_bytes", "cpu_read_bytes dma_memory_bytes "},
        {"acp.memory_write_bytes", "cpu_write_bytes dma_memory_bytes "},
        {"link.cpu_ddr.read.bytes", "cpu_read_bytes memory_bytes "},
        {"link.cpu_ddr.write.bytes", "cpu_write_bytes memory_bytes "},
        {"dram.bytes.dma_descriptor", "dma_memory_bytes memory_bytes "}};
    for (const auto &[counter, identities] : noticed) {
        counters.at(counter)++;
        EXPECT_EQ(failures(), identities) << counter;
        counters.at(counter)--;
    }
}

} // namespace
