/* How the DMA buffers are mapped: the same results and DMA traffic, other costs; and what happens
 * without cache maintenance. */
#include "command.h"

namespace
{

class ZsSimMapping : public ZsSim
{
  protected:
    ZsSimMapping()
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
    }

    /* A kernel whose runtime was compiled for `compiled`, on a board that maps as `mapping`. */
    static outcome run(const std::string &kernel, const std::string &compiled,
                       const std::string &buffers, const std::string &mapping)
    {
        const std::string port = mapping == "coherent" ? "acp" : "hp0";
        const bool staged = kernel.find("staged") != std::string::npos;
        return zs_sim({"run.yaml", std::string("--set=workload.flow=") + kernel.substr(0, 2),
                       std::string("--set=workload.copy=") + (staged ? "staged" : "zero_copy"),
                       "--set=dma.buffers=" + buffers, "--set=dma.mapping=" + mapping,
                       "--set=board.dma_port=" + port, "--program",
                       program("matmul-32x32x32-i32-v3-8-" + kernel + "-" + compiled), "--out",
                       compiled});
    }
};

class ZsSimMappings : public ZsSimMapping, public testing::WithParamInterface<const char *>
{
};

TEST_P(ZsSimMappings, EachIsVerifiedAuditedAndGivesTheDmaTheSameBytes)
{
    const std::string kernel = GetParam();
    ASSERT_EQ(run(kernel, "devmem-uncached", "devmem", "uncached").status, 0);
    for (const std::string mapping : {"uncached", "write_combine", "cached", "coherent"}) {
        const std::string name = "udmabuf-" + mapping;
        const outcome done = run(kernel, name, "udmabuf", mapping);
        ASSERT_EQ(done.status, 0) << mapping << done.err;
        EXPECT_EQ(done.err, "") << mapping;
        EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << mapping;
        for (const char *counted :
             {"dma.mm2s.bytes", "dma.s2mm.bytes", "stream.mm2s.words", "stream.s2mm.words",
              "dma.mm2s.transfers", "dma.s2mm.transfers"}) {
            EXPECT_EQ(counter(name, counted), counter("devmem-uncached", counted)) << mapping;
        }
    }
}

TEST_P(ZsSimMappings, OnlyCachedBuffersAreMaintainedAndOnlyTheirTransfersAre)
{
    const std::string kernel = GetParam();
    ASSERT_EQ(run(kernel, "udmabuf-write_combine", "udmabuf", "write_combine").status, 0);
    ASSERT_EQ(run(kernel, "udmabuf-cached", "udmabuf", "cached").status, 0);
    EXPECT_EQ(counter("udmabuf-write_combine", "os.syncs"), 0U);
    EXPECT_EQ(counter("udmabuf-write_combine", "phase.maintenance_ps", "kernel"), 0U);
    EXPECT_EQ(counter("udmabuf-cached", "os.syncs"),
              counter("udmabuf-cached", "dma.mm2s.transfers") +
                  2 * counter("udmabuf-cached", "dma.s2mm.transfers"))
        << "one before each transfer, and one after each that the CPU reads";
    EXPECT_GT(counter("udmabuf-cached", "phase.maintenance_ps", "kernel"), 0U);
    EXPECT_GT(counter("udmabuf-cached", "cpu.stall.maintenance_cycles", "kernel"), 0U);
    EXPECT_EQ(counter("udmabuf-cached", "cpu.uncached_reads"), 0U);
    EXPECT_EQ(counter("udmabuf-cached", "cpu.uncached_writes"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Kernels, ZsSimMappings,
                         testing::Values("Cs-staged", "Cs-zero_copy-packed"),
                         [](const auto &info) { return std::string(info.param).substr(3, 4); });

TEST_F(ZsSimMapping, ChainsAndTheirDataAreMaintainedRowByRow)
{
    write("sg.yaml", "board: {base: pynq-z2, dma: {include_sg: true}}\n"
                     "accelerator: v3-8\n"
                     "workload: {base: matmul-32, program: mine.c}\n"
                     "dma: {buffers: udmabuf, mapping: cached}\n");
    for (const std::string driver : {"sg_v3_cs", "sg_v3_cs-2d"}) {
        const std::string multichannel = driver == "sg_v3_cs" ? "false" : "true";
        const outcome done =
            zs_sim({"sg.yaml", "--set=board.dma.multichannel=" + multichannel, "--program",
                    program(driver + "-udmabuf-cached"), "--out", driver});
        ASSERT_EQ(done.status, 0) << driver << done.err;
        EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << driver;
        EXPECT_EQ(contents(driver + "/stats.json").find("\"ok\": false"), std::string::npos);
    }
}

TEST_F(ZsSimMapping, ADriverWithoutMaintenanceSendsWhatIsInMemory)
{
    const outcome done = run("Cs-staged", "devmem-coherent", "devmem", "write_combine");
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(done.out.find("verified"), std::string::npos) << done.out;
}

TEST_F(ZsSimMapping, CachedDataIsStaleOnBothSidesUntilItIsSynchronised)
{
    const outcome done = zs_sim({"run.yaml", "--program", program("stale_data"), "--out", "out"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("the CPU wrote 1: the device reads 0, synchronised 1\n"
                            "the device wrote 2: the CPU reads 1, synchronised 2\n"),
              std::string::npos)
        << done.out;
}

TEST_F(ZsSimMapping, MixedAttributesOfOnePageAreWarnedAbout)
{
    const outcome done = zs_sim({"run.yaml", "--program", program("stale_data"), "--out", "out"});
    EXPECT_NE(done.err.find("warning: physical memory from 0x16000000 is mapped cached at"),
              std::string::npos)
        << done.err;
}

TEST_F(ZsSimMapping, CachedBuffersNeedAWayToMaintainThem)
{
    write("cached.yaml", "dma:\n  mapping: cached\n");
    const outcome done = zs_sim({"run.yaml", "cached.yaml", "--check"});
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("cached.yaml:2:12: error: dma.mapping: cached needs cache "
                            "maintenance, which /dev/mem does not offer: expected dma.buffers: "
                            "udmabuf"),
              std::string::npos)
        << done.err;
}

TEST_F(ZsSimMapping, CoherentBuffersNeedADmaThatSeesTheCaches)
{
    write("coherent.yaml", "dma:\n  mapping: coherent\n");
    const outcome done = zs_sim({"run.yaml", "coherent.yaml", "--check"});
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("coherent.yaml:2:12: error: dma.mapping: coherent needs a DMA that "
                            "sees the CPU's caches"),
              std::string::npos)
        << done.err;
}

} // namespace
