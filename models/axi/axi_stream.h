/* axi_stream_core for SystemC: push and pop block a process until done; push_now and pop_now are
 * for a side that is no process and is called when it can go on.
 *
 * Both sides keep their local time as picoseconds since the start of the simulation. It may be
 * ahead of sc_time_stamp(); whoever goes on to touch shared state waits for it there.
 * One producer and one consumer at a time.
 */
#ifndef ZEROSTAGE_AXI_AXI_STREAM_H
#define ZEROSTAGE_AXI_AXI_STREAM_H

#include "axi/axi_stream_core.h"
#include "stats/stats.h"

#include <functional>
#include <systemc>

namespace zs
{

class axi_stream : public sc_core::sc_module
{
  public:
    /* Counters are stream.<name>.words, .packets, .producer_stall_cycles and
     * .consumer_starve_cycles; `stats` may be null. */
    axi_stream(sc_core::sc_module_name name, const axi_stream_config &config, struct stats *stats);
    ~axi_stream() override;
    axi_stream(const axi_stream &) = delete;
    axi_stream &operator=(const axi_stream &) = delete;

    /* Called after a pop_now() that got nothing when there is data, after a push_now() that found
     * no room when there is space: at once, by whoever made it so. */
    std::function<void()> on_data;
    std::function<void()> on_space;

    /* Write what fits now, read what is there now. */
    size_t push_now(const uint32_t *words, size_t count, uint8_t last_bytes, uint64_t &now_ps);
    axi_stream_read pop_now(uint32_t *words, size_t count, bool stop_at_last, uint64_t &now_ps);

    /* Asked again after each wake(): true gives up waiting. */
    using predicate = std::function<bool()>;

    /* Write all words, or read `count` words or up to TLAST; less only when cancelled. */
    size_t push(const uint32_t *words, size_t count, uint8_t last_bytes, uint64_t &now_ps,
                const predicate &cancelled = {});
    axi_stream_read pop(uint32_t *words, size_t count, bool stop_at_last, uint64_t &now_ps,
                        const predicate &cancelled = {});

    /* Let a blocked producer and consumer ask `cancelled` again. */
    void wake();

    const axi_stream_core &core() const
    {
        return m_core;
    }

  private:
    /* What one side waits for, and whether it does. */
    struct condition {
        sc_core::sc_event event;
        bool awaited = false;
    };

    static void notify(condition &condition, const std::function<void()> &callback);
    bool wait_for(condition &condition, const predicate &cancelled);

    /* Wait for space, then write what fits; 0 when cancelled. */
    size_t push_some(const uint32_t *words, size_t count, uint8_t last_bytes, uint64_t &now_ps,
                     const predicate &cancelled);

    /* Wait for data, then read what is there; words = 0 when cancelled. */
    axi_stream_read pop_some(uint32_t *words, size_t count, bool stop_at_last, uint64_t &now_ps,
                             const predicate &cancelled);

    axi_stream_core m_core{};
    condition m_data;
    condition m_space;
};

} // namespace zs
#endif
