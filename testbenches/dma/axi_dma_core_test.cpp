// The register file of the AXI DMA against PG021, bit by bit.

#include "dma/axi_dma_core.h"

#include <gtest/gtest.h>
#include <random>

namespace
{

enum : uint32_t { S2MM = AXI_DMA_CHANNEL_STRIDE };

axi_dma_config default_config()
{
    axi_dma_config config{};
    config.clock_hz = 100000000;
    config.data_width_bits = 32;
    config.max_burst_beats = 16;
    config.outstanding_reads = 4;
    config.outstanding_writes = 4;
    config.length_width_bits = 23;
    return config;
}

class AxiDmaCore : public testing::Test
{
  protected:
    AxiDmaCore()
    {
        configure(default_config());
    }

    void configure(const axi_dma_config &config)
    {
        const char *why = nullptr;
        ASSERT_EQ(axi_dma_core_init(&core, &config, &why), 0) << why;
    }
    uint32_t read(uint32_t offset) const
    {
        return axi_dma_core_read(&core, offset);
    }
    unsigned write(uint32_t offset, uint32_t value)
    {
        return axi_dma_core_write(&core, offset, value);
    }
    void run_channel(uint32_t base)
    {
        write(base + AXI_DMA_DMACR, AXI_DMACR_RS);
    }

    axi_dma_core core{};
};

} // namespace

TEST_F(AxiDmaCore, ResetValues)
{
    for (const uint32_t base : {0u, uint32_t(S2MM)}) {
        EXPECT_EQ(read(base + AXI_DMA_DMACR), 0x00010002u); // threshold 1, bit 1 reads as 1
        EXPECT_EQ(read(base + AXI_DMA_DMASR), 0x00000001u); // halted, not idle, no SG
        EXPECT_EQ(read(base + AXI_DMA_ADDRESS), 0u);
        EXPECT_EQ(read(base + AXI_DMA_ADDRESS_MSB), 0u);
        EXPECT_EQ(read(base + AXI_DMA_LENGTH), 0u);
    }
}

TEST_F(AxiDmaCore, EveryControlBit)
{
    // RS, Keyhole, IOC/Dly/Err IrqEn, IRQThreshold and IRQDelay can be written in direct register
    // mode; Cyclic is not included, bit 1 is fixed at 1, bits 5-11 and 15 are reserved.
    for (unsigned bit = 0; bit < 32; ++bit) {
        configure(default_config());
        if (bit == 2) {
            continue; // Reset has a test of its own
        }
        const bool writable = bit == 0 || bit == 3 || (bit >= 12 && bit <= 14) || bit >= 24;
        const bool threshold = bit >= 16 && bit <= 23;
        const uint32_t expected =
            threshold ? (1u << bit | 2u) : (0x00010002u | (writable ? 1u << bit : 0u));
        EXPECT_EQ(write(AXI_DMA_DMACR, 1u << bit), 0u);
        EXPECT_EQ(read(AXI_DMA_DMACR), expected) << "bit " << bit;
        EXPECT_EQ(read(S2MM + AXI_DMA_DMACR), 0x00010002u) << "the other channel, bit " << bit;
    }
}

TEST_F(AxiDmaCore, AThresholdOfZeroHasNoEffect)
{
    write(AXI_DMA_DMACR, 0x00050000);
    write(AXI_DMA_DMACR, 0x00000000);
    EXPECT_EQ(read(AXI_DMA_DMACR), 0x00050002u);
}

TEST_F(AxiDmaCore, StatusIsReadOnlyButForTheInterruptFlags)
{
    run_channel(0);
    write(AXI_DMA_LENGTH, 64);
    axi_dma_core_complete(&core, AXI_DMA_MM2S, 64);
    EXPECT_EQ(read(AXI_DMA_DMASR), 0x00001002u); // IOC_Irq, Idle
    write(AXI_DMA_DMASR, ~uint32_t(AXI_DMASR_IOC_IRQ));
    EXPECT_EQ(read(AXI_DMA_DMASR), 0x00001002u);
    write(AXI_DMA_DMASR, AXI_DMASR_IOC_IRQ);
    EXPECT_EQ(read(AXI_DMA_DMASR), 0x00000002u);
}

TEST_F(AxiDmaCore, ReservedOffsetsReadZeroAndIgnoreWrites)
{
    for (uint32_t offset = 0; offset < 0x100; offset += 4) {
        const uint32_t within = offset % AXI_DMA_CHANNEL_STRIDE;
        const bool known =
            offset < 2 * AXI_DMA_CHANNEL_STRIDE &&
            (within == AXI_DMA_DMACR || within == AXI_DMA_DMASR || within == AXI_DMA_ADDRESS ||
             within == AXI_DMA_ADDRESS_MSB || within == AXI_DMA_LENGTH);
        if (!known) {
            EXPECT_EQ(write(offset, 0xffffffff), 0u);
            EXPECT_EQ(read(offset), 0u) << std::hex << offset;
        }
    }
    EXPECT_EQ(read(AXI_DMA_DMASR), 1u);
}

TEST_F(AxiDmaCore, AddressesAre64Bits)
{
    write(S2MM + AXI_DMA_ADDRESS, 0x89abcdef);
    write(S2MM + AXI_DMA_ADDRESS_MSB, 0x01234567);
    EXPECT_EQ(read(S2MM + AXI_DMA_ADDRESS), 0x89abcdefu);
    EXPECT_EQ(axi_dma_core_transfer(&core, AXI_DMA_S2MM).address, 0x0123456789abcdefu);
}

TEST_F(AxiDmaCore, LengthStartsOnlyARunningChannel)
{
    EXPECT_EQ(write(AXI_DMA_LENGTH, 64), 0u);
    EXPECT_STREQ(core.channels[AXI_DMA_MM2S].ignored_because, "the channel is halted");
    run_channel(0);
    EXPECT_EQ(read(AXI_DMA_DMASR), 0u); // running, not idle before the first transfer
    EXPECT_EQ(write(AXI_DMA_LENGTH, 0), 0u);
    EXPECT_EQ(write(AXI_DMA_LENGTH, 64), unsigned(AXI_DMA_START_MM2S));
    EXPECT_EQ(read(AXI_DMA_DMASR), 0u);
    EXPECT_EQ(write(AXI_DMA_LENGTH, 128), 0u) << "a transfer is under way";
    EXPECT_EQ(axi_dma_core_transfer(&core, AXI_DMA_MM2S).bytes, 64u);
    EXPECT_EQ(core.channels[AXI_DMA_MM2S].ignored_writes, 3u);
    axi_dma_core_complete(&core, AXI_DMA_MM2S, 64);
    EXPECT_EQ(write(AXI_DMA_LENGTH, 128), unsigned(AXI_DMA_START_MM2S));
    EXPECT_EQ(read(AXI_DMA_DMASR), unsigned(AXI_DMASR_IOC_IRQ)) << "not idle; IOC_Irq stays";
}

TEST_F(AxiDmaCore, LengthHasItsWidth)
{
    for (uint32_t bits = 8; bits <= 26; ++bits) {
        axi_dma_config config = default_config();
        config.length_width_bits = bits;
        configure(config);
        write(AXI_DMA_LENGTH, 0xffffffff);
        EXPECT_EQ(read(AXI_DMA_LENGTH), (1u << bits) - 1);
    }
}

TEST_F(AxiDmaCore, S2mmLengthReadsBackTheBytesReceived)
{
    run_channel(S2MM);
    EXPECT_EQ(write(S2MM + AXI_DMA_LENGTH, 4096), unsigned(AXI_DMA_START_S2MM));
    axi_dma_core_complete(&core, AXI_DMA_S2MM, 100);
    EXPECT_EQ(read(S2MM + AXI_DMA_LENGTH), 100u);
    EXPECT_EQ(read(S2MM + AXI_DMA_DMASR), 0x1002u);
    EXPECT_EQ(read(AXI_DMA_DMASR), 1u) << "MM2S is not touched";
}

TEST_F(AxiDmaCore, StoppingHaltsAtTheEndOfTheTransfer)
{
    run_channel(0);
    write(AXI_DMA_LENGTH, 64);
    write(AXI_DMA_DMACR, 0);
    EXPECT_EQ(read(AXI_DMA_DMASR) & AXI_DMASR_HALTED, 0u) << "still under way";
    axi_dma_core_complete(&core, AXI_DMA_MM2S, 64);
    EXPECT_EQ(read(AXI_DMA_DMASR), unsigned(AXI_DMASR_HALTED | AXI_DMASR_IOC_IRQ));
    run_channel(0);
    write(AXI_DMA_DMACR, 0);
    EXPECT_EQ(read(AXI_DMA_DMASR) & AXI_DMASR_HALTED, 1u) << "nothing under way: at once";
}

TEST_F(AxiDmaCore, AnErrorHaltsTheChannelUntilReset)
{
    const struct {
        axi_dma_error error;
        uint32_t bit;
    } errors[] = {{AXI_DMA_ERROR_INTERNAL, 1u << 4},
                  {AXI_DMA_ERROR_SLAVE, 1u << 5},
                  {AXI_DMA_ERROR_DECODE, 1u << 6}};
    for (const auto &[error, bit] : errors) {
        configure(default_config());
        run_channel(0);
        run_channel(S2MM);
        write(AXI_DMA_LENGTH, 64);
        axi_dma_core_fail(&core, AXI_DMA_MM2S, error);
        EXPECT_EQ(read(AXI_DMA_DMASR), AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ | bit);
        EXPECT_EQ(read(AXI_DMA_DMACR) & AXI_DMACR_RS, 0u);
        EXPECT_EQ(write(AXI_DMA_LENGTH, 64), 0u);
        write(AXI_DMA_DMASR, 0xffffffff);
        EXPECT_EQ(read(AXI_DMA_DMASR), AXI_DMASR_HALTED | bit) << "only a reset clears the error";
        EXPECT_EQ(read(S2MM + AXI_DMA_DMASR), 0u) << "S2MM goes on";

        EXPECT_EQ(write(AXI_DMA_DMACR, AXI_DMACR_RESET), unsigned(AXI_DMA_RESET));
        axi_dma_core_reset_done(&core);
        EXPECT_EQ(read(AXI_DMA_DMASR), unsigned(AXI_DMASR_HALTED));
        run_channel(0);
        EXPECT_EQ(write(AXI_DMA_LENGTH, 64), unsigned(AXI_DMA_START_MM2S));
    }
}

TEST_F(AxiDmaCore, ResetOfEitherChannelClearsBoth)
{
    for (const uint32_t base : {0u, uint32_t(S2MM)}) {
        run_channel(0);
        run_channel(S2MM);
        write(AXI_DMA_ADDRESS, 0x1000);
        write(S2MM + AXI_DMA_LENGTH, 64);
        write(base + AXI_DMA_DMACR, AXI_DMACR_RESET | AXI_DMACR_RS);
        EXPECT_EQ(read(AXI_DMA_DMACR), 0x00010006u) << "Reset reads as 1 while under way";
        EXPECT_EQ(write(AXI_DMA_DMACR, AXI_DMACR_RS), 0u) << "and nothing else is taken";
        axi_dma_core_reset_done(&core);
        EXPECT_EQ(read(AXI_DMA_DMACR), 0x00010002u);
        EXPECT_EQ(read(S2MM + AXI_DMA_DMACR), 0x00010002u);
        EXPECT_EQ(read(AXI_DMA_ADDRESS), 0u);
        EXPECT_EQ(read(S2MM + AXI_DMA_LENGTH), 0u);
        EXPECT_EQ(read(S2MM + AXI_DMA_DMASR), 1u);
    }
}

TEST_F(AxiDmaCore, InterruptIsAnEnabledFlag)
{
    const auto level = [&] { return axi_dma_core_interrupt(&core, AXI_DMA_MM2S); };
    run_channel(0);
    write(AXI_DMA_LENGTH, 4);
    axi_dma_core_complete(&core, AXI_DMA_MM2S, 4);
    EXPECT_FALSE(level()) << "IOC_IrqEn is off; the flag is set all the same";
    write(AXI_DMA_DMACR, AXI_DMACR_RS | AXI_DMACR_IOC_IRQ_EN);
    EXPECT_TRUE(level());
    write(AXI_DMA_DMASR, AXI_DMASR_IOC_IRQ);
    EXPECT_FALSE(level());
    axi_dma_core_fail(&core, AXI_DMA_MM2S, AXI_DMA_ERROR_SLAVE);
    EXPECT_FALSE(level());
    write(AXI_DMA_DMACR, AXI_DMACR_ERR_IRQ_EN);
    EXPECT_TRUE(level());
    EXPECT_FALSE(axi_dma_core_interrupt(&core, AXI_DMA_S2MM));
}

TEST_F(AxiDmaCore, BurstsCoverTheTransferAndNeverCross4KiB)
{
    const unsigned seed = 4711;
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 5000; ++round) {
        axi_dma_config config = default_config();
        config.data_width_bits = 32u << random() % 3;
        config.max_burst_beats = 2u << random() % 6;
        configure(config);
        const uint32_t beat = config.data_width_bits / 8;
        uint64_t address = random();
        uint32_t rest = 1 + random() % 20000;
        const uint64_t end = address + rest;
        while (rest > 0) {
            const uint32_t bytes = axi_dma_core_burst_bytes(&core, AXI_DMA_MM2S, address, rest);
            ASSERT_GT(bytes, 0u);
            ASSERT_LE(bytes, rest);
            ASSERT_LE((address % beat + bytes + beat - 1) / beat, config.max_burst_beats);
            ASSERT_EQ(address / 4096, (address + bytes - 1) / 4096);
            address += bytes;
            rest -= bytes;
        }
        ASSERT_EQ(address, end);
    }
}

TEST_F(AxiDmaCore, RejectsImpossibleConfigurations)
{
    const auto rejected = [&](auto change) {
        axi_dma_config config = default_config();
        const char *why = nullptr;
        change(config);
        return axi_dma_core_init(&core, &config, &why) != 0 && why != nullptr;
    };
    EXPECT_TRUE(rejected([](auto &config) { config.clock_hz = 0; }));
    EXPECT_TRUE(rejected([](auto &config) { config.data_width_bits = 48; }));
    EXPECT_TRUE(rejected([](auto &config) { config.max_burst_beats = 20; }));
    EXPECT_TRUE(rejected([](auto &config) { config.max_burst_beats = 512; }));
    EXPECT_TRUE(rejected([](auto &config) { config.length_width_bits = 27; }));
    EXPECT_TRUE(rejected([](auto &config) { config.outstanding_writes = 0; }));
    EXPECT_TRUE(rejected([](auto &config) {
        config.data_width_bits = 1024;
        config.max_burst_beats = 256;
    }));
}

namespace
{

class AxiDmaCoreSg : public AxiDmaCore
{
  protected:
    AxiDmaCoreSg()
    {
        axi_dma_config config = default_config();
        config.include_sg = true;
        config.sg_queue_descriptors = 4;
        configure(config);
    }
};

} // namespace

TEST_F(AxiDmaCoreSg, HasItsOwnRegistersAndNotThoseOfDirectMode)
{
    EXPECT_EQ(read(AXI_DMA_DMASR), 0x00010009u) << "halted, SGIncld, one packet to IOC_Irq";
    for (const uint32_t base : {0u, uint32_t(S2MM)}) {
        write(base + AXI_DMA_CURDESC, 0xffffffff);
        write(base + AXI_DMA_CURDESC_MSB, 0x12);
        EXPECT_EQ(read(base + AXI_DMA_CURDESC), 0xffffffc0u) << "64-byte aligned";
        EXPECT_EQ(read(base + AXI_DMA_CURDESC_MSB), 0x12u);
        for (const uint32_t offset : {AXI_DMA_ADDRESS, AXI_DMA_ADDRESS_MSB, AXI_DMA_LENGTH}) {
            EXPECT_EQ(write(base + offset, 0xffffffff), 0u);
            EXPECT_EQ(read(base + offset), 0u);
        }
    }
    write(AXI_DMA_DMACR, AXI_DMACR_CYCLIC);
    EXPECT_EQ(read(AXI_DMA_DMACR), 0x00010012u);
}

TEST_F(AxiDmaCoreSg, CurrentDescriptorIsReadOnlyUnlessHalted)
{
    write(AXI_DMA_CURDESC, 0x1000);
    run_channel(0);
    EXPECT_EQ(read(AXI_DMA_DMASR), 0x0001000au) << "running and idle";
    write(AXI_DMA_CURDESC, 0x2000);
    EXPECT_EQ(read(AXI_DMA_CURDESC), 0x1000u);
}

TEST_F(AxiDmaCoreSg, TheTailStartsOnlyARunningChannel)
{
    EXPECT_EQ(write(AXI_DMA_TAILDESC, 0x1000), 0u);
    run_channel(0);
    EXPECT_EQ(write(AXI_DMA_TAILDESC, 0x1040), unsigned(AXI_DMA_START_MM2S));
    EXPECT_EQ(read(AXI_DMA_TAILDESC), 0x1040u);
    EXPECT_EQ(read(AXI_DMA_DMASR) & (AXI_DMASR_IDLE | AXI_DMASR_HALTED), 0u);
}

TEST_F(AxiDmaCoreSg, PacketsCountDownToTheInterrupt)
{
    write(AXI_DMA_DMACR, AXI_DMACR_RS | 3u << AXI_DMACR_THRESHOLD_SHIFT);
    for (const uint32_t left : {2u, 1u}) {
        axi_dma_core_descriptor_done(&core, AXI_DMA_MM2S, 0x1000, 64, false); // not a packet's end
        axi_dma_core_descriptor_done(&core, AXI_DMA_MM2S, 0x1040, 64, true);
        EXPECT_EQ(read(AXI_DMA_DMASR) >> AXI_DMASR_THRESHOLD_SHIFT, left);
        EXPECT_EQ(read(AXI_DMA_DMASR) & AXI_DMASR_IOC_IRQ, 0u);
    }
    axi_dma_core_descriptor_done(&core, AXI_DMA_MM2S, 0x1080, 64, true);
    EXPECT_EQ(read(AXI_DMA_DMASR) >> AXI_DMASR_THRESHOLD_SHIFT, 3u) << "reloaded";
    EXPECT_NE(read(AXI_DMA_DMASR) & AXI_DMASR_IOC_IRQ, 0u);
    EXPECT_EQ(read(AXI_DMA_CURDESC), 0x1080u);
}

TEST_F(AxiDmaCoreSg, TheDelayTimerRunsWhilePacketsWait)
{
    write(AXI_DMA_DMACR, AXI_DMACR_RS | 2u << AXI_DMACR_THRESHOLD_SHIFT | 4u << 24);
    EXPECT_EQ(axi_dma_core_delay_cycles(&core, AXI_DMA_MM2S), 4u * 125);
    EXPECT_FALSE(axi_dma_core_delay_running(&core, AXI_DMA_MM2S));
    axi_dma_core_descriptor_done(&core, AXI_DMA_MM2S, 0x1000, 64, true);
    EXPECT_TRUE(axi_dma_core_delay_running(&core, AXI_DMA_MM2S));
    axi_dma_core_delay_expired(&core, AXI_DMA_MM2S);
    EXPECT_FALSE(axi_dma_core_delay_running(&core, AXI_DMA_MM2S));
    EXPECT_NE(read(AXI_DMA_DMASR) & AXI_DMASR_DLY_IRQ, 0u);
    EXPECT_EQ(read(AXI_DMA_DMASR) >> AXI_DMASR_THRESHOLD_SHIFT, 2u);
}

TEST_F(AxiDmaCore, AFailedWriteIsAlsoAnInternalErrorInDirectMode)
{
    run_channel(S2MM);
    write(S2MM + AXI_DMA_LENGTH, 64);
    axi_dma_core_fail(&core, AXI_DMA_S2MM, AXI_DMA_ERROR_SLAVE);
    EXPECT_EQ(read(S2MM + AXI_DMA_DMASR),
              unsigned(AXI_DMASR_HALTED | AXI_DMASR_ERR_IRQ | AXI_DMASR_SLAVE_ERROR |
                       AXI_DMASR_INTERNAL_ERROR));
}

TEST_F(AxiDmaCore, RunDoesNotReviveAFailedChannel)
{
    run_channel(0);
    axi_dma_core_fail(&core, AXI_DMA_MM2S, AXI_DMA_ERROR_DECODE);
    run_channel(0);
    EXPECT_EQ(read(AXI_DMA_DMACR) & AXI_DMACR_RS, 0u);
    EXPECT_NE(read(AXI_DMA_DMASR) & AXI_DMASR_HALTED, 0u);
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
extern "C" int sc_main(int, char **)
{
    return 0;
}
