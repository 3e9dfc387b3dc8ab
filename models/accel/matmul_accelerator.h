/* MatMul accelerator between two streams, in simulated time.
 *
 * Its time splits exactly: load + compute + store + wait_in + wait_out + idle = elapsed time.
 * wait_in is for words that the current instruction still needs, idle is between instructions.
 * With double buffering things overlap; then the first in `enum activity` counts.
 *
 * It is no process: it goes on, in its local time, whenever a stream has words or room again.
 */
#ifndef ZEROSTAGE_ACCEL_MATMUL_ACCELERATOR_H
#define ZEROSTAGE_ACCEL_MATMUL_ACCELERATOR_H

#include "accel/activity.h"
#include "accel/matmul_accelerator_core.h"
#include "axi/axi_stream.h"
#include "stats/stats.h"

#include <array>
#include <deque>
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

    /* Report its states, as they are counted; `trace` may be null. At the end of the simulation,
     * what is not final yet. */
    void trace_to(struct trace *trace);
    void trace_rest();

    const matmul_accelerator_core &core() const
    {
        return m_core;
    }

  private:
    static constexpr size_t BUFFERS = 2; /* of each operand, with double buffering */

    /* A C tile on its way out. */
    struct outgoing {
        std::vector<uint32_t> words;
        size_t sent;
        uint64_t ready_ps;
    };

    void start_of_simulation() override;
    void run();
    bool step();
    bool take_words();
    void wait_for_operand_buffer();
    bool compute();
    bool store_in_turn();
    bool store_aside();
    bool store_outgoing();
    size_t store(const uint32_t *words, size_t count, uint64_t &now_ps);
    void stall(activity_unit unit, activity what);
    void set_deadline(activity_unit unit, uint64_t deadline_ps);
    void watch();
    void watchdog(const std::string &what);
    void fail(const std::string &message);
    void record(activity_unit unit, activity what, uint64_t start_ps, uint64_t end_ps);
    void count();
    activity_log not_final() const;
    activity waiting() const;
    void add_counters(struct stats *stats);

    matmul_accelerator_core m_core{};
    axi_stream &m_in;
    axi_stream &m_out;
    uint64_t m_stream_period_ps;
    uint64_t m_period_ps;
    uint64_t m_now_ps = 0;         /* local time of the load unit */
    uint64_t m_computed_ps = 0;    /* end of the last compute */
    uint64_t m_stored_ps = 0;      /* local time of the store unit */
    bool m_taking = false;         /* the load unit waits for words */
    uint32_t m_buffer[2] = {0, 0}; /* of A and B: the one in use */
    uint64_t m_operand_free_ps[2][BUFFERS] = {};
    std::deque<outgoing> m_outgoing;
    uint64_t m_result_free_ps[BUFFERS] = {}; /* of C: its tile is stored */
    uint64_t m_tiles_stored = 0;
    std::array<uint64_t, ACTIVITY_UNITS> m_deadline_ps{}; /* of a unit that waits */
    sc_core::sc_event m_watch;
    activity_log m_log{};
    uint64_t m_cycles[ACTIVITIES] = {}; /* counters */
    uint64_t m_errors = 0;
    std::vector<uint32_t> m_words;
    std::string m_message;
};

} // namespace zs
#endif
