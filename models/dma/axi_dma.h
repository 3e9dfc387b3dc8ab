/* AXI DMA v7.1 as a TLM module: registers, memory ports, streams.
 *
 * regs is the AXI-Lite port: 32-bit accesses, addresses relative to the register page. It adds no
 * latency of its own (the GP0 link owns that). mm2s, s2mm and sg issue one b_transport per AXI
 * burst, several at a time; sg (descriptors) need not be bound without include_sg. Interrupts are
 * levels, as on the core's pins.
 */
#ifndef ZEROSTAGE_DMA_AXI_DMA_H
#define ZEROSTAGE_DMA_AXI_DMA_H

#include "axi/axi_stream.h"
#include "dma/axi_dma_core.h"
#include "dma/burst_port.h"
#include "dma/data_mover.h"
#include "dma/descriptor_fetcher.h"
#include "stats/stats.h"
#include "trace/trace.h"

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

namespace zs
{

class axi_dma : public sc_core::sc_module
{
  public:
    /* Driven by the engine and by whoever writes a register. */
    using interrupt_line = sc_core::sc_signal<bool, sc_core::SC_UNCHECKED_WRITERS>;

    tlm_utils::simple_target_socket<axi_dma> regs;
    tlm_utils::simple_initiator_socket<axi_dma> mm2s;
    tlm_utils::simple_initiator_socket<axi_dma> s2mm;
    tlm_utils::simple_initiator_socket_optional<axi_dma> sg;
    interrupt_line mm2s_introut;
    interrupt_line s2mm_introut;

    /* Throws std::invalid_argument for an impossible configuration. The streams must outlive the
     * engine. Counters are
     * dma.{mm2s,s2mm}.{transfers,bytes,errors,ignored_writes,busy_ps,span_bytes} and dma.resets;
     * `stats` may be null. */
    axi_dma(sc_core::sc_module_name name, const axi_dma_config &config, axi_stream &to_accelerator,
            axi_stream &from_accelerator, struct stats *stats);
    ~axi_dma() override;

    /* Report transfers and interrupts; `trace` may be null. At the end of the simulation, what is
     * under way. */
    void trace_to(struct trace *trace);
    void trace_rest();

    const axi_dma_core &core() const
    {
        return m_core;
    }

  private:
    struct descriptor_fault {
        axi_dma_error error;
        uint64_t address;
        std::string reason;
    };

    /* A channel's side of the engine. */
    struct channel {
        data_mover *mover = nullptr;
        std::unique_ptr<descriptor_fetcher> fetcher; /* with include_sg */
        std::deque<move_result> results;             /* of the mover, not reported yet */
        sc_core::sc_event result;
        sc_core::sc_event delay_timer;
        uint64_t delay_since_ps = 0;                   /* the timer counts from here */
        std::optional<descriptor_fault> fetch_failure; /* not reported yet */
        bool reporting = false;
        bool packet_open = false; /* S2MM: the last descriptor did not end its packet */
        bool warned = false;
        uint64_t started_ps = 0;   /* since when busy */
        uint64_t bytes_before = 0; /* that */
        bool under_way = false;    /* and not idle yet */
        uint64_t busy_ps = 0;      /* counter */
        struct trace_track *track = nullptr, *interrupt_track = nullptr;
    };

    void end_of_elaboration() override;
    void create_channel(axi_dma_channel which, data_mover &mover);
    void create_status_process(axi_dma_channel which, const std::string &name);
    void add_counters(struct stats *stats);

    void transport_registers(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    void write_register(uint32_t offset, uint32_t value, const sc_core::sc_time &delay);
    void start(axi_dma_channel which, uint64_t at_ps);
    void start_direct(axi_dma_channel which, uint64_t at_ps);
    void run_stop_changed(axi_dma_channel which, bool was_running);
    void reset();
    void finish_reset();

    void begin_busy(axi_dma_channel which, uint64_t at_ps);
    void end_busy(axi_dma_channel which);
    void trace_transfer(axi_dma_channel which);
    void expect_result(channel &channel) const;
    void report_oldest_result(axi_dma_channel which);
    void report(axi_dma_channel which, const move_result &result);
    void report_direct(axi_dma_channel which, const move_result &result);
    void report_descriptor(axi_dma_channel which, const move_result &result);
    void write_descriptor_status(axi_dma_channel which, const move_result &result);
    void fail(axi_dma_channel which, axi_dma_error error, uint64_t address,
              const std::string &reason);
    void halt_after_fetch_failure(axi_dma_channel which);
    void access_descriptor(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    void become_idle(axi_dma_channel which);
    void restart_delay_timer(axi_dma_channel which);
    void update_delay_units(uint64_t now_ps);
    void wait_for_delay_timer(axi_dma_channel which);
    void update_interrupts();
    void warn_ignored(axi_dma_channel which);

    axi_dma_core m_core{};
    uint64_t m_period_ps;
    burst_port m_read_port;
    burst_port m_write_port;
    axi_stream &m_to_accelerator;
    axi_stream &m_from_accelerator;
    mm2s_mover m_mm2s_mover;
    s2mm_mover m_s2mm_mover;
    std::array<channel, AXI_DMA_CHANNELS> m_channels;
    sc_core::sc_mutex m_sg_engine{"sg_engine"};
};

} // namespace zs
#endif
