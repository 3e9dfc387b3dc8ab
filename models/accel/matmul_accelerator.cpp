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

const char *const ACTIVITY_NAMES[] = {"load", "compute", "store", "wait_in", "wait_out", "idle"};
const char *const ACTIVITY_TEXTS[] = {"a beat of an opcode or a tile was taken",
                                      "arithmetic",
                                      "a beat of C was given",
                                      "the instruction needed words, none was there",
                                      "C was ready and the output stream was full",
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
    if (stats != nullptr) {
        add_counters(stats);
    }
}

matmul_accelerator::~matmul_accelerator()
{
    matmul_core_destroy(&m_core);
}

void matmul_accelerator::add_counters(struct stats *stats)
{
    for (int i = 0; i < ACTIVITIES; ++i) {
        stats_add(stats, (std::string("accel.cycles.") + ACTIVITY_NAMES[i]).c_str(), "cycles",
                  ACTIVITY_TEXTS[i], &m_cycles[i]);
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

/* What settle() charged in advance is taken off first. */
void matmul_accelerator::charge(activity what, uint64_t ps)
{
    const uint64_t settled_ps = std::min(ps, m_settled_ps[what]);
    m_settled_ps[what] -= settled_ps;
    m_activity_ps[what] += ps - settled_ps;
    m_cycles[what] = m_activity_ps[what] / m_period_ps;
}

matmul_accelerator::activity matmul_accelerator::waiting() const
{
    if (m_core.step == MATMUL_STORE) {
        return WAIT_OUT;
    }
    return matmul_core_at_rest(&m_core) ? IDLE : WAIT_IN;
}

void matmul_accelerator::settle()
{
    const activity what = waiting();
    if (failed() || m_core.step == MATMUL_COMPUTE || stamp_ps() <= m_now_ps + m_settled_ps[what]) {
        return;
    }
    const uint64_t ps = stamp_ps() - m_now_ps - m_settled_ps[what];
    m_activity_ps[what] += ps;
    m_settled_ps[what] += ps;
    m_cycles[what] = m_activity_ps[what] / m_period_ps;
}

/* Between instructions nobody owes a word: no limit. */
sc_core::sc_time matmul_accelerator::patience() const
{
    return waiting() == IDLE
               ? sc_core::SC_ZERO_TIME
               : sc_core::sc_time::from_value(m_core.config.watchdog_cycles * m_period_ps);
}

void matmul_accelerator::take_words()
{
    std::vector<uint32_t> &words = m_words;
    words.resize(std::min(matmul_core_wanted(&m_core), BLOCK_WORDS));

    const activity first_wait = waiting();
    const uint64_t asked_ps = m_now_ps;
    const axi_stream_read read =
        m_in.pop_some(words.data(), words.size(), false, m_now_ps, {}, patience());
    if (read.words == 0) {
        watchdog("no word came");
        return;
    }
    const uint64_t load_ps = read.beats * m_stream_period_ps;
    charge(first_wait, read.first_ps - asked_ps);
    charge(LOAD, load_ps);
    charge(WAIT_IN, m_now_ps - read.first_ps - load_ps);
    matmul_core_take(&m_core, words.data(), read.words);
}

void matmul_accelerator::compute()
{
    const uint64_t ps = matmul_core_run(&m_core) * m_period_ps;
    charge(COMPUTE, ps);
    m_now_ps += ps;
}

void matmul_accelerator::store_words()
{
    size_t count = 0;
    const uint32_t *const words = matmul_core_result(&m_core, &count);
    const uint64_t asked_ps = m_now_ps;
    const size_t sent = m_out.push_some(words, count, WORD_BYTES, m_now_ps, {}, patience());
    if (sent == 0) {
        watchdog("nobody takes the results");
        return;
    }
    const size_t per_beat = m_out.core().words_per_beat;
    const uint64_t store_ps = (sent + per_beat - 1) / per_beat * m_stream_period_ps;
    charge(STORE, store_ps);
    charge(WAIT_OUT, m_now_ps - asked_ps - store_ps);
    matmul_core_sent(&m_core, sent);
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
            store_words();
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
