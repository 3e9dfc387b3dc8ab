/* The two data movers of the AXI DMA: memory to stream, stream to memory.
 *
 * A mover executes commands in order: it cuts them into bursts and issues these as soon as there is
 * a slot (S2MM: and words) for each, in whatever process brought the last thing that was missing.
 * The port's threads finish them, in order; so the next command's bursts are on their way while the
 * last one's are still in flight. All is in local time, which may be ahead of SystemC time.
 */
#ifndef ZEROSTAGE_DMA_DATA_MOVER_H
#define ZEROSTAGE_DMA_DATA_MOVER_H

#include "axi/axi_stream.h"
#include "dma/axi_dma_core.h"
#include "dma/burst_port.h"
#include "dma/dma_span.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace zs
{

struct move_command {
    uint64_t tag = 0; /* comes back in the result */
    uint64_t address = 0;
    uint32_t row_bytes = 0;
    uint32_t rows = 1;
    uint32_t stride_bytes = 0; /* between the first bytes of rows */
    bool keyhole = false;      /* every beat at `address` */
    bool end_of_packet = true; /* MM2S: the last word carries TLAST */
    uint64_t start_ps = 0;     /* first read address (MM2S), first beat accepted (S2MM) */
};

/* Walks through the bursts of a command; no burst holds bytes of two rows. */
class burst_walk
{
  public:
    burst_walk(const axi_dma_core &core, axi_dma_channel channel, const move_command &command);

    const move_command &command() const
    {
        return m_command;
    }
    bool done() const
    {
        return m_row == m_command.rows;
    }
    bool at_start() const
    {
        return m_row == 0 && m_offset == 0;
    }
    uint64_t address() const;
    /* Bytes of the next burst, at most. */
    uint32_t bytes() const;
    /* It held `bytes`. */
    void advance(uint32_t bytes);

  private:
    const axi_dma_core &m_core;
    const axi_dma_channel m_channel;
    const move_command m_command;
    uint32_t m_row = 0;
    uint32_t m_offset = 0; /* in the row */
};

struct move_result {
    uint64_t tag = 0;
    uint64_t end_ps = 0; /* last stream beat (MM2S), last write response (S2MM) */
    uint32_t bytes = 0;
    bool packet_ended = false; /* with TLAST */
    bool abandoned = false;    /* stop() came before its first byte */
    std::optional<axi_dma_error> error;
    std::string reason; /* of the error */
};

class data_mover : public sc_core::sc_module
{
  public:
    /* Called once a command, in order. After an error nothing more is executed or reported. */
    std::function<void(const move_result &)> on_done;
    /* Called after cancel(), when nothing is in flight any more. */
    std::function<void()> on_drained;

    void push(const move_command &command);
    size_t queued() const
    {
        return m_commands.size();
    }
    const sc_core::sc_event &taken_event() const
    {
        return m_taken;
    }

    /* Drop everything; the memory finishes what is in flight. restart() makes it new. */
    void cancel();
    virtual void restart();
    bool drained() const;

    /* Abandon the commands that have not moved a byte. */
    void stop();

    /* Counter: from the lowest to the highest address moved. */
    const uint64_t &span_bytes() const
    {
        return m_span.bytes;
    }

  protected:
    data_mover(sc_core::sc_module_name name, const axi_dma_core &core, axi_dma_channel channel,
               burst_port &port, axi_stream &stream);

    /* Issue a command's bursts; false when a slot or words are missing: to be called again. */
    virtual bool execute(burst_walk &walk) = 0;
    /* Hand on a burst that succeeded; returns when its buffer is free. */
    virtual uint64_t finish(const dma_burst &burst, move_result &result) = 0;
    virtual const char *access_name() const = 0;

    /* Execute commands as far as that goes now. */
    void advance();
    void abandon(const move_command &command);
    uint64_t beats_of(uint64_t address, size_t bytes) const;
    bool dropping() const
    {
        return m_cancelled || m_failed;
    }
    bool stopping() const
    {
        return m_stopping;
    }

    const axi_dma_core &m_core;
    const axi_dma_channel m_channel;
    burst_port &m_port;
    axi_stream &m_stream;
    const uint64_t m_period_ps;
    std::vector<uint8_t> m_carry; /* bytes that do not fill a word (MM2S) or burst (S2MM) yet */
    std::vector<uint32_t> m_words;
    uint64_t m_address_ps = 0; /* earliest next address on the bus */

  private:
    bool take_command();
    void take_back(const dma_burst &burst);
    void set_error(const dma_burst &burst);
    void report_drained();

    std::deque<move_command> m_commands;
    std::optional<burst_walk> m_walk; /* through the command that is being executed */
    sc_core::sc_event m_taken;
    move_result m_result; /* of the command whose bursts are being finished */
    dma_span m_span = {};
    bool m_cancelled = false;
    bool m_stopping = false;
    bool m_failed = false;
    bool m_failure_reported = false;
};

class mm2s_mover : public data_mover
{
  public:
    mm2s_mover(sc_core::sc_module_name name, const axi_dma_core &core, burst_port &port,
               axi_stream &stream);

  private:
    bool execute(burst_walk &walk) override;
    uint64_t finish(const dma_burst &burst, move_result &result) override;
    const char *access_name() const override
    {
        return "a read";
    }

    uint64_t m_stream_ps = 0; /* end of the last stream beat */
};

class s2mm_mover : public data_mover
{
  public:
    s2mm_mover(sc_core::sc_module_name name, const axi_dma_core &core, burst_port &port,
               axi_stream &stream);
    ~s2mm_mover() override;
    void restart() override;

  private:
    bool execute(burst_walk &walk) override;
    uint64_t finish(const dma_burst &burst, move_result &result) override;
    const char *access_name() const override
    {
        return "a write";
    }
    bool collect(uint32_t bytes);
    void issue(dma_burst &burst, burst_walk &walk);

    uint64_t m_ready_ps = 0;            /* end of the last stream beat */
    std::optional<uint64_t> m_first_ps; /* first stream beat taken for the next burst */
    bool m_tlast_taken = false;         /* the packet's last bytes are in m_carry */
};

} // namespace zs
#endif
