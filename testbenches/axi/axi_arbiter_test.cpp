#include "axi/axi_arbiter.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

uint32_t grant(axi_arbiter &arbiter, const std::vector<axi_candidate> &candidates)
{
    const size_t winner = axi_arbiter_pick(&arbiter, candidates.data(), candidates.size());
    axi_arbiter_granted(&arbiter, candidates[winner].port);
    return candidates[winner].port;
}

TEST(Arbiter, EqualsTakeTurns)
{
    axi_arbiter arbiter{};
    const std::vector<axi_candidate> all = {{2, 0}, {0, 0}, {1, 0}};
    std::vector<uint32_t> order;

    for (int i = 0; i < 6; i++) {
        order.push_back(grant(arbiter, all));
    }
    EXPECT_EQ(order, (std::vector<uint32_t>{0, 1, 2, 0, 1, 2}));
}

TEST(Arbiter, APortWithoutRequestLosesOnlyItsTurn)
{
    axi_arbiter arbiter{};
    EXPECT_EQ(grant(arbiter, {{0, 0}, {2, 0}}), 0u);
    EXPECT_EQ(grant(arbiter, {{0, 0}, {2, 0}}), 2u);
    EXPECT_EQ(grant(arbiter, {{1, 0}, {2, 0}}), 1u);
}

TEST(Arbiter, HigherQosWinsAlways)
{
    axi_arbiter arbiter{};
    for (int i = 0; i < 4; i++) {
        EXPECT_EQ(grant(arbiter, {{0, 3}, {1, 4}, {2, 3}}), 1u);
    }
    EXPECT_EQ(grant(arbiter, {{0, 3}, {2, 3}}), 2u) << "round-robin goes on behind port 1";
}

TEST(Arbiter, AUrgentRequestDoesNotOvertakeItsOwnPort)
{
    axi_arbiter arbiter{};
    const std::vector<axi_candidate> waiting = {{0, 0}, {0, 15}, {1, 1}};
    EXPECT_EQ(axi_arbiter_pick(&arbiter, waiting.data(), waiting.size()), 2u);
}

} // namespace
