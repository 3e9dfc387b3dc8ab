// /dev/uioN as Linux's userspace I/O: a read counts interrupts, a write enables them.
#include <cerrno>

#include "fake_machine.h"

namespace
{

using namespace zs_test;

constexpr uint32_t call_read = 3, call_write = 4, call_open = 5, call_mmap2 = 192;
constexpr uint32_t read_write = 2, nonblock = 04000;
constexpr uint64_t file_call = 10001, interrupt = 100000000, context_switch = 1000000000;

struct uio_test : testing::Test {
    fake_machine machine;
    const uint32_t path = machine.string("/dev/uio1");
    const uint32_t word = machine.scratch();

    void SetUp() override
    {
        machine.store<uint32_t>(word, 0xFFFF); // present: no page fault in the costs below
    }
    uint32_t open(uint32_t flags = read_write)
    {
        return machine.call(call_open, {path, flags}).result;
    }
    os_call read(uint32_t file, uint32_t bytes = 4)
    {
        return machine.call(call_read, {file, word, bytes});
    }
    os_call control(uint32_t file, uint32_t value)
    {
        machine.store(word, value);
        return machine.call(call_write, {file, word, 4});
    }
    int32_t result(const os_call &call)
    {
        return static_cast<int32_t>(call.result);
    }
};

TEST_F(uio_test, AReadBlocksUntilItsLineIsRaisedAndGivesTheCount)
{
    const uint32_t file = open();
    os_call call = read(file);
    EXPECT_EQ(call.outcome, OS_BLOCKED);
    EXPECT_EQ(call.line, 1U);
    EXPECT_EQ(call.cost_cycles, file_call + context_switch);

    machine.drive(1, true);
    call = machine.resume(call);
    EXPECT_EQ(call.outcome, OS_RUNNING);
    EXPECT_EQ(result(call), 4);
    EXPECT_EQ(call.cost_cycles, interrupt + context_switch);
    EXPECT_EQ(machine.load<uint32_t>(word), 1U);
}

TEST_F(uio_test, DeliveryDisablesTheInterruptUntilItIsEnabledByAWrite)
{
    const uint32_t file = open();
    EXPECT_TRUE(machine.enabled[1]) << "as the kernel's driver leaves it";
    machine.drive(1, true);
    EXPECT_EQ(result(read(file)), 4);
    EXPECT_FALSE(machine.enabled[1]);
    EXPECT_EQ(result(control(file, 1)), 4);
    EXPECT_TRUE(machine.enabled[1]);
    EXPECT_EQ(result(control(file, 0)), 4);
    EXPECT_FALSE(machine.enabled[1]);
}

TEST_F(uio_test, AnInterruptThatCameBeforeTheReadDoesNotSwitchAndIsChargedOnce)
{
    const uint32_t file = open();
    machine.drive(1, true);
    machine.drive(1, false); // acknowledged: it was taken all the same
    const os_call first = read(file);
    EXPECT_EQ(first.outcome, OS_RUNNING);
    EXPECT_EQ(first.cost_cycles, file_call + interrupt);
    EXPECT_EQ(control(file, 1).cost_cycles, file_call);
    EXPECT_EQ(read(file).outcome, OS_BLOCKED) << "it was seen";
}

TEST_F(uio_test, ALineThatIsHighWhenItIsEnabledInterruptsAgain)
{
    const uint32_t file = open();
    machine.drive(1, true);
    EXPECT_EQ(result(read(file)), 4);
    EXPECT_EQ(result(control(file, 1)), 4);
    EXPECT_EQ(result(read(file)), 4);
    EXPECT_EQ(machine.load<uint32_t>(word), 2U);
}

TEST_F(uio_test, ALineDoesNotRaiseAnothersFile)
{
    const uint32_t file = open();
    machine.drive(0, true);
    EXPECT_EQ(read(file).outcome, OS_BLOCKED);
}

TEST_F(uio_test, EachOpenListensFromThen)
{
    const uint32_t early = open();
    machine.drive(1, true);
    const uint32_t late = open(read_write | nonblock);
    EXPECT_EQ(result(read(early)), 4);
    EXPECT_EQ(result(read(late)), -EAGAIN);
}

TEST_F(uio_test, OnlyFourBytesAreTransferred)
{
    const uint32_t file = open();
    EXPECT_EQ(result(read(file, 8)), -EINVAL);
    EXPECT_EQ(machine.result(call_write, {file, word, 1}), -EINVAL);
}

TEST_F(uio_test, MapZeroIsTheRegisterPageAndThereIsNoOther)
{
    const uint32_t file = open();
    const uint32_t at = machine.call(call_mmap2, {0, 4096, 3, 1, file, 0}).result;
    EXPECT_EQ(page_physical(machine.entry(at), at), registers_base);
    EXPECT_EQ(page_attribute(machine.entry(at)), MEM_DEVICE);
    EXPECT_EQ(machine.result(call_mmap2, {0, 4096, 3, 1, file, 1}), -EINVAL);
    EXPECT_EQ(machine.result(call_mmap2, {0, 2 * registers_bytes, 3, 1, file, 0}), -EINVAL);
}

TEST_F(uio_test, NothingIsResumedThatIsNotBlocked)
{
    os_call call{};
    EXPECT_EQ(os_resume(machine.os(), &call), -EINVAL);
}

} // namespace
