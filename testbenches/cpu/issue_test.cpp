#include "cpu/issue.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

const uint32_t ADD = 0xe0810002, LDR = 0xe5910004, STR = 0xe5810004, MUL = 0xe0000291,
               BNE = 0x1afffffe, LDM4 = 0xe890001e, VADD = 0xee300a81;

/* Cycles of a run of ARM instructions when each alone takes one, a branch 1.5. */
double cycles(const std::vector<uint32_t> &words, uint32_t width = 2)
{
    instruction_costs costs{};
    costs.integer_cycles = costs.load_cycles = costs.store_cycles = 1;
    costs.multiply_cycles = costs.pair_cycles = costs.vfp_cycles = 1;
    costs.branch_cycles = 1.5;
    issue issue{};
    issue.width = width;
    uint32_t units = 0, address = 0x10000;

    for (const uint32_t word : words) {
        units += issue_cost(&issue, &costs, address, 4, instruction_classify(false, word));
        address += 4;
    }
    return units / double{COST_UNITS_PER_CYCLE};
}

const double PAIRED = 1.0 / COST_UNITS_PER_CYCLE; /* the least that an instruction costs */

TEST(Issue, PairsIntegerInstructions)
{
    EXPECT_DOUBLE_EQ(cycles({ADD}), 1);
    EXPECT_DOUBLE_EQ(cycles({ADD, ADD}), 1 + PAIRED);
    EXPECT_DOUBLE_EQ(cycles({ADD, ADD, ADD}), 2 + PAIRED);
}

TEST(Issue, HasOneLoadStoreUnitAndOneMultiplier)
{
    EXPECT_DOUBLE_EQ(cycles({LDR, STR}), 2);
    EXPECT_DOUBLE_EQ(cycles({MUL, MUL}), 2);
    EXPECT_DOUBLE_EQ(cycles({LDR, ADD}), 1 + PAIRED);
    EXPECT_DOUBLE_EQ(cycles({ADD, LDR, STR, ADD}), 2 + 2 * PAIRED);
}

TEST(Issue, ABranchEndsTheCycleAndHidesOneOfItsOwn)
{
    EXPECT_DOUBLE_EQ(cycles({ADD, BNE}), 1 + 0.5);
    EXPECT_DOUBLE_EQ(cycles({BNE, ADD}), 1.5 + 1);
}

TEST(Issue, LongInstructionsAndFloatingPointIssueAlone)
{
    EXPECT_DOUBLE_EQ(cycles({LDM4, ADD}), 2 + 1);
    EXPECT_DOUBLE_EQ(cycles({VADD, ADD}), 2);
    EXPECT_DOUBLE_EQ(cycles({ADD, VADD}), 2);
}

TEST(Issue, OneAtATimeIsTheSumOfTheCosts)
{
    EXPECT_DOUBLE_EQ(cycles({ADD, ADD, LDR, BNE}, 1), 4.5);
}

TEST(Issue, AskedAgainForOneAddressItGivesTheSameAnswer)
{
    instruction_costs costs{};
    costs.integer_cycles = 1;
    costs.branch_cycles = 1.5;
    issue issue{};
    issue.width = 2;
    issue_cost(&issue, &costs, 0x100, 4, instruction_classify(false, ADD));

    for (int i = 0; i < 3; i++) {
        EXPECT_EQ(issue_cost(&issue, &costs, 0x104, 4, instruction_classify(false, BNE)), 8U);
    }
}

TEST(Issue, ABlockSomewhereElseOpensANewCycle)
{
    instruction_costs costs{};
    costs.integer_cycles = 1;
    issue issue{};
    issue.width = 2;
    const instruction add = instruction_classify(false, ADD);

    EXPECT_EQ(issue_cost(&issue, &costs, 0x100, 4, add), 16U);
    EXPECT_EQ(issue_cost(&issue, &costs, 0x200, 4, add), 16U);
}

} // namespace
