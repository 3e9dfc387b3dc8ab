/* The DMA's ways to memory: HP0 to HP3, past the caches, and the coherent port. DMA buffers are
 * mapped cached, and nothing maintains them. */
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

using ZsSimPorts = ZsSimAcp;

TEST_F(ZsSimPorts, EachHpPortCarriesTheSameBytesInTheSameTime)
{
    const std::string kernel = "matmul-32x32x32-i32-v1-4-Ns-staged";
    run("hp0", kernel, "hp0");
    for (const std::string port : {"hp1", "hp2", "hp3"}) {
        const outcome result = run(port, kernel, port);
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_NE(contents(port + "/summary.txt").find(port + " reads"), std::string::npos);
        EXPECT_EQ(counter(port, "link." + port + ".read.bytes"),
                  counter("hp0", "link.hp0.read.bytes"));
        EXPECT_EQ(counter(port, "link." + port + ".write.bytes"),
                  counter("hp0", "link.hp0.write.bytes"));
        EXPECT_EQ(duration_ps(port, "kernel"), duration_ps("hp0", "kernel"));
    }
}

TEST_F(ZsSimPorts, APortHasItsOwnWidth)
{
    const outcome result =
        zs_sim({"run.yaml", "--set=board.dma_port=hp2", "--set=board.hp2.width_bits=32",
                "--program", program(uncached), "--out", "out"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(counter("out", "link.hp2.read.bytes"), 4 * counter("out", "link.hp2.read.beats"));
}

TEST_F(ZsSimPorts, S2mmMayHaveAPortOfItsOwn)
{
    for (const std::string port : {"hp3", "acp"}) {
        const outcome result = zs_sim({"run.yaml", "--set=board.s2mm_port=" + port, "--program",
                                       program(uncached), "--out", port});
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_NE(result.out.find("verified"), std::string::npos) << result.out;
        EXPECT_EQ(counter(port, "link.hp0.read.bytes"), 4 * counter(port, "accel.words_in"));
        EXPECT_EQ(counter(port, "link.hp0.write.bytes"), 0U);
        EXPECT_EQ(counter(port, "link." + port + ".write.bytes"),
                  4 * counter(port, "accel.words_out"));
    }
}

TEST_F(ZsSimPorts, WhatTheFirstPortCannotReachTheOtherCannotEither)
{
    write("far.yaml", "board: {base: pynq-z2, dma_port: hp1}\n"
                      "workload: {base: matmul-32, program: mine.c}\n");
    const outcome result =
        zs_sim({"far.yaml", "--program", program("send_from_outside"), "--out", "out"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(counter("out", "router.interconnect.decode_errors"), 1U);
}

TEST_F(ZsSimPorts, ASlaveErrorReachesTheDriverByName)
{
    for (const std::string port : {"hp0", "acp"}) {
        const outcome result = zs_sim({"run.yaml", "--set=board.dma_port=" + port,
                                       "--set=board.interconnect.slave_error_base=0x16400000",
                                       "--set=board.interconnect.slave_error_bytes=4096",
                                       "--program", program(uncached), "--out", port});
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.err.find("DMASlvErr"), std::string::npos) << result.err;
        EXPECT_EQ(counter(port, "router.interconnect.slave_errors"), 1U);
        EXPECT_EQ(counter(port, "dma.s2mm.errors"), 1U);
    }
}

TEST_F(ZsSimPorts, ASlaveErrorEndsTheProgramThatCausesIt)
{
    const outcome result =
        zs_sim({"run.yaml", "--set=board.interconnect.slave_error_base=0x16000000",
                "--set=board.interconnect.slave_error_bytes=4096", "--program", program(uncached),
                "--out", "out"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("bus error"), std::string::npos) << result.err;
}

TEST_F(ZsSimPorts, APortThatDoesNotExistIsNamed)
{
    const outcome result = zs_sim({"run.yaml", "--set=board.dma_port=hp4", "--check"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("expected hp0, hp1, hp2, hp3 or acp"), std::string::npos)
        << result.err;
}

TEST_F(ZsSimPorts, CoherentBuffersNeedTheLookUp)
{
    const outcome result =
        zs_sim({"run.yaml", "--set=board.dma_port=acp", "--set=board.acp_cache=1",
                "--set=dma.mapping=coherent", "--check"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("AxCACHE 1 goes past them"), std::string::npos) << result.err;
}

} // namespace
