#include "axi/axi_stream.h"

#include <stdexcept>
#include <string>

namespace zs
{

namespace
{

void add_counters(const axi_stream_core &core, const std::string &name, struct stats *stats)
{
    const std::string prefix = "stream." + name + ".";
    const auto add = [&](const char *counter, const char *unit, const char *text,
                         const uint64_t &value) {
        stats_add(stats, (prefix + counter).c_str(), unit, text, &value);
    };
    add("words", "words", "words written into the stream", core.words);
    add("packets", "packets", "packets (TLAST) written into the stream", core.packets);
    add("producer_stall_cycles", "cycles", "the producer had a beat and the FIFO was full",
        core.producer_stall_cycles);
    add("consumer_starve_cycles", "cycles", "the consumer was ready and the FIFO was empty",
        core.consumer_starve_cycles);
}

} // namespace

axi_stream::axi_stream(sc_core::sc_module_name name, const axi_stream_config &config,
                       struct stats *stats)
    : sc_module(name)
{
    if (axi_stream_core_init(&m_core, &config) != 0) {
        throw std::invalid_argument(std::string(basename()) +
                                    ": a stream needs a clock, a width that is a multiple of 32 "
                                    "bits, and a depth of at least one beat");
    }
    if (stats != nullptr) {
        add_counters(m_core, basename(), stats);
    }
}

axi_stream::~axi_stream()
{
    axi_stream_core_destroy(&m_core);
}

void axi_stream::wake()
{
    notify(m_data, on_data);
    notify(m_space, on_space);
}

/* A notification that nobody waits for would cost a delta cycle. */
void axi_stream::notify(condition &condition, const std::function<void()> &callback)
{
    if (!condition.awaited) {
        return;
    }
    if (callback) {
        condition.awaited = false;
        callback();
    } else {
        condition.event.notify(sc_core::SC_ZERO_TIME);
    }
}

bool axi_stream::wait_for(condition &condition, const predicate &cancelled)
{
    if (!cancelled || !cancelled()) {
        wait(condition.event);
    }
    condition.awaited = false;
    return !cancelled || !cancelled();
}

size_t axi_stream::push_now(const uint32_t *words, size_t count, uint8_t last_bytes,
                            uint64_t &now_ps)
{
    const size_t done = axi_stream_core_push(&m_core, words, count, last_bytes, &now_ps);

    m_space.awaited = done == 0 && count > 0;
    if (done > 0) {
        notify(m_data, on_data);
    }
    return done;
}

axi_stream_read axi_stream::pop_now(uint32_t *words, size_t count, bool stop_at_last,
                                    uint64_t &now_ps)
{
    const axi_stream_read read = axi_stream_core_pop(&m_core, words, count, stop_at_last, &now_ps);

    m_data.awaited = read.words == 0 && count > 0;
    if (read.words > 0) {
        notify(m_space, on_space);
    }
    return read;
}

size_t axi_stream::push_some(const uint32_t *words, size_t count, uint8_t last_bytes,
                             uint64_t &now_ps, const predicate &cancelled)
{
    for (;;) {
        const size_t done = push_now(words, count, last_bytes, now_ps);
        if (done > 0 || count == 0 || !wait_for(m_space, cancelled)) {
            return done;
        }
    }
}

axi_stream_read axi_stream::pop_some(uint32_t *words, size_t count, bool stop_at_last,
                                     uint64_t &now_ps, const predicate &cancelled)
{
    for (;;) {
        const axi_stream_read read = pop_now(words, count, stop_at_last, now_ps);
        if (read.words > 0 || count == 0 || !wait_for(m_data, cancelled)) {
            return read;
        }
    }
}

size_t axi_stream::push(const uint32_t *words, size_t count, uint8_t last_bytes, uint64_t &now_ps,
                        const predicate &cancelled)
{
    size_t total = 0;

    while (total < count) {
        const size_t done = push_some(words + total, count - total, last_bytes, now_ps, cancelled);
        if (done == 0) {
            break;
        }
        total += done;
    }
    return total;
}

axi_stream_read axi_stream::pop(uint32_t *words, size_t count, bool stop_at_last, uint64_t &now_ps,
                                const predicate &cancelled)
{
    axi_stream_read total{};

    while (total.words < count && !(stop_at_last && total.last_bytes > 0)) {
        const axi_stream_read part =
            pop_some(words + total.words, count - total.words, stop_at_last, now_ps, cancelled);
        if (part.words == 0) {
            break;
        }
        if (total.words == 0) {
            total.first_ps = part.first_ps;
        }
        total.words += part.words;
        total.beats += part.beats;
        total.last_bytes = part.last_bytes;
    }
    return total;
}

} // namespace zs
