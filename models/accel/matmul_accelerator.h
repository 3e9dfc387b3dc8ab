/* MatMul accelerator between two streams, in simulated time.
 *
 * Its time splits exactly: load + compute + store + wait_in + wait_out + idle = elapsed time.
 * wait_in is for words that the current instruction still needs, idle is between instructions.
 */
#ifndef ZEROSTAGE_ACCEL_MATMUL_ACCELERATOR_H
#define ZEROSTAGE_ACCEL_MATMUL_ACCELERATOR_H

#include "accel/matmul_accelerator_core.h"
#include "axi/axi_stream.h"
#include "stats/stats.h"

#include <functional>
#include <string>
#include <systemc>
#include <vector>

namespace zs
{

class matmul_accelerator : public sc_core::sc_module
{
  public:
    /* Throws std::invalid_argument for an impossible configuration. Counters are
     * accel.cycles.{load,compute,store,wait_in,wait_out,idle}, accel.{macs,words_in,words_out,
     * opcodes,tiles_out,errors}; `stats` may be null. The streams must outlive the accelerator. */
    matmul_accelerator(sc_core::sc_module_name name, const matmul_accelerator_config &config,
                       axi_stream &in, axi_stream &out, struct stats *stats);
    ~matmul_accelerator() override;

    /* Called once, in simulated time, when the accelerator cannot go on (bad opcode, bad
     * dimensions, watchdog); without it the message goes to stderr only. */
    std::function<void(const std::string &message)> on_failure;

    bool failed() const;
    std::string message() const;

    /* What it does or waits for right now, for diagnostics. */
    std::string describe() const;

    /* Charge waiting and idle time up to now: before an interval of the statistics begins or ends,
     * and before they are read. */
    void settle();

    const matmul_accelerator_core &core() const
    {
        return m_core;
    }

  private:
    enum activity { LOAD, COMPUTE, STORE, WAIT_IN, WAIT_OUT, IDLE, ACTIVITIES };

    void run();
    void take_words();
    void compute();
    void store_words();
    void watchdog(const std::string &what);
    void fail(const std::string &message);
    void charge(activity what, uint64_t ps);
    activity waiting() const;
    sc_core::sc_time patience() const;
    void add_counters(struct stats *stats);

    matmul_accelerator_core m_core{};
    axi_stream &m_in;
    axi_stream &m_out;
    uint64_t m_stream_period_ps;
    uint64_t m_period_ps;
    uint64_t m_now_ps = 0; /* local time: all of it up to here is charged */
    uint64_t m_activity_ps[ACTIVITIES] = {};
    uint64_t m_settled_ps[ACTIVITIES] = {}; /* charged beyond local time by settle() */
    uint64_t m_cycles[ACTIVITIES] = {};     /* counters */
    uint64_t m_errors = 0;
    std::vector<uint32_t> m_words;
    std::string m_message;
};

} // namespace zs
#endif
