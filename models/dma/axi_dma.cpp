#include "dma/axi_dma.h"

#include "axi/local_time.h"
#include "axi/time_gate.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace zs
{

namespace
{

constexpr unsigned int REGISTER_BYTES = 4;
constexpr uint8_t AXI_CACHE_DEFAULT = 3; /* PG021: AxCACHE is 0011 */

axi_attributes port_attributes(const axi_dma_config &config, traffic_class traffic)
{
    axi_attributes attributes{};
    attributes.burst = AXI_INCR;
    attributes.beat_bytes = static_cast<uint8_t>(config.data_width_bits / 8);
    attributes.cache = AXI_CACHE_DEFAULT;
    attributes.traffic = traffic;
    return attributes;
}

} // namespace

axi_dma::axi_dma(sc_core::sc_module_name name, const axi_dma_config &config,
                 axi_stream &to_accelerator, axi_stream &from_accelerator, struct stats *stats)
    : sc_module(name), regs("regs"), mm2s("mm2s"), s2mm("s2mm"), mm2s_introut("mm2s_introut"),
      s2mm_introut("s2mm_introut"), m_period_ps(to_accelerator.core().period_ps),
      m_read_port("read_port", config.outstanding_reads, tlm::TLM_READ_COMMAND,
                  port_attributes(config, TRAFFIC_DMA_READ),
                  [this](tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
                      mm2s->b_transport(payload, delay);
                  }),
      m_write_port("write_port", config.outstanding_writes, tlm::TLM_WRITE_COMMAND,
                   port_attributes(config, TRAFFIC_DMA_WRITE),
                   [this](tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
                       s2mm->b_transport(payload, delay);
                   }),
      m_to_accelerator(to_accelerator), m_from_accelerator(from_accelerator),
      m_mm2s_mover(m_core, m_read_port, to_accelerator),
      m_s2mm_mover(m_core, m_write_port, from_accelerator)
{
    const char *why = nullptr;
    if (axi_dma_core_init(&m_core, &config, &why) != 0) {
        throw std::invalid_argument(std::string(this->name()) + ": " + why);
    }
    if (config.data_width_bits < 32 * to_accelerator.core().words_per_beat ||
        config.data_width_bits < 32 * from_accelerator.core().words_per_beat) {
        throw std::invalid_argument(std::string(this->name()) +
                                    ": data_width_bits must not be smaller than the streams'");
    }
    regs.register_b_transport(this, &axi_dma::transport_registers);
    for (const auto which : {AXI_DMA_MM2S, AXI_DMA_S2MM}) {
        sc_core::sc_spawn([this, which] { run(which); }, axi_dma_channel_name(which));
    }
    if (stats != nullptr) {
        add_counters(stats);
    }
}

axi_dma::~axi_dma() = default;

void axi_dma::add_counters(struct stats *stats)
{
    for (const auto which : {AXI_DMA_MM2S, AXI_DMA_S2MM}) {
        const axi_dma_channel_state &state = m_core.channels[which];
        const std::string prefix = which == AXI_DMA_MM2S ? "dma.mm2s." : "dma.s2mm.";
        const auto add = [&](const char *counter, const char *unit, const char *text,
                             const uint64_t &value) {
            stats_add(stats, (prefix + counter).c_str(), unit, text, &value);
        };
        add("transfers", "transfers", "transfers started", state.transfers);
        add("bytes", "bytes", "bytes of finished transfers", state.bytes);
        add("errors", "events", "errors that halted the channel", state.errors);
        add("ignored_writes", "events", "LENGTH writes that started nothing", state.ignored_writes);
        add("busy_ps", "ps", "LENGTH write to status update", m_channels[which].busy_ps);
    }
    stats_add(stats, "dma.resets", "events", "soft resets", &m_core.resets);
}

void axi_dma::transport_registers(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
{
    const auto offset = static_cast<uint32_t>(payload.get_address() % AXI_DMA_REGISTER_BYTES);

    time_gate(delay);
    if (payload.get_data_length() != REGISTER_BYTES || offset % REGISTER_BYTES != 0 ||
        payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    uint32_t value = 0;
    if (payload.is_read()) {
        value = axi_dma_core_read(&m_core, offset);
        std::memcpy(payload.get_data_ptr(), &value, sizeof(value));
    } else if (payload.is_write()) {
        std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
        write_register(offset, value, delay);
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void axi_dma::write_register(uint32_t offset, uint32_t value, const sc_core::sc_time &delay)
{
    const unsigned int actions = axi_dma_core_write(&m_core, offset, value);

    for (const auto which : {AXI_DMA_MM2S, AXI_DMA_S2MM}) {
        if (actions & (1u << which)) {
            start(which, delay);
        }
        warn_ignored(which);
    }
    if (actions & AXI_DMA_RESET) {
        reset();
    }
    update_interrupts();
}

void axi_dma::start(axi_dma_channel which, const sc_core::sc_time &delay)
{
    channel &channel = m_channels[which];
    channel.active = true;
    channel.started_ps = stamp_ps() + to_ps(delay);
    channel.generation = m_generation;
    channel.start.notify(delay);
}

void axi_dma::reset()
{
    ++m_generation;
    m_reset.notify(sc_core::SC_ZERO_TIME);
    m_to_accelerator.wake();
    m_from_accelerator.wake();
    finish_reset();
}

/* The reset ends when nothing is in flight any more. */
void axi_dma::finish_reset()
{
    const bool active = std::any_of(m_channels.begin(), m_channels.end(),
                                    [](const channel &channel) { return channel.active; });
    if (m_core.resetting && !active) {
        m_mm2s_mover.reset();
        m_s2mm_mover.reset();
        axi_dma_core_reset_done(&m_core);
    }
}

bool axi_dma::stale(axi_dma_channel which) const
{
    return m_channels[which].generation != m_generation;
}

void axi_dma::run(axi_dma_channel which)
{
    channel &channel = m_channels[which];
    for (;;) {
        while (!channel.active) {
            wait(channel.start);
        }
        const move_result result = move(which);
        const uint64_t status_ps = result.end_ps + m_core.config.completion_cycles * m_period_ps;
        if (!stale(which) && status_ps > stamp_ps()) {
            wait(delay_until(status_ps), m_reset);
        }
        if (!stale(which)) {
            finish(which, result);
        }
        channel.busy_ps += stamp_ps() - channel.started_ps;
        channel.active = false;
        finish_reset();
        update_interrupts();
    }
}

move_result axi_dma::move(axi_dma_channel which)
{
    const axi_dma_transfer transfer = axi_dma_core_transfer(&m_core, which);
    const uint64_t started_ps = m_channels[which].started_ps;
    const auto cancelled = [this, which] { return stale(which); };

    if (axi_dma_core_unaligned(&m_core, transfer.address)) {
        move_result result;
        result.end_ps = started_ps;
        result.error = AXI_DMA_ERROR_INTERNAL;
        result.reason = "the address is not a multiple of the data width (" +
                        std::to_string(m_core.config.data_width_bits / 8) +
                        " bytes) and data realignment is off";
        return result;
    }
    if (which == AXI_DMA_MM2S) {
        return m_mm2s_mover.move(
            transfer, true, started_ps + m_core.config.mm2s_start_cycles * m_period_ps, cancelled);
    }
    return m_s2mm_mover.move(transfer, started_ps + m_core.config.s2mm_start_cycles * m_period_ps,
                             cancelled);
}

void axi_dma::finish(axi_dma_channel which, const move_result &result)
{
    if (!result.error) {
        axi_dma_core_complete(&m_core, which, result.bytes);
        return;
    }
    const axi_dma_transfer transfer = axi_dma_core_transfer(&m_core, which);
    std::fprintf(stderr, "%s: %s halted, transfer of %u bytes at 0x%llx: %s\n", name(),
                 axi_dma_channel_name(which), transfer.bytes,
                 static_cast<unsigned long long>(transfer.address), result.reason.c_str());
    axi_dma_core_fail(&m_core, which, *result.error);
}

void axi_dma::update_interrupts()
{
    mm2s_introut.write(axi_dma_core_interrupt(&m_core, AXI_DMA_MM2S));
    s2mm_introut.write(axi_dma_core_interrupt(&m_core, AXI_DMA_S2MM));
}

void axi_dma::warn_ignored(axi_dma_channel which)
{
    const axi_dma_channel_state &state = m_core.channels[which];
    if (state.ignored_writes == 0 || m_channels[which].warned) {
        return;
    }
    m_channels[which].warned = true;
    std::fprintf(stderr, "%s: a write to %s_LENGTH started nothing: %s\n", name(),
                 axi_dma_channel_name(which), state.ignored_because);
}

} // namespace zs
