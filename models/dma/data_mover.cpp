#include "dma/data_mover.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace zs
{

namespace
{

constexpr uint32_t WORD_BYTES = sizeof(uint32_t);

/* Data beats of a burst on the memory port: the port's words that it touches. */
uint64_t beats_of(const axi_dma_core &core, uint64_t address, size_t bytes)
{
    const uint64_t beat_bytes = core.config.data_width_bits / 8;
    return (address % beat_bytes + bytes + beat_bytes - 1) / beat_bytes;
}

void set_error(move_result &result, const dma_burst &burst, const char *access)
{
    if (result.error) {
        return;
    }
    const bool decode = burst.status == tlm::TLM_ADDRESS_ERROR_RESPONSE;
    char text[128];
    std::snprintf(text, sizeof(text), "%s of %zu bytes at 0x%" PRIx64 " was answered with %s",
                  access, burst.data.size(), burst.address,
                  decode ? "a decode error" : "a slave error");
    result.error = decode ? AXI_DMA_ERROR_DECODE : AXI_DMA_ERROR_SLAVE;
    result.reason = text;
}

/* TLM's little-endian byte order is the stream's. */
void append_words(std::vector<uint32_t> &words, const std::vector<uint8_t> &bytes, size_t count)
{
    words.assign((count + WORD_BYTES - 1) / WORD_BYTES, 0);
    std::memcpy(words.data(), bytes.data(), count);
}

} // namespace

mm2s_mover::mm2s_mover(const axi_dma_core &core, burst_port &port, axi_stream &stream)
    : m_core(core), m_port(port), m_stream(stream), m_period_ps(stream.core().period_ps)
{
}

void mm2s_mover::issue(axi_dma_transfer &rest, uint64_t &address_ps)
{
    dma_burst &burst = m_port.next();
    burst.address = rest.address;
    burst.data.resize(axi_dma_core_burst_bytes(&m_core, rest.address, rest.bytes));
    burst.issue_ps = std::max(address_ps, burst.free_ps);
    address_ps = burst.issue_ps + m_period_ps;
    rest.address += burst.data.size();
    rest.bytes -= static_cast<uint32_t>(burst.data.size());
    m_port.start();
}

/* Data leaves mm2s_read_cycles after it came in; it came in one beat a cycle up to done_ps. */
bool mm2s_mover::send(const dma_burst &burst, bool last, const axi_stream::predicate &cancelled)
{
    const uint64_t beats = beats_of(m_core, burst.address, burst.data.size());
    const uint64_t beats_ps = (beats - 1) * m_period_ps;
    const uint64_t first_ps =
        std::max(burst.issue_ps, burst.done_ps > beats_ps ? burst.done_ps - beats_ps : 0);
    m_stream_ps = std::max(m_stream_ps, first_ps + m_core.config.mm2s_read_cycles * m_period_ps);

    m_carry.insert(m_carry.end(), burst.data.begin(), burst.data.end());
    const size_t whole = m_carry.size() - (last ? 0 : m_carry.size() % WORD_BYTES);
    const auto last_bytes = static_cast<uint8_t>(last ? (whole - 1) % WORD_BYTES + 1 : 0);
    append_words(m_words, m_carry, whole);
    m_carry.erase(m_carry.begin(), m_carry.begin() + static_cast<std::ptrdiff_t>(whole));
    return m_stream.push(m_words.data(), m_words.size(), last_bytes, m_stream_ps, cancelled) ==
           m_words.size();
}

move_result mm2s_mover::move(const axi_dma_transfer &transfer, bool end_of_packet,
                             uint64_t start_ps, const axi_stream::predicate &cancelled)
{
    move_result result;
    axi_dma_transfer rest = transfer;
    uint64_t address_ps = start_ps;

    for (;;) {
        result.cancelled = result.cancelled || cancelled();
        while (!result.error && !result.cancelled && rest.bytes > 0 && !m_port.full()) {
            issue(rest, address_ps);
        }
        if (m_port.empty()) {
            break;
        }
        const dma_burst &burst = m_port.oldest();
        result.end_ps = std::max(result.end_ps, burst.done_ps);
        if (burst.status != tlm::TLM_OK_RESPONSE) {
            set_error(result, burst, "a read");
        } else if (!result.error && !result.cancelled) {
            result.bytes += static_cast<uint32_t>(burst.data.size());
            const bool last = end_of_packet && result.bytes == transfer.bytes;
            result.cancelled = !send(burst, last, cancelled);
            result.end_ps = std::max(result.end_ps, m_stream_ps);
        }
        m_port.retire(result.end_ps);
    }
    return result;
}

s2mm_mover::s2mm_mover(const axi_dma_core &core, burst_port &port, axi_stream &stream)
    : m_core(core), m_port(port), m_stream(stream), m_period_ps(stream.core().period_ps)
{
}

/* Take words until `bytes` bytes or the packet's end are there; false when cancelled. */
bool s2mm_mover::collect(uint32_t bytes, uint64_t &ready_ps, uint64_t &first_ps,
                         move_result &result, const axi_stream::predicate &cancelled)
{
    first_ps = ready_ps;
    if (m_carry.size() >= bytes || result.packet_ended) {
        return true;
    }
    const size_t wanted = (bytes - m_carry.size() + WORD_BYTES - 1) / WORD_BYTES;
    m_words.resize(wanted);
    const axi_stream_read read = m_stream.pop(m_words.data(), wanted, true, ready_ps, cancelled);
    result.packet_ended = read.last_bytes > 0;
    if (read.words < wanted && !result.packet_ended) {
        return false;
    }
    first_ps = read.first_ps;
    const size_t unused = result.packet_ended ? WORD_BYTES - read.last_bytes : 0;
    const size_t old_bytes = m_carry.size();
    m_carry.resize(old_bytes + read.words * WORD_BYTES);
    std::memcpy(m_carry.data() + old_bytes, m_words.data(), read.words * WORD_BYTES);
    m_carry.resize(m_carry.size() - unused);
    return true;
}

void s2mm_mover::issue(uint64_t address, uint32_t bytes, uint64_t earliest_ps)
{
    dma_burst &burst = m_port.next();
    burst.address = address;
    burst.data.assign(m_carry.begin(), m_carry.begin() + bytes);
    m_carry.erase(m_carry.begin(), m_carry.begin() + bytes);
    burst.issue_ps = std::max(earliest_ps, m_address_ps);
    m_address_ps =
        burst.issue_ps +
        (beats_of(m_core, address, bytes) + m_core.config.s2mm_burst_gap_cycles) * m_period_ps;
    m_port.start();
}

void s2mm_mover::finish_oldest(move_result &result)
{
    const dma_burst &burst = m_port.oldest();
    const uint64_t beats = beats_of(m_core, burst.address, burst.data.size());
    const uint64_t done_ps = std::max(burst.done_ps, burst.issue_ps + beats * m_period_ps);

    result.end_ps = std::max(result.end_ps, done_ps);
    if (burst.status != tlm::TLM_OK_RESPONSE) {
        set_error(result, burst, "a write");
    } else if (!result.error) {
        result.bytes += static_cast<uint32_t>(burst.data.size());
    }
    m_port.retire(done_ps);
}

move_result s2mm_mover::move(const axi_dma_transfer &transfer, uint64_t start_ps,
                             const axi_stream::predicate &cancelled)
{
    move_result result;
    axi_dma_transfer rest = transfer;
    uint64_t ready_ps = start_ps;

    m_address_ps = start_ps;
    while (rest.bytes > 0 && !result.error && (!result.packet_ended || !m_carry.empty())) {
        const uint32_t wanted = axi_dma_core_burst_bytes(&m_core, rest.address, rest.bytes);
        uint64_t first_ps = 0;
        if (m_port.full()) {
            finish_oldest(result);
        }
        ready_ps = std::max(ready_ps, m_port.next().free_ps);
        if (!collect(wanted, ready_ps, first_ps, result, cancelled)) {
            result.cancelled = true;
            break;
        }
        const auto bytes = static_cast<uint32_t>(std::min<size_t>(wanted, m_carry.size()));
        issue(rest.address, bytes,
              std::max(ready_ps, first_ps + m_core.config.s2mm_write_cycles * m_period_ps));
        rest.address += bytes;
        rest.bytes -= bytes;
    }
    while (!m_port.empty()) {
        finish_oldest(result);
    }
    if (!result.error && !result.cancelled && (!result.packet_ended || !m_carry.empty())) {
        result.error = AXI_DMA_ERROR_INTERNAL;
        result.reason = "the packet is larger than S2MM_LENGTH (" + std::to_string(transfer.bytes) +
                        " bytes), or ends without TLAST";
    }
    return result;
}

} // namespace zs
