/* Real AArch64 programs on the CPU: what is not the same code as for 32-bit ones. */
#include "cpu/issue.h"
#include "cpu/profile.h"
#include "guest_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace
{

using testing::HasSubstr;

class AArch64 : public testing::Test
{
  protected:
    const zs::cpu_outcome &run(const std::string &name, std::vector<std::string> arguments = {},
                               bool profiled = false)
    {
        board_ = std::make_unique<guest_board>(std::string(PROGRAMS) + name + "-aarch64.elf");
        board_->setup.simulation.profile = profiled;
        board_->setup.arguments = {name};
        for (std::string &argument : arguments) {
            board_->setup.arguments.push_back(std::move(argument));
        }
        testing::internal::CaptureStdout();
        const zs::cpu_outcome &outcome = board_->run();
        printed_ = testing::internal::GetCapturedStdout();
        return outcome;
    }
    uint64_t phases_ps() const
    {
        uint64_t sum = 0;
        for (int i = 0; i < PHASES; i++) {
            const std::string name = phase_name(static_cast<phase>(i));
            sum += board_->value("phase." + name + "_ps", STATS_KERNEL);
        }
        return sum;
    }

    std::unique_ptr<guest_board> board_;
    std::string printed_;
};

TEST_F(AArch64, PrintsAndExits)
{
    const zs::cpu_outcome &outcome = run("hello", {"one", "two"});
    EXPECT_THAT(printed_, HasSubstr("hello from hello, 3 arguments\n"));
    EXPECT_EQ(outcome.end, zs::cpu_end::exited);
    EXPECT_EQ(outcome.exit_code, 42);
}

TEST_F(AArch64, GetsWhatItAsksTheOperatingSystemFor)
{
    EXPECT_EQ(run("calls").exit_code, 0) << printed_;
}

/* SUBS and B.NE a turn: counted to the instruction, timed to the sixteenth of a cycle. */
TEST_F(AArch64, ALoopTakesItsInstructionsAndTheirCost)
{
    const uint64_t turns = 1000000;
    run("loop", {std::to_string(turns)});
    issue issue{};
    issue.width = board_->setup.cpu.issue_width;
    const instruction_costs &costs = board_->setup.cpu.costs;
    const uint64_t turn =
        issue_cost(&issue, &costs, 0x100, 4, instruction_classify_a64(0x71000400)) +
        issue_cost(&issue, &costs, 0x104, 4, instruction_classify_a64(0x54ffffe1));

    const auto loop_cycles = static_cast<double>(turns * turn) / COST_UNITS_PER_CYCLE;
    EXPECT_NEAR(static_cast<double>(board_->value("cpu.instructions", STATS_PROGRAM)),
                2.0 * static_cast<double>(turns), 500);
    EXPECT_NEAR(static_cast<double>(board_->value("cpu.cycles", STATS_PROGRAM)), loop_cycles,
                loop_cycles / 50);
}

TEST_F(AArch64, UncachedMemoryHoldsWhatWasWritten)
{
    EXPECT_EQ(run("devmem", {"0x16000000", "1000", "sync"}).exit_code, 0);
    EXPECT_EQ(board_->value("cpu.uncached_reads"), 1000U);
    EXPECT_EQ(board_->value("cpu.uncached_writes"), 1000U);
    EXPECT_TRUE(board_->memory.in_order);
}

/* memcpy moves 128 bits at a time. */
TEST_F(AArch64, ACopyToUncachedMemoryArrives)
{
    EXPECT_EQ(run("memory_copy").exit_code, 0);
}

TEST_F(AArch64, PhasesSumToTheKernel)
{
    EXPECT_EQ(run("phases").end, zs::cpu_end::exited);
    EXPECT_GT(board_->value("phase.wait_recv_ps"), 0U);
    EXPECT_EQ(phases_ps(), stats_interval_ps(board_->stats, STATS_KERNEL));
    EXPECT_EQ(board_->calls("dma_wait_send"), 5U);
    EXPECT_EQ(board_->calls("copy_to_inbuffer_i32"), 2 * 5U);
}

TEST_F(AArch64, AProfileSumsToTheCounters)
{
    run("exceptions", {}, true);
    EXPECT_THAT(printed_, HasSubstr("303\n"))
        << "exceptions pass through functions that are followed";
    const profile_costs totals = profile_totals(board_->call_profile());
    EXPECT_EQ(totals.of[PROFILE_TIME_PS], stats_interval_ps(board_->stats, STATS_PROCESS));
    EXPECT_EQ(totals.of[PROFILE_INSTRUCTIONS], board_->value("cpu.instructions"));
    uint32_t count;
    const profile_function *const functions = profile_functions(board_->call_profile(), &count);
    uint64_t instructions = 0;
    for (uint32_t i = 0; i < count; i++) {
        instructions += functions[i].self.of[PROFILE_INSTRUCTIONS];
    }
    EXPECT_EQ(instructions, board_->value("cpu.instructions"));
}

TEST_F(AArch64, ABadPointerNamesPlaceAndCallers)
{
    const zs::cpu_outcome &outcome = run("faults", {"null"});
    EXPECT_EQ(outcome.exit_code, 128 + 11);
    EXPECT_THAT(outcome.message, HasSubstr("read of 0x00000004"));
    EXPECT_THAT(outcome.message, HasSubstr("in read_null+"));
    ASSERT_FALSE(outcome.callers.empty());
    EXPECT_THAT(outcome.callers[0], HasSubstr("main+"));
}

TEST_F(AArch64, APointerBeyondTheAddressSpaceIsASegmentationFault)
{
    const zs::cpu_outcome &outcome = run("faults", {"far"});
    EXPECT_EQ(outcome.exit_code, 128 + 11);
    EXPECT_THAT(outcome.message, HasSubstr("read of 0x8000000000, where nothing is mapped"));
    EXPECT_THAT(outcome.message, HasSubstr("in read_far+"));
}

TEST_F(AArch64, AnUndefinedInstructionIsNamed)
{
    const zs::cpu_outcome &outcome = run("faults", {"undefined"});
    EXPECT_EQ(outcome.exit_code, 128 + 4);
    EXPECT_THAT(outcome.message, HasSubstr("in undefined+"));
}

TEST_F(AArch64, AJumpToNowhereIsASegmentationFault)
{
    const zs::cpu_outcome &outcome = run("faults", {"jump"});
    EXPECT_EQ(outcome.exit_code, 128 + 11);
    EXPECT_THAT(outcome.message, HasSubstr("jump to 0x00000100"));
}

TEST_F(AArch64, ABusErrorNamesItsAddress)
{
    const zs::cpu_outcome &outcome = run("faults", {"hole"});
    EXPECT_EQ(outcome.exit_code, 128 + 7);
    EXPECT_THAT(outcome.message, HasSubstr("0x5000000c"));
}

TEST_F(AArch64, AProgramForAnotherCpuIsRefused)
{
    guest_board board(std::string(PROGRAMS) + "hello-aarch64.elf");
    board.setup.cpu.isa = ELF_ARM;
    EXPECT_THROW(board.run(), std::runtime_error);
}

} // namespace
