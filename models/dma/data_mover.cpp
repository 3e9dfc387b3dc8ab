#include "dma/data_mover.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <utility>

namespace zs
{

namespace
{

constexpr uint32_t WORD_BYTES = sizeof(uint32_t);

/* TLM's little-endian byte order is the stream's. */
void to_words(std::vector<uint32_t> &words, const std::vector<uint8_t> &bytes, size_t count)
{
    words.assign((count + WORD_BYTES - 1) / WORD_BYTES, 0);
    if (count > 0) {
        std::memcpy(words.data(), bytes.data(), count);
    }
}

} // namespace

burst_walk::burst_walk(const axi_dma_core &core, axi_dma_channel channel,
                       const move_command &command)
    : m_core(core), m_channel(channel), m_command(command)
{
}

uint64_t burst_walk::address() const
{
    const uint64_t row = m_command.address + uint64_t(m_row) * m_command.stride_bytes;
    return m_command.keyhole ? m_command.address : row + m_offset;
}

uint32_t burst_walk::bytes() const
{
    return axi_dma_core_burst_bytes(&m_core, m_channel, address(), m_command.row_bytes - m_offset);
}

void burst_walk::advance(uint32_t bytes)
{
    m_offset += bytes;
    if (m_offset == m_command.row_bytes) {
        m_offset = 0;
        ++m_row;
    }
}

data_mover::data_mover(sc_core::sc_module_name name, const axi_dma_core &core, burst_port &port,
                       axi_stream &stream)
    : sc_module(name), m_core(core), m_port(port), m_stream(stream),
      m_period_ps(stream.core().period_ps)
{
    sc_core::sc_spawn([this] { front(); }, "front");
    port.on_done = [this](const dma_burst &burst) { take_back(burst); };
}

void data_mover::push(const move_command &command)
{
    m_stopping = false;
    m_commands.push_back(command);
    m_command.notify(sc_core::SC_ZERO_TIME);
}

void data_mover::cancel()
{
    m_cancelled = true;
    m_commands.clear();
    m_stream.wake();
}

void data_mover::stop()
{
    m_stopping = true;
    m_stream.wake();
}

void data_mover::restart()
{
    m_cancelled = m_stopping = m_failed = m_failure_reported = false;
    m_commands.clear();
    m_carry.clear();
    m_result = {};
}

bool data_mover::drained() const
{
    return m_port.empty() && !m_executing && (m_commands.empty() || dropping());
}

/* Words of the memory port that the bytes touch. */
uint64_t data_mover::beats_of(uint64_t address, size_t bytes) const
{
    const uint64_t beat_bytes = m_core.config.data_width_bits / 8;
    return (address % beat_bytes + bytes + beat_bytes - 1) / beat_bytes;
}

void data_mover::front()
{
    for (;;) {
        while (m_commands.empty()) {
            wait(m_command);
        }
        const move_command command = m_commands.front();
        m_commands.pop_front();
        m_taken.notify(sc_core::SC_ZERO_TIME);
        m_executing = true;
        if (m_stopping) {
            abandon(command);
        } else if (!dropping()) {
            execute(command);
        }
        m_executing = false;
        report_drained();
    }
}

void data_mover::abandon(const move_command &command)
{
    move_result result;
    result.tag = command.tag;
    result.abandoned = true;
    on_done(result);
}

void data_mover::take_back(const dma_burst &burst)
{
    uint64_t free_ps = burst.done_ps;

    m_result.end_ps = std::max(m_result.end_ps, burst.done_ps);
    if (burst.status != tlm::TLM_OK_RESPONSE) {
        set_error(burst);
    } else if (!dropping()) {
        free_ps = finish(burst, m_result);
        dma_span_add(&m_span, burst.address, burst.data.size());
    }
    m_result.packet_ended = burst.packet_ended;
    if (!m_failed) {
        m_result.tag = burst.tag;
    }
    m_port.retire(free_ps);
    if (burst.last && !dropping()) {
        on_done(std::exchange(m_result, {}));
    }
    report_drained();
}

void data_mover::set_error(const dma_burst &burst)
{
    if (m_failed) {
        return;
    }
    const bool decode = burst.status == tlm::TLM_ADDRESS_ERROR_RESPONSE;
    char text[128];
    std::snprintf(text, sizeof(text), "%s of %zu bytes at 0x%" PRIx64 " was answered with %s",
                  access_name(), burst.data.size(), burst.address,
                  decode ? "a decode error" : "a slave error");
    m_result.error = decode ? AXI_DMA_ERROR_DECODE : AXI_DMA_ERROR_SLAVE;
    m_result.reason = text;
    m_result.tag = burst.tag;
    m_failed = true;
    m_stream.wake();
}

/* An error is reported when all that was in flight has come back: the channel halts gracefully. */
void data_mover::report_drained()
{
    if (!drained()) {
        return;
    }
    if (m_failed && !m_failure_reported && !m_cancelled) {
        m_failure_reported = true;
        on_done(m_result);
    }
    if (m_cancelled && on_drained) {
        on_drained();
    }
}

mm2s_mover::mm2s_mover(sc_core::sc_module_name name, const axi_dma_core &core, burst_port &port,
                       axi_stream &stream)
    : data_mover(name, core, port, stream)
{
}

void mm2s_mover::execute(const move_command &command)
{
    burst_walk walk(m_core, AXI_DMA_MM2S, command);

    m_address_ps = std::max(m_address_ps, command.start_ps);
    while (!walk.done()) {
        dma_burst &burst = m_port.next();
        if (dropping()) {
            return;
        }
        const uint32_t bytes = walk.bytes();
        burst.address = walk.address();
        burst.fixed = command.keyhole;
        burst.data.resize(bytes);
        burst.issue_ps = std::max(m_address_ps, burst.free_ps);
        walk.advance(bytes);
        burst.tag = command.tag;
        burst.last = walk.done();
        burst.packet_ended = burst.last && command.end_of_packet;
        m_address_ps = burst.issue_ps + m_period_ps;
        m_port.start();
    }
}

/* Data leaves mm2s_read_cycles after it came in; it came in one beat a cycle up to done_ps. */
uint64_t mm2s_mover::finish(const dma_burst &burst, move_result &result)
{
    const uint64_t beats_ps = (beats_of(burst.address, burst.data.size()) - 1) * m_period_ps;
    const uint64_t first_ps =
        std::max(burst.issue_ps, burst.done_ps > beats_ps ? burst.done_ps - beats_ps : 0);
    m_stream_ps = std::max(m_stream_ps, first_ps + axi_dma_core_read_cycles(&m_core) * m_period_ps);

    const bool last = burst.packet_ended;
    m_carry.insert(m_carry.end(), burst.data.begin(), burst.data.end());
    const size_t whole = m_carry.size() - (last ? 0 : m_carry.size() % WORD_BYTES);
    const auto last_bytes = static_cast<uint8_t>(last ? (whole - 1) % WORD_BYTES + 1 : 0);
    to_words(m_words, m_carry, whole);
    m_carry.erase(m_carry.begin(), m_carry.begin() + static_cast<std::ptrdiff_t>(whole));
    m_stream.push(m_words.data(), m_words.size(), last_bytes, m_stream_ps,
                  [this] { return dropping(); });
    result.bytes += static_cast<uint32_t>(burst.data.size());
    result.end_ps = std::max(result.end_ps, m_stream_ps);
    return m_stream_ps;
}

s2mm_mover::s2mm_mover(sc_core::sc_module_name name, const axi_dma_core &core, burst_port &port,
                       axi_stream &stream)
    : data_mover(name, core, port, stream)
{
}

void s2mm_mover::restart()
{
    data_mover::restart();
    m_tlast_taken = false;
}

/* Take words until `bytes` bytes or the packet's end are there; false when there is no use in
 * waiting any longer. */
bool s2mm_mover::collect(uint32_t bytes, bool first, uint64_t &first_ps)
{
    first_ps = m_ready_ps;
    if (m_carry.size() >= bytes || m_tlast_taken) {
        return true;
    }
    const bool untouched = first && m_carry.empty();
    const size_t wanted = (bytes - m_carry.size() + WORD_BYTES - 1) / WORD_BYTES;
    m_words.resize(wanted);
    axi_stream_read read =
        m_stream.pop_some(m_words.data(), wanted, true, m_ready_ps,
                          [this, untouched] { return dropping() || (untouched && stopping()); });
    first_ps = read.first_ps;
    size_t words = read.words;
    while (words > 0 && words < wanted && read.last_bytes == 0) {
        read = m_stream.pop_some(m_words.data() + words, wanted - words, true, m_ready_ps,
                                 [this] { return dropping(); });
        words = read.words > 0 ? words + read.words : 0;
    }
    if (words == 0) {
        return false;
    }
    m_tlast_taken = read.last_bytes > 0;
    const size_t old_bytes = m_carry.size();
    m_carry.resize(old_bytes + words * WORD_BYTES);
    std::memcpy(m_carry.data() + old_bytes, m_words.data(), words * WORD_BYTES);
    m_carry.resize(m_carry.size() - (m_tlast_taken ? WORD_BYTES - read.last_bytes : 0));
    return true;
}

void s2mm_mover::issue(dma_burst &burst, uint32_t bytes, uint64_t earliest_ps)
{
    burst.data.assign(m_carry.begin(), m_carry.begin() + bytes);
    m_carry.erase(m_carry.begin(), m_carry.begin() + bytes);
    burst.issue_ps = std::max(earliest_ps, m_address_ps);
    m_address_ps =
        burst.issue_ps +
        (beats_of(burst.address, bytes) + m_core.config.s2mm_burst_gap_cycles) * m_period_ps;
    m_port.start();
}

void s2mm_mover::execute(const move_command &command)
{
    burst_walk walk(m_core, AXI_DMA_S2MM, command);
    bool ended = false;

    m_ready_ps = std::max(m_ready_ps, command.start_ps);
    while (!walk.done() && !ended) {
        dma_burst &burst = m_port.next();
        const uint32_t wanted = walk.bytes();
        uint64_t first_ps = 0;
        m_ready_ps = std::max(m_ready_ps, burst.free_ps);
        if (dropping()) {
            return;
        }
        if (!collect(wanted, walk.at_start(), first_ps)) {
            if (!dropping()) {
                abandon(command);
            }
            return;
        }
        const auto bytes = static_cast<uint32_t>(std::min<size_t>(wanted, m_carry.size()));
        ended = m_tlast_taken && m_carry.size() == bytes;
        m_tlast_taken = m_tlast_taken && !ended;
        burst.address = walk.address();
        burst.fixed = command.keyhole;
        walk.advance(bytes);
        burst.tag = command.tag;
        burst.last = ended || walk.done();
        burst.packet_ended = ended;
        issue(burst, bytes,
              std::max(m_ready_ps, first_ps + axi_dma_core_write_cycles(&m_core) * m_period_ps));
    }
}

uint64_t s2mm_mover::finish(const dma_burst &burst, move_result &result)
{
    const uint64_t beats = beats_of(burst.address, burst.data.size());
    const uint64_t done_ps = std::max(burst.done_ps, burst.issue_ps + beats * m_period_ps);

    result.bytes += static_cast<uint32_t>(burst.data.size());
    result.end_ps = std::max(result.end_ps, done_ps);
    return done_ps;
}

} // namespace zs
