// What the CPU gets to know about an access that the page table did not allow.
#include "fake_machine.h"

namespace
{

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using zs_test::fake_machine;

struct page_fault : testing::Test {
    fake_machine machine;
    os_fault fault{};
};

TEST_F(page_fault, first_touch_costs_the_fault_and_the_zeroing)
{
    const uint32_t at = machine.scratch();
    ASSERT_EQ(os_page_fault(machine.os(), at + 100, ACCESS_WRITE, &fault), 0);
    const os_config cost = zs_test::plain_config();
    EXPECT_EQ(fault.cost_cycles, cost.page_fault_cycles + cost.page_zero_cycles);
    EXPECT_FALSE(fault.killed);
    EXPECT_TRUE(page_allows(machine.entry(at), ACCESS_WRITE));
    EXPECT_EQ(machine.load<uint32_t>(at), 0U) << "memory held something else before";
    EXPECT_THAT(machine.messages, IsEmpty());
}

TEST_F(page_fault, nothing_there_is_a_segmentation_fault)
{
    EXPECT_EQ(os_page_fault(machine.os(), 0x10, ACCESS_READ, &fault), -EFAULT);
    EXPECT_TRUE(fault.killed);
    EXPECT_EQ(fault.exit_code, 128 + 11);
    EXPECT_THAT(machine.messages,
                ElementsAre(HasSubstr("SIGSEGV: it read from 0x00000010, which is not mapped")));
}

TEST_F(page_fault, a_missing_right_is_named)
{
    const uint32_t at = machine.scratch();
    EXPECT_EQ(os_page_fault(machine.os(), at, ACCESS_EXECUTE, &fault), -EFAULT);
    EXPECT_THAT(machine.messages,
                ElementsAre(testing::AllOf(HasSubstr("it jumped to 0x"),
                                           HasSubstr("which is mapped without that right"))));
}

TEST_F(page_fault, running_out_of_memory_kills_the_program)
{
    const uint32_t at = machine.scratch(zs_test::frames_bytes + PAGE_BYTES);
    int error = 0;
    for (uint32_t offset = 0; !error && offset <= zs_test::frames_bytes; offset += PAGE_BYTES)
        error = os_page_fault(machine.os(), at + offset, ACCESS_READ, &fault);
    EXPECT_EQ(error, -ENOMEM);
    EXPECT_EQ(fault.exit_code, 128 + 9);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("16777216 bytes for programs")));
}

TEST_F(page_fault, the_kernels_own_touches_are_charged_to_the_call)
{
    const uint32_t at = machine.scratch();
    const os_config cost = zs_test::plain_config();
    const os_call call = machine.call(263, {1, at});
    EXPECT_EQ(call.cost_cycles, cost.syscall_cycles + cost.time_cycles + cost.page_fault_cycles +
                                    cost.page_zero_cycles);
}

} // namespace
