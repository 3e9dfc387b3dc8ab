#include "progress.h"

#include <csignal>
#include <cstdint>
#include <sys/time.h>
#include <systemc>
#include <unistd.h>

namespace zs
{

namespace
{

constexpr long PERIOD_US = 200000;
constexpr uint64_t PS_PER_US = 1000000;

/* Async-signal-safe: no allocation, no stdio. */
void show(int)
{
    char text[] = "\rsimulated time:                 us ";
    char *digit = text + sizeof(text) - 6;
    const sc_core::sc_time &now = sc_core::sc_time_stamp();
    uint64_t microseconds = now.value() / PS_PER_US;

    do {
        *--digit = static_cast<char>('0' + microseconds % 10);
        microseconds /= 10;
    } while (microseconds != 0 && digit > text + 17);
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
}

void set_timer(long period_us)
{
    const itimerval timer = {{0, period_us}, {0, period_us}};
    setitimer(ITIMER_REAL, &timer, nullptr);
}

} // namespace

progress::progress() : active_(isatty(STDERR_FILENO) == 1)
{
    if (active_) {
        struct sigaction action = {};
        action.sa_handler = show;
        action.sa_flags = SA_RESTART;
        sigaction(SIGALRM, &action, nullptr);
        set_timer(PERIOD_US);
    }
}

progress::~progress()
{
    static const char erase[] = "\r                                     \r";
    if (active_) {
        set_timer(0);
        (void)!write(STDERR_FILENO, erase, sizeof(erase) - 1);
    }
}

} // namespace zs
