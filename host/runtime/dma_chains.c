/* Packets as descriptor chains, one at a time a channel. */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "axi_dma_sg.h"
#include "dma_descriptors.h"
#include "dma_driver.h"
#include "dma_interrupts.h"
#include "dma_memory.h"
#include "dma_registers.h"

struct ring {
    struct dma_channel *channel;
    volatile struct dma_descriptor *descriptors;
    uint32_t physical;
    unsigned int count, first, next; /* first: of the packet under way; next: of the next packet */
    bool two_dimensional;
    bool under_way;
};

static struct ring send_ring = {.channel = &dma_driver.send};
static struct ring receive_ring = {.channel = &dma_driver.receive};

static volatile uint32_t *ring_register(const struct ring *ring, unsigned int offset)
{
    return &dma_driver.registers[(ring->channel->control + offset) / sizeof(uint32_t)];
}

/* Physical address of memory inside one of the regions; false when it is in neither. */
static bool find_physical(const volatile void *memory, size_t bytes, uint32_t *physical)
{
    for (int i = 0; i < 2; i++) {
        const struct region *region = &dma_driver.regions[i];
        if (!region_holds(region, (const void *)(uintptr_t)memory, bytes))
            continue;
        *physical = region->physical + (uint32_t)((uintptr_t)memory - (uintptr_t)region->base);
        return true;
    }
    return false;
}

static uint32_t descriptor_address(const struct ring *ring, unsigned int index)
{
    return ring->physical + index % ring->count * DESCRIPTOR_BYTES;
}

static void close_ring(struct ring *ring)
{
    dma_release((void *)(uintptr_t)ring->descriptors);
    ring->descriptors = NULL;
    ring->under_way = false;
}

static int create_ring(struct ring *ring, unsigned int count, bool two_dimensional)
{
    const size_t bytes = (size_t)count * DESCRIPTOR_BYTES;
    ring->descriptors = dma_alloc(DMA_REGION_IN, bytes, DESCRIPTOR_BYTES);
    if (!ring->descriptors || !find_physical(ring->descriptors, bytes, &ring->physical))
        return -ENOMEM;
    ring->count = count;
    ring->next = 0;
    ring->two_dimensional = two_dimensional;
    for (unsigned int i = 0; i < count; i++) {
        ring->descriptors[i].next = descriptor_address(ring, i + 1);
        ring->descriptors[i].next_msb = 0;
        ring->descriptors[i].buffer_msb = 0;
    }
    return 0;
}

/* The first descriptor can be set only while the channel is halted; one that is idle halts at
 * once. */
static void run_ring(const struct ring *ring)
{
    *ring_register(ring, CHANNEL_CONTROL) = 0;
    *ring_register(ring, CHANNEL_CURRENT_DESCRIPTOR) = ring->physical;
    *ring_register(ring, CHANNEL_CONTROL) = CONTROL_RUN_ALL_INTERRUPTS;
}

static int open_rings(unsigned int descriptors, bool two_dimensional)
{
    if (!dma_driver.registers || descriptors < 1) {
        fprintf(stderr, "dma_open_chains: %s\n",
                descriptors < 1 ? "at least 1 descriptor is needed" : "dma_init was not called");
        return -EINVAL;
    }
    if (!(*ring_register(&send_ring, CHANNEL_STATUS) & STATUS_SG_INCLUDED)) {
        fprintf(stderr, "dma_open_chains: the engine has no scatter-gather (simulator: "
                        "board.dma.include_sg)\n");
        return -ENODEV;
    }
    dma_close_chains();
    if (create_ring(&send_ring, descriptors, two_dimensional) != 0 ||
        create_ring(&receive_ring, descriptors, two_dimensional) != 0) {
        dma_close_chains();
        return -ENOMEM;
    }
    run_ring(&send_ring);
    run_ring(&receive_ring);
    return 0;
}

int dma_open_chains(unsigned int descriptors)
{
    return open_rings(descriptors, false);
}

int dma_open_2d_chains(unsigned int descriptors)
{
    return open_rings(descriptors, true);
}

void dma_close_chains(void)
{
    close_ring(&send_ring);
    close_ring(&receive_ring);
}

static bool gapless(const struct dma_rows *part)
{
    return part->rows == 1 || part->stride_bytes == part->row_bytes;
}

static unsigned int descriptors_of(const struct ring *ring, const struct dma_rows *part)
{
    return ring->two_dimensional || gapless(part) ? 1 : part->rows;
}

static bool fits_2d(const struct dma_rows *part)
{
    return part->rows <= DESCRIPTOR_MAX_ROWS && part->row_bytes <= DESCRIPTOR_MAX_ROW &&
           (part->rows == 1 || part->stride_bytes <= DESCRIPTOR_MAX_ROW);
}

static int check_part(const struct ring *ring, const struct dma_rows *part)
{
    uint32_t physical;
    if (part->rows == 0 || part->row_bytes == 0 ||
        (uint64_t)part->rows * part->row_bytes > DESCRIPTOR_MAX_LENGTH) {
        fprintf(stderr, "dma_start_%s_chain: %u rows of %u bytes: 1 to %d bytes are needed\n",
                ring->channel->name, part->rows, part->row_bytes, DESCRIPTOR_MAX_LENGTH);
        return -EINVAL;
    }
    const uint64_t span = (uint64_t)(part->rows - 1) * part->stride_bytes + part->row_bytes;
    if (span > SIZE_MAX || !find_physical(part->memory, (size_t)span, &physical)) {
        fprintf(stderr, "dma_start_%s_chain: %u rows at %p are outside of both DMA buffers\n",
                ring->channel->name, part->rows, part->memory);
        return -EFAULT;
    }
    if (ring->two_dimensional && !fits_2d(part)) {
        fprintf(stderr,
                "dma_start_%s_chain: %u rows of %u bytes, %u apart: a 2-D descriptor holds %d rows "
                "of %d bytes, %d apart\n",
                ring->channel->name, part->rows, part->row_bytes, part->stride_bytes,
                DESCRIPTOR_MAX_ROWS, DESCRIPTOR_MAX_ROW, DESCRIPTOR_MAX_ROW);
        return -E2BIG;
    }
    return 0;
}

static int check_packet(const struct ring *ring, const struct dma_rows *parts, size_t count)
{
    uint64_t needed = 0;
    if (!ring->descriptors || ring->under_way || count == 0) {
        fprintf(stderr, "dma_start_%s_chain: %s\n", ring->channel->name,
                !ring->descriptors ? "dma_open_chains was not called"
                : count == 0       ? "a packet needs at least one part"
                                   : "the last one has not been waited for");
        return -EINVAL;
    }
    for (size_t i = 0; i < count; i++) {
        const int error = check_part(ring, &parts[i]);
        if (error != 0)
            return error;
        needed += descriptors_of(ring, &parts[i]);
    }
    if (needed <= ring->count)
        return 0;
    fprintf(stderr,
            "dma_start_%s_chain: the packet needs %llu descriptors, and there are %u "
            "(dma_open_chains)\n",
            ring->channel->name, (unsigned long long)needed, ring->count);
    return -ENOSPC;
}

static unsigned int append_rows(const struct ring *ring, unsigned int next,
                                const struct dma_rows *part, uint32_t flags)
{
    const unsigned int count = descriptors_of(ring, part);
    const uint32_t bytes =
        ring->two_dimensional ? part->row_bytes : part->rows / count * part->row_bytes;
    const uint32_t stride_bytes = part->rows > 1 ? part->stride_bytes : 0;
    const uint32_t shape =
        ring->two_dimensional ? part->rows << DESCRIPTOR_ROWS_SHIFT | stride_bytes : 0;
    uint32_t address = 0;

    (void)find_physical(part->memory, bytes, &address); /* checked before */
    for (unsigned int i = 0; i < count; i++) {
        volatile struct dma_descriptor *const descriptor =
            &ring->descriptors[(next + i) % ring->count];
        descriptor->buffer = address + i * part->stride_bytes;
        descriptor->shape = shape;
        descriptor->control = bytes | (i == 0 ? flags & DESCRIPTOR_FIRST : 0) |
                              (i == count - 1 ? flags & DESCRIPTOR_LAST : 0);
        descriptor->status = 0;
    }
    return (next + count) % ring->count;
}

#if ZS_DMA_MAPPING == DMA_MAPPING_CACHED

/* Both regions' memory by its physical address; `physical` lies inside one of them. */
static enum dma_region region_at(uint32_t physical)
{
    const struct region *in = &dma_driver.regions[DMA_REGION_IN];
    return physical - in->physical < in->bytes ? DMA_REGION_IN : DMA_REGION_OUT;
}

/* A descriptor's offset in the input region. */
static size_t descriptor_offset(const struct ring *ring, unsigned int index)
{
    return descriptor_address(ring, index) - dma_driver.regions[DMA_REGION_IN].physical;
}

static void sync_rows(const struct ring *ring, const volatile struct dma_descriptor *descriptor,
                      bool for_device)
{
    const bool receive = ring == &receive_ring;
    const enum dma_region which = region_at(descriptor->buffer);
    const size_t offset = descriptor->buffer - dma_driver.regions[which].physical;
    const size_t bytes = descriptor->control & DESCRIPTOR_MAX_LENGTH;
    const uint32_t shape = descriptor->shape; /* 0 when there is one row */
    const uint32_t rows = shape ? shape >> DESCRIPTOR_ROWS_SHIFT : 1;
    for (uint32_t row = 0; row < rows; row++) {
        const size_t at = offset + (size_t)row * (shape & DESCRIPTOR_MAX_ROW);
        if (for_device)
            dma_sync_for_device(which, at, bytes, receive);
        else if (receive)
            dma_sync_for_cpu(which, at, bytes);
    }
}

/* Cache maintenance of the last packet's data and, before it starts, of its descriptors. */
static void sync_packet(const struct ring *ring, bool for_device)
{
    unsigned int i = ring->first;
    do {
        sync_rows(ring, &ring->descriptors[i], for_device);
        if (for_device)
            dma_sync_for_device(DMA_REGION_IN, descriptor_offset(ring, i), DESCRIPTOR_BYTES, 0);
        i = (i + 1) % ring->count;
    } while (i != ring->next);
}

/* The engine has written to the descriptor. */
static void sync_descriptor(const struct ring *ring, unsigned int index)
{
    dma_sync_for_cpu(DMA_REGION_IN, descriptor_offset(ring, index), DESCRIPTOR_BYTES);
}

#else

static void sync_packet(const struct ring *ring, bool for_device)
{
    (void)ring, (void)for_device;
}

static void sync_descriptor(const struct ring *ring, unsigned int index)
{
    (void)ring, (void)index;
}

#endif

static int start_packet(struct ring *ring, const struct dma_rows *parts, size_t count)
{
    const int error = check_packet(ring, parts, count);
    if (error != 0)
        return error;
    ring->first = ring->next;
    for (size_t i = 0; i < count; i++)
        ring->next =
            append_rows(ring, ring->next, &parts[i],
                        (i == 0 ? DESCRIPTOR_FIRST : 0U) | (i == count - 1 ? DESCRIPTOR_LAST : 0U));
    ring->under_way = true;
    sync_packet(ring, true);
    /* Data and descriptors must be in memory before the engine looks. */
    atomic_thread_fence(memory_order_seq_cst);
    *ring_register(ring, CHANNEL_TAIL_DESCRIPTOR) =
        descriptor_address(ring, ring->next + ring->count - 1);
    return 0;
}

static const struct {
    uint32_t bit;
    const char *name;
} errors[] = {
    {STATUS_SG_INTERNAL_ERROR, "SGIntErr (a descriptor is complete already)"},
    {STATUS_SG_SLAVE_ERROR, "SGSlvErr (the descriptors' memory answered with an error)"},
    {STATUS_SG_DECODE_ERROR, "SGDecErr (nothing answers at a descriptor's address)"},
    {STATUS_SLAVE_ERROR, "DMASlvErr (the memory answered with an error)"},
    {STATUS_DECODE_ERROR, "DMADecErr (nothing answers at this address)"},
    {STATUS_INTERNAL_ERROR, "DMAIntErr (internal error)"},
};

static void end_on_error(const struct ring *ring, uint32_t status)
{
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (!(status & errors[i].bit))
            continue;
        fprintf(stderr,
                "dma_wait_%s_chain: the engine reports %s, status 0x%08x, descriptor 0x%08x\n",
                ring->channel->name, errors[i].name, (unsigned int)status,
                (unsigned int)*ring_register(ring, CHANNEL_CURRENT_DESCRIPTOR));
        exit(EXIT_FAILURE);
    }
}

/* A packet ended, and the engine waits for another one in the rest of the chain. */
static void end_on_short_packet(const struct ring *ring)
{
    const unsigned int last = (ring->next + ring->count - 1) % ring->count;
    for (unsigned int i = ring->first; i != last; i = (i + 1) % ring->count) {
        sync_descriptor(ring, i);
        if (!(ring->descriptors[i].status & DESCRIPTOR_LAST))
            continue;
        fprintf(stderr,
                "dma_wait_%s_chain: the packet ended in descriptor %u of %u: it is shorter than "
                "the memory that was given for it\n",
                ring->channel->name, (i + ring->count - ring->first) % ring->count + 1,
                (last + ring->count - ring->first) % ring->count + 1);
        exit(EXIT_FAILURE);
    }
}

static void wait_packet(struct ring *ring)
{
    const uint32_t finished = STATUS_COMPLETE | STATUS_IDLE;
    uint32_t status;
    if (!ring->under_way) {
        fprintf(stderr, "dma_wait_%s_chain: no packet was started\n", ring->channel->name);
        exit(EXIT_FAILURE);
    }
    for (;;) {
        status = *ring_register(ring, CHANNEL_STATUS);
        end_on_error(ring, status);
        if ((status & finished) == finished)
            break;
        if (status & STATUS_COMPLETE)
            end_on_short_packet(ring);
        else
            dma_interrupt_wait(ring->channel);
    }
    *ring_register(ring, CHANNEL_STATUS) = STATUS_COMPLETE;
    ring->under_way = false;
    /* What the engine wrote must not be read from before now. */
    atomic_thread_fence(memory_order_seq_cst);
    sync_packet(ring, false);
}

int dma_start_send_chain(const struct dma_rows *parts, size_t count)
{
    return start_packet(&send_ring, parts, count);
}

int dma_start_recv_chain(const struct dma_rows *parts, size_t count)
{
    return start_packet(&receive_ring, parts, count);
}

void dma_wait_send_chain(void)
{
    wait_packet(&send_ring);
}

void dma_wait_recv_chain(void)
{
    wait_packet(&receive_ring);
}
