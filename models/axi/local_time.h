/* Local time in picoseconds, for processes that run ahead of SystemC time. */
#ifndef ZEROSTAGE_AXI_LOCAL_TIME_H
#define ZEROSTAGE_AXI_LOCAL_TIME_H

#include <cstdint>
#include <systemc>

namespace zs
{

/* SystemC's time resolution is left at its default, 1 ps: a time's value is picoseconds. */
inline uint64_t to_ps(const sc_core::sc_time &time)
{
    return time.value();
}

/* sc_time_stamp() would be a call into the library. */
inline uint64_t stamp_ps()
{
    return to_ps(sc_core::sc_get_curr_simcontext()->time_stamp());
}

/* Local time of a process that is ahead by `delay`. */
inline uint64_t local_ps(const sc_core::sc_time &delay)
{
    return stamp_ps() + to_ps(delay);
}

/* From now until then; zero when then has passed. */
inline sc_core::sc_time delay_until(uint64_t then_ps)
{
    const uint64_t now_ps = stamp_ps();
    return sc_core::sc_time::from_value(then_ps > now_ps ? then_ps - now_ps : 0);
}

} // namespace zs
#endif
