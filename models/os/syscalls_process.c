/* Exit, identity, limits, signals as far as they concern one process with one thread. */
#include <errno.h>
#include <string.h>

#include "os/os_internal.h"

enum {
    PROCESS_ID = 1000,
    SIGNALS = 65,
    FUTEX_COMMAND_MASK = 0x7F,
    FUTEX_DO_WAIT = 0,
    FUTEX_DO_WAKE = 1,
    FUTEX_DO_WAIT_BITSET = 9,
    FUTEX_DO_WAKE_BITSET = 10,
    LIMIT_STACK = 3,
    LIMIT_FILES = 7,
    LIMITS = 16,
    SIGNAL_SET_BYTES = 8,
    ACTION_BYTES = 20,       /* handler, flags, restorer, mask */
    ACTION_BYTES_ARM64 = 32, /* the same */
    SET_NAME = 15
};

static uint32_t call_exit(struct os *os, struct os_call *call)
{
    (void)os;
    call->outcome = OS_EXITED;
    call->exit_code = (int)(call->args[0] & 0xFF);
    return 0;
}

/* --- identity --- */

static uint32_t call_getpid(struct os *os, struct os_call *call)
{
    (void)os, (void)call;
    return PROCESS_ID;
}

static uint32_t call_getppid(struct os *os, struct os_call *call)
{
    (void)os, (void)call;
    return 1;
}

static uint32_t call_get_root(struct os *os, struct os_call *call)
{
    (void)os, (void)call;
    return 0;
}

static uint32_t call_uname(struct os *os, struct os_call *call)
{
    /* sysname, nodename, release, version, machine, domainname. A kernel as PYNQ's images have. */
    char fields[6][65] = {"Linux", "zerostage", "5.15.0", "#1 SMP", "armv7l", "(none)"};
    if (os->isa == ELF_AARCH64)
        memcpy(fields[4], "aarch64", sizeof "aarch64");
    return os_errno(os_write_guest(os, call->args[0], fields, sizeof fields));
}

/* --- signals: accepted, never delivered but to end the program --- */

static const char *signal_name(uint32_t signal)
{
    static const char *const names[] = {
        [1] = "SIGHUP",   [2] = "SIGINT",   [3] = "SIGQUIT",  [4] = "SIGILL",   [5] = "SIGTRAP",
        [6] = "SIGABRT",  [7] = "SIGBUS",   [8] = "SIGFPE",   [9] = "SIGKILL",  [10] = "SIGUSR1",
        [11] = "SIGSEGV", [12] = "SIGUSR2", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM"};
    const char *name = signal < sizeof names / sizeof *names ? names[signal] : NULL;
    return name ? name : "a signal";
}

static uint32_t raise_signal(struct os *os, struct os_call *call, uint32_t target, uint32_t signal)
{
    if (target != PROCESS_ID && target != 0)
        return os_errno(-ESRCH);
    if (signal >= SIGNALS)
        return os_errno(-EINVAL);
    if (signal == 0)
        return 0;
    os_say(os, "the program was killed by its own %s (%u)", signal_name(signal), signal);
    os_kill(call, (int)signal);
    return 0;
}

static uint32_t call_kill(struct os *os, struct os_call *call)
{
    return raise_signal(os, call, call->args[0], call->args[1]);
}

static uint32_t call_tgkill(struct os *os, struct os_call *call)
{
    return raise_signal(os, call, call->args[1], call->args[2]);
}

static uint32_t write_zeroes(struct os *os, uint32_t vaddr, uint32_t bytes)
{
    static const uint8_t zeroes[32];
    return vaddr ? os_errno(os_write_guest(os, vaddr, zeroes, bytes)) : 0;
}

static uint32_t call_rt_sigaction(struct os *os, struct os_call *call)
{
    if (call->args[0] == 0 || call->args[0] >= SIGNALS || call->args[3] != SIGNAL_SET_BYTES)
        return os_errno(-EINVAL);
    return write_zeroes(os, call->args[2], /* the old action: default */
                        os->isa == ELF_AARCH64 ? ACTION_BYTES_ARM64 : ACTION_BYTES);
}

static uint32_t call_rt_sigprocmask(struct os *os, struct os_call *call)
{
    if (call->args[3] != SIGNAL_SET_BYTES)
        return os_errno(-EINVAL);
    return write_zeroes(os, call->args[2], SIGNAL_SET_BYTES); /* the old mask: empty */
}

static uint32_t call_sigaltstack(struct os *os, struct os_call *call)
{
    const int64_t old[3] = {0, 2 /* SS_DISABLE */, 0};
    return call->args[1] ? os_errno(os_write_longs(os, call->args[1], old, 3)) : 0;
}

/* --- threads --- */

static uint32_t call_clone(struct os *os, struct os_call *call)
{
    (void)call;
    if (os_first_complaint(os, COMPLAIN_THREADS))
        os_say(os, "the program wants another thread or process (clone): this board runs one "
                   "thread; answered ENOSYS");
    return os_errno(-ENOSYS);
}

static uint32_t call_futex(struct os *os, struct os_call *call)
{
    uint32_t value;
    switch (call->args[1] & FUTEX_COMMAND_MASK) {
    case FUTEX_DO_WAKE:
    case FUTEX_DO_WAKE_BITSET:
        return 0; /* nobody waits */
    case FUTEX_DO_WAIT:
    case FUTEX_DO_WAIT_BITSET:
        if (os_read_guest(os, call->args[0], &value, sizeof value))
            return os_errno(-EFAULT);
        if (value != call->args[2])
            return os_errno(-EAGAIN);
        os_say(os,
               "the program waits for another thread (futex at 0x%08x), and there is none: "
               "it would wait for ever",
               call->args[0]);
        os_kill(call, 9);
        return 0;
    default:
        return os_errno(-ENOSYS);
    }
}

static uint32_t call_set_tid_address(struct os *os, struct os_call *call)
{
    (void)os, (void)call;
    return PROCESS_ID;
}

static uint32_t call_done(struct os *os, struct os_call *call)
{
    (void)os, (void)call;
    return 0;
}

/* Known, and known to be optional: C libraries go on without. */
static uint32_t call_not_offered(struct os *os, struct os_call *call)
{
    (void)os, (void)call;
    return os_errno(-ENOSYS);
}

static uint32_t call_sched_getaffinity(struct os *os, struct os_call *call)
{
    const uint32_t first_cpu = 1;
    if (call->args[1] < sizeof first_cpu)
        return os_errno(-EINVAL);
    const int error = os_write_guest(os, call->args[2], &first_cpu, sizeof first_cpu);
    return error ? os_errno(error) : sizeof first_cpu;
}

static uint32_t call_prctl(struct os *os, struct os_call *call)
{
    (void)os;
    return os_errno(call->args[0] == SET_NAME ? 0 : -EINVAL);
}

/* --- limits, random numbers, thread pointer --- */

static uint32_t limit_of(const struct os *os, uint32_t resource)
{
    switch (resource) {
    case LIMIT_STACK:
        return os->config.stack_bytes;
    case LIMIT_FILES:
        return OS_FILES;
    default:
        return UINT32_MAX; /* RLIM_INFINITY */
    }
}

static uint32_t call_ugetrlimit(struct os *os, struct os_call *call)
{
    const uint32_t limit = limit_of(os, call->args[0]);
    const int64_t wide = limit == UINT32_MAX ? -1 : (int64_t)limit;
    const int64_t soft_hard[2] = {wide, wide};
    if (call->args[0] >= LIMITS)
        return os_errno(-EINVAL);
    return os_errno(os_write_longs(os, call->args[1], soft_hard, 2));
}

static uint32_t call_prlimit64(struct os *os, struct os_call *call)
{
    const uint32_t limit = limit_of(os, call->args[1]);
    const uint64_t wide = limit == UINT32_MAX ? UINT64_MAX : limit;
    const uint64_t soft_hard[2] = {wide, wide};
    if (call->args[1] >= LIMITS)
        return os_errno(-EINVAL);
    if (call->args[2])
        return os_errno(-EPERM); /* limits do not change */
    return call->args[3] ? os_errno(os_write_guest(os, call->args[3], soft_hard, sizeof soft_hard))
                         : 0;
}

/* Not random on purpose: equal runs are equal. A linear congruential generator (Knuth, MMIX). */
static uint8_t next_random(struct os *os)
{
    os->random_state =
        os->random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint8_t)(os->random_state >> 56);
}

static uint32_t call_getrandom(struct os *os, struct os_call *call)
{
    enum { LONGEST = 256 }; /* as much as Linux gives uninterrupted */
    uint8_t bytes[LONGEST];
    const uint32_t count = call->args[1] < LONGEST ? call->args[1] : LONGEST;
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = next_random(os);
    const int error = os_write_guest(os, call->args[0], bytes, count);
    return error ? os_errno(error) : count;
}

static uint32_t call_set_tls(struct os *os, struct os_call *call)
{
    os->thread_pointer = call->args[0];
    return 0;
}

static uint32_t call_get_tls(struct os *os, struct os_call *call)
{
    (void)call;
    return os->thread_pointer;
}

static const struct system_call calls[] = {
    {1, "exit", GROUP_PROCESS, call_exit},
    {20, "getpid", GROUP_PROCESS, call_getpid},
    {37, "kill", GROUP_PROCESS, call_kill},
    {64, "getppid", GROUP_PROCESS, call_getppid},
    {120, "clone", GROUP_PROCESS, call_clone},
    {122, "uname", GROUP_PROCESS, call_uname},
    {158, "sched_yield", GROUP_PROCESS, call_done},
    {172, "prctl", GROUP_PROCESS, call_prctl},
    {174, "rt_sigaction", GROUP_PROCESS, call_rt_sigaction},
    {175, "rt_sigprocmask", GROUP_PROCESS, call_rt_sigprocmask},
    {186, "sigaltstack", GROUP_PROCESS, call_sigaltstack},
    {191, "ugetrlimit", GROUP_PROCESS, call_ugetrlimit},
    {199, "getuid32", GROUP_PROCESS, call_get_root},
    {200, "getgid32", GROUP_PROCESS, call_get_root},
    {201, "geteuid32", GROUP_PROCESS, call_get_root},
    {202, "getegid32", GROUP_PROCESS, call_get_root},
    {224, "gettid", GROUP_PROCESS, call_getpid},
    {238, "tkill", GROUP_PROCESS, call_kill},
    {240, "futex", GROUP_PROCESS, call_futex},
    {242, "sched_getaffinity", GROUP_PROCESS, call_sched_getaffinity},
    {248, "exit_group", GROUP_PROCESS, call_exit},
    {256, "set_tid_address", GROUP_PROCESS, call_set_tid_address},
    {268, "tgkill", GROUP_PROCESS, call_tgkill},
    {338, "set_robust_list", GROUP_PROCESS, call_done},
    {369, "prlimit64", GROUP_PROCESS, call_prlimit64},
    {384, "getrandom", GROUP_PROCESS, call_getrandom},
    {398, "rseq", GROUP_PROCESS, call_not_offered},
    {422, "futex_time64", GROUP_PROCESS, call_futex},
    {435, "clone3", GROUP_PROCESS, call_clone},
    {0xF0005, "set_tls", GROUP_PROCESS, call_set_tls},
    {0xF0006, "get_tls", GROUP_PROCESS, call_get_tls},
};

const struct call_list process_calls = {calls, sizeof calls / sizeof *calls};
