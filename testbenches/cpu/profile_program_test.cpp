/* Profiles of real programs, and programs whose stack the profile has to leave alone. */
#include "cpu/profile.h"
#include "guest_board.h"

#include <gtest/gtest.h>

namespace
{

class ProfileOf : public testing::Test
{
  protected:
    void run(const std::string &name, bool profiled = true)
    {
        board_ = std::make_unique<guest_board>(std::string(PROGRAMS) + name + ".elf");
        board_->setup.simulation.profile = profiled;
        testing::internal::CaptureStdout();
        outcome_ = board_->run();
        testing::internal::GetCapturedStdout();
        EXPECT_EQ(outcome_.end, zs::cpu_end::exited) << outcome_.message;
        if (profiled) {
            functions_ = profile_functions(board_->call_profile(), &function_count_);
        }
    }
    const profile_function &function(const std::string &name) const
    {
        for (uint32_t i = 0; i < function_count_; i++) {
            if (name == functions_[i].name) {
                return functions_[i];
            }
        }
        throw std::runtime_error(name + " is not in the profile");
    }
    uint64_t sum(profile_cost cost) const
    {
        uint64_t total = 0;
        for (uint32_t i = 0; i < function_count_; i++) {
            total += functions_[i].self.of[cost];
        }
        return total;
    }
    uint64_t calls(const std::string &caller, const std::string &callee) const
    {
        uint32_t count;
        const profile_edge *const edges = profile_edges(board_->call_profile(), &count);
        for (uint32_t i = 0; i < count; i++) {
            if (caller == functions_[edges[i].caller].name &&
                callee == functions_[edges[i].callee].name) {
                return edges[i].calls;
            }
        }
        return 0;
    }

    std::unique_ptr<guest_board> board_;
    zs::cpu_outcome outcome_;
    const profile_function *functions_ = nullptr;
    uint32_t function_count_ = 0;
};

/* Also through recursion, longjmp, and Thumb code. */
TEST_F(ProfileOf, AProgramSumsToItsCounters)
{
    run("phases");
    const uint64_t line = 32;
    EXPECT_EQ(sum(PROFILE_TIME_PS), stats_interval_ps(board_->stats, STATS_PROCESS));
    EXPECT_EQ(sum(PROFILE_INSTRUCTIONS), board_->value("cpu.instructions"));
    EXPECT_EQ(sum(PROFILE_L1D_MISSES),
              board_->value("l1d.read_misses") + board_->value("l1d.write_misses"));
    EXPECT_EQ(sum(PROFILE_L2_MISSES),
              board_->value("l2.read_misses") + board_->value("l2.write_misses"));
    EXPECT_EQ(sum(PROFILE_BYTES_READ), line * board_->value("l2.refills"));
    EXPECT_EQ(sum(PROFILE_BYTES_WRITTEN), line * board_->value("l2.write_backs"));
}

TEST_F(ProfileOf, AProgramHasItsCallsCounted)
{
    run("phases");
    EXPECT_EQ(calls("main", "matmul_call"), 2U);
    EXPECT_EQ(calls("main", "dma_wait_send"), 1U);
    EXPECT_EQ(calls("matmul_call", "dma_wait_send"), 4U);
    EXPECT_EQ(calls("copy_to_inbuffer_i32", "copy_to_inbuffer_i32"), 2 * 4U);
    EXPECT_EQ(calls("copy_from_outbuffer_i32", "dma_wait_recv"), 2U);
    EXPECT_EQ(calls("dma_wait_recv", "work"), 2U);
}

TEST_F(ProfileOf, AFunctionHasItsInclusiveAndExclusiveTime)
{
    run("phases");
    const profile_function &kernel = function("matmul_call");
    EXPECT_EQ(kernel.inclusive.of[PROFILE_TIME_PS], stats_interval_ps(board_->stats, STATS_KERNEL));
    EXPECT_LT(kernel.self.of[PROFILE_TIME_PS], kernel.inclusive.of[PROFILE_TIME_PS] / 10);
    EXPECT_GT(function("work").self.of[PROFILE_TIME_PS],
              kernel.inclusive.of[PROFILE_TIME_PS] * 9 / 10);
}

TEST_F(ProfileOf, UncachedAccessesBelongToWhoMakesThem)
{
    board_ = std::make_unique<guest_board>(std::string(PROGRAMS) + "devmem.elf");
    board_->setup.simulation.profile = true;
    board_->setup.arguments = {"devmem", "0x16000000", "1000", "sync"};
    EXPECT_EQ(board_->run().exit_code, 0);
    functions_ = profile_functions(board_->call_profile(), &function_count_);
    const std::array<uint64_t, TRAFFIC_CLASSES> &bytes = board_->memory.bytes;
    EXPECT_GT(bytes[TRAFFIC_CPU_UNCACHED_READ], 0U);
    EXPECT_EQ(sum(PROFILE_BYTES_READ), bytes[TRAFFIC_CPU_FILL] + bytes[TRAFFIC_CPU_UNCACHED_READ]);
    EXPECT_EQ(sum(PROFILE_BYTES_WRITTEN),
              bytes[TRAFFIC_CPU_WRITEBACK] + bytes[TRAFFIC_CPU_UNCACHED_WRITE]);
}

/* Unwinding reads return addresses from the stack: they must be the program's own. */
TEST_F(ProfileOf, ACppProgramMayThrow)
{
    run("exceptions");
    EXPECT_EQ(outcome_.exit_code, 0);
    EXPECT_EQ(sum(PROFILE_TIME_PS), stats_interval_ps(board_->stats, STATS_PROCESS));
    EXPECT_EQ(function("catch_and_go_on(int)").calls, 6U) << "names are those of the source";
    EXPECT_EQ(function("dma_start_send").calls, 1U + 2 + 3 + 4 + 5 + 6);
}

/* ... with the phases' functions alone, too. */
TEST_F(ProfileOf, AThrowThroughAPhaseEndsThePhase)
{
    run("exceptions", false);
    EXPECT_EQ(outcome_.exit_code, 0);
    uint64_t phases = 0;
    for (int i = 0; i < PHASES; i++) {
        const std::string name = phase_name(static_cast<phase>(i));
        phases += board_->value("phase." + name + "_ps", STATS_KERNEL);
    }
    EXPECT_EQ(phases, stats_interval_ps(board_->stats, STATS_KERNEL));
    EXPECT_GT(board_->value("phase.host_compute_ps", STATS_KERNEL), 0U)
        << "work(1000) runs outside of the phase";
    EXPECT_EQ(board_->calls("matmul_call"), 1U);
}

} // namespace
