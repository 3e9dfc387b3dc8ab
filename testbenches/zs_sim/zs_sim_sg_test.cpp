/* Scatter-gather end to end: drivers that send and receive by descriptor chains. */
#include "command.h"

namespace
{

class ZsSimSg : public ZsSim
{
  protected:
    ZsSimSg()
    {
        write("run.yaml", "board: {base: pynq-z2, dma: {include_sg: true}}\n"
                          "accelerator: v3-8\n"
                          "workload: {base: matmul-32, program: mine.c}\n");
    }
    outcome run(const std::string &name, const std::string &set = "")
    {
        std::vector<std::string> arguments = {"run.yaml", "--program", program(name), "--out",
                                              "out"};
        if (!set.empty()) {
            arguments.push_back("--set=" + set);
        }
        return zs_sim(arguments);
    }
};

TEST_F(ZsSimSg, StridedTilesGoAsOneChainEach)
{
    constexpr uint64_t PRODUCTS = 4 * 4 * 4, C_TILES = 4 * 4, ROWS = 8, TILE_WORDS = 64;
    constexpr uint64_t SENT = PRODUCTS * (1 + 2 * ROWS) + C_TILES, RECEIVED = C_TILES * ROWS;
    const outcome done = run("sg_v3_cs");

    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(done.err, "");
    EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << done.out;
    EXPECT_EQ(contents("out/stats.json").find("\"ok\": false"), std::string::npos);
    EXPECT_EQ(counter("out", "dma.mm2s.transfers"), SENT) << "an opcode, and a row each";
    EXPECT_EQ(counter("out", "dma.s2mm.transfers"), RECEIVED);
    EXPECT_EQ(counter("out", "stream.mm2s.packets"), PRODUCTS + C_TILES);
    EXPECT_EQ(counter("out", "dram.bytes.dma_descriptor"), (32 + 4) * (SENT + RECEIVED));
    EXPECT_EQ(counter("out", "dram.bytes.dma_read"),
              4 * (PRODUCTS * (1 + 2 * TILE_WORDS) + C_TILES));
    EXPECT_EQ(counter("out", "dram.bytes.dma_write"), 4 * C_TILES * TILE_WORDS);
    EXPECT_GT(counter("out", "phase.dma_setup_ps", "kernel"), 0U);
    EXPECT_GT(counter("out", "phase.wait_send_ps", "kernel"), 0U);
    EXPECT_GT(counter("out", "phase.wait_recv_ps", "kernel"), 0U);
}

TEST_F(ZsSimSg, A2dDescriptorTakesTheWholeTile)
{
    constexpr uint64_t PRODUCTS = 4 * 4 * 4, C_TILES = 4 * 4, TILE_WORDS = 64;
    const outcome done = run("sg_v3_cs-2d", "board.dma.multichannel=true");

    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << done.out;
    EXPECT_EQ(contents("out/stats.json").find("\"ok\": false"), std::string::npos);
    EXPECT_EQ(counter("out", "dma.mm2s.transfers"), PRODUCTS * 3 + C_TILES) << "opcode, A, B";
    EXPECT_EQ(counter("out", "dma.s2mm.transfers"), C_TILES);
    EXPECT_EQ(counter("out", "dram.bytes.dma_read"),
              4 * (PRODUCTS * (1 + 2 * TILE_WORDS) + C_TILES));
    EXPECT_EQ(counter("out", "dram.bytes.dma_write"), 4 * C_TILES * TILE_WORDS);
}

TEST_F(ZsSimSg, AChainMayBeWaitedForByInterrupt)
{
    const outcome done = run("sg_v3_cs-interrupt", "board.fclk_hz=10 MHz");

    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << done.out;
    EXPECT_GT(counter("out", "os.interrupts"), 0U);
}

TEST_F(ZsSimSg, ADescriptorOutsideOfThePortIsADecodeError)
{
    const outcome done = run("sg_broken_chain", "workload.args=[outside]");
    EXPECT_EQ(done.status, 1);
    EXPECT_NE(done.err.find("dma_wait_send_chain: the engine reports SGDecErr"), std::string::npos)
        << done.err;
    EXPECT_EQ(counter("out", "router.interconnect.decode_errors"), 1U);
    EXPECT_EQ(counter("out", "dma.mm2s.errors"), 1U);
}

TEST_F(ZsSimSg, ADescriptorThatIsCompleteIsAnInternalError)
{
    const outcome done = run("sg_broken_chain", "workload.args=[complete]");
    EXPECT_EQ(done.status, 1);
    EXPECT_NE(done.err.find("dma_wait_send_chain: the engine reports SGIntErr"), std::string::npos)
        << done.err;
    EXPECT_NE(done.err.find("descriptor 0x1600ffc0"), std::string::npos) << done.err;
}

/* Descriptors, their statuses and the data all go through the coherent port; the audit agrees. */
TEST_F(ZsSimSg, ChainsGoThroughTheCoherentPortToo)
{
    const outcome done = zs_sim(
        {"run.yaml", "--set=board.dma_port=acp", "--program", program("sg_v3_cs"), "--out", "out"});
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << done.out;
    EXPECT_EQ(counter("out", "acp.memory_read_bytes") + counter("out", "acp.memory_write_bytes"),
              counter("out", "dram.bytes.dma_read") + counter("out", "dram.bytes.dma_write") +
                  counter("out", "dram.bytes.dma_descriptor"));
}

TEST_F(ZsSimSg, AnEngineWithoutScatterGatherIsSaid)
{
    const outcome done = zs_sim({"run.yaml", "--set=board.dma.include_sg=false", "--program",
                                 program("sg_v3_cs"), "--out", "out"});
    EXPECT_EQ(done.status, 1);
    EXPECT_NE(done.err.find("the engine has no scatter-gather (simulator: board.dma.include_sg)"),
              std::string::npos)
        << done.err;
}

} // namespace
