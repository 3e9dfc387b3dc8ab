/* Starting transfers and waiting for them, one at a time a channel. */
#define _DEFAULT_SOURCE /* msync's flags */

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "dma_chains.h"
#include "dma_driver.h"
#include "dma_interrupts.h"
#include "dma_memory.h"
#include "dma_registers.h"

#ifdef ZS_DMA_SYNC_AFTER_START
enum { WORD_BYTES = 4, SYNC_AFTER_START = 1 };
#else
enum { WORD_BYTES = 4, SYNC_AFTER_START = 0 };
#endif

static volatile uint32_t *channel_register(const struct dma_channel *channel, unsigned int offset)
{
    return &dma_driver.registers[(channel->control + offset) / WORD_BYTES];
}

/* API v1's ordering point. Linux answers EINVAL, for /dev/mem has no fsync: only the kernel entry
 * counts, so the result says nothing. */
static void sync_registers(void)
{
    (void)msync((void *)(uintptr_t)dma_driver.registers, DMA_REGISTER_PAGE_BYTES, MS_SYNC);
}

static void hand_over(const struct dma_channel *channel)
{
    dma_sync_for_device(channel->region, channel->offset, channel->bytes,
                        channel == &dma_driver.receive);
}

/* [offset, offset + length) is inside the region. */
static int start_at(struct dma_channel *channel, enum dma_region which, size_t offset,
                    int length_words)
{
    const struct region *region = &dma_driver.regions[which];
    if (dma_chains_are_open())
        return dma_chain_start(channel, region->base + offset, (size_t)length_words * WORD_BYTES);
    channel->state = TRANSFER_STARTED;
    channel->region = which;
    channel->offset = offset;
    channel->bytes = (size_t)length_words * WORD_BYTES;
    if (!SYNC_AFTER_START)
        hand_over(channel);
    *channel_register(channel, CHANNEL_ADDRESS) = region->physical + (uint32_t)offset;
    /* What the program wrote to the buffer must be in memory before the engine looks. */
    atomic_thread_fence(memory_order_seq_cst);
    sync_registers();
    *channel_register(channel, CHANNEL_LENGTH) = (uint32_t)channel->bytes;
    if (SYNC_AFTER_START)
        hand_over(channel);
    return 0;
}

static bool may_start(struct dma_channel *channel, int length_words)
{
    if (channel->state == TRANSFER_STARTED)
        fprintf(stderr, "dma_start_%s: the last one has not been waited for\n", channel->name);
    else if (!dma_driver.registers)
        fprintf(stderr, "dma_start_%s: dma_init was not called\n", channel->name);
    else if (length_words <= 0)
        fprintf(stderr, "dma_start_%s: length is %d words: at least 1 is needed\n", channel->name,
                length_words);
    else
        return true;
    return false;
}

static int start_offset(struct dma_channel *channel, enum dma_region which, int length_words,
                        int offset_words)
{
    const struct region *region = &dma_driver.regions[which];
    if (!may_start(channel, length_words))
        return -EINVAL;
    const size_t words = region->bytes / WORD_BYTES;
    if (offset_words < 0 || (size_t)offset_words > words ||
        (size_t)length_words > words - (size_t)offset_words) {
        fprintf(stderr,
                "dma_start_%s: %d words at offset %d do not fit in the %s buffer of %zu words; "
                "its size is dma_init's %s\n",
                channel->name, length_words, offset_words, region->name, words, region->parameter);
        return -EFAULT;
    }
    return start_at(channel, which, (size_t)offset_words * WORD_BYTES, length_words);
}

static int start_in_place(struct dma_channel *channel, const void *memory, int length_words)
{
    if (!may_start(channel, length_words))
        return -EINVAL;
    for (int i = 0; i < 2; i++) {
        const struct region *region = &dma_driver.regions[i];
        if (!region_holds(region, memory, (size_t)length_words * WORD_BYTES))
            continue;
        const size_t offset = (uintptr_t)memory - (uintptr_t)region->base;
        return start_at(channel, (enum dma_region)i, offset, length_words);
    }
    fprintf(stderr, "dma_start_%s: %d words at %p are outside of both DMA buffers\n", channel->name,
            length_words, memory);
    return -EFAULT;
}

/* The cause first: in direct mode, S2MM sets DMAIntErr along with the others (PG021). */
static const char *error_name(uint32_t status)
{
    if (status & STATUS_SLAVE_ERROR)
        return "DMASlvErr (the memory answered with an error)";
    if (status & STATUS_DECODE_ERROR)
        return "DMADecErr (nothing answers at this address)";
    return "DMAIntErr (internal error)";
}

/* Has the transfer finished? Ends the program when the engine reports an error. */
static bool poll_channel(struct dma_channel *channel)
{
    sync_registers();
    const uint32_t status = *channel_register(channel, CHANNEL_STATUS);
    if (status & STATUS_ERRORS) {
        fprintf(stderr, "dma_wait_%s: the engine reports %s, status 0x%08x, address 0x%08x\n",
                channel->name, error_name(status), (unsigned int)status,
                (unsigned int)*channel_register(channel, CHANNEL_ADDRESS));
        exit(EXIT_FAILURE);
    }
    const uint32_t finished = STATUS_COMPLETE | STATUS_IDLE;
    if ((status & finished) != finished)
        return false;
    dma_interrupt_acknowledge(channel);
    channel->state = TRANSFER_DONE;
    /* What the engine wrote must not be read from before now. */
    atomic_thread_fence(memory_order_seq_cst);
    if (channel == &dma_driver.receive)
        dma_sync_for_cpu(channel->region, channel->offset, channel->bytes);
    return true;
}

static void wait_channel(struct dma_channel *channel)
{
    if (dma_chains_are_open()) {
        dma_chain_wait(channel);
        return;
    }
    if (channel->state == TRANSFER_NONE) {
        fprintf(stderr, "dma_wait_%s: no transfer was started\n", channel->name);
        exit(EXIT_FAILURE);
    }
    while (channel->state == TRANSFER_STARTED)
        if (!poll_channel(channel))
            dma_interrupt_wait(channel);
    channel->state = TRANSFER_NONE;
}

static int check_channel(struct dma_channel *channel)
{
    if (dma_chains_are_open())
        return dma_chain_check(channel);
    return channel->state != TRANSFER_STARTED || poll_channel(channel);
}

int dma_start_send(int length_words, int offset_words)
{
    return start_offset(&dma_driver.send, DMA_REGION_IN, length_words, offset_words);
}

int dma_start_send_from(const void *memory, int length_words)
{
    return start_in_place(&dma_driver.send, memory, length_words);
}

void dma_wait_send(void)
{
    wait_channel(&dma_driver.send);
}

int dma_check_send(void)
{
    return check_channel(&dma_driver.send);
}

int dma_start_recv(int length_words, int offset_words)
{
    return start_offset(&dma_driver.receive, DMA_REGION_OUT, length_words, offset_words);
}

int dma_start_recv_into(void *memory, int length_words)
{
    return start_in_place(&dma_driver.receive, memory, length_words);
}

void dma_wait_recv(void)
{
    wait_channel(&dma_driver.receive);
}

int dma_check_recv(void)
{
    return check_channel(&dma_driver.receive);
}
