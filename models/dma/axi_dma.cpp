#include "dma/axi_dma.h"

#include "axi/local_time.h"
#include "axi/time_gate.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace zs
{

namespace
{

constexpr unsigned int REGISTER_BYTES = 4;
constexpr axi_dma_channel CHANNELS[] = {AXI_DMA_MM2S, AXI_DMA_S2MM};

axi_attributes port_attributes(const axi_dma_config &config, traffic_class traffic)
{
    axi_attributes attributes{};
    attributes.burst = AXI_INCR;
    attributes.beat_bytes = static_cast<uint8_t>(config.data_width_bits / 8);
    attributes.id = AXI_DMA_DATA_ID;
    attributes.cache = AXI_DMA_CACHE;
    attributes.traffic = traffic;
    return attributes;
}

uint32_t descriptor_error_bit(axi_dma_error error)
{
    return error == AXI_DMA_ERROR_SLAVE    ? DESCRIPTOR_SLAVE_ERROR
           : error == AXI_DMA_ERROR_DECODE ? DESCRIPTOR_DECODE_ERROR
                                           : DESCRIPTOR_INTERNAL_ERROR;
}

} // namespace

axi_dma::axi_dma(sc_core::sc_module_name name, const axi_dma_config &config,
                 axi_stream &to_accelerator, axi_stream &from_accelerator, struct stats *stats)
    : sc_module(name), regs("regs"), mm2s("mm2s"), s2mm("s2mm"), sg("sg"),
      mm2s_introut("mm2s_introut"), s2mm_introut("s2mm_introut"),
      m_period_ps(to_accelerator.core().period_ps),
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
      m_mm2s_mover("mm2s_mover", m_core, m_read_port, to_accelerator),
      m_s2mm_mover("s2mm_mover", m_core, m_write_port, from_accelerator)
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
    create_channel(AXI_DMA_MM2S, m_mm2s_mover);
    create_channel(AXI_DMA_S2MM, m_s2mm_mover);
    if (stats != nullptr) {
        add_counters(stats);
    }
}

axi_dma::~axi_dma() = default;

void axi_dma::create_channel(axi_dma_channel which, data_mover &mover)
{
    channel &channel = m_channels[which];
    const std::string name = axi_dma_channel_name(which);

    channel.mover = &mover;
    mover.on_done = [this, &channel](const move_result &result) {
        channel.results.push_back(result);
        if (channel.results.size() == 1 && !channel.reporting) {
            expect_result(channel);
        }
    };
    mover.on_drained = [this] { finish_reset(); };
    create_status_process(which, name + "_status");
    if (!m_core.config.include_sg) {
        return;
    }
    channel.fetcher = std::make_unique<descriptor_fetcher>(
        (name + "_fetcher").c_str(), m_core, which, mover, m_period_ps,
        [this](tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
            access_descriptor(payload, delay);
        });
    channel.fetcher->on_failed = [this, which](axi_dma_error error, uint64_t address,
                                               const std::string &reason) {
        m_channels[which].fetch_failure = descriptor_fault{error, address, reason};
        halt_after_fetch_failure(which);
    };
    channel.fetcher->on_fetched = [this, which] {
        become_idle(which);
        finish_reset();
        update_interrupts();
    };
    sc_core::sc_spawn([this, which] { wait_for_delay_timer(which); }, (name + "_delay").c_str());
}

/* Everything the program can see of a transfer changes in this process, at its time. It needs a
 * thread only where descriptors are written. */
void axi_dma::create_status_process(axi_dma_channel which, const std::string &name)
{
    sc_core::sc_spawn_options options;

    if (m_core.config.include_sg) {
        sc_core::sc_spawn(
            [this, which] {
                for (;;) {
                    wait(m_channels[which].result);
                    report_oldest_result(which);
                }
            },
            name.c_str());
        return;
    }
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&m_channels[which].result);
    sc_core::sc_spawn([this, which] { report_oldest_result(which); }, name.c_str(), &options);
}

void axi_dma::end_of_elaboration()
{
    if (m_core.config.include_sg && sg.size() == 0) {
        throw std::invalid_argument(std::string(name()) +
                                    ": include_sg is set, but the board has no connection for "
                                    "the scatter-gather port");
    }
}

void axi_dma::add_counters(struct stats *stats)
{
    for (const auto which : CHANNELS) {
        const axi_dma_channel_state &state = m_core.channels[which];
        const std::string prefix = which == AXI_DMA_MM2S ? "dma.mm2s." : "dma.s2mm.";
        const auto add = [&](const char *counter, const char *unit, const char *text,
                             const uint64_t &value) {
            stats_add(stats, (prefix + counter).c_str(), unit, text, &value);
        };
        add("transfers", "transfers", "transfers started (SG: descriptors done)", state.transfers);
        add("bytes", "bytes", "bytes of finished transfers", state.bytes);
        add("errors", "events", "errors that halted the channel", state.errors);
        add("ignored_writes", "events", "LENGTH or TAILDESC writes that started nothing",
            state.ignored_writes);
        add("busy_ps", "ps", "LENGTH or TAILDESC write to Idle", m_channels[which].busy_ps);
        add("span_bytes", "bytes", "growth of the range of addresses moved, lowest to highest",
            m_channels[which].mover->span_bytes());
    }
    stats_add(stats, "dma.resets", "events", "soft resets", &m_core.resets);
}

void axi_dma::trace_to(struct trace *trace)
{
    m_channels[AXI_DMA_MM2S].track = trace_add_track(trace, "dma", "mm2s");
    m_channels[AXI_DMA_S2MM].track = trace_add_track(trace, "dma", "s2mm");
    m_channels[AXI_DMA_MM2S].interrupt_track = trace_add_track(trace, "dma", "mm2s_introut");
    m_channels[AXI_DMA_S2MM].interrupt_track = trace_add_track(trace, "dma", "s2mm_introut");
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
        update_delay_units(local_ps(delay));
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
    bool was_running[AXI_DMA_CHANNELS];
    for (const auto which : CHANNELS) {
        was_running[which] = axi_dma_core_running(&m_core, which);
    }
    const unsigned int actions = axi_dma_core_write(&m_core, offset, value);

    if (actions & AXI_DMA_RESET) {
        reset();
    }
    for (const auto which : CHANNELS) {
        run_stop_changed(which, was_running[which]);
        if (actions & (1u << which)) {
            start(which, local_ps(delay));
        }
        warn_ignored(which);
    }
    update_interrupts();
}

void axi_dma::run_stop_changed(axi_dma_channel which, bool was_running)
{
    channel &channel = m_channels[which];
    const bool running = axi_dma_core_running(&m_core, which);

    if (running && !was_running && channel.fetcher) {
        channel.fetcher->begin();
    }
    if (!running && was_running && m_core.channels[which].busy) {
        channel.mover->stop();
        become_idle(which);
    }
}

void axi_dma::start(axi_dma_channel which, uint64_t at_ps)
{
    channel &channel = m_channels[which];

    if (!channel.fetcher) {
        begin_busy(which, at_ps);
        start_direct(which, at_ps);
        return;
    }
    if (channel.fetcher->quiet()) {
        begin_busy(which, at_ps);
    }
    channel.fetcher->tail_written(at_ps);
}

void axi_dma::begin_busy(axi_dma_channel which, uint64_t at_ps)
{
    m_channels[which].started_ps = at_ps;
    m_channels[which].bytes_before = m_core.channels[which].bytes;
    m_channels[which].under_way = true;
}

void axi_dma::end_busy(axi_dma_channel which)
{
    channel &channel = m_channels[which];

    channel.busy_ps += stamp_ps() - std::min(stamp_ps(), channel.started_ps);
    trace_transfer(which);
}

void axi_dma::trace_transfer(axi_dma_channel which)
{
    channel &channel = m_channels[which];

    channel.under_way = false;
    trace_slice(channel.track, "transfer", channel.started_ps, stamp_ps(),
                m_core.channels[which].bytes - channel.bytes_before);
}

/* What a reset, or the end of the simulation, finds under way. */
void axi_dma::trace_rest()
{
    for (const auto which : CHANNELS) {
        if (m_channels[which].under_way) {
            trace_transfer(which);
        }
    }
}

void axi_dma::start_direct(axi_dma_channel which, uint64_t at_ps)
{
    const axi_dma_transfer transfer = axi_dma_core_transfer(&m_core, which);
    const uint32_t start_cycles =
        which == AXI_DMA_MM2S ? m_core.config.mm2s_start_cycles : m_core.config.s2mm_start_cycles;
    if (axi_dma_core_unaligned(&m_core, transfer.address)) {
        move_result result;
        result.end_ps = at_ps;
        result.error = AXI_DMA_ERROR_INTERNAL;
        result.reason = "the address is not a multiple of the data width (" +
                        std::to_string(m_core.config.data_width_bits / 8) +
                        " bytes) and data realignment is off";
        m_channels[which].mover->on_done(result);
        return;
    }
    move_command command;
    command.address = transfer.address;
    command.row_bytes = transfer.bytes;
    command.keyhole = axi_dma_core_keyhole(&m_core, which);
    command.start_ps = at_ps + start_cycles * m_period_ps;
    m_channels[which].mover->push(command);
}

void axi_dma::reset()
{
    trace_rest();
    for (channel &channel : m_channels) {
        channel.mover->cancel();
        channel.results.clear();
        channel.result.cancel();
        channel.delay_timer.cancel();
        if (channel.fetcher) {
            channel.fetcher->cancel();
        }
    }
    finish_reset();
}

/* The reset ends when nothing is in flight any more. */
void axi_dma::finish_reset()
{
    const bool drained =
        std::all_of(m_channels.begin(), m_channels.end(), [](const channel &channel) {
            return channel.mover->drained() && !channel.reporting &&
                   (!channel.fetcher || channel.fetcher->drained());
        });
    if (!m_core.resetting || !drained) {
        return;
    }
    for (channel &channel : m_channels) {
        channel.mover->restart();
        channel.packet_open = false;
        channel.fetch_failure.reset();
        if (channel.fetcher) {
            channel.fetcher->restart();
        }
    }
    axi_dma_core_reset_done(&m_core);
}

/* Wake the status process when the program can see the oldest result. */
void axi_dma::expect_result(channel &channel) const
{
    const move_result &result = channel.results.front();
    const uint64_t status_ps = result.end_ps + m_core.config.completion_cycles * m_period_ps;

    channel.result.notify(result.abandoned ? sc_core::SC_ZERO_TIME : delay_until(status_ps));
}

void axi_dma::report_oldest_result(axi_dma_channel which)
{
    channel &channel = m_channels[which];

    if (channel.results.empty()) { /* a reset came first */
        return;
    }
    const move_result result = channel.results.front();
    channel.results.pop_front();
    channel.reporting = true;
    if (!m_core.resetting) {
        report(which, result);
    }
    channel.reporting = false;
    if (!channel.results.empty()) {
        expect_result(channel);
    }
    finish_reset();
    update_interrupts();
}

void axi_dma::report(axi_dma_channel which, const move_result &result)
{
    channel &channel = m_channels[which];

    if (!channel.fetcher) {
        report_direct(which, result);
        end_busy(which);
        return;
    }
    if (!result.abandoned) {
        report_descriptor(which, result);
    }
    if (!m_core.resetting) {
        channel.fetcher->finished();
        halt_after_fetch_failure(which);
        become_idle(which);
    }
}

/* PG021: the channel halts gracefully: descriptors that were fetched before are executed. */
void axi_dma::halt_after_fetch_failure(axi_dma_channel which)
{
    channel &channel = m_channels[which];

    if (!channel.fetch_failure || channel.fetcher->in_work() > 0) {
        return;
    }
    const descriptor_fault failure = *channel.fetch_failure;
    channel.fetch_failure.reset();
    fail(which, failure.error, failure.address, failure.reason);
}

/* Both channels' descriptors go through the one scatter-gather engine, one access at a time. */
void axi_dma::access_descriptor(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
{
    m_sg_engine.lock();
    sg->b_transport(payload, delay);
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    m_sg_engine.unlock();
}

void axi_dma::report_direct(axi_dma_channel which, const move_result &result)
{
    if (result.abandoned) {
        axi_dma_core_idle(&m_core, which);
    } else if (result.error) {
        fail(which, *result.error, m_core.channels[which].address, result.reason);
    } else if (which == AXI_DMA_S2MM && !result.packet_ended) {
        fail(which, AXI_DMA_ERROR_INTERNAL, m_core.channels[which].address,
             "the packet is larger than S2MM_LENGTH (" + std::to_string(result.bytes) +
                 " bytes), or has no TLAST");
    } else {
        axi_dma_core_complete(&m_core, which, result.bytes);
    }
}

/* The descriptor's status goes to memory before anybody is told. */
void axi_dma::report_descriptor(axi_dma_channel which, const move_result &result)
{
    write_descriptor_status(which, result);
    if (m_core.resetting) {
        return;
    }
    axi_dma_core_descriptor_done(&m_core, which, result.tag, result.bytes,
                                 result.packet_ended && !result.error);
    m_channels[which].packet_open = !result.packet_ended;
    if (result.error) {
        fail(which, *result.error, result.tag, result.reason);
    } else if (result.packet_ended) {
        restart_delay_timer(which);
    }
}

void axi_dma::write_descriptor_status(axi_dma_channel which, const move_result &result)
{
    /* PG021: the multichannel form has no byte count */
    uint32_t status = (m_core.config.multichannel ? 0 : result.bytes) | DESCRIPTOR_COMPLETE;
    uint64_t done_ps = 0;
    axi_attributes attributes = port_attributes(m_core.config, TRAFFIC_DMA_DESCRIPTOR);

    if (which == AXI_DMA_S2MM) {
        status |= (m_channels[which].packet_open ? 0 : DESCRIPTOR_SOF) |
                  (result.packet_ended ? DESCRIPTOR_EOF : 0);
    }
    if (result.error) {
        status |= descriptor_error_bit(*result.error);
    }
    attributes.beat_bytes = sizeof(status);
    attributes.id = AXI_DMA_DESCRIPTOR_ID;
    const tlm::tlm_response_status response =
        access_memory([this](tlm::tlm_generic_payload &payload,
                             sc_core::sc_time &delay) { access_descriptor(payload, delay); },
                      tlm::TLM_WRITE_COMMAND, attributes, result.tag + DESCRIPTOR_STATUS,
                      reinterpret_cast<uint8_t *>(&status), sizeof(status), stamp_ps(), &done_ps);
    wait(delay_until(done_ps));
    if (response != tlm::TLM_OK_RESPONSE && !m_core.resetting) {
        const bool decode = response == tlm::TLM_ADDRESS_ERROR_RESPONSE;
        fail(which, decode ? AXI_DMA_ERROR_SG_DECODE : AXI_DMA_ERROR_SG_SLAVE, result.tag,
             "its status could not be written");
    }
}

void axi_dma::fail(axi_dma_channel which, axi_dma_error error, uint64_t address,
                   const std::string &reason)
{
    std::fprintf(
        stderr, "%s: %s halted by %s at 0x%" PRIx64 ": %s\n", name(), axi_dma_channel_name(which),
        m_channels[which].fetcher ? "the descriptor" : "the transfer", address, reason.c_str());
    m_core.channels[which].current_descriptor = address;
    axi_dma_core_fail(&m_core, which, error);
    m_channels[which].mover->stop();
}

/* Scatter-gather: the tail is done, or the channel was stopped and has finished. */
void axi_dma::become_idle(axi_dma_channel which)
{
    channel &channel = m_channels[which];

    if (!channel.fetcher || !m_core.channels[which].busy || !channel.fetcher->quiet() ||
        m_core.resetting) {
        return;
    }
    axi_dma_core_idle(&m_core, which);
    end_busy(which);
}

/* PG021: the timer starts at the end of a packet, and again with each further one. */
void axi_dma::restart_delay_timer(axi_dma_channel which)
{
    channel &channel = m_channels[which];

    channel.delay_timer.cancel();
    channel.delay_since_ps = stamp_ps();
    if (axi_dma_core_delay_running(&m_core, which)) {
        channel.delay_timer.notify(
            sc_core::sc_time::from_value(axi_dma_core_delay_cycles(&m_core, which) * m_period_ps));
    }
}

void axi_dma::update_delay_units(uint64_t now_ps)
{
    for (const auto which : CHANNELS) {
        const uint64_t cycles = (now_ps - m_channels[which].delay_since_ps) / m_period_ps;
        m_core.channels[which].delay_units =
            axi_dma_core_delay_running(&m_core, which) ? axi_dma_core_delay_units(cycles) : 0;
    }
}

void axi_dma::wait_for_delay_timer(axi_dma_channel which)
{
    for (;;) {
        wait(m_channels[which].delay_timer);
        axi_dma_core_delay_expired(&m_core, which);
        update_interrupts();
    }
}

void axi_dma::update_interrupts()
{
    for (const auto which : CHANNELS) {
        const bool raised = axi_dma_core_interrupt(&m_core, which);
        (which == AXI_DMA_MM2S ? mm2s_introut : s2mm_introut).write(raised);
        trace_level(m_channels[which].interrupt_track, "raised", raised, stamp_ps());
    }
}

void axi_dma::warn_ignored(axi_dma_channel which)
{
    const axi_dma_channel_state &state = m_core.channels[which];
    if (state.ignored_writes == 0 || m_channels[which].warned) {
        return;
    }
    m_channels[which].warned = true;
    std::fprintf(stderr, "%s: a write to %s_%s started nothing: %s\n", name(),
                 axi_dma_channel_name(which), m_core.config.include_sg ? "TAILDESC" : "LENGTH",
                 state.ignored_because);
}

} // namespace zs
