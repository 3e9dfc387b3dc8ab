/* The coherent port against the one that is not: DMA buffers mapped cached, and no maintenance. */
#include "command.h"

namespace
{

class ZsSimAcp : public ZsSim
{
  protected:
    ZsSimAcp()
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v1-4\n"
                          "workload: {base: matmul-32, flow: Ns, copy: staged}\n");
    }
    outcome run(const std::string &port, const std::string &kernel, const std::string &out)
    {
        return zs_sim({"run.yaml", "--set=board.dma_port=" + port, "--program", program(kernel),
                       "--out", out});
    }
    const std::string cached = "matmul-32x32x32-i32-v1-4-Ns-staged-cached";
    const std::string uncached = "matmul-32x32x32-i32-v1-4-Ns-staged";
};

TEST_F(ZsSimAcp, CachedBuffersAreRightThroughTheCoherentPort)
{
    const outcome result = run("acp", cached, "out");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("verified"), std::string::npos) << result.out;
    EXPECT_EQ(contents("out/stats.json").find("\"ok\": false"), std::string::npos);
    EXPECT_GT(counter("out", "l1d.snoop_hits"), 0U);
    EXPECT_GT(counter("out", "acp.read_hit_bytes"), counter("out", "dram.bytes.dma_read"))
        << "what the CPU has just copied is in a cache";
    EXPECT_EQ(counter("out", "link.acp.read.bytes"),
              counter("out", "acp.read_hit_bytes") + counter("out", "dram.bytes.dma_read"));
    EXPECT_EQ(counter("out", "link.acp.write.bytes"),
              counter("out", "acp.write_hit_bytes") + counter("out", "dram.bytes.dma_write"));
}

TEST_F(ZsSimAcp, CachedBuffersAreWrongThroughThePortThatIsNotCoherent)
{
    const outcome result = run("hp0", cached, "out");
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("elements of C are wrong"), std::string::npos)
        << result.out << result.err;
    EXPECT_EQ(counter("out", "l1d.snoop_hits"), 0U);
}

TEST_F(ZsSimAcp, UncachedBuffersAreRightThroughBoth)
{
    for (const char *const port : {"hp0", "acp"}) {
        const outcome result = run(port, uncached, port);
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(counter(port, "link." + std::string(port) + ".read.bytes"),
                  4 * counter(port, "accel.words_in"));
    }
    EXPECT_EQ(counter("acp", "acp.read_miss_bytes"), counter("acp", "dram.bytes.dma_read"));
    EXPECT_EQ(counter("acp", "acp.read_hit_bytes"), 0U) << "nothing of it was ever cached";
}

/* AxCACHE tied off to 1111: what the DMA writes stays in the L2, where the CPU reads it. */
TEST_F(ZsSimAcp, AllocatingSavesTheWayToMemoryAndIsStillRight)
{
    run("acp", cached, "none");
    const outcome result =
        zs_sim({"run.yaml", "--set=board.dma_port=acp", "--set=board.acp_cache=15", "--program",
                program(cached), "--out", "all"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("verified"), std::string::npos) << result.out;
    EXPECT_GT(counter("all", "acp.write_allocations") + counter("all", "acp.read_allocations"), 0U);
    EXPECT_EQ(counter("none", "acp.write_allocations"), 0U);
    EXPECT_LE(counter("all", "dram.bytes.dma_write"), counter("none", "dram.bytes.dma_write"));
}

/* AxCACHE[1] clear: the port is not coherent. */
TEST_F(ZsSimAcp, WithoutTheCoherentBitItGoesPastTheCaches)
{
    const outcome result =
        zs_sim({"run.yaml", "--set=board.dma_port=acp", "--set=board.acp_cache=1", "--program",
                program(cached), "--out", "out"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("elements of C are wrong"), std::string::npos) << result.err;
    EXPECT_EQ(counter("out", "acp.read_hit_bytes"), 0U);
}

TEST_F(ZsSimAcp, CoherentRunsRepeatBitForBit)
{
    run("acp", cached, "first");
    run("acp", cached, "second");
    EXPECT_EQ(contents("first/stats.json"), contents("second/stats.json"));
}

TEST_F(ZsSimAcp, SmallCachesEvictUnderTheDmaAndTheResultIsStillRight)
{
    for (const char *const cache : {"3", "7", "11", "15"}) {
        const outcome result = zs_sim(
            {"run.yaml", "--set=board.dma_port=acp", "--set=board.acp_cache=" + std::string(cache),
             "--set=board.l1d.bytes=1 KiB", "--set=board.l2.bytes=2 KiB",
             "--set=board.cpu.posted_writes=1", "--program", program(cached), "--out", cache});
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_NE(result.out.find("verified"), std::string::npos) << result.out;
        EXPECT_GT(counter(cache, "dram.bytes.dma_read"), 0U) << "some lines have left the caches";
        EXPECT_GT(counter(cache, "acp.read_hit_bytes"), 0U);
    }
}

} // namespace
