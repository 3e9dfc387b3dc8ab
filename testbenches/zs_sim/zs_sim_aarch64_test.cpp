/* The same sources on a board with an AArch64 CPU. */
#include "command.h"

namespace
{

class ZsSimAArch64 : public ZsSim
{
  protected:
    ZsSimAArch64()
    {
        write("zcu102.yaml", "board: zcu102\naccelerator: v3-8\nworkload: matmul-32\n");
        /* The kernels that ship hold the PYNQ-Z2 design's addresses. */
        write("pynq.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
    }
    static outcome run_kernel(const std::string &name, const std::string &copy,
                              const std::string &transfer)
    {
        return zs_sim({"pynq.yaml", "--set=board.cpu.isa=aarch64", "--set=workload.copy=" + copy,
                       "--set=workload.transfer=" + transfer, "--program",
                       program("matmul-32x32x32-i32-v3-8-" + name + "-aarch64"), "--out", "out"});
    }
};

TEST_F(ZsSimAArch64, ADriverRunsOnItsBoard)
{
    const outcome run =
        zs_sim({"zcu102.yaml", "--program", program("manual_v3_cs-aarch64"), "--out", "out"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "");
    EXPECT_EQ(counter("out", "accel.macs"), 32U * 32 * 32);
}

TEST_F(ZsSimAArch64, AStagedKernelIsVerifiedAndAudited)
{
    const outcome run = run_kernel("Cs-staged", "staged", "auto");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_NE(run.out.find("matmul 32x32x32: verified"), std::string::npos) << run.out;
    EXPECT_EQ(counter("out", "dram.bytes.cpu_uncached_write", "kernel"),
              4 * counter("out", "accel.words_in", "kernel"));
}

TEST_F(ZsSimAArch64, AZeroCopyKernelIsVerifiedAndAudited)
{
    const outcome run = run_kernel("Cs-zero_copy-packed", "zero_copy", "packed");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_NE(run.out.find("matmul 32x32x32: verified"), std::string::npos) << run.out;
    EXPECT_LT(counter("out", "dram.bytes.cpu_uncached_write", "kernel"),
              4 * counter("out", "accel.words_in", "kernel") / 10);
}

TEST_F(ZsSimAArch64, AProgramForTheOtherCpuIsBadInput)
{
    const outcome run = zs_sim({"pynq.yaml", "--program", program("manual_v3_cs-aarch64")});
    EXPECT_EQ(run.status, 2);
    EXPECT_NE(run.err.find("this is a 64-bit ARM (AArch64) program; the board's CPU "
                           "(board.cpu.isa) runs 32-bit ARM ones: compile it with "
                           "arm-linux-gnueabihf-gcc -static"),
              std::string::npos)
        << run.err;
}

} // namespace
