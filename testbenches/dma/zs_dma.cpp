// zs-dma: the AXI DMA engine alone, between an ideal memory and a stream, driven by its registers.

#include "axi/local_time.h"
#include "block_cli.h"
#include "dma/axi_dma.h"
#include "ideal_memory.h"
#include "stats/stats_json.h"
#include "zs_dma_config.h"

#include <cstdio>
#include <memory>
#include <random>
#include <systemc>
#include <vector>

namespace
{

constexpr size_t MEMORY_BYTES = 16u << 20;
constexpr double PS_PER_SECOND = 1e12;

struct settings {
    axi_dma_config dma;
    axi_stream_config stream;
    traffic_config traffic;
};
settings chosen;

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
        m_source.assign(m_memory.bytes.begin() + static_cast<std::ptrdiff_t>(chosen.traffic.source),
                        m_memory.bytes.begin() +
                            static_cast<std::ptrdiff_t>(chosen.traffic.source) +
                            chosen.traffic.bytes);
        sc_core::sc_spawn([this] { drive(); }, "driver");
        sc_core::sc_spawn([this] { peer(); }, "peer");
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
    uint32_t access(tlm::tlm_command command, uint32_t offset, uint32_t value);
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
    const auto start = [&](uint32_t base, uint64_t address) {
        access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_ADDRESS, static_cast<uint32_t>(address));
        access(tlm::TLM_WRITE_COMMAND, base + AXI_DMA_LENGTH, traffic.bytes);
    };

    access(tlm::TLM_WRITE_COMMAND, AXI_DMA_DMACR, AXI_DMACR_RS);
    access(tlm::TLM_WRITE_COMMAND, AXI_DMA_CHANNEL_STRIDE + AXI_DMA_DMACR, AXI_DMACR_RS);
    for (uint32_t i = 0; i < traffic.transfers; ++i) {
        if (receives()) {
            start(AXI_DMA_CHANNEL_STRIDE, traffic.target);
        }
        if (sends()) {
            start(0, traffic.source);
        }
        if ((sends() && !wait_for(0)) || (receives() && !wait_for(AXI_DMA_CHANNEL_STRIDE))) {
            sc_core::sc_stop();
            return;
        }
        correct =
            correct && (!receives() || std::equal(m_source.begin(), m_source.end(),
                                                  m_memory.bytes.begin() +
                                                      static_cast<std::ptrdiff_t>(traffic.target)));
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

void check(struct config *checked)
{
    axi_dma_core core;
    const char *why = nullptr;
    chosen.dma.clock_hz = chosen.stream.clock_hz = chosen.traffic.clock_hz;
    if (axi_dma_core_init(&core, &chosen.dma, &why) != 0) {
        config_error(checked, "dma", "%s", why);
    }
    if (chosen.dma.include_sg) {
        config_error(checked, "dma.include_sg", "zs-dma drives direct register mode only");
    }
    if (chosen.traffic.bytes >= 1u << chosen.dma.length_width_bits) {
        config_error(checked, "traffic.bytes",
                     "%u does not fit LENGTH, which has %u bits "
                     "(dma.length_width_bits)",
                     chosen.traffic.bytes, chosen.dma.length_width_bits);
    }
}

} // namespace

int sc_main(int argc, char **argv)
{
    const param_section sections[] = {
        {"dma", axi_dma_params, axi_dma_params_count, &chosen.dma},
        {"stream", axi_stream_params, axi_stream_params_count, &chosen.stream},
        {"traffic", traffic_params, traffic_params_count, &chosen.traffic}};
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
        stats_enter(stats.get(), STATS_PROCESS, 0);
        sc_core::sc_start();
        stats_leave(stats.get(), STATS_PROCESS, zs::stamp_ps());
        report(stats.get(), dut.finished && dut.correct, dut.bytes_moved());
        return dut.finished && dut.correct ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "zs-dma: error: %s\n", error.what());
        return 2;
    }
}
