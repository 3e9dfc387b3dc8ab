// zs-accel: the MatMul accelerator alone, fed by streams that never wait; C stays in it as long as
// its instructions allow.

#include "accel/matmul_accelerator.h"
#include "axi/local_time.h"
#include "block_cli.h"
#include "stats/stats_json.h"
#include "trace/trace_file.h"
#include "zs_accel_config.h"

#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <systemc>
#include <vector>

namespace
{

constexpr uint32_t READ_A_B_COMPUTE = 7;
constexpr uint32_t SEND_C = 8;
constexpr uint8_t WORD_BYTES = 4;

struct settings {
    matmul_accelerator_config accelerator;
    axi_stream_config stream;
    product_config product;
    trace_file_config trace;
};
settings chosen;

// Elements as small whole numbers, so that float sums are exact in any order.
struct matrix {
    uint32_t rows, columns;
    std::vector<int32_t> elements;

    matrix(uint32_t matrix_rows, uint32_t matrix_columns)
        : rows(matrix_rows), columns(matrix_columns), elements(size_t(rows) * columns)
    {
    }
    int32_t &at(uint32_t row, uint32_t column)
    {
        return elements[size_t(row) * columns + column];
    }
};

uint32_t encode(int32_t element)
{
    uint32_t word = static_cast<uint32_t>(element);
    if (chosen.accelerator.type == MATMUL_F32) {
        const auto value = static_cast<float>(element);
        std::memcpy(&word, &value, sizeof(word));
    }
    return word;
}

int32_t decode(uint32_t word)
{
    if (chosen.accelerator.type == MATMUL_F32) {
        float value;
        std::memcpy(&value, &word, sizeof(value));
        return static_cast<int32_t>(value);
    }
    return static_cast<int32_t>(word);
}

void append_tile(std::vector<uint32_t> &words, matrix &from, uint32_t row, uint32_t column,
                 uint32_t rows, uint32_t columns)
{
    std::vector<int32_t> tile;
    for (uint32_t i = 0; i < rows; ++i) {
        for (uint32_t j = 0; j < columns; ++j) {
            tile.push_back(from.at(row + i, column + j));
        }
    }
    if (chosen.accelerator.type != MATMUL_I8) {
        for (const int32_t element : tile) {
            words.push_back(encode(element));
        }
        return;
    }
    for (size_t i = 0; i < tile.size(); i += WORD_BYTES) {
        uint32_t word = 0;
        for (size_t byte = 0; byte < WORD_BYTES; ++byte) {
            word |= (static_cast<uint32_t>(tile[i + byte]) & 0xff) << 8 * byte;
        }
        words.push_back(word);
    }
}

class block : public sc_core::sc_module
{
  public:
    block(sc_core::sc_module_name name, struct stats *stats)
        : sc_module(name), m_in("mm2s", chosen.stream, stats), m_out("s2mm", chosen.stream, stats),
          m_accelerator("accelerator", chosen.accelerator, m_in, m_out, stats),
          m_a(chosen.product.m, chosen.product.k), m_b(chosen.product.k, chosen.product.n),
          m_c(chosen.product.m, chosen.product.n)
    {
        std::mt19937 random(chosen.product.seed);
        for (auto *const elements : {&m_a.elements, &m_b.elements}) {
            for (auto &element : *elements) {
                element = static_cast<int32_t>(random() % 17) - 8;
            }
        }
        m_accelerator.on_failure = [](const std::string &) { sc_core::sc_stop(); };
        sc_core::sc_spawn([this] { feed(); }, "feed");
        sc_core::sc_spawn([this] { collect(); }, "collect");
    }

    bool correct();
    void settle()
    {
        m_accelerator.settle();
    }
    void trace_to(struct trace *trace)
    {
        m_accelerator.trace_to(trace);
    }
    void trace_rest()
    {
        m_accelerator.trace_rest();
    }

  private:
    bool accumulates() const
    {
        return chosen.accelerator.version >= MATMUL_V3;
    }
    uint32_t tile(uint32_t of_v4) const
    {
        const bool given = chosen.accelerator.version == MATMUL_V4 && of_v4 != 0;
        return given ? of_v4 : chosen.accelerator.size;
    }
    uint32_t tile_m() const
    {
        return tile(chosen.product.tile_m);
    }
    uint32_t tile_n() const
    {
        return tile(chosen.product.tile_n);
    }
    uint32_t tile_k() const
    {
        return tile(chosen.product.tile_k);
    }
    void instruct(std::vector<uint32_t> &words, uint32_t opcode) const;
    void send();
    void feed();
    void collect();

    zs::axi_stream m_in;
    zs::axi_stream m_out;
    zs::matmul_accelerator m_accelerator;
    matrix m_a, m_b, m_c;
    std::vector<uint32_t> m_sending;
    std::vector<uint32_t> m_received;
    uint64_t m_feed_ps = 0;
};

void block::instruct(std::vector<uint32_t> &words, uint32_t opcode) const
{
    if (chosen.accelerator.version != MATMUL_V1) {
        words.push_back(opcode);
    }
    if (chosen.accelerator.version == MATMUL_V4) {
        words.push_back(tile_k() << 20 | tile_n() << 10 | tile_m());
    }
}

void block::send()
{
    m_in.push(m_sending.data(), m_sending.size(), WORD_BYTES, m_feed_ps);
    m_sending.clear();
}

void block::feed()
{
    for (uint32_t row = 0; row < m_c.rows; row += tile_m()) {
        for (uint32_t column = 0; column < m_c.columns; column += tile_n()) {
            for (uint32_t inner = 0; inner < m_a.columns; inner += tile_k()) {
                instruct(m_sending, READ_A_B_COMPUTE);
                append_tile(m_sending, m_a, row, inner, tile_m(), tile_k());
                append_tile(m_sending, m_b, inner, column, tile_k(), tile_n());
                send();
            }
            if (accumulates()) {
                instruct(m_sending, SEND_C);
                send();
            }
        }
    }
}

void block::collect()
{
    const uint32_t partial = accumulates() ? 1 : m_a.columns / tile_k();
    uint64_t now_ps = 0;

    m_received.resize(size_t(tile_m()) * tile_n());
    for (uint32_t row = 0; row < m_c.rows; row += tile_m()) {
        for (uint32_t column = 0; column < m_c.columns; column += tile_n()) {
            for (uint32_t i = 0; i < partial; ++i) {
                m_out.pop(m_received.data(), m_received.size(), true, now_ps);
                for (size_t word = 0; word < m_received.size(); ++word) {
                    m_c.at(row + static_cast<uint32_t>(word) / tile_n(),
                           column + static_cast<uint32_t>(word) % tile_n()) +=
                        decode(m_received[word]);
                }
            }
        }
    }
    wait(zs::delay_until(now_ps));
    sc_core::sc_stop();
}

bool block::correct()
{
    for (uint32_t i = 0; i < m_c.rows; ++i) {
        for (uint32_t j = 0; j < m_c.columns; ++j) {
            int32_t sum = 0;
            for (uint32_t l = 0; l < m_a.columns; ++l) {
                sum += m_a.at(i, l) * m_b.at(l, j);
            }
            if (sum != m_c.at(i, j)) {
                return false;
            }
        }
    }
    return !m_accelerator.failed();
}

void report(const struct stats *stats, bool verified)
{
    json out;
    json_start(&out, stdout);
    json_begin_object(&out, nullptr);
    json_bool(&out, "verified", verified);
    json_u64(&out, "elapsed_ps", stats_interval_ps(stats, STATS_PROCESS));
    stats_json(stats, &out);
    json_end(&out);
    json_finish(&out);
}

void check_divides(struct config *config, const char *path, uint32_t edge, uint32_t tile)
{
    const uint32_t step =
        tile != 0 && chosen.accelerator.version == MATMUL_V4 ? tile : chosen.accelerator.size;
    if (step == 0 || edge % step != 0) {
        config_error(config, path, "%u is not a multiple of the tile, %u", edge, step);
    }
}

void check_v4_tile(struct config *config)
{
    const auto or_size = [](uint32_t edge) { return edge != 0 ? edge : chosen.accelerator.size; };
    const product_config &product = chosen.product;
    const uint32_t m = or_size(product.tile_m), n = or_size(product.tile_n),
                   k = or_size(product.tile_k);
    const char *const wrong = matmul_tile_error(&chosen.accelerator, m, n, k);

    if (wrong != nullptr) {
        config_error(config, product.tile_m != 0 ? "product.tile_m" : "product.tile_n",
                     "tM=%u tN=%u tK=%u: %s (accelerator.size %u, accelerator.buffer_words %u)", m,
                     n, k, wrong, chosen.accelerator.size, chosen.accelerator.buffer_words);
    }
}

void check(struct config *config)
{
    const product_config &product = chosen.product;
    const char *why = nullptr;
    matmul_accelerator_core core;

    chosen.stream.clock_hz = product.clock_hz;
    if (matmul_core_init(&core, &chosen.accelerator, &why) != 0) {
        config_error(config, "accelerator.size", "%s", why != nullptr ? why : "out of memory");
        return;
    }
    matmul_core_destroy(&core);
    if (chosen.accelerator.version == MATMUL_V4) {
        check_v4_tile(config);
    }
    if (chosen.accelerator.version != MATMUL_V4 &&
        (product.tile_m != 0 || product.tile_n != 0 || product.tile_k != 0)) {
        config_error(config, "product.tile_m",
                     "only v4 has tiles of any shape "
                     "(accelerator.version)");
    }
    check_divides(config, "product.m", product.m, product.tile_m);
    check_divides(config, "product.n", product.n, product.tile_n);
    check_divides(config, "product.k", product.k, product.tile_k);
    if (trace_file_config_error(&chosen.trace) != nullptr) {
        config_error(config, "trace.file", "%s", trace_file_config_error(&chosen.trace));
    }
}

} // namespace

int sc_main(int argc, char **argv)
{
    const param_section sections[] = {
        {"accelerator", matmul_accelerator_params, matmul_accelerator_params_count,
         &chosen.accelerator},
        {"stream", axi_stream_params, axi_stream_params_count, &chosen.stream},
        {"product", product_params, product_params_count, &chosen.product},
        {"trace", trace_file_params, trace_file_params_count, &chosen.trace}};
    const block_cli cli = {"zs-accel", "the MatMul accelerator alone; counters as JSON on stdout",
                           sections, sizeof(sections) / sizeof(sections[0]), check};
    const block_cli_result asked = block_cli_load(&cli, argc, argv);
    if (asked != BLOCK_CLI_RUN) {
        return asked == BLOCK_CLI_DONE ? 0 : 2;
    }
    const std::unique_ptr<struct stats, decltype(&stats_destroy)> stats(stats_create(),
                                                                        stats_destroy);
    try {
        block dut("dut", stats.get());
        trace_file trace;
        if (trace_file_open(&trace, &chosen.trace, stderr) != 0) {
            return 2;
        }
        dut.trace_to(trace.trace);
        stats_enter(stats.get(), STATS_PROCESS, 0);
        sc_core::sc_start();
        dut.settle();
        stats_leave(stats.get(), STATS_PROCESS, zs::stamp_ps());
        dut.trace_rest();
        const bool traced = trace_file_close(&trace, zs::stamp_ps(), stderr) == 0;
        const bool verified = dut.correct();
        report(stats.get(), verified);
        return verified && traced ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "zs-accel: error: %s\n", error.what());
        return 2;
    }
}
