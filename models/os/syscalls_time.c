/* Clocks show simulated time; sleeps let it pass. */
#include <errno.h>

#include "os/os_internal.h"

enum {
    CLOCK_IS_REALTIME = 0,
    CLOCK_IS_TAI = 11,
    CLOCK_IS_REALTIME_COARSE = 5,
    CLOCK_LAST = 11,
    TIMER_IS_ABSOLUTE = 1
};

#define PS_PER_NS  UINT64_C(1000)
#define NS_PER_SEC UINT64_C(1000000000)
#define BOOT_TIME  UINT64_C(1767225600) /* each run starts at 2026-01-01T00:00:00Z */

static bool is_wall_clock(uint32_t clock)
{
    return clock == CLOCK_IS_REALTIME || clock == CLOCK_IS_REALTIME_COARSE || clock == CLOCK_IS_TAI;
}

static uint64_t clock_ns(const struct os *os, uint32_t clock)
{
    const uint64_t now_ns = os->machine.ops.now_ps(os->machine.ops.context) / PS_PER_NS;
    return is_wall_clock(clock) ? now_ns + BOOT_TIME * NS_PER_SEC : now_ns;
}

static bool is_clock(uint32_t clock)
{
    return clock <= CLOCK_LAST;
}

/* struct timespec with members of type long or, `wide`, of 64 bits. */
static int write_time(struct os *os, uint32_t vaddr, uint64_t ns, bool wide)
{
    const int64_t time[2] = {(int64_t)(ns / NS_PER_SEC), (int64_t)(ns % NS_PER_SEC)};
    if (wide)
        return os_write_guest(os, vaddr, time, sizeof time);
    return os_write_longs(os, vaddr, time, 2);
}

static int read_time(struct os *os, uint32_t vaddr, bool wide, uint64_t *ns)
{
    int64_t time[2] = {0, 0};
    const int error =
        wide ? os_read_guest(os, vaddr, time, sizeof time) : os_read_longs(os, vaddr, time, 2);
    if (error)
        return error;
    if (os->isa == ELF_ARM)
        time[1] = (int32_t)time[1]; /* the upper half is padding */
    if (time[0] < 0 || time[1] < 0 || time[1] >= (int64_t)NS_PER_SEC)
        return -EINVAL;
    /* Beyond 500 years: for ever. */
    const uint64_t seconds = (uint64_t)time[0];
    *ns = seconds < UINT64_MAX / NS_PER_SEC ? seconds * NS_PER_SEC + (uint64_t)time[1] : UINT64_MAX;
    return 0;
}

static uint32_t get_clock(struct os *os, const struct os_call *call, bool wide)
{
    if (!is_clock(call->args[0]))
        return os_errno(-EINVAL);
    return os_errno(write_time(os, call->args[1], clock_ns(os, call->args[0]), wide));
}

static uint32_t get_resolution(struct os *os, const struct os_call *call, bool wide)
{
    if (!is_clock(call->args[0]))
        return os_errno(-EINVAL);
    return call->args[1] ? os_errno(write_time(os, call->args[1], 1, wide)) : 0;
}

static uint32_t sleep_until_or_for(struct os *os, struct os_call *call, uint32_t clock,
                                   bool absolute, uint32_t request, bool wide)
{
    uint64_t ns;
    if (!is_clock(clock))
        return os_errno(-EINVAL);
    const int error = read_time(os, request, wide, &ns);
    if (error)
        return os_errno(error);
    if (absolute) {
        const uint64_t now_ns = clock_ns(os, clock);
        ns = ns > now_ns ? ns - now_ns : 0;
    }
    call->sleep_ps = ns < UINT64_MAX / PS_PER_NS ? ns * PS_PER_NS : UINT64_MAX;
    return 0;
}

static uint32_t call_clock_gettime(struct os *os, struct os_call *call)
{
    return get_clock(os, call, false);
}

static uint32_t call_clock_gettime64(struct os *os, struct os_call *call)
{
    return get_clock(os, call, true);
}

static uint32_t call_clock_getres(struct os *os, struct os_call *call)
{
    return get_resolution(os, call, false);
}

static uint32_t call_clock_getres64(struct os *os, struct os_call *call)
{
    return get_resolution(os, call, true);
}

static uint32_t call_gettimeofday(struct os *os, struct os_call *call)
{
    const uint64_t us = clock_ns(os, CLOCK_IS_REALTIME) / 1000;
    const int64_t time[2] = {(int64_t)(us / 1000000), (int64_t)(us % 1000000)};
    return call->args[0] ? os_errno(os_write_longs(os, call->args[0], time, 2)) : 0;
}

static uint32_t call_nanosleep(struct os *os, struct os_call *call)
{
    return sleep_until_or_for(os, call, 1, false, call->args[0], false);
}

static uint32_t call_clock_nanosleep(struct os *os, struct os_call *call)
{
    return sleep_until_or_for(os, call, call->args[0], call->args[1] & TIMER_IS_ABSOLUTE,
                              call->args[2], false);
}

static uint32_t call_clock_nanosleep64(struct os *os, struct os_call *call)
{
    return sleep_until_or_for(os, call, call->args[0], call->args[1] & TIMER_IS_ABSOLUTE,
                              call->args[2], true);
}

static const struct system_call calls[] = {
    {78, "gettimeofday", GROUP_TIME, call_gettimeofday},
    {162, "nanosleep", GROUP_TIME, call_nanosleep},
    {263, "clock_gettime", GROUP_TIME, call_clock_gettime},
    {264, "clock_getres", GROUP_TIME, call_clock_getres},
    {265, "clock_nanosleep", GROUP_TIME, call_clock_nanosleep},
    {403, "clock_gettime64", GROUP_TIME, call_clock_gettime64},
    {406, "clock_getres_time64", GROUP_TIME, call_clock_getres64},
    {407, "clock_nanosleep_time64", GROUP_TIME, call_clock_nanosleep64},
};

const struct call_list time_calls = {calls, sizeof calls / sizeof *calls};
