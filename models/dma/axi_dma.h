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
#include "stats/stats.h"

#include <memory>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

namespace zs
{

class axi_dma : public sc_core::sc_module
{
public:
    tlm_utils::simple_target_socket<axi_dma> regs;
    tlm_utils::simple_initiator_socket<axi_dma> mm2s;
    tlm_utils::simple_initiator_socket<axi_dma> s2mm;
    sc_core::sc_signal<bool> mm2s_introut;
    sc_core::sc_signal<bool> s2mm_introut;

    /* Throws std::invalid_argument for an impossible configuration. The streams must outlive the
     * engine. Counters are dma.{mm2s,s2mm}.{transfers,bytes,errors,ignored_writes,busy_ps} and
     * dma.resets; `stats` may be null. */
    axi_dma(sc_core::sc_module_name name, const axi_dma_config &config, axi_stream &to_accelerator,
            axi_stream &from_accelerator, struct stats *stats);
    ~axi_dma() override;

    const axi_dma_core &core() const;

private:
    struct engine;
    std::unique_ptr<engine> m_engine;
    void transport_registers(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
};

} // namespace zs
#endif
