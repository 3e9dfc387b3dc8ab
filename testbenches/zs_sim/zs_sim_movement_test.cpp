/* Kernels that move tiles otherwise than one blocking transfer after the other: in place one way
 * only, by descriptor chain, coalesced, and overlapping. */
#include "command.h"

namespace
{

class ZsSimMovement : public ZsSim
{
  protected:
    /* `kernel` is flow and movement as in the program's name; `settings` say the same to the
     * audit. */
    outcome run(const std::string &kernel, const std::vector<std::string> &settings,
                const std::string &out = "out")
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
        std::vector<std::string> arguments = {
            "run.yaml", "--program", program("matmul-32x32x32-i32-v3-8-" + kernel), "--out", out};
        for (const std::string &setting : settings) {
            arguments.push_back("--set=" + setting);
        }
        return zs_sim(arguments);
    }
    void expect_good(const outcome &done, const std::string &out = "out")
    {
        EXPECT_EQ(done.status, 0) << done.err;
        EXPECT_EQ(done.err, "");
        EXPECT_NE(done.out.find("matmul 32x32x32: verified"), std::string::npos) << done.out;
        EXPECT_EQ(contents(out + "/stats.json").find("\"ok\": false"), std::string::npos);
    }
};

constexpr uint64_t TILES = 4, PRODUCTS = TILES * TILES * TILES, C_TILES = TILES * TILES;

TEST_F(ZsSimMovement, InputsAloneAreSentInPlace)
{
    expect_good(
        run("Cs-zero_copy_inputs-packed", {"workload.flow=Cs", "workload.copy=zero_copy_inputs"}));
    EXPECT_EQ(counter("out", "phase.copy_in_ps", "kernel"), 0U);
    EXPECT_GT(counter("out", "phase.copy_out_ps", "kernel"), 0U);
}

TEST_F(ZsSimMovement, OutputsAloneAreReceivedInPlace)
{
    expect_good(run("Cs-zero_copy_outputs-packed",
                    {"workload.flow=Cs", "workload.copy=zero_copy_outputs"}));
    EXPECT_GT(counter("out", "phase.copy_in_ps", "kernel"), 0U);
    EXPECT_EQ(counter("out", "phase.copy_out_ps", "kernel"), 0U);
}

TEST_F(ZsSimMovement, StridedTilesGoByChainBothWays)
{
    constexpr uint64_t ROWS = 8;
    expect_good(run("Cs-zero_copy-sg", {"workload.flow=Cs", "workload.copy=zero_copy",
                                        "workload.transfer=sg", "board.dma.include_sg=true"}));
    EXPECT_EQ(counter("out", "stream.mm2s.packets"), 3 * PRODUCTS + C_TILES);
    EXPECT_EQ(counter("out", "dma.s2mm.transfers"), C_TILES * ROWS) << "a row a descriptor";
    EXPECT_EQ(counter("out", "stream.s2mm.packets"), C_TILES);
}

TEST_F(ZsSimMovement, AnOpcodeAndItsTilesAreOneChain)
{
    expect_good(
        run("Cs-zero_copy-sg-coalesce-pipeline",
            {"workload.flow=Cs", "workload.copy=zero_copy", "workload.transfer=sg",
             "board.dma.include_sg=true", "workload.coalesce=true", "workload.pipeline=true"}));
    EXPECT_EQ(counter("out", "stream.mm2s.packets"), PRODUCTS + C_TILES);
}

TEST_F(ZsSimMovement, AnOpcodeLiesBesideItsTile)
{
    expect_good(run("Cs-zero_copy-packed-coalesce",
                    {"workload.flow=Cs", "workload.copy=zero_copy", "workload.coalesce=true"}));
    EXPECT_EQ(counter("out", "dma.mm2s.transfers"), 2 * PRODUCTS + C_TILES);
}

/* The same words, staged at the same alignment: the CPU's stores leave in as few blocks. */
TEST_F(ZsSimMovement, CoalescedAndOverlappingTransfersTakeLessTime)
{
    const std::vector<std::string> flow = {"workload.flow=Ns"};
    expect_good(run("Ns-staged", flow, "plain"), "plain");
    expect_good(run("Ns-staged-coalesce", {flow[0], "workload.coalesce=true"}, "coalesced"),
                "coalesced");
    expect_good(run("Ns-staged-coalesce-pipeline",
                    {flow[0], "workload.coalesce=true", "workload.pipeline=true"}, "both"),
                "both");
    EXPECT_EQ(counter("coalesced", "dma.mm2s.transfers"), PRODUCTS);
    EXPECT_EQ(counter("both", "dma.mm2s.transfers"), PRODUCTS);
    EXPECT_LT(duration_ps("coalesced", "kernel"), duration_ps("plain", "kernel"));
    EXPECT_LT(duration_ps("both", "kernel"), duration_ps("plain", "kernel"));
    for (const char *const run : {"coalesced", "both"}) {
        EXPECT_EQ(counter(run, "link.cpu_ddr.write.transactions"),
                  counter("plain", "link.cpu_ddr.write.transactions"))
            << run;
    }
}

/* In place there is no copy to hide: with tiles this small a transfer is over before the CPU has
 * asked once, so nothing is said of the time. */
TEST_F(ZsSimMovement, InPlaceOverlappingTransfersAreTheSame)
{
    const std::vector<std::string> plain = {"workload.flow=Ns", "workload.copy=zero_copy"};
    std::vector<std::string> overlapping = plain;
    overlapping.push_back("workload.pipeline=true");
    expect_good(run("Ns-zero_copy-packed", plain, "plain"), "plain");
    expect_good(run("Ns-zero_copy-packed-pipeline", overlapping, "overlapping"), "overlapping");
    for (const char *const name : {"dma.mm2s.transfers", "dma.s2mm.transfers", "accel.words_in"}) {
        EXPECT_EQ(counter("overlapping", name), counter("plain", name)) << name;
    }
}

} // namespace
