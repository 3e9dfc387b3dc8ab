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

#include "axi/local_time.h"

#include <algorithm>
#include <systemc>

namespace zs
{

/* When another process can act next; UINT64_MAX: none ever will. What is pending now acts now. */
inline uint64_t next_activity_ps()
{
    const sc_core::sc_simcontext *const context = sc_core::sc_get_curr_simcontext();
    sc_core::sc_time next;

    if (context->pending_activity_at_current_time()) {
        return stamp_ps();
    }
    return context->next_time(next) ? to_ps(next) : UINT64_MAX;
}

/* The same for several questions in a row, which may come from all that a request passes. An answer
 * holds until the process waits, which shows in the count of delta cycles, or notifies an event:
 * whoever does that makes it forget. */
class lookahead
{
  public:
    uint64_t next_activity_ps()
    {
        if (asked_in_ != sc_core::sc_delta_count()) {
            next_ps_ = zs::next_activity_ps();
            asked_in_ = sc_core::sc_delta_count();
        }
        return next_ps_;
    }

    /* True when no other process can act from now up to and including then. */
    bool alone_until(uint64_t then_ps)
    {
        return next_activity_ps() > std::max(then_ps, stamp_ps());
    }

    /* Call before touching shared state: on return, local time (now + delay) is safe to act at. */
    void time_gate(sc_core::sc_time &delay)
    {
        if (delay == sc_core::SC_ZERO_TIME || alone_until(local_ps(delay))) {
            return;
        }
        sc_core::wait(delay);
        delay = sc_core::SC_ZERO_TIME;
    }

    void forget()
    {
        asked_in_ = UINT64_MAX;
    }

  private:
    uint64_t next_ps_ = 0;
    uint64_t asked_in_ = UINT64_MAX; /* delta cycle */
};

/* For a single question. */
inline bool alone_until(uint64_t then_ps)
{
    return lookahead().alone_until(then_ps);
}

inline void time_gate(sc_core::sc_time &delay)
{
    lookahead().time_gate(delay);
}

} // namespace zs
#endif
