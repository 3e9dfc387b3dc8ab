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
constexpr uint64_t NEVER = UINT64_MAX;
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
    m_deadline_ps.fill(NEVER);
    m_in.on_data = [this] { run(); };
    m_out.on_space = [this] { run(); };
    SC_HAS_PROCESS(matmul_accelerator);
    SC_METHOD(watch);
    sensitive << m_watch;
    dont_initialize();
    if (stats != nullptr) {
        add_counters(stats);
    }
}

matmul_accelerator::~matmul_accelerator()
{
    m_in.on_data = nullptr;
    m_out.on_space = nullptr;
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

/* Count what is final: the load unit cannot act before its local time any more, nor can the store
 * unit, unless it has nothing to do. */
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

/* A unit cannot go on before somebody gives or takes words. Between instructions nobody owes a
 * word: no limit. */
void matmul_accelerator::stall(activity_unit unit, activity what)
{
    const uint64_t patience_ps =
        what == ACTIVITY_IDLE ? 0 : m_core.config.watchdog_cycles * m_period_ps;

    set_deadline(unit, patience_ps == 0 ? NEVER : stamp_ps() + patience_ps);
}

/* No deadline, no event: who looks ahead in time must not see one that means nothing. */
void matmul_accelerator::set_deadline(activity_unit unit, uint64_t deadline_ps)
{
    if (m_deadline_ps[unit] == deadline_ps) {
        return;
    }
    m_deadline_ps[unit] = deadline_ps;
    const uint64_t first_ps = std::min(m_deadline_ps[UNIT_LOAD], m_deadline_ps[UNIT_STORE]);
    m_watch.cancel();
    if (first_ps != NEVER) {
        m_watch.notify(delay_until(first_ps));
    }
}

void matmul_accelerator::watch()
{
    watchdog(m_deadline_ps[UNIT_LOAD] <= stamp_ps() ? "no word came" : "nobody takes the results");
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

/* Each step of a unit returns false when it cannot go on. */
bool matmul_accelerator::take_words()
{
    if (!m_taking) {
        wait_for_operand_buffer();
    }
    m_words.resize(std::min(matmul_core_wanted(&m_core), BLOCK_WORDS));

    const activity first_wait = waiting();
    const uint64_t asked_ps = m_now_ps;
    const axi_stream_read read = m_in.pop_now(m_words.data(), m_words.size(), false, m_now_ps);
    m_taking = read.words == 0;
    if (m_taking) {
        stall(UNIT_LOAD, first_wait);
        return false;
    }
    set_deadline(UNIT_LOAD, NEVER);
    /* Beats of a block may have gaps between them; all that matters is how much of each. */
    const uint64_t gaps_ps = m_now_ps - read.first_ps - read.beats * m_stream_period_ps;
    record(UNIT_LOAD, first_wait, asked_ps, read.first_ps);
    record(UNIT_LOAD, ACTIVITY_WAIT_IN, read.first_ps, read.first_ps + gaps_ps);
    record(UNIT_LOAD, ACTIVITY_LOAD, read.first_ps + gaps_ps, m_now_ps);
    matmul_core_take(&m_core, m_words.data(), read.words);
    count();
    return true;
}

bool matmul_accelerator::compute()
{
    uint64_t start_ps = m_now_ps;
    if (m_outgoing.size() >= BUFFERS) {
        return false;
    }
    if (m_core.config.double_buffering) {
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
    return true;
}

/* Give words from `now_ps` on; returns how many were taken. */
size_t matmul_accelerator::store(const uint32_t *words, size_t count, uint64_t &now_ps)
{
    const size_t per_beat = m_out.core().words_per_beat;
    const uint64_t asked_ps = now_ps;
    const size_t sent = m_out.push_now(words, count, WORD_BYTES, now_ps);

    if (sent == 0) {
        stall(UNIT_STORE, ACTIVITY_WAIT_OUT);
        return 0;
    }
    set_deadline(UNIT_STORE, NEVER);
    const uint64_t store_ps = (sent + per_beat - 1) / per_beat * m_stream_period_ps;
    record(UNIT_STORE, ACTIVITY_WAIT_OUT, asked_ps, now_ps - store_ps);
    record(UNIT_STORE, ACTIVITY_STORE, now_ps - store_ps, now_ps);
    this->count();
    return sent;
}

bool matmul_accelerator::store_in_turn()
{
    size_t count = 0;
    const uint32_t *const words = matmul_core_result(&m_core, &count);
    const size_t sent = store(words, count, m_now_ps);

    if (sent > 0) {
        matmul_core_sent(&m_core, sent);
    }
    return sent > 0;
}

/* Hand the tile to the store unit; the next one may be computed in the other buffer. */
bool matmul_accelerator::store_aside()
{
    size_t count = 0;
    if (m_outgoing.size() >= BUFFERS) {
        return false;
    }
    const uint32_t *const words = matmul_core_result(&m_core, &count);
    if (m_outgoing.empty()) {
        m_stored_ps = std::max(m_stored_ps, std::max(m_now_ps, m_computed_ps));
    }
    m_outgoing.push_back({{words, words + count}, 0, std::max(m_now_ps, m_computed_ps)});
    matmul_core_sent(&m_core, count);
    return true;
}

/* Some words of the oldest tile that was set aside. */
bool matmul_accelerator::store_outgoing()
{
    if (m_outgoing.empty()) {
        return false;
    }
    outgoing &tile = m_outgoing.front();
    m_stored_ps = std::max(m_stored_ps, tile.ready_ps);
    const size_t sent =
        store(tile.words.data() + tile.sent, tile.words.size() - tile.sent, m_stored_ps);
    tile.sent += sent;
    if (tile.sent == tile.words.size()) {
        m_outgoing.pop_front();
        m_result_free_ps[m_tiles_stored++ % BUFFERS] = m_stored_ps;
    }
    return sent > 0;
}

bool matmul_accelerator::step()
{
    switch (m_core.step) {
    case MATMUL_FETCH:
    case MATMUL_LOAD_A:
    case MATMUL_LOAD_B:
        return take_words();
    case MATMUL_COMPUTE:
        return compute();
    case MATMUL_STORE:
        return m_core.config.double_buffering ? store_aside() : store_in_turn();
    case MATMUL_FAILED:
        fail(m_core.message);
        break;
    }
    return false;
}

void matmul_accelerator::run()
{
    while (!failed() && (step() || store_outgoing())) {
    }
}

void matmul_accelerator::start_of_simulation()
{
    run();
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
