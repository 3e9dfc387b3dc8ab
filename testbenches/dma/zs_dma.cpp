// zs-dma: the AXI DMA engine alone, between an ideal memory and a stream, driven by its registers.

#include "axi/local_time.h"
#include "block_cli.h"
#include "dma/axi_dma.h"
#include "dma/descriptor.h"
#include "ideal_memory.h"
#include "stats/stats_json.h"
#include "trace/trace_file.h"
#include "zs_dma_config.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <systemc>
#include <vector>

namespace
{

constexpr size_t DATA_BYTES = 16u << 20;
constexpr uint32_t DESCRIPTOR_STEP = 64;
constexpr uint32_t CHAINS = DATA_BYTES; /* descriptors lie behind the data: MM2S's, then S2MM's */
constexpr uint32_t CHAIN_BYTES = 4096 * DESCRIPTOR_STEP;
constexpr size_t MEMORY_BYTES = DATA_BYTES + 2 * CHAIN_BYTES;
constexpr double PS_PER_SECOND = 1e12;

struct settings {
    axi_dma_config dma;
    axi_stream_config stream;
    traffic_config traffic;
    trace_file_config trace;
};
settings chosen;

uint32_t row_bytes()
{
    return chosen.traffic.bytes / chosen.traffic.rows;
}

uint32_t stride_bytes()
{
    return chosen.traffic.stride_bytes == 0 ? row_bytes() : chosen.traffic.stride_bytes;
}

class block : public sc_core::sc_module
{
  public:
    explicit block(sc_core::sc_module_name name, struct stats *stats)
        : sc_module(name), m_memory("memory", MEMORY_BYTES), m_out("mm2s", chosen.stream, stats),
          m_in("s2mm", chosen.stream, stats),
          m_dma("dma", chosen.dma, m_out, chosen.traffic.path == PATH_LOOP_BACK ? m_out : m_in,
                stats)
    {
        m_registers.bind(m_dma.regs);
        m_dma.mm2s.bind(m_memory.reads);
        m_dma.s2mm.bind(m_memory.writes);
        m_dma.sg.bind(m_memory.descriptors);
        m_memory.latency = [] {
            return sc_core::sc_time(chosen.traffic.memory_latency_ns, sc_core::SC_NS);
        };
        std::mt19937 random(chosen.traffic.seed);
        for (auto &byte : m_memory.bytes) {
            byte = static_cast<uint8_t>(random());
        }
        m_source = gather(chosen.traffic.source);
        sc_core::sc_spawn([this] { drive(); }, "driver");
        sc_core::sc_spawn([this] { peer(); }, "peer");
    }

    void trace_to(struct trace *trace)
    {
        m_dma.trace_to(trace);
    }
    void trace_rest()
    {
        m_dma.trace_rest();
    }

    uint64_t bytes_moved() const
    {
        return m_dma.core().channels[receives() ? AXI_DMA_S2MM : AXI_DMA_MM2S].bytes;
    }

    bool finished = false; /* without an error of the engine */
    bool correct = true;   /* what arrived is what was sent */

  private:
    void drive();
    void peer();
    std::vector<uint8_t> gather(uint64_t address) const;
    uint32_t access(tlm::tlm_command command, uint32_t offset, uint32_t value);
    uint32_t describe(uint32_t chain, uint64_t address);
    void begin(uint32_t base, uint64_t address);
    bool wait_for(uint32_t base);
    static bool sends()
    {
        return chosen.traffic.path != PATH_S2MM;
    }
    static bool receives()
    {
        return chosen.traffic.path != PATH_MM2S;
    }

    tlm_utils::simple_initiator_socket<block> m_registers{"registers"};
    bench::ideal_memory m_memory;
    zs::axi_stream m_out;
    zs::axi_stream m_in;
    zs::axi_dma m_dma;
    std::vector<uint8_t> m_source; /* the bytes of each transfer */
    std::vector<uint32_t> m_words;
};

uint32_t block::access(tlm::tlm_command command, uint32_t offset, uint32_t value)
{
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay;
    payload.set_command(command);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<uint8_t *>(&value));
    payload.set_data_length(sizeof(value));
    payload.set_streaming_width(sizeof(value));
    m_registers->b_transport(payload, delay);
    return value;
}

/* The rows at `address`, one after another. */
std::vector<uint8_t> block::gather(uint64_t address) const
{
    std::vector<uint8_t> bytes;
    for (uint32_t row = 0; row < chosen.traffic.rows; ++row) {
        const auto first =
            m_memory.bytes.begin() + static_cast<std::ptrdiff_t>(address + row * stride_bytes());
        bytes.insert(bytes.end(), first, first + row_bytes());
    }
    return bytes;
}

/* Write the descriptors of one packet into memory; returns the address of the last one. */
uint32_t block::describe(uint32_t chain, uint64_t address)
{
    const bool multichannel = chosen.dma.multichannel;
    const uint32_t count = multichannel ? 1 : chosen.traffic.rows;

    for (uint32_t i = 0; i < count; ++i) {
        uint32_t words[DESCRIPTOR_FETCH_BYTES / 4] = {};
        words[DESCRIPTOR_NXTDESC / 4] = chain + (i + 1) * DESCRIPTOR_STEP;
        words[DESCRIPTOR_BUFFER / 4] = static_cast<uint32_t>(address + i * stride_bytes());
        words[DESCRIPTOR_STRIDE_VSIZE / 4] =
            multichannel ? chosen.traffic.rows << DESCRIPTOR_VSIZE_SHIFT | stride_bytes() : 0;
        words[DESCRIPTOR_CONTROL / 4] =
            row_bytes() | (i == 0 ? DESCRIPTOR_SOF : 0) | (i + 1 == count ? DESCRIPTOR_EOF : 0);
        std::memcpy(&m_memory.bytes[chain + i * DESCRIPTOR_STEP], words, sizeof(words));
    }
    return chain + (count - 1) * DESCRIPTOR_STEP;
}

/* One transfer: its address and length, or its chain from a halted channel. */
void block::begin(uint32_t base, uint64_t address)
{
    if (!chosen.dma.include_sg) {
        access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_ADDRESS, static_cast<uint32_t>(address));
        access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_LENGTH, chosen.traffic.bytes);
        return;
    }
    const uint32_t chain = CHAINS + (base == 0 ? 0 : CHAIN_BYTES);
    const uint32_t tail = describe(chain, address);
    access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_DMACR, 0);
    access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_CURDESC, chain);
    access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_DMACR, AXI_DMACR_RS);
    access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_TAILDESC, tail);
}

/* Poll once a cycle, until the transfer is done; false when the channel halted. */
bool block::wait_for(uint32_t base)
{
    for (;;) {
        const uint32_t status = access(tlm::TLM_READ_COMMAND, base + AXI_DMA_DMASR, 0);
        if (status & (AXI_DMASR_IDLE | AXI_DMASR_HALTED)) {
            return !(status & AXI_DMASR_HALTED);
        }
        wait(sc_core::sc_time::from_value(m_out.core().period_ps));
    }
}

void block::drive()
{
    const traffic_config &traffic = chosen.traffic;

    access(tlm::TLM_WRITE_COMMAND, AXI_DMA_DMACR, AXI_DMACR_RS);
    access(tlm::TLM_WRITE_COMMAND, AXI_DMA_CHANNEL_STRIDE + AXI_DMA_DMACR, AXI_DMACR_RS);
    for (uint32_t i = 0; i < traffic.transfers; ++i) {
        if (receives()) {
            begin(AXI_DMA_CHANNEL_STRIDE, traffic.target);
        }
        if (sends()) {
            begin(0, traffic.source);
        }
        if ((sends() && !wait_for(0)) || (receives() && !wait_for(AXI_DMA_CHANNEL_STRIDE))) {
            sc_core::sc_stop();
            return;
        }
        correct = correct && (!receives() || gather(traffic.target) == m_source);
    }
    finished = true;
    sc_core::sc_stop();
}

/* The other end of the stream: a source or a sink that never waits. */
void block::peer()
{
    const size_t words = (m_source.size() + 3) / 4;
    const auto last_bytes = static_cast<uint8_t>((m_source.size() - 1) % 4 + 1);
    uint64_t now_ps = 0;

    m_words.assign(words, 0);
    if (chosen.traffic.path == PATH_S2MM) {
        std::memcpy(m_words.data(), m_source.data(), m_source.size());
        for (uint32_t i = 0; i < chosen.traffic.transfers; ++i) {
            m_in.push(m_words.data(), words, last_bytes, now_ps);
        }
    }
    while (chosen.traffic.path == PATH_MM2S) {
        const axi_stream_read read = m_out.pop(m_words.data(), words, true, now_ps);
        correct = correct && read.words == words && read.last_bytes == last_bytes &&
                  std::memcmp(m_words.data(), m_source.data(), m_source.size()) == 0;
    }
}

void report(const struct stats *stats, bool verified, uint64_t bytes)
{
    const double seconds =
        static_cast<double>(stats_interval_ps(stats, STATS_PROCESS)) / PS_PER_SECOND;
    json out;
    json_start(&out, stdout);
    json_begin_object(&out, nullptr);
    json_bool(&out, "verified", verified);
    json_double(&out, "bytes_per_second", static_cast<double>(bytes) / seconds);
    stats_json(stats, &out);
    json_end(&out);
    json_finish(&out);
}

void check_rows(struct config *checked)
{
    const traffic_config &traffic = chosen.traffic;
    const uint64_t span = uint64_t(traffic.rows) * std::max(stride_bytes(), row_bytes());

    if (traffic.rows > 1 && !chosen.dma.include_sg) {
        config_error(checked, "traffic.rows", "%u rows need dma.include_sg", traffic.rows);
    }
    if (traffic.bytes % traffic.rows != 0) {
        config_error(checked, "traffic.rows", "%u bytes (traffic.bytes) are not %u equal rows",
                     traffic.bytes, traffic.rows);
    }
    if (stride_bytes() < row_bytes()) {
        config_error(checked, "traffic.stride_bytes", "a row has %u bytes: rows would overlap",
                     row_bytes());
    }
    if (chosen.dma.multichannel &&
        (row_bytes() > DESCRIPTOR_HSIZE_MASK || stride_bytes() > DESCRIPTOR_STRIDE_MASK)) {
        config_error(checked, "dma.multichannel", "a row of %u bytes does not fit a 2-D descriptor",
                     row_bytes());
    }
    if (traffic.source + span > DATA_BYTES || traffic.target + span > DATA_BYTES) {
        config_error(checked, "traffic.stride_bytes",
                     "%u rows at this stride end beyond the memory of %zu bytes", traffic.rows,
                     DATA_BYTES);
    }
}

void check(struct config *checked)
{
    axi_dma_core core;
    const char *why = nullptr;
    chosen.dma.clock_hz = chosen.stream.clock_hz = chosen.traffic.clock_hz;
    if (axi_dma_core_init(&core, &chosen.dma, &why) != 0) {
        config_error(checked, "dma", "%s", why);
    }
    check_rows(checked);
    if (row_bytes() >= 1u << chosen.dma.length_width_bits) {
        config_error(checked, "traffic.bytes",
                     "%u does not fit LENGTH, which has %u bits "
                     "(dma.length_width_bits)",
                     row_bytes(), chosen.dma.length_width_bits);
    }
    if (trace_file_config_error(&chosen.trace) != nullptr) {
        config_error(checked, "trace.file", "%s", trace_file_config_error(&chosen.trace));
    }
}

} // namespace

int sc_main(int argc, char **argv)
{
    const param_section sections[] = {
        {"dma", axi_dma_params, axi_dma_params_count, &chosen.dma},
        {"stream", axi_stream_params, axi_stream_params_count, &chosen.stream},
        {"traffic", traffic_params, traffic_params_count, &chosen.traffic},
        {"trace", trace_file_params, trace_file_params_count, &chosen.trace}};
    const block_cli cli = {"zs-dma", "the AXI DMA engine alone; counters as JSON on stdout",
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
        stats_leave(stats.get(), STATS_PROCESS, zs::stamp_ps());
        dut.trace_rest();
        const bool traced = trace_file_close(&trace, zs::stamp_ps(), stderr) == 0;
        report(stats.get(), dut.finished && dut.correct, dut.bytes_moved());
        return dut.finished && dut.correct && traced ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "zs-dma: error: %s\n", error.what());
        return 2;
    }
}
