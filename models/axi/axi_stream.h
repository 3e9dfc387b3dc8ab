/* axi_stream_core for SystemC processes: push and pop block on events until done.
 *
 * Both sides keep their local time as picoseconds since the start of the simulation. It may be
 * ahead of sc_time_stamp(); whoever goes on to touch shared state waits for it there.
 * One producer process and one consumer process at a time.
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

    /* Write all words; returns false when `cancelled` became true while waiting for space
     * (it is asked again after each wake(), at the latest). */
    using predicate = std::function<bool()>;
    bool push(const uint32_t *words, size_t count, bool last, uint64_t &now_ps,
              const predicate &cancelled = {});

    /* Read `count` words, or up to TLAST when `stop_at_last`; fewer when `cancelled`. */
    axi_stream_read pop(uint32_t *words, size_t count, bool stop_at_last, uint64_t &now_ps,
                        const predicate &cancelled = {});

    /* Let a blocked producer and consumer ask `cancelled` again. */
    void wake();

    /* Fires a delta cycle after words were written. */
    const sc_core::sc_event &data_event() const { return m_data; }

    const axi_stream_core &core() const { return m_core; }

private:
    axi_stream_core m_core{};
    sc_core::sc_event m_data;
    sc_core::sc_event m_space;
};

} // namespace zs
#endif
