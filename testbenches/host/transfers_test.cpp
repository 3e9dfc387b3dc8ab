// The driver's protocol with the engine: registers, order, errors.
#include <cerrno>
#include <fcntl.h>

#include <gmock/gmock.h>

#include "axi_dma.h"
#include "fake_kernel.h"

namespace
{

using testing::ElementsAre;
using zs_test::fake_kernel;
using zs_test::in_address;
using zs_test::out_address;
using zs_test::region_bytes;
using zs_test::transfer;

using transfers = zs_test::driver_test;
using transfers_death = zs_test::driver_test;

TEST_F(transfers, init_opens_devmem_synchronously_and_runs_both_channels)
{
    EXPECT_EQ(kernel.opened_path, "/dev/mem");
    EXPECT_EQ(kernel.opened_flags & (O_RDWR | O_SYNC), O_RDWR | O_SYNC);
    EXPECT_EQ(kernel.registers[0x00 / 4], 0xF001U);
    EXPECT_EQ(kernel.registers[0x18 / 4], in_address);
    EXPECT_EQ(kernel.registers[0x30 / 4], 0xF001U);
    EXPECT_EQ(kernel.registers[0x48 / 4], out_address);
    EXPECT_EQ(static_cast<void *>(dma_get_inbuffer()), kernel.in.data());
    EXPECT_EQ(static_cast<void *>(dma_get_outbuffer()), kernel.out.data());
}

TEST_F(transfers, free_unmaps_everything_and_init_may_follow)
{
    EXPECT_EQ(kernel.mappings, 3);
    dma_free();
    EXPECT_EQ(kernel.mappings, 0);
    dma_free();
    EXPECT_EQ(kernel.mappings, 0) << "a second time does nothing";
    dma_init(zs_test::dma_address, in_address, region_bytes, out_address, region_bytes);
    dma_init(zs_test::dma_address, in_address, region_bytes, out_address, region_bytes);
    EXPECT_EQ(kernel.mappings, 3);
}

TEST_F(transfers, a_start_writes_address_then_length_in_bytes)
{
    ASSERT_EQ(dma_start_send(10, 3), 0);
    EXPECT_EQ(kernel.registers[0x18 / 4], in_address + 12);
    EXPECT_EQ(kernel.registers[0x28 / 4], 40U);
    EXPECT_EQ(kernel.msyncs, 1) << "between address and length";
    dma_wait_send();
    ASSERT_EQ(dma_start_recv(5, 2), 0);
    EXPECT_EQ(kernel.registers[0x48 / 4], out_address + 8);
    EXPECT_EQ(kernel.registers[0x58 / 4], 20U);
    dma_wait_recv();
    EXPECT_THAT(kernel.transfers, ElementsAre(transfer{'s', in_address + 12, 40},
                                              transfer{'r', out_address + 8, 20}));
}

TEST_F(transfers, a_wait_polls_with_one_msync_a_turn_and_leaves_the_interrupt)
{
    kernel.msyncs_until_complete = 4;
    ASSERT_EQ(dma_start_send(1, 0), 0);
    dma_wait_send();
    EXPECT_EQ(kernel.msyncs, 1 + 5);
    EXPECT_EQ(kernel.status('s'), 0x1002U) << "IOC is not written back: Idle tells";
}

TEST_F(transfers, both_channels_may_be_under_way_at_once)
{
    ASSERT_EQ(dma_start_recv(4, 0), 0);
    ASSERT_EQ(dma_start_send(4, 0), 0);
    dma_wait_send();
    dma_wait_recv();
    EXPECT_EQ(kernel.transfers.size(), 2U);
}

TEST_F(transfers, check_does_not_block_and_a_wait_may_follow)
{
    kernel.msyncs_until_complete = 2;
    ASSERT_EQ(dma_start_send(1, 0), 0);
    EXPECT_EQ(dma_check_send(), 0);
    EXPECT_EQ(dma_check_send(), 0);
    EXPECT_EQ(dma_check_send(), 1);
    EXPECT_EQ(dma_check_send(), 1);
    const int msyncs = kernel.msyncs;
    dma_wait_send();
    EXPECT_EQ(kernel.msyncs, msyncs) << "it is known to be done";
    ASSERT_EQ(dma_start_recv(1, 0), 0);
    while (!dma_check_recv()) {
    }
    ASSERT_EQ(dma_start_recv(1, 0), 0) << "a check that says done is as good as a wait";
}

TEST_F(transfers, zero_copy_transfers_start_in_place)
{
    auto *a = static_cast<unsigned int *>(dma_alloc(DMA_REGION_IN, 256, 64));
    auto *c = static_cast<unsigned int *>(dma_alloc(DMA_REGION_OUT, 128, 64));
    ASSERT_EQ(dma_start_send_from(a + 4, 60), 0);
    dma_wait_send();
    ASSERT_EQ(dma_start_recv_into(c, 32), 0);
    dma_wait_recv();
    ASSERT_EQ(dma_start_send_from(c, 32), 0) << "a result may be the next input";
    dma_wait_send();
    EXPECT_THAT(kernel.transfers,
                ElementsAre(transfer{'s', in_address + region_bytes - 256 + 16, 240},
                            transfer{'r', out_address + region_bytes - 128, 128},
                            transfer{'s', out_address + region_bytes - 128, 128}));
}

TEST_F(transfers, what_is_outside_of_the_buffers_does_not_start)
{
    unsigned int heap[4] = {};
    EXPECT_EQ(dma_start_send_from(heap, 4), -EFAULT);
    EXPECT_EQ(dma_start_recv_into(heap, 4), -EFAULT);
    EXPECT_EQ(dma_start_send_from(dma_get_inbuffer() + 1, region_bytes / 4), -EFAULT);
    EXPECT_EQ(dma_start_send(region_bytes / 4 + 1, 0), -EFAULT);
    EXPECT_EQ(dma_start_send(1, region_bytes / 4), -EFAULT);
    EXPECT_EQ(dma_start_send(1, -1), -EFAULT);
    EXPECT_EQ(dma_start_send(0, 0), -EINVAL) << "the engine would never report it done";
    EXPECT_EQ(dma_start_recv(-4, 0), -EINVAL);
    EXPECT_TRUE(kernel.transfers.empty());
}

TEST_F(transfers, a_channel_carries_one_transfer_at_a_time)
{
    ASSERT_EQ(dma_start_send(1, 0), 0);
    EXPECT_EQ(dma_start_send(1, 0), -EINVAL);
    dma_wait_send();
    EXPECT_EQ(dma_start_send(1, 0), 0);
}

TEST_F(transfers, allocation_says_what_is_missing)
{
    testing::internal::CaptureStderr();
    EXPECT_EQ(dma_alloc(DMA_REGION_OUT, region_bytes + 4, 64), nullptr);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "dma_alloc: no room for 65540 bytes (alignment 64) in the output buffer: 65536 of "
              "65536 bytes are free; its size is dma_init's out_bytes (accel-opt: "
              "dma-out-bytes)\n");
    testing::internal::CaptureStderr();
    EXPECT_EQ(dma_alloc(DMA_REGION_IN, 4, 2), nullptr);
    EXPECT_EQ(dma_alloc(DMA_REGION_IN, 4, 48), nullptr);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::HasSubstr("alignment is 48: a power of two"));
}

TEST_F(transfers, release_takes_what_alloc_gave)
{
    void *memory = dma_alloc(DMA_REGION_OUT, region_bytes, 64);
    ASSERT_NE(memory, nullptr);
    dma_release(memory);
    EXPECT_EQ(dma_alloc(DMA_REGION_OUT, region_bytes, 64), memory);
    dma_release(nullptr);
    int local = 0;
    testing::internal::CaptureStderr();
    dma_release(&local);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::HasSubstr("was not allocated by dma_alloc"));
}

TEST_F(transfers_death, engine_errors_end_the_program_by_name)
{
    const std::pair<uint32_t, const char *> errors[] = {
        {0x10, "dma_wait_send: the engine reports DMAIntErr"},
        {0x20, "dma_wait_send: the engine reports DMASlvErr"},
        {0x30, "dma_wait_send: the engine reports DMASlvErr"},
        {0x40, "dma_wait_send: the engine reports DMADecErr.*0x16000010"}};
    for (auto [bits, message] : errors)
        EXPECT_EXIT(
            {
                kernel.error_bits = bits;
                (void)dma_start_send(1, 4);
                dma_wait_send();
            },
            testing::ExitedWithCode(1), message);
}

TEST_F(transfers_death, waiting_for_nothing_ends_the_program_instead_of_hanging)
{
    EXPECT_EXIT(dma_wait_send(), testing::ExitedWithCode(1),
                "dma_wait_send: no transfer was started");
    EXPECT_EXIT(dma_wait_recv(), testing::ExitedWithCode(1),
                "dma_wait_recv: no transfer was started");
}

TEST(init_death, names_what_cannot_be_opened_or_mapped)
{
    fake_kernel kernel;
    EXPECT_EXIT(dma_init(zs_test::dma_address, 0x17000000, 4096, out_address, 4096),
                testing::ExitedWithCode(1),
                "dma_init: cannot map the input buffer at 0x17000000, 4096 bytes");
    kernel.open_fails = true;
    EXPECT_EXIT(dma_init(zs_test::dma_address, in_address, 4096, out_address, 4096),
                testing::ExitedWithCode(1), "cannot open /dev/mem: .*run as root");
}

TEST(without_init, nothing_starts)
{
    unsigned int word = 0;
    EXPECT_EQ(dma_start_send(1, 0), -EINVAL);
    EXPECT_EQ(dma_start_recv_into(&word, 1), -EINVAL);
}

} // namespace
