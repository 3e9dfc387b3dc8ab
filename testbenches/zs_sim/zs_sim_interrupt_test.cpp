/* Waiting for the DMA by interrupt, through UIO files, against polling. */
#include "command.h"

namespace
{

struct variant {
    const char *name, *copy, *transfer;
};

class ZsSimInterrupt : public ZsSim, public testing::WithParamInterface<variant>
{
  protected:
    ZsSimInterrupt()
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
    }

    /* A fabric slow enough that every transfer outlasts the first look at the status register. */
    outcome run(const std::string &wait)
    {
        const std::string suffix = wait == "poll" ? "" : "-interrupt";
        return zs_sim(
            {"run.yaml", "--set=workload.flow=Cs",
             std::string("--set=workload.copy=") + GetParam().copy,
             std::string("--set=workload.transfer=") + GetParam().transfer,
             "--set=workload.dma_wait=" + wait, "--set=board.fclk_hz=5 MHz", "--program",
             program("matmul-32x32x32-i32-v3-8-Cs-" + std::string(GetParam().name) + suffix),
             "--out", wait});
    }
};

TEST_P(ZsSimInterrupt, IsVerifiedAuditedAndPutsTheSameBytesOnTheWire)
{
    ASSERT_EQ(run("poll").status, 0);
    const outcome interrupt = run("interrupt");
    ASSERT_EQ(interrupt.status, 0) << interrupt.err;
    EXPECT_NE(interrupt.out.find("matmul 32x32x32: verified"), std::string::npos);
    EXPECT_EQ(contents("interrupt/stats.json").find("\"ok\": false"), std::string::npos);
    for (const char *name : {"dram.bytes.dma_read", "dram.bytes.dma_write", "stream.mm2s.words",
                             "stream.s2mm.words", "dma.mm2s.transfers", "dma.s2mm.transfers"}) {
        EXPECT_EQ(counter("poll", name), counter("interrupt", name)) << name;
    }
}

TEST_P(ZsSimInterrupt, EachTransferInterruptsOnceAndTheCpuIsIdleMeanwhile)
{
    ASSERT_EQ(run("poll").status, 0);
    ASSERT_EQ(run("interrupt").status, 0);
    EXPECT_EQ(counter("poll", "os.interrupts"), 0U);
    EXPECT_EQ(counter("poll", "cpu.stall.interrupt_cycles"), 0U);
    EXPECT_EQ(counter("interrupt", "os.interrupts"),
              counter("interrupt", "dma.mm2s.transfers") +
                  counter("interrupt", "dma.s2mm.transfers"));
    EXPECT_GT(counter("interrupt", "cpu.stall.interrupt_cycles", "kernel"), 0U);
    EXPECT_LT(counter("interrupt", "cpu.mmio_reads"), counter("poll", "cpu.mmio_reads"));
}

const variant VARIANTS[] = {{"staged", "staged", "auto"},
                            {"zero_copy-packed", "zero_copy", "packed"}};

INSTANTIATE_TEST_SUITE_P(Variants, ZsSimInterrupt, testing::ValuesIn(VARIANTS),
                         [](const auto &info) { return std::string(info.param.copy); });

using ZsSimBlocked = ZsSim;

TEST_F(ZsSimBlocked, AReadThatNothingEndsStopsTheRunAndNamesTheInterrupt)
{
    write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
    const outcome run = zs_sim({"run.yaml", "--program", program("wait_for_ever"), "--out", "out"});
    EXPECT_EQ(run.status, 1);
    EXPECT_NE(run.err.find("a read of /dev/uio1 waits for interrupt s2mm_introut"),
              std::string::npos)
        << run.err;
}

} // namespace
