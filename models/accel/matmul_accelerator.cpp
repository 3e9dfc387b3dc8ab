#include "accel/matmul_accelerator.h"

#include "axi/local_time.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace zs
{

namespace
{

constexpr uint64_t PS_PER_SECOND = 1000000000000u;
constexpr size_t BLOCK_WORDS = 4096;
constexpr uint8_t WORD_BYTES = 4;
constexpr size_t DESCRIPTION_BYTES = 2 * MATMUL_MESSAGE_BYTES;

const char *const ACTIVITY_TEXTS[] = {"arithmetic",
                                      "a beat of C was given",
                                      "a beat of an opcode or a tile was taken",
                                      "C was ready and the output stream was full",
                                      "the instruction needed words and none was there",
                                      "between instructions"};

} // namespace

matmul_accelerator::matmul_accelerator(sc_core::sc_module_name name,
                                       const matmul_accelerator_config &config, axi_stream &in,
                                       axi_stream &out, struct stats *stats)
    : sc_module(name), m_in(in), m_out(out), m_stream_period_ps(in.core().period_ps),
      m_period_ps(config.clock_hz != 0 ? (PS_PER_SECOND + config.clock_hz / 2) / config.clock_hz
                                       : in.core().period_ps)
{
    const char *why = nullptr;
    if (matmul_core_init(&m_core, &config, &why) != 0) {
        throw std::invalid_argument(std::string(this->name()) + ": " +
                                    (why != nullptr ? why : "out of memory"));
    }
    sc_core::sc_spawn([this] { run(); }, "run");
    if (config.double_buffering) {
        sc_core::sc_spawn([this] { run_stores(); }, "store");
    }
    if (stats != nullptr) {
        add_counters(stats);
    }
}

matmul_accelerator::~matmul_accelerator()
{
    matmul_core_destroy(&m_core);
    activity_destroy(&m_log);
}

void matmul_accelerator::add_counters(struct stats *stats)
{
    for (int i = 0; i < ACTIVITIES; ++i) {
        const std::string name = activity_name(static_cast<activity>(i));
        stats_add(stats, ("accel.cycles." + name).c_str(), "cycles", ACTIVITY_TEXTS[i],
                  &m_cycles[i]);
    }
    const auto add = [&](const char *counter, const char *unit, const char *text,
                         const uint64_t &value) {
        stats_add(stats, (std::string("accel.") + counter).c_str(), unit, text, &value);
    };
    add("macs", "operations", "multiply-accumulates", m_core.macs);
    add("words_in", "words", "words taken: opcodes and tiles", m_core.words_in);
    add("words_out", "words", "words of C given", m_core.words_out);
    add("opcodes", "instructions", "opcodes taken", m_core.opcodes);
    add("tiles_out", "tiles", "C tiles given", m_core.tiles_out);
    add("errors", "events", "failures that stopped the accelerator", m_errors);
}

void matmul_accelerator::record(activity_unit unit, activity what, uint64_t start_ps,
                                uint64_t end_ps)
{
    if (activity_add(&m_log, unit, what, start_ps, end_ps) != 0) {
        throw std::bad_alloc();
    }
}

/* Count what is final: the load process cannot act before its local time any more, nor can the
 * store process, unless it has nothing to do. */
void matmul_accelerator::count()
{
    activity_count(&m_log, m_outgoing.empty() ? m_now_ps : std::min(m_now_ps, m_stored_ps));
    for (int i = 0; i < ACTIVITIES; ++i) {
        m_cycles[i] = std::max(m_cycles[i], m_log.total_ps[i] / m_period_ps);
    }
}

activity matmul_accelerator::waiting() const
{
    return matmul_core_at_rest(&m_core) ? ACTIVITY_IDLE : ACTIVITY_WAIT_IN;
}

/* Beyond what is final, whoever waits goes on waiting until now. */
activity_log matmul_accelerator::not_final() const
{
    activity_log now{};
    now.counted_ps = m_log.counted_ps;
    for (int unit = 0; unit < ACTIVITY_UNITS; ++unit) {
        const activity_queue &queue = m_log.queues[unit];
        for (size_t i = queue.first; i < queue.first + queue.count; ++i) {
            const activity_segment &segment = queue.segments[i];
            activity_add(&now, static_cast<activity_unit>(unit), segment.what, segment.start_ps,
                         segment.end_ps);
        }
    }
    if (m_taking) {
        activity_add(&now, UNIT_LOAD, waiting(), m_now_ps, stamp_ps());
    }
    if (!m_outgoing.empty() || m_core.step == MATMUL_STORE) {
        activity_add(&now, UNIT_STORE, ACTIVITY_WAIT_OUT,
                     m_outgoing.empty() ? m_now_ps : m_stored_ps, stamp_ps());
    }
    return now;
}

void matmul_accelerator::settle()
{
    if (failed()) {
        return;
    }
    count();
    activity_log now = not_final();
    activity_count(&now, stamp_ps());
    for (int i = 0; i < ACTIVITIES; ++i) {
        m_cycles[i] = std::max(m_cycles[i], (m_log.total_ps[i] + now.total_ps[i]) / m_period_ps);
    }
    activity_destroy(&now);
}

void matmul_accelerator::trace_to(struct trace *trace)
{
    m_log.track = trace_add_track(trace, "accelerator", "state");
}

void matmul_accelerator::trace_rest()
{
    if (failed()) {
        return;
    }
    activity_log now = not_final();
    now.track = m_log.track;
    activity_count(&now, stamp_ps());
    activity_destroy(&now);
}

/* Between instructions nobody owes a word: no limit. */
sc_core::sc_time matmul_accelerator::patience(activity what) const
{
    return what == ACTIVITY_IDLE
               ? sc_core::SC_ZERO_TIME
               : sc_core::sc_time::from_value(m_core.config.watchdog_cycles * m_period_ps);
}

/* A tile may be overwritten when the last compute that reads it is over. */
void matmul_accelerator::wait_for_operand_buffer()
{
    const bool load = m_core.step == MATMUL_LOAD_A || m_core.step == MATMUL_LOAD_B;
    if (!m_core.config.double_buffering || !load || m_core.words_done > 0) {
        return;
    }
    const int operand = m_core.step == MATMUL_LOAD_A ? 0 : 1;
    m_buffer[operand] = (m_buffer[operand] + 1) % BUFFERS;
    m_now_ps = std::max(m_now_ps, m_operand_free_ps[operand][m_buffer[operand]]);
}

void matmul_accelerator::take_words()
{
    wait_for_operand_buffer();
    m_words.resize(std::min(matmul_core_wanted(&m_core), BLOCK_WORDS));

    const activity first_wait = waiting();
    const uint64_t asked_ps = m_now_ps;
    m_taking = true;
    const axi_stream_read read =
        m_in.pop_some(m_words.data(), m_words.size(), false, m_now_ps, {}, patience(first_wait));
    m_taking = false;
    if (read.words == 0) {
        watchdog("no word came");
        return;
    }
    /* Beats of a block may have gaps between them; all that matters is how much of each. */
    const uint64_t gaps_ps = m_now_ps - read.first_ps - read.beats * m_stream_period_ps;
    record(UNIT_LOAD, first_wait, asked_ps, read.first_ps);
    record(UNIT_LOAD, ACTIVITY_WAIT_IN, read.first_ps, read.first_ps + gaps_ps);
    record(UNIT_LOAD, ACTIVITY_LOAD, read.first_ps + gaps_ps, m_now_ps);
    matmul_core_take(&m_core, m_words.data(), read.words);
    count();
}

void matmul_accelerator::compute()
{
    uint64_t start_ps = m_now_ps;
    if (m_core.config.double_buffering) {
        while (m_outgoing.size() >= BUFFERS && !failed()) {
            wait(m_store_event);
        }
        start_ps =
            std::max({start_ps, m_computed_ps, m_result_free_ps[m_core.tiles_out % BUFFERS]});
    }
    m_computed_ps = start_ps + matmul_core_run(&m_core) * m_period_ps;
    record(UNIT_COMPUTE, ACTIVITY_COMPUTE, start_ps, m_computed_ps);
    for (int operand = 0; operand < 2; ++operand) {
        m_operand_free_ps[operand][m_buffer[operand]] = m_computed_ps;
    }
    if (!m_core.config.double_buffering) {
        m_now_ps = m_computed_ps;
    }
    count();
}

/* Give some words; false when nobody takes them. */
bool matmul_accelerator::store(const uint32_t *words, size_t count, uint64_t &now_ps)
{
    const size_t per_beat = m_out.core().words_per_beat;

    while (count > 0) {
        const uint64_t asked_ps = now_ps;
        const size_t sent =
            m_out.push_some(words, count, WORD_BYTES, now_ps, {}, patience(ACTIVITY_WAIT_OUT));
        if (sent == 0) {
            watchdog("nobody takes the results");
            return false;
        }
        const uint64_t store_ps = (sent + per_beat - 1) / per_beat * m_stream_period_ps;
        record(UNIT_STORE, ACTIVITY_WAIT_OUT, asked_ps, now_ps - store_ps);
        record(UNIT_STORE, ACTIVITY_STORE, now_ps - store_ps, now_ps);
        words += sent;
        count -= sent;
        this->count();
    }
    return true;
}

void matmul_accelerator::store_in_turn()
{
    size_t count = 0;
    const uint32_t *const words = matmul_core_result(&m_core, &count);
    if (store(words, count, m_now_ps)) {
        matmul_core_sent(&m_core, count);
        this->count();
    }
}

/* Hand the tile to the store process; the next one may be computed in the other buffer. */
void matmul_accelerator::store_aside()
{
    size_t count = 0;
    while (m_outgoing.size() >= BUFFERS && !failed()) {
        wait(m_store_event);
    }
    const uint32_t *const words = matmul_core_result(&m_core, &count);
    if (m_outgoing.empty()) {
        m_stored_ps = std::max(m_stored_ps, std::max(m_now_ps, m_computed_ps));
    }
    m_outgoing.push_back({{words, words + count}, std::max(m_now_ps, m_computed_ps)});
    matmul_core_sent(&m_core, count);
    m_store_event.notify(sc_core::SC_ZERO_TIME);
}

void matmul_accelerator::run_stores()
{
    while (!failed()) {
        while (m_outgoing.empty()) {
            wait(m_store_event);
        }
        const outgoing &tile = m_outgoing.front();
        m_stored_ps = std::max(m_stored_ps, tile.ready_ps);
        if (!store(tile.words.data(), tile.words.size(), m_stored_ps)) {
            return;
        }
        m_outgoing.pop_front();
        m_result_free_ps[m_tiles_stored++ % BUFFERS] = m_stored_ps;
        m_store_event.notify(sc_core::SC_ZERO_TIME);
    }
}

void matmul_accelerator::run()
{
    while (!failed()) {
        switch (m_core.step) {
        case MATMUL_FETCH:
        case MATMUL_LOAD_A:
        case MATMUL_LOAD_B:
            take_words();
            break;
        case MATMUL_COMPUTE:
            compute();
            break;
        case MATMUL_STORE:
            if (m_core.config.double_buffering) {
                store_aside();
            } else {
                store_in_turn();
            }
            break;
        case MATMUL_FAILED:
            fail(m_core.message);
            break;
        }
    }
}

void matmul_accelerator::watchdog(const std::string &what)
{
    fail(what + " for " + std::to_string(m_core.config.watchdog_cycles) +
         " cycles: the accelerator " + describe());
}

void matmul_accelerator::fail(const std::string &message)
{
    m_message = std::string(name()) + ": " + message;
    ++m_errors;
    std::fprintf(stderr, "%s\n", m_message.c_str());
    m_store_event.notify(sc_core::SC_ZERO_TIME);
    if (on_failure) {
        on_failure(m_message);
    }
}

bool matmul_accelerator::failed() const
{
    return !m_message.empty();
}

std::string matmul_accelerator::message() const
{
    return m_message;
}

std::string matmul_accelerator::describe() const
{
    char text[DESCRIPTION_BYTES];
    matmul_core_describe(&m_core, text, sizeof(text));
    return text;
}

} // namespace zs
