/* An AXI DMA between an ideal memory and two streams, and a driver for its registers. */
#ifndef ZEROSTAGE_TESTBENCHES_DMA_DMA_BENCH_H
#define ZEROSTAGE_TESTBENCHES_DMA_DMA_BENCH_H

#include "axi/local_time.h"
#include "dma/axi_dma.h"
#include "ideal_memory.h"

#include <functional>
#include <gtest/gtest.h>
#include <vector>

namespace bench
{

constexpr uint64_t CYCLE_PS = 10000; // 100 MHz
constexpr uint64_t MEMORY_BYTES = 1 << 20;
inline axi_dma_config default_config()
{
    axi_dma_config config{};
    config.clock_hz = 100000000;
    config.data_width_bits = 32;
    config.max_burst_beats = 16;
    config.outstanding_reads = 6;
    config.outstanding_writes = 4;
    config.length_width_bits = 23;
    config.store_and_forward = true;
    config.mm2s_start_cycles = 8;
    config.mm2s_read_cycles = 6;
    config.s2mm_start_cycles = 8;
    config.s2mm_write_cycles = 39;
    config.s2mm_burst_gap_cycles = 5;
    config.completion_cycles = 4;
    config.sg_queue_descriptors = 4;
    config.sg_fetch_cycles = 10;
    config.sg_start_cycles = 28;
    return config;
}

inline axi_stream_config stream_config(uint32_t depth_words = 64)
{
    axi_stream_config config{};
    config.clock_hz = 100000000;
    config.width_bits = 32;
    config.depth_words = depth_words;
    return config;
}

enum channel : uint32_t { MM2S = 0, S2MM = AXI_DMA_CHANNEL_STRIDE };

// With `loop_back`, what MM2S sends comes back to S2MM.
class dma_bench : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<dma_bench> cpu{"cpu"};
    ideal_memory mem{"mem", MEMORY_BYTES};
    zs::axi_stream out;
    zs::axi_stream in;
    zs::axi_dma dma;

    explicit dma_bench(sc_core::sc_module_name name,
                       const axi_dma_config &config = default_config(), bool loop_back = false,
                       uint32_t depth_words = 64)
        : sc_module(name), out("out", stream_config(depth_words), nullptr),
          in("in", stream_config(depth_words), nullptr),
          dma("dma", config, out, loop_back ? out : in, nullptr)
    {
        cpu.bind(dma.regs);
        dma.mm2s.bind(mem.reads);
        dma.s2mm.bind(mem.writes);
        dma.sg.bind(mem.descriptors);
    }

    // Run `body` as the CPU's process, to its end.
    void simulate(const std::function<void()> &body,
                  const sc_core::sc_time &limit = sc_core::sc_time(1, sc_core::SC_SEC))
    {
        bool finished = false;
        sc_core::sc_spawn([&] {
            body();
            finished = true;
            sc_core::sc_stop();
        });
        sc_core::sc_start(limit);
        EXPECT_TRUE(finished) << "the test's process did not end";
    }

    void write(uint32_t offset, uint32_t value)
    {
        transport(tlm::TLM_WRITE_COMMAND, offset, value);
    }
    uint32_t read(uint32_t offset)
    {
        uint32_t value = 0;
        transport(tlm::TLM_READ_COMMAND, offset, value);
        return value;
    }
    void run(channel base)
    {
        write(base + AXI_DMA_DMACR, AXI_DMACR_RS);
    }
    void start(channel base, uint32_t address, uint32_t bytes)
    {
        write(base + AXI_DMA_ADDRESS, address);
        write(base + AXI_DMA_LENGTH, bytes);
    }
    // Poll until Idle or Halted; returns DMASR.
    uint32_t finish(channel base)
    {
        uint32_t status;
        while (((status = read(base + AXI_DMA_DMASR)) & (AXI_DMASR_IDLE | AXI_DMASR_HALTED)) == 0) {
            sc_core::wait(100, sc_core::SC_NS);
        }
        return status;
    }

  private:
    void transport(tlm::tlm_command command, uint32_t offset, uint32_t &value)
    {
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(offset);
        payload.set_data_ptr(reinterpret_cast<uint8_t *>(&value));
        payload.set_data_length(sizeof(value));
        payload.set_streaming_width(sizeof(value));
        sc_core::sc_time delay;
        cpu->b_transport(payload, delay);
        EXPECT_TRUE(payload.is_response_ok());
    }
};

} // namespace bench

#endif
