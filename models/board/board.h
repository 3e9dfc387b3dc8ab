/* The board, put together: CPU with its caches and operating system, links, DMA, accelerator, DRAM.
 *
 *     cpu.bus -> [cpu_bus: DRAM | GP0]
 *                    DRAM -> link cpu_ddr -> dram
 *                    GP0  -> link gp0 -> [peripherals: DMA registers] -> dma.regs
 *     dma.mm2s, dma.sg, dma.s2mm -> [interconnect: HP0 segment] -> link hp0 -> dram
 *       with board.dma_port hp1, hp2, hp3: over another port
 *       with board.dma_port acp: [interconnect] -> link acp -> [caches] -> cpu_bus
 *       with board.s2mm_port: dma.s2mm over an interconnect and a port of its own
 *     dma -> stream mm2s -> accelerator -> stream s2mm -> dma
 *
 * What no map holds is answered with DECERR by the switch in whose map it is missing.
 */
#ifndef ZEROSTAGE_BOARD_BOARD_H
#define ZEROSTAGE_BOARD_BOARD_H

#include "accel/matmul_accelerator.h"
#include "axi/axi_link.h"
#include "axi/axi_router.h"
#include "axi/axi_stream.h"
#include "board/board_config.h"
#include "cpu/coherent_port.h"
#include "cpu/cpu.h"
#include "dma/axi_dma.h"
#include "dram/dram.h"

#include <memory>
#include <string>
#include <systemc>
#include <vector>

struct stats;
struct trace;

namespace zs
{

class board : public sc_core::sc_module
{
  public:
    /* `config` is finished and without errors; the image and `stats` must outlive the board.
     * Throws std::runtime_error or std::logic_error with a message for people. */
    board(sc_core::sc_module_name name, const board_config &config, const elf_image &program,
          struct stats *stats);

    /* Before the simulation: report what happens; and when it is over. `trace` may be null. */
    void trace_to(struct trace *trace);
    void finish_trace(struct trace *trace);

    /* How the program ended; valid after sc_start() has returned. */
    const cpu_outcome &outcome() const
    {
        return cpu_.outcome();
    }

    /* Of the program's calls; NULL when simulation.profile does not ask for it. */
    const profile *call_profile() const
    {
        return cpu_.call_profile();
    }

    /* What stopped the accelerator; empty when it did not fail. */
    std::string accelerator_failure() const
    {
        return accelerator_.message();
    }

    /* Words that were sent and never taken. */
    uint64_t mm2s_words_left() const
    {
        return axi_stream_core_level(&to_accelerator_.core());
    }
    uint64_t s2mm_words_left() const
    {
        return axi_stream_core_level(&from_accelerator_.core());
    }
    /* No transfer is under way. */
    bool dma_idle() const
    {
        return !dma_.core().channels[AXI_DMA_MM2S].busy && !dma_.core().channels[AXI_DMA_S2MM].busy;
    }
    /* What DMA channels, streams and accelerator do or wait for right now, a sentence each. */
    std::vector<std::string> activity() const;

    uint64_t accelerator_period_ps() const
    {
        return accelerator_period_ps_;
    }

  private:
    void connect(const board_config &config);
    void add_ports(const board_config &config, struct stats *stats);
    void connect_port(axi_router &from, board_port port, const board_map &map);
    static void settle(void *context);

    uint64_t accelerator_period_ps_;
    dram dram_;
    axi_link cpu_ddr_, gp0_;
    axi_router cpu_bus_, peripherals_, interconnect_;
    axi_stream to_accelerator_, from_accelerator_;
    axi_dma dma_;
    matmul_accelerator accelerator_;
    cpu cpu_;
    std::unique_ptr<axi_link> ports_[BOARD_PORTS];  /* those in use */
    std::unique_ptr<axi_router> s2mm_interconnect_; /* with board.s2mm_port */
    std::unique_ptr<coherent_port> coherent_port_;  /* behind ports_[PORT_ACP] */
};

} // namespace zs
#endif
