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

data_mover::data_mover(sc_core::sc_module_name name, const axi_dma_core &core,
                       axi_dma_channel channel, burst_port &port, axi_stream &stream)
    : sc_module(name), m_core(core), m_channel(channel), m_port(port), m_stream(stream),
      m_period_ps(stream.core().period_ps)
{
    port.on_done = [this](const dma_burst &burst) { take_back(burst); };
}

void data_mover::push(const move_command &command)
{
    m_stopping = false;
    m_commands.push_back(command);
    advance();
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
    return m_port.empty() && !m_walk && (m_commands.empty() || dropping());
}

/* Words of the memory port that the bytes touch. */
uint64_t data_mover::beats_of(uint64_t address, size_t bytes) const
{
    const uint64_t beat_bytes = m_core.config.data_width_bits / 8;
    return (address % beat_bytes + bytes + beat_bytes - 1) / beat_bytes;
}

/* Begin on the next command that is not abandoned, if there is one. */
bool data_mover::take_command()
{
    while (!m_walk && !m_commands.empty()) {
        const move_command command = m_commands.front();
        m_commands.pop_front();
        m_taken.notify(sc_core::SC_ZERO_TIME);
        if (m_stopping) {
            abandon(command);
        } else {
            m_walk.emplace(m_core, m_channel, command);
        }
    }
    return m_walk.has_value();
}

void data_mover::advance()
{
    while (m_walk || take_command()) {
        if (!dropping() && !execute(*m_walk)) {
            return;
        }
        m_walk.reset();
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
    advance();
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
    : data_mover(name, core, AXI_DMA_MM2S, port, stream)
{
}

bool mm2s_mover::execute(burst_walk &walk)
{
    const move_command &command = walk.command();

    m_address_ps = std::max(m_address_ps, command.start_ps);
    while (!walk.done()) {
        dma_burst *const slot = m_port.next();
        if (slot == nullptr) {
            return false;
        }
        dma_burst &burst = *slot;
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
    return true;
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
    : data_mover(name, core, AXI_DMA_S2MM, port, stream)
{
    m_stream.on_data = [this] { advance(); };
}

s2mm_mover::~s2mm_mover()
{
    m_stream.on_data = nullptr;
}

void s2mm_mover::restart()
{
    data_mover::restart();
    m_first_ps.reset();
    m_tlast_taken = false;
}

/* Take words until `bytes` bytes or the packet's end are there; false when more have to come. */
bool s2mm_mover::collect(uint32_t bytes)
{
    while (m_carry.size() < bytes && !m_tlast_taken) {
        const size_t old_bytes = m_carry.size();
        m_words.resize((bytes - old_bytes + WORD_BYTES - 1) / WORD_BYTES);
        const axi_stream_read read =
            m_stream.pop_now(m_words.data(), m_words.size(), true, m_ready_ps);
        if (read.words == 0) {
            return false;
        }
        m_first_ps = m_first_ps.value_or(read.first_ps);
        m_tlast_taken = read.last_bytes > 0;
        m_carry.resize(old_bytes + read.words * WORD_BYTES);
        std::memcpy(m_carry.data() + old_bytes, m_words.data(), read.words * WORD_BYTES);
        m_carry.resize(m_carry.size() - (m_tlast_taken ? WORD_BYTES - read.last_bytes : 0));
    }
    return true;
}

void s2mm_mover::issue(dma_burst &burst, burst_walk &walk)
{
    const auto bytes = static_cast<uint32_t>(std::min<size_t>(walk.bytes(), m_carry.size()));
    const uint64_t first_ps = m_first_ps.value_or(m_ready_ps);

    burst.packet_ended = m_tlast_taken && m_carry.size() == bytes;
    burst.address = walk.address();
    burst.fixed = walk.command().keyhole;
    walk.advance(bytes);
    burst.tag = walk.command().tag;
    burst.last = burst.packet_ended || walk.done();
    burst.data.assign(m_carry.begin(), m_carry.begin() + bytes);
    burst.issue_ps = std::max(
        {m_ready_ps, first_ps + axi_dma_core_write_cycles(&m_core) * m_period_ps, m_address_ps});
    m_address_ps =
        burst.issue_ps +
        (beats_of(burst.address, bytes) + m_core.config.s2mm_burst_gap_cycles) * m_period_ps;
    m_port.start();
    m_carry.erase(m_carry.begin(), m_carry.begin() + bytes);
    m_tlast_taken = m_tlast_taken && !burst.packet_ended;
    m_first_ps.reset();
}

bool s2mm_mover::execute(burst_walk &walk)
{
    bool ended = false;

    m_ready_ps = std::max(m_ready_ps, walk.command().start_ps);
    while (!walk.done() && !ended) {
        dma_burst *const burst = m_port.next();
        if (burst == nullptr) {
            return false;
        }
        m_ready_ps = std::max(m_ready_ps, burst->free_ps);
        if (!collect(walk.bytes())) {
            const bool untouched = walk.at_start() && m_carry.empty();
            if (stopping() && untouched) {
                abandon(walk.command());
            }
            return stopping() && untouched;
        }
        issue(*burst, walk);
        ended = burst->packet_ended;
    }
    return true;
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
