// Exit, signals, threads, limits, and calls that are not there.
#include "fake_machine.h"
#include "stats/stats.h"

namespace
{

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using zs_test::fake_machine;

enum : uint32_t {
    EXIT = 1,
    GETPID = 20,
    KILL = 37,
    CLONE = 120,
    UNAME = 122,
    SIGACTION = 174,
    SIGPROCMASK = 175,
    UGETRLIMIT = 191,
    GETUID = 199,
    GETTID = 224,
    FUTEX = 240,
    GETAFFINITY = 242,
    EXIT_GROUP = 248,
    TGKILL = 268,
    PRLIMIT64 = 369,
    GETRANDOM = 384,
    RSEQ = 398,
    CLONE3 = 435,
    SET_TLS = 0xF0005,
    GET_TLS = 0xF0006
};

struct process_calls : testing::Test {
    fake_machine machine;
};

TEST_F(process_calls, exit_ends_the_program_with_its_status)
{
    for (uint32_t number : {EXIT, EXIT_GROUP}) {
        const os_call call = machine.call(number, {0x103});
        EXPECT_EQ(call.outcome, OS_EXITED);
        EXPECT_EQ(call.exit_code, 3);
    }
    EXPECT_EQ(machine.call(GETPID).outcome, OS_RUNNING);
}

TEST_F(process_calls, abort_ends_the_program_with_a_message)
{
    const auto self = machine.call(GETTID).result;
    const os_call call = machine.call(TGKILL, {self, self, 6});
    EXPECT_EQ(call.outcome, OS_KILLED);
    EXPECT_EQ(call.exit_code, 128 + 6);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("SIGABRT (6)")));
}

TEST_F(process_calls, signals_go_to_nobody_else)
{
    EXPECT_EQ(machine.result(KILL, {1, 9}), -ESRCH);
    EXPECT_EQ(machine.result(KILL, {machine.call(GETPID).result, 99}), -EINVAL);
    EXPECT_EQ(machine.result(KILL, {machine.call(GETPID).result, 0}), 0) << "a mere question";
    EXPECT_THAT(machine.messages, IsEmpty());
}

TEST_F(process_calls, signal_handlers_are_accepted)
{
    const uint32_t at = machine.scratch();
    machine.store<uint32_t>(at, 0xFFFF);
    EXPECT_EQ(machine.result(SIGACTION, {11, 0, at, 8}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at), 0U) << "there was none before";
    EXPECT_EQ(machine.result(SIGACTION, {99, 0, 0, 8}), -EINVAL);
    EXPECT_EQ(machine.result(SIGPROCMASK, {0, 0, at, 8}), 0);
    EXPECT_EQ(machine.result(SIGPROCMASK, {0, 0, 0x10, 8}), -EFAULT);
}

TEST_F(process_calls, threads_are_refused_with_one_message)
{
    EXPECT_EQ(machine.result(CLONE), -ENOSYS);
    EXPECT_EQ(machine.result(CLONE3), -ENOSYS);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("another thread")));
}

TEST_F(process_calls, waiting_for_another_thread_ends_the_run_instead_of_hanging)
{
    const uint32_t at = machine.scratch();
    machine.store<uint32_t>(at, 1);
    EXPECT_EQ(machine.result(FUTEX, {at, 0, 2}), -EAGAIN);
    EXPECT_EQ(machine.result(FUTEX, {at, 1 | 128, 1}), 0) << "waking: nobody waits";
    const os_call call = machine.call(FUTEX, {at, 0 | 128, 1});
    EXPECT_EQ(call.outcome, OS_KILLED);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("would wait for ever")));
}

TEST_F(process_calls, unknown_calls_are_named_once_each)
{
    EXPECT_EQ(machine.result(281), -ENOSYS);
    EXPECT_EQ(machine.result(281), -ENOSYS);
    EXPECT_EQ(machine.result(7), -ENOSYS);
    EXPECT_EQ(machine.result(100000), -ENOSYS);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("281 (socket)"), HasSubstr("call 7 is not"),
                                              HasSubstr("100000")));
}

TEST_F(process_calls, optional_calls_are_refused_in_silence)
{
    EXPECT_EQ(machine.result(RSEQ), -ENOSYS);
    EXPECT_THAT(machine.messages, IsEmpty());
}

TEST_F(process_calls, the_thread_pointer_is_kept_for_the_cpu)
{
    EXPECT_EQ(machine.result(SET_TLS, {0x12345678}), 0);
    EXPECT_EQ(os_thread_pointer(machine.os()), 0x12345678U);
    EXPECT_EQ(machine.call(GET_TLS).result, 0x12345678U);
}

TEST_F(process_calls, the_program_is_root_on_an_arm_linux_with_one_cpu)
{
    struct field {
        char text[65];
    };
    const uint32_t at = machine.scratch();
    EXPECT_EQ(machine.result(GETUID), 0);
    ASSERT_EQ(machine.result(UNAME, {at}), 0);
    EXPECT_STREQ(machine.load<field>(at).text, "Linux");
    EXPECT_STREQ(machine.load<field>(at + 4 * sizeof(field)).text, "armv7l");
    EXPECT_EQ(machine.result(GETAFFINITY, {0, 4, at}), 4);
    EXPECT_EQ(machine.load<uint32_t>(at), 1U);
}

TEST_F(process_calls, limits_show_the_stack)
{
    const uint32_t at = machine.scratch();
    const uint32_t stack = zs_test::plain_config().stack_bytes;
    ASSERT_EQ(machine.result(UGETRLIMIT, {3, at}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at), stack);
    ASSERT_EQ(machine.result(PRLIMIT64, {0, 3, 0, at}), 0);
    EXPECT_EQ(machine.load<uint64_t>(at), stack);
    ASSERT_EQ(machine.result(PRLIMIT64, {0, 0, 0, at}), 0);
    EXPECT_EQ(machine.load<uint64_t>(at), UINT64_MAX) << "no limit on CPU time";
    EXPECT_EQ(machine.result(PRLIMIT64, {0, 3, at, 0}), -EPERM);
    EXPECT_EQ(machine.result(PRLIMIT64, {0, 99, 0, at}), -EINVAL);
}

TEST_F(process_calls, random_numbers_are_the_same_in_each_run)
{
    fake_machine other;
    const uint32_t here = machine.scratch();
    const uint32_t there = other.scratch();
    ASSERT_EQ(machine.result(GETRANDOM, {here, 8, 0}), 8);
    ASSERT_EQ(other.result(GETRANDOM, {there, 8, 0}), 8);
    EXPECT_EQ(machine.load<uint64_t>(here), other.load<uint64_t>(there));
    ASSERT_EQ(machine.result(GETRANDOM, {here + 8, 8, 0}), 8);
    EXPECT_NE(machine.load<uint64_t>(here), machine.load<uint64_t>(here + 8));
    EXPECT_EQ(machine.result(GETRANDOM, {here, 1000, 0}), 256);
}

TEST(os_counters, count_calls_by_group_and_msyncs_and_page_faults)
{
    stats *counters = stats_create();
    {
        fake_machine machine(zs_test::plain_config(), counters);
        ASSERT_EQ(stats_enter(counters, STATS_PROCESS, 0), 0);
        const uint32_t at = machine.scratch();
        machine.store<uint32_t>(at, 1);
        machine.call(144, {at, 4096, 4});
        machine.call(4, {1, at, 1});
        machine.call(263, {1, at});
        machine.call(GETPID);
        machine.call(7);
        ASSERT_EQ(stats_leave(counters, STATS_PROCESS, 1), 0);
        const std::pair<const char *, uint64_t> expected[] = {
            {"os.syscalls", 6},      {"os.syscalls.memory", 2},  {"os.syscalls.files", 1},
            {"os.syscalls.time", 1}, {"os.syscalls.process", 2}, {"os.msyncs", 1},
            {"os.page_faults", 1}};
        for (auto [name, count] : expected) {
            uint64_t value = 0;
            ASSERT_EQ(stats_value(counters, name, STATS_PROCESS, &value), 0) << name;
            EXPECT_EQ(value, count) << name;
        }
    }
    stats_destroy(counters);
}

} // namespace
