/* When may a process that runs ahead of SystemC time touch shared state?
 *
 * Everything in the board is b_transport with annotated delay. An initiator's local time is
 * sc_time_stamp() + delay. Shared state (a link, the DRAM queue) must see requests in the order of
 * their local times. If no other process can act before the local time, going on without a wait()
 * is exact, and saves two context switches; otherwise wait. So results do not depend on how far a
 * process ran ahead.
 */
#ifndef ZEROSTAGE_AXI_TIME_GATE_H
#define ZEROSTAGE_AXI_TIME_GATE_H

#include <systemc>

namespace zs
{

/* True when no other process can act up to and including now + delay. What is pending at the
 * current time is zero away. */
inline bool alone_until(const sc_core::sc_time &delay)
{
    return sc_core::sc_time_to_pending_activity(sc_core::sc_get_curr_simcontext()) > delay;
}

/* Call before touching shared state: on return, local time (now + delay) is safe to act at. */
inline void time_gate(sc_core::sc_time &delay)
{
    if (delay == sc_core::SC_ZERO_TIME || alone_until(delay)) {
        return;
    }
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
}

} // namespace zs
#endif
