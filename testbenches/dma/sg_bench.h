/* An AXI DMA with its scatter-gather engine, and chains of descriptors in memory for it. */
#ifndef ZEROSTAGE_TESTBENCHES_DMA_SG_BENCH_H
#define ZEROSTAGE_TESTBENCHES_DMA_SG_BENCH_H

#include "dma/descriptor.h"
#include "dma_bench.h"

#include <vector>

namespace bench
{

constexpr uint32_t CHAIN = 0x80000; // descriptors lie here, 64 bytes each

inline axi_dma_config sg_config()
{
    axi_dma_config config = default_config();
    config.include_sg = true;
    return config;
}

inline uint32_t descriptor_address(unsigned index)
{
    return CHAIN + index * 64;
}

class sg_bench : public dma_bench
{
  public:
    explicit sg_bench(bool loop_back = false, const axi_dma_config &config = sg_config())
        : dma_bench("bench", config, loop_back)
    {
    }

    uint32_t &word(uint32_t address)
    {
        return reinterpret_cast<uint32_t &>(mem.bytes[address]);
    }
    void describe(unsigned index, uint32_t buffer, uint32_t length, uint32_t flags,
                  unsigned next_index)
    {
        const uint32_t address = descriptor_address(index);
        word(address + DESCRIPTOR_NXTDESC) = descriptor_address(next_index);
        word(address + DESCRIPTOR_NXTDESC + 4) = 0;
        word(address + DESCRIPTOR_BUFFER) = buffer;
        word(address + DESCRIPTOR_BUFFER + 4) = 0;
        word(address + DESCRIPTOR_CONTROL) = length | flags;
        word(address + DESCRIPTOR_STATUS) = 0;
    }
    void describe(unsigned index, uint32_t buffer, uint32_t length, uint32_t flags)
    {
        describe(index, buffer, length, flags, index + 1);
    }
    uint32_t status(unsigned index)
    {
        return word(descriptor_address(index) + DESCRIPTOR_STATUS);
    }
    void run_from(channel base, unsigned index, uint32_t control = 0)
    {
        write(base + AXI_DMA_CURDESC, descriptor_address(index));
        write(base + AXI_DMA_DMACR, AXI_DMACR_RS | control);
    }
    void tail(channel base, unsigned index)
    {
        write(base + AXI_DMA_TAILDESC, descriptor_address(index));
    }
    uint32_t flags_when_finished(channel base)
    {
        return finish(base) & 0xffff;
    }
    // Take packets for ever; `packets` grows.
    void drain()
    {
        sc_core::sc_spawn([this] {
            uint64_t now_ps = 0;
            for (;;) { // the buffer is no local: a process that never ends frees nothing
                const auto read = out.pop(m_packet.data(), m_packet.size(), true, now_ps);
                packets.emplace_back(m_packet.begin(),
                                     m_packet.begin() + static_cast<std::ptrdiff_t>(read.words));
            }
        });
    }

    std::vector<std::vector<uint32_t>> packets;

  private:
    std::vector<uint32_t> m_packet = std::vector<uint32_t>(4096);
};

} // namespace bench

#endif
