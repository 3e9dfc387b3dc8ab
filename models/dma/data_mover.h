/* The two data movers of the AXI DMA: memory to stream, stream to memory.
 *
 * A move runs in its caller's process and local time, and may end ahead of SystemC time. */
#ifndef ZEROSTAGE_DMA_DATA_MOVER_H
#define ZEROSTAGE_DMA_DATA_MOVER_H

#include "axi/axi_stream.h"
#include "dma/axi_dma_core.h"
#include "dma/burst_port.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace zs
{

struct move_result {
    uint64_t end_ps = 0; /* last stream beat (MM2S), last write response (S2MM) */
    uint32_t bytes = 0;
    bool cancelled = false;
    bool packet_ended = false; /* S2MM: TLAST was received */
    std::optional<axi_dma_error> error;
    std::string reason; /* of the error */
};

class mm2s_mover
{
  public:
    mm2s_mover(const axi_dma_core &core, burst_port &port, axi_stream &stream);

    /* The first read address goes out at `start_ps`; the last word carries TLAST if
     * `end_of_packet`. */
    move_result move(const axi_dma_transfer &transfer, bool end_of_packet, uint64_t start_ps,
                     const axi_stream::predicate &cancelled);
    void reset()
    {
        m_carry.clear();
    }

  private:
    void issue(axi_dma_transfer &rest, uint64_t &address_ps);
    bool send(const dma_burst &burst, bool last, const axi_stream::predicate &cancelled);

    const axi_dma_core &m_core;
    burst_port &m_port;
    axi_stream &m_stream;
    uint64_t m_period_ps;
    uint64_t m_stream_ps = 0;     /* end of the last stream beat */
    std::vector<uint8_t> m_carry; /* bytes that do not fill a word yet */
    std::vector<uint32_t> m_words;
};

class s2mm_mover
{
  public:
    s2mm_mover(const axi_dma_core &core, burst_port &port, axi_stream &stream);

    /* The first stream beat is accepted at `start_ps` or later. */
    move_result move(const axi_dma_transfer &transfer, uint64_t start_ps,
                     const axi_stream::predicate &cancelled);
    void reset()
    {
        m_carry.clear();
    }

  private:
    bool collect(uint32_t bytes, uint64_t &ready_ps, uint64_t &first_ps, move_result &result,
                 const axi_stream::predicate &cancelled);
    void issue(uint64_t address, uint32_t bytes, uint64_t earliest_ps);
    void finish_oldest(move_result &result);

    const axi_dma_core &m_core;
    burst_port &m_port;
    axi_stream &m_stream;
    uint64_t m_period_ps;
    uint64_t m_address_ps = 0; /* earliest next write address */
    std::vector<uint8_t> m_carry;
    std::vector<uint32_t> m_words;
};

} // namespace zs
#endif
