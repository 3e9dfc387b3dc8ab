// Scatter-gather packets: what lies in the rings, what the engine is told, and errors.
#include <array>
#include <cerrno>

#include <gmock/gmock.h>

#include "axi_dma.h"
#include "axi_dma_sg.h"
#include "fake_kernel.h"
#include "memref.h"

namespace
{

using testing::ElementsAre;
using zs_test::in_address;
using zs_test::region_bytes;

constexpr unsigned int descriptors = 4, descriptor_bytes = 64;
constexpr uint32_t sg_included = 8, finished = 0x1002, first = 1U << 27, last = 1U << 26;
constexpr uint32_t ring_address = in_address + region_bytes - descriptors * descriptor_bytes;

// The engine is registers only: a test sets the status that it wants to be seen.
struct chains : zs_test::driver_test {
    void SetUp() override
    {
        driver_test::SetUp();
        send_status() = sg_included;
        ASSERT_EQ(dma_open_chains(descriptors), 0);
    }
    void TearDown() override
    {
        dma_close_chains();
        driver_test::TearDown();
    }
    uint32_t &send_status()
    {
        return kernel.registers[0x04 / 4];
    }
    const uint32_t *descriptor(unsigned int index) const
    {
        return &kernel.in[(region_bytes - (descriptors - index) * descriptor_bytes) / 4];
    }
    uint32_t *receive_descriptor(unsigned int index)
    {
        return &kernel.in[(region_bytes - (2 * descriptors - index) * descriptor_bytes) / 4];
    }
    // next, buffer, control, status
    std::array<uint32_t, 4> words(unsigned int index) const
    {
        const uint32_t *const at = descriptor(index);
        return {at[0], at[2], at[6], at[7]};
    }
    void finish()
    {
        send_status() = sg_included | finished;
        dma_wait_send_chain();
    }
};
using chains_death = chains;

TEST_F(chains, a_ring_starts_at_its_first_descriptor)
{
    EXPECT_EQ(kernel.registers[0x08 / 4], ring_address);
    EXPECT_EQ(kernel.registers[0x00 / 4], 0xF001U);
    EXPECT_EQ(kernel.registers[0x38 / 4], ring_address - descriptors * descriptor_bytes);
    EXPECT_EQ(kernel.registers[0x30 / 4], 0xF001U);
}

TEST_F(chains, each_row_is_a_descriptor_unless_there_is_no_gap)
{
    const dma_rows parts[] = {{dma_get_inbuffer(), 1, 4, 4},
                              {dma_get_inbuffer() + 16, 2, 8, 32},
                              {dma_get_inbuffer() + 64, 3, 12, 12}};
    ASSERT_EQ(dma_start_send_chain(parts, 3), 0);
    EXPECT_THAT(words(0), ElementsAre(ring_address + 64, in_address, first | 4, 0));
    EXPECT_THAT(words(1), ElementsAre(ring_address + 128, in_address + 64, 8, 0));
    EXPECT_THAT(words(2), ElementsAre(ring_address + 192, in_address + 96, 8, 0));
    EXPECT_THAT(words(3), ElementsAre(ring_address, in_address + 256, last | 36, 0));
    EXPECT_EQ(kernel.registers[0x10 / 4], ring_address + 192) << "the tail starts it";
    finish();
}

TEST_F(chains, a_2d_descriptor_holds_all_rows)
{
    ASSERT_EQ(dma_open_2d_chains(descriptors), 0);
    const dma_rows parts[] = {{dma_get_inbuffer(), 1, 4, 4}, {dma_get_inbuffer() + 16, 5, 8, 32}};
    ASSERT_EQ(dma_start_send_chain(parts, 2), 0);
    EXPECT_THAT(words(0), ElementsAre(ring_address + 64, in_address, first | 4, 0));
    EXPECT_EQ(descriptor(0)[5], 1U << 19);
    EXPECT_THAT(words(1), ElementsAre(ring_address + 128, in_address + 64, last | 8, 0));
    EXPECT_EQ(descriptor(1)[5], 5U << 19 | 32);
    finish();
    const dma_rows far_apart = {dma_get_inbuffer(), 2, 4, 1U << 16};
    const dma_rows too_many = {dma_get_inbuffer(), 1U << 13, 4, 4};
    EXPECT_EQ(dma_start_send_chain(&far_apart, 1), -EFAULT) << "it ends beyond the region";
    EXPECT_EQ(dma_start_send_chain(&too_many, 1), -E2BIG);
}

TEST_F(chains, packets_follow_each_other_around_the_ring)
{
    const dma_rows part = {dma_get_inbuffer(), 3, 4, 8};
    ASSERT_EQ(dma_start_send_chain(&part, 1), 0);
    finish();
    EXPECT_EQ(send_status(), 0x1000U) << "IOC written back";
    ASSERT_EQ(dma_start_send_chain(&part, 1), 0);
    EXPECT_EQ(kernel.registers[0x10 / 4], ring_address + 64);
    EXPECT_EQ(words(3)[2], first | 4);
    EXPECT_EQ(words(0)[2], 4U);
    EXPECT_EQ(words(1)[2], last | 4);
    finish();
}

TEST_F(chains, what_cannot_be_sent_does_not_start)
{
    unsigned int heap[4] = {};
    const dma_rows outside = {heap, 1, 16, 16}, empty = {dma_get_inbuffer(), 0, 4, 4};
    const dma_rows beyond = {dma_get_inbuffer(), 2, 4, region_bytes};
    const dma_rows many = {dma_get_inbuffer(), descriptors + 1, 4, 8};
    const dma_rows good = {dma_get_inbuffer(), 1, 4, 4};
    EXPECT_EQ(dma_start_send_chain(&outside, 1), -EFAULT);
    EXPECT_EQ(dma_start_send_chain(&beyond, 1), -EFAULT);
    EXPECT_EQ(dma_start_send_chain(&empty, 1), -EINVAL);
    EXPECT_EQ(dma_start_send_chain(&good, 0), -EINVAL);
    EXPECT_EQ(dma_start_send_chain(&many, 1), -ENOSPC);
    EXPECT_EQ(kernel.registers[0x10 / 4], 0U);
    ASSERT_EQ(dma_start_send_chain(&good, 1), 0);
    EXPECT_EQ(dma_start_send_chain(&good, 1), -EINVAL) << "one is under way";
    finish();
}

TEST_F(chains, opening_says_what_is_missing)
{
    send_status() = 0;
    EXPECT_EQ(dma_open_chains(descriptors), -ENODEV);
    send_status() = sg_included;
    EXPECT_EQ(dma_open_chains(0), -EINVAL);
    EXPECT_EQ(dma_open_chains(region_bytes / descriptor_bytes), -ENOMEM) << "no room for both";
    const dma_rows part = {dma_get_inbuffer(), 1, 4, 4};
    EXPECT_EQ(dma_start_send_chain(&part, 1), -EINVAL) << "the rings are gone";
    dma_free();
    EXPECT_EQ(dma_open_chains(descriptors), -EINVAL);
}

// While the engine sends the first packet, the second is written behind it.
TEST_F(chains, a_packet_is_appended_while_another_is_under_way)
{
    int32_t *const in = reinterpret_cast<int32_t *>(dma_get_inbuffer());
    memref_0d_i32 opcode = {in, in, 0};
    memref_2d_i32 tile = {in, in, 16, {2, 4}, {8, 1}};
    ASSERT_EQ(dma_append_send_i32(0, &opcode), 0);
    ASSERT_EQ(dma_start_send_appended(), 0);
    EXPECT_THAT(words(0), ElementsAre(ring_address + 64, in_address, first | last | 4, 0));
    ASSERT_EQ(dma_append_send_i32(0, &opcode), 0);
    ASSERT_EQ(dma_append_send_i32(2, &tile), 0);
    EXPECT_EQ(kernel.registers[0x10 / 4], ring_address) << "not started yet";
    EXPECT_EQ(dma_append_send_i32(0, &opcode), -ENOSPC) << "all four are taken";
    EXPECT_EQ(dma_start_send_appended(), -EINVAL) << "the first is under way";
    finish();
    ASSERT_EQ(dma_start_send_appended(), 0);
    EXPECT_THAT(words(1), ElementsAre(ring_address + 128, in_address, first | 4, 0));
    EXPECT_THAT(words(2), ElementsAre(ring_address + 192, in_address + 64, 16, 0));
    EXPECT_THAT(words(3), ElementsAre(ring_address, in_address + 96, last | 16, 0));
    EXPECT_EQ(kernel.registers[0x10 / 4], ring_address + 192);
    finish();
}

TEST_F(chains, only_contiguous_rows_of_rank_0_to_2_are_appended)
{
    int32_t *const in = reinterpret_cast<int32_t *>(dma_get_inbuffer());
    memref_2d_i32 transposed = {in, in, 0, {4, 4}, {1, 4}};
    memref_4d_i32 tiled = {in, in, 0, {1, 1, 4, 4}, {16, 16, 4, 1}};
    EXPECT_EQ(dma_append_send_i32(2, &transposed), -EINVAL);
    EXPECT_EQ(dma_append_send_i32(4, &tiled), -EINVAL);
    EXPECT_EQ(dma_start_send_appended(), -EINVAL) << "nothing was appended";
}

// The starts and waits of axi_dma.h then mean packets of one part.
TEST_F(chains, direct_starts_become_packets)
{
    ASSERT_EQ(dma_start_send(3, 5), 0);
    EXPECT_THAT(words(0), ElementsAre(ring_address + 64, in_address + 20, first | last | 12, 0));
    EXPECT_EQ(dma_check_send(), 0);
    send_status() = sg_included | finished;
    EXPECT_EQ(dma_check_send(), 1);
    ASSERT_EQ(dma_start_send_from(dma_get_inbuffer() + 2, 4), 0);
    EXPECT_EQ(words(1)[1], in_address + 8);
    send_status() = sg_included | finished;
    dma_wait_send();
}

TEST_F(chains_death, engine_errors_end_the_program_by_name)
{
    const std::pair<uint32_t, const char *> errors[] = {{0x010, "DMAIntErr"}, {0x020, "DMASlvErr"},
                                                        {0x040, "DMADecErr"}, {0x100, "SGIntErr"},
                                                        {0x200, "SGSlvErr"},  {0x400, "SGDecErr"}};
    const dma_rows part = {dma_get_inbuffer(), 1, 4, 4};
    ASSERT_EQ(dma_start_send_chain(&part, 1), 0);
    for (auto [bit, name] : errors) {
        send_status() = sg_included | bit | 1;
        EXPECT_EXIT(dma_wait_send_chain(), testing::ExitedWithCode(1),
                    std::string("dma_wait_send_chain: the engine reports ") + name);
    }
}

TEST_F(chains_death, a_packet_that_ends_early_ends_the_program_instead_of_hanging)
{
    const dma_rows part = {dma_get_outbuffer(), 3, 4, 8};
    ASSERT_EQ(dma_start_recv_chain(&part, 1), 0);
    kernel.registers[0x34 / 4] = sg_included | 0x1000;
    receive_descriptor(1)[7] = 1U << 31 | last | 4;
    EXPECT_EXIT(dma_wait_recv_chain(), testing::ExitedWithCode(1),
                "dma_wait_recv_chain: the packet ended in descriptor 2 of 3");
}

TEST_F(chains_death, waiting_for_nothing_ends_the_program_instead_of_hanging)
{
    EXPECT_EXIT(dma_wait_recv_chain(), testing::ExitedWithCode(1),
                "dma_wait_recv_chain: no packet was started");
}

} // namespace
