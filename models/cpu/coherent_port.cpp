#include "cpu/coherent_port.h"

#include "axi/local_time.h"
#include "axi/time_gate.h"
#include "stats/stats.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

using sc_core::sc_time;
using tlm::tlm_generic_payload;
using tlm::tlm_response_status;

namespace zs
{

namespace
{

/* PL310 TRM (DDI 0246), features: three 256-bit eviction buffers. */
constexpr size_t EVICTION_BUFFERS = 3;
constexpr uint8_t BEAT_BYTES = 8;

} // namespace

coherent_port::coherent_port(sc_core::sc_module_name name, cpu &owner, uint64_t cpu_clock_hz,
                             uint32_t cache, struct stats *stats)
    : sc_module(name), in("in"), memory("memory"), cpu_(owner), caches_(owner.caches()),
      cycle_(1.0 / static_cast<double>(cpu_clock_hz), sc_core::SC_SEC), cache_(cache)
{
    in.register_b_transport(this, &coherent_port::b_transport);
    in.register_transport_dbg(this, &coherent_port::transport_dbg);
    SC_HAS_PROCESS(coherent_port);
    SC_THREAD(write_evicted);
    register_counters(stats);
}

void coherent_port::register_counters(struct stats *stats)
{
    const struct {
        const char *name, *unit, *description;
        const uint64_t &value;
    } counters[] = {
        {"read_hit_bytes", "bytes", "coherent reads answered by a cache", read_.hit_bytes},
        {"read_miss_bytes", "bytes", "reads that no cache answered", read_.miss_bytes},
        {"write_hit_bytes", "bytes", "coherent writes to a line of the L2", write_.hit_bytes},
        {"write_miss_bytes", "bytes", "writes to lines that no cache held", write_.miss_bytes},
        {"memory_read_bytes", "bytes", "read from memory, for reads and whole lines of the L2",
         read_.memory_bytes},
        {"memory_write_bytes", "bytes", "written to memory, without evicted lines",
         write_.memory_bytes},
        {"read_allocations", "lines", "allocated in the L2 by a read", read_.allocations},
        {"write_allocations", "lines", "allocated in the L2 by a write", write_.allocations},
        {"evictions", "lines", "dirty lines that had to make room in the L2", evictions_},
    };
    for (const auto &counter : counters) {
        const std::string full = std::string("acp.") + counter.name;
        if (stats_add(stats, full.c_str(), counter.unit, counter.description, &counter.value) !=
            0) {
            throw std::runtime_error("cannot register the counter " + full);
        }
    }
}

uint32_t coherent_port::line_of(uint32_t address) const
{
    return cache_line_address(&caches_.l2, address);
}

uint32_t coherent_port::piece_bytes(uint32_t address, uint32_t left) const
{
    return std::min(left, line_of(address) + caches_.l2.line_bytes - address);
}

/* On return, caches and memory are consistent for the range, and nobody acts before the caller
 * waits. */
void coherent_port::settle(uint32_t address, uint32_t bytes, sc_time &delay)
{
    const uint32_t first = line_of(address);
    const uint32_t span = line_of(address + bytes - 1) + caches_.l2.line_bytes - first;

    time_gate(delay);
    while (!cpu_.caches_settled(first, span) || evicted_.size() >= EVICTION_BUFFERS) {
        sc_core::wait(delay + POLL_CYCLES * cycle_);
        delay = sc_core::SC_ZERO_TIME;
    }
}

void coherent_port::evict(const cache_victim &victim, const sc_time &delay)
{
    if (victim.dirty) {
        evictions_++;
        evicted_.push_back(
            {cpu_.in_flight().add_evicted(victim.address, victim.data, caches_.l2.line_bytes),
             sc_core::sc_time_stamp() + delay});
        evicted_more_.notify(sc_core::SC_ZERO_TIME);
    }
}

void coherent_port::write_evicted()
{
    for (;;) {
        while (evicted_.empty()) {
            wait(evicted_more_);
        }
        const lines_in_flight::handle line = evicted_.front().line;
        wait(delay_until(to_ps(evicted_.front().at)));
        while (!cpu_.writes_settled(line->address, line->bytes)) {
            wait(POLL_CYCLES * cycle_); /* an older copy of it */
        }
        uint64_t span_ps = 0;
        sc_time delay = sc_core::SC_ZERO_TIME;
        access_memory({line->address, line->bytes, line->data.data(), true, TRAFFIC_CPU_WRITEBACK},
                      span_ps, delay);
        wait(delay);
        evicted_.pop_front();
        cpu_.in_flight().remove(line);
    }
}

bool coherent_port::allocates(bool write) const
{
    return (cache_ & (write ? ACP_WRITE_ALLOCATE : ACP_READ_ALLOCATE)) != 0;
}

/* A line or part of one: true when a cache has served it. No time passes. */
bool coherent_port::serve_from_caches(const access &piece, const sc_time &delay)
{
    side &side = piece.write ? write_ : read_;
    cache_victim victim{};

    if (!piece.write && hierarchy_snoop_read(&caches_, piece.address, piece.data, piece.bytes)) {
        side.hit_bytes += piece.bytes;
        return true;
    }
    if (piece.write &&
        hierarchy_snoop_write(&caches_, piece.address, piece.data, piece.bytes, &victim)) {
        side.hit_bytes += piece.bytes;
        evict(victim, delay);
        return true;
    }
    side.miss_bytes += piece.bytes;
    if (piece.write && allocates(true) && piece.bytes == caches_.l2.line_bytes &&
        hierarchy_snoop_allocate(&caches_, piece.address, piece.data, true, &victim)) {
        side.allocations++;
        evict(victim, delay);
        return true;
    }
    return false;
}

/* Lines of a burst that follow each other and have to go to memory, as one access. */
std::vector<coherent_port::access> coherent_port::look_up(const access &burst, const sc_time &delay)
{
    std::vector<access> missed;

    for (uint32_t done = 0, bytes; done < burst.bytes; done += bytes) {
        access piece = burst;
        piece.address += done;
        piece.data += done;
        bytes = piece_bytes(piece.address, burst.bytes - done);
        piece.bytes = bytes;
        if (serve_from_caches(piece, delay)) {
            continue;
        }
        if (!missed.empty() && missed.back().address + missed.back().bytes == piece.address) {
            missed.back().bytes += bytes;
        } else {
            missed.push_back(piece);
        }
    }
    return missed;
}

tlm_response_status coherent_port::access_memory(const access &what, uint64_t &span_ps,
                                                 sc_time &delay)
{
    tlm_generic_payload part;
    axi_extension extension;

    extension.attributes.beat_bytes = BEAT_BYTES;
    extension.attributes.traffic = what.traffic;
    part.set_command(what.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    part.set_address(what.address);
    part.set_data_ptr(what.data);
    part.set_data_length(what.bytes);
    part.set_streaming_width(what.bytes);
    const axi_extension_loan loan(part, extension);
    memory->b_transport(part, delay);
    span_ps = extension.data_span_ps;
    if (what.traffic != TRAFFIC_CPU_WRITEBACK) {
        (what.write ? write_ : read_).memory_bytes += what.bytes;
    }
    return part.get_response_status();
}

/* One line that was read from memory, and changed by a write. Without a way for it in the L2, what
 * was written goes to memory. */
tlm_response_status coherent_port::put_line(const access &miss, uint32_t line, const uint8_t *bytes,
                                            sc_time &delay)
{
    const uint32_t from = std::max(line, miss.address);
    const uint32_t to = std::min(line + caches_.l2.line_bytes, miss.address + miss.bytes);
    cache_victim victim{};
    uint64_t span_ps = 0;

    if (hierarchy_snoop_allocate(&caches_, line, bytes, miss.write, &victim)) {
        (miss.write ? write_ : read_).allocations++;
        evict(victim, delay);
        return tlm::TLM_OK_RESPONSE;
    }
    if (!miss.write) {
        return tlm::TLM_OK_RESPONSE;
    }
    access part = miss;
    part.address = from;
    part.bytes = to - from;
    part.data += from - miss.address;
    return access_memory(part, span_ps, delay);
}

/* Whole lines come from memory, and go into the L2. */
tlm_response_status coherent_port::allocate(const access &miss, uint64_t &span_ps, sc_time &delay)
{
    const uint32_t line_bytes = caches_.l2.line_bytes;
    const uint32_t first = line_of(miss.address);
    const uint32_t bytes = line_of(miss.address + miss.bytes - 1) + line_bytes - first;
    const traffic_class traffic =
        miss.traffic == TRAFFIC_DMA_WRITE ? TRAFFIC_DMA_READ : miss.traffic;
    std::vector<uint8_t> lines(bytes);
    tlm_response_status status =
        access_memory({first, bytes, lines.data(), false, traffic}, span_ps, delay);

    uint8_t *const wanted = lines.data() + (miss.address - first);
    if (status == tlm::TLM_OK_RESPONSE && miss.write) {
        std::memcpy(wanted, miss.data, miss.bytes);
    } else if (status == tlm::TLM_OK_RESPONSE) {
        std::memcpy(miss.data, wanted, miss.bytes);
    }
    for (uint32_t done = 0; done < bytes && status == tlm::TLM_OK_RESPONSE; done += line_bytes) {
        status = put_line(miss, first + done, lines.data() + done, delay);
    }
    return status;
}

tlm_response_status coherent_port::go_past(const access &burst, uint64_t &span_ps, sc_time &delay)
{
    (burst.write ? write_ : read_).miss_bytes += burst.bytes;
    return access_memory(burst, span_ps, delay);
}

tlm_response_status coherent_port::go_through(const access &burst, uint64_t &span_ps,
                                              sc_time &delay)
{
    tlm_response_status status = tlm::TLM_OK_RESPONSE;
    std::vector<lines_in_flight::handle> held;

    settle(burst.address, burst.bytes, delay);
    const std::vector<access> missed = look_up(burst, delay);
    const bool holds = burst.write || allocates(false);
    for (const access &miss : missed) {
        const uint32_t first = line_of(miss.address);
        const uint32_t end = line_of(miss.address + miss.bytes - 1) + caches_.l2.line_bytes;
        if (holds) {
            held.push_back(cpu_.in_flight().add(first, end - first));
        }
    }
    delay += (caches_.config.l2.hit_cycles + (missed.empty() ? 0 : caches_.config.l2.miss_cycles)) *
             cycle_;
    for (const access &miss : missed) {
        if (status == tlm::TLM_OK_RESPONSE) {
            status = allocates(burst.write) ? allocate(miss, span_ps, delay)
                                            : access_memory(miss, span_ps, delay);
        }
    }
    for (const lines_in_flight::handle &range : held) {
        cpu_.in_flight().remove(range);
    }
    if (missed.size() != 1 || missed[0].bytes != burst.bytes) {
        span_ps = 0;
    }
    return status;
}

void coherent_port::b_transport(tlm_generic_payload &payload, sc_time &delay)
{
    axi_extension *const extension = payload.get_extension<axi_extension>();
    uint64_t span_ps = 0;

    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (extension == nullptr || payload.get_streaming_width() < payload.get_data_length()) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    const access burst = {static_cast<uint32_t>(payload.get_address()), payload.get_data_length(),
                          payload.get_data_ptr(), payload.is_write(),
                          extension->attributes.traffic};
    payload.set_response_status((cache_ & ACP_COHERENT) != 0 ? go_through(burst, span_ps, delay)
                                                             : go_past(burst, span_ps, delay));
    extension->data_span_ps = span_ps;
}

unsigned coherent_port::transport_dbg(tlm_generic_payload &payload)
{
    return memory->transport_dbg(payload);
}

} // namespace zs
