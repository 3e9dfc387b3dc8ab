/* AXI DMA v7.1 as a TLM module: registers, memory ports, streams.
 *
 * regs is the AXI-Lite port: 32-bit accesses, addresses relative to the register page. It adds no
 * latency of its own (the GP0 link owns that). mm2s and s2mm issue one b_transport per AXI burst,
 * several at a time. Interrupts are levels, as on the core's pins.
 */
#ifndef ZEROSTAGE_DMA_AXI_DMA_H
#define ZEROSTAGE_DMA_AXI_DMA_H

#include "axi/axi_stream.h"
#include "dma/axi_dma_core.h"
#include "dma/burst_port.h"
#include "dma/data_mover.h"
#include "stats/stats.h"

#include <array>
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
    interrupt_line mm2s_introut;
    interrupt_line s2mm_introut;

    /* Throws std::invalid_argument for an impossible configuration. The streams must outlive the
     * engine. Counters are dma.{mm2s,s2mm}.{transfers,bytes,errors,ignored_writes,busy_ps} and
     * dma.resets; `stats` may be null. */
    axi_dma(sc_core::sc_module_name name, const axi_dma_config &config, axi_stream &to_accelerator,
            axi_stream &from_accelerator, struct stats *stats);
    ~axi_dma() override;

    const axi_dma_core &core() const
    {
        return m_core;
    }

  private:
    /* A channel's side of the engine. */
    struct channel {
        sc_core::sc_event start;
        bool active = false;     /* from the LENGTH write to the status update */
        uint64_t started_ps = 0; /* time of the LENGTH write */
        uint64_t generation = 0; /* of the engine at that time */
        uint64_t busy_ps = 0;    /* counter */
        bool warned = false;
    };

    void transport_registers(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    void write_register(uint32_t offset, uint32_t value, const sc_core::sc_time &delay);
    void start(axi_dma_channel which, const sc_core::sc_time &delay);
    void reset();
    void finish_reset();
    void run(axi_dma_channel which);
    move_result move(axi_dma_channel which);
    void finish(axi_dma_channel which, const move_result &result);
    void update_interrupts();
    void warn_ignored(axi_dma_channel which);
    void add_counters(struct stats *stats);
    bool stale(axi_dma_channel which) const;

    axi_dma_core m_core{};
    uint64_t m_period_ps;
    burst_port m_read_port;
    burst_port m_write_port;
    axi_stream &m_to_accelerator;
    axi_stream &m_from_accelerator;
    mm2s_mover m_mm2s_mover;
    s2mm_mover m_s2mm_mover;
    std::array<channel, AXI_DMA_CHANNELS> m_channels;
    uint64_t m_generation = 0; /* counts resets */
    sc_core::sc_event m_reset;
};

} // namespace zs
#endif
