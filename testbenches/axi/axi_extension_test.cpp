/* Payloads delete the extensions that they still have when they go; borrowed ones must not be. */
#include "axi/axi_extension.h"

#include <gtest/gtest.h>

using namespace zs;

namespace
{

struct counting_extension : axi_extension {
    int deletions = 0;

    void free() override
    {
        deletions++;
    }
};

} // namespace

TEST(AxiExtensionLoan, APayloadHasItWhileTheLoanLives)
{
    counting_extension extension;
    tlm::tlm_generic_payload payload;
    {
        const axi_extension_loan loan(payload, extension);
        EXPECT_EQ(payload.get_extension<axi_extension>(), &extension);
    }
    EXPECT_EQ(payload.get_extension<axi_extension>(), nullptr);
}

TEST(AxiExtensionLoan, IsOverWhereACallIsLeftByAnException)
{
    counting_extension extension;
    try {
        tlm::tlm_generic_payload payload;
        const axi_extension_loan loan(payload, extension);
        throw 1;
    } catch (int) {
    }
    EXPECT_EQ(extension.deletions, 0);
}
