/* Packets as descriptor chains: one under way a channel, and one that is being appended to. */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "axi_dma_sg.h"
#include "dma_chains.h"
#include "dma_descriptors.h"
#include "dma_driver.h"
#include "dma_interrupts.h"
#include "dma_memory.h"
#include "dma_registers.h"
#include "memref_view.h"

struct ring {
    const struct dma_channel *channel;
    volatile struct dma_descriptor *descriptors;
    uint32_t physical;
    unsigned int count, next; /* next: where the next descriptor is appended */
    unsigned int appended;    /* of the packet that has not started */
    unsigned int under_way;   /* of the packet that has; 0: none */
    unsigned int first;       /* of the packet under way */
    uint32_t last_control;    /* of the last that was appended */
    bool two_dimensional;
};

static struct ring send_ring = {.channel = &dma_driver.send};
static struct ring receive_ring = {.channel = &dma_driver.receive};

static struct ring *ring_of(const struct dma_channel *channel)
{
    return channel == &dma_driver.send ? &send_ring : &receive_ring;
}

bool dma_chains_are_open(void)
{
    return send_ring.descriptors != NULL;
}

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
    ring->appended = 0;
    ring->under_way = 0;
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

static int check_room(const struct ring *ring, uint64_t needed)
{
    if (needed <= ring->count - ring->appended - ring->under_way)
        return 0;
    fprintf(stderr,
            "dma_start_%s_chain: the packet needs %llu descriptors, and of %u there are %u left "
            "(dma_open_chains)\n",
            ring->channel->name, (unsigned long long)needed + ring->appended, ring->count,
            ring->count - ring->under_way);
    return -ENOSPC;
}

static int check_open(const struct ring *ring)
{
    if (ring->descriptors)
        return 0;
    fprintf(stderr, "dma_start_%s_chain: dma_open_chains was not called\n", ring->channel->name);
    return -EINVAL;
}

/* Write a part's descriptors behind those that were appended before. */
static void append_rows(struct ring *ring, const struct dma_rows *part)
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
        volatile struct dma_descriptor *const descriptor = &ring->descriptors[ring->next];
        ring->last_control = bytes | (ring->appended == 0 ? DESCRIPTOR_FIRST : 0);
        descriptor->buffer = address + i * part->stride_bytes;
        descriptor->shape = shape;
        descriptor->control = ring->last_control;
        descriptor->status = 0;
        ring->next = (ring->next + 1) % ring->count;
        ring->appended++;
    }
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

/* Cache maintenance of the packet's data under way and, before it starts, of its descriptors. */
static void sync_packet(const struct ring *ring, bool for_device)
{
    for (unsigned int i = 0; i < ring->under_way; i++) {
        const unsigned int index = (ring->first + i) % ring->count;
        sync_rows(ring, &ring->descriptors[index], for_device);
        if (for_device)
            dma_sync_for_device(DMA_REGION_IN, descriptor_offset(ring, index), DESCRIPTOR_BYTES, 0);
    }
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

static int append_part(struct ring *ring, const struct dma_rows *part)
{
    int error = check_open(ring);
    if (error == 0)
        error = check_part(ring, part);
    if (error == 0)
        error = check_room(ring, descriptors_of(ring, part));
    if (error == 0)
        append_rows(ring, part);
    return error;
}

static int start_appended(struct ring *ring)
{
    const int error = check_open(ring);
    if (error != 0)
        return error;
    if (ring->under_way > 0 || ring->appended == 0) {
        fprintf(stderr, "dma_start_%s_chain: %s\n", ring->channel->name,
                ring->under_way > 0 ? "the last one has not been waited for"
                                    : "a packet needs at least one part");
        return -EINVAL;
    }
    const unsigned int last = (ring->next + ring->count - 1) % ring->count;
    ring->descriptors[last].control = ring->last_control | DESCRIPTOR_LAST;
    ring->first = (ring->next + ring->count - ring->appended) % ring->count;
    ring->under_way = ring->appended;
    ring->appended = 0;
    sync_packet(ring, true);
    /* Data and descriptors must be in memory before the engine looks. */
    atomic_thread_fence(memory_order_seq_cst);
    *ring_register(ring, CHANNEL_TAIL_DESCRIPTOR) = descriptor_address(ring, last);
    return 0;
}

/* All of a packet is checked before any of it is written. */
static int start_packet(struct ring *ring, const struct dma_rows *parts, size_t count)
{
    uint64_t needed = 0;
    int error = check_open(ring);
    if (error != 0)
        return error;
    for (size_t i = 0; i < count; i++) {
        error = check_part(ring, &parts[i]);
        if (error != 0)
            return error;
        needed += descriptors_of(ring, &parts[i]);
    }
    if (ring->appended > 0) {
        fprintf(stderr, "dma_start_%s_chain: another packet was appended to, and not started\n",
                ring->channel->name);
        return -EINVAL;
    }
    if (ring->under_way == 0) {
        error = check_room(ring, needed);
        if (error != 0)
            return error;
        for (size_t i = 0; i < count; i++)
            append_rows(ring, &parts[i]);
    }
    return start_appended(ring);
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
    for (unsigned int i = 0; i + 1 < ring->under_way; i++) {
        const unsigned int index = (ring->first + i) % ring->count;
        sync_descriptor(ring, index);
        if (!(ring->descriptors[index].status & DESCRIPTOR_LAST))
            continue;
        fprintf(stderr,
                "dma_wait_%s_chain: the packet ended in descriptor %u of %u: it is shorter than "
                "the memory that was given for it\n",
                ring->channel->name, i + 1, ring->under_way);
        exit(EXIT_FAILURE);
    }
}

/* Has the packet finished? Ends the program when it never will. */
static bool poll_packet(struct ring *ring)
{
    const uint32_t finished = STATUS_COMPLETE | STATUS_IDLE;
    const uint32_t status = *ring_register(ring, CHANNEL_STATUS);
    end_on_error(ring, status);
    if ((status & finished) == STATUS_COMPLETE)
        end_on_short_packet(ring);
    if ((status & finished) != finished)
        return false;
    *ring_register(ring, CHANNEL_STATUS) = STATUS_COMPLETE;
    /* What the engine wrote must not be read from before now. */
    atomic_thread_fence(memory_order_seq_cst);
    sync_packet(ring, false);
    ring->under_way = 0;
    return true;
}

static void wait_packet(struct ring *ring)
{
    if (ring->under_way == 0) {
        fprintf(stderr, "dma_wait_%s_chain: no packet was started\n", ring->channel->name);
        exit(EXIT_FAILURE);
    }
    while (!poll_packet(ring))
        dma_interrupt_wait(ring->channel);
}

int dma_chain_start(const struct dma_channel *channel, const void *memory, size_t bytes)
{
    const struct dma_rows part = {(void *)(uintptr_t)memory, 1, (unsigned int)bytes, 0};
    return start_packet(ring_of(channel), &part, 1);
}

void dma_chain_wait(const struct dma_channel *channel)
{
    wait_packet(ring_of(channel));
}

bool dma_chain_check(const struct dma_channel *channel)
{
    return ring_of(channel)->under_way == 0 || poll_packet(ring_of(channel));
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

static int append_memref(struct ring *ring, int64_t rank, const void *descriptor,
                         unsigned int element_bytes)
{
    if (rank < 0 || rank > 2) {
        fprintf(stderr, "dma_append_%s: rank is %lld: 0 to 2 are supported\n", ring->channel->name,
                (long long)rank);
        return -EINVAL;
    }
    const struct memref_view view = memref_view(rank, descriptor);
    void *const first = element_bytes == 1 ? (void *)view.bytes : (void *)view.data;
    struct dma_rows part = {first, 1, element_bytes, 0};
    if (rank > 0)
        part.row_bytes = (unsigned int)view.sizes[rank - 1] * element_bytes;
    if (rank == 2) {
        part.rows = (unsigned int)view.sizes[0];
        part.stride_bytes = (unsigned int)view.strides[0] * element_bytes;
    }
    if (rank == 0 || view.strides[rank - 1] == 1)
        return append_part(ring, &part);
    fprintf(stderr, "dma_append_%s: rows must be contiguous, not of stride %lld\n",
            ring->channel->name, (long long)view.strides[rank - 1]);
    return -EINVAL;
}

int dma_append_send_i32(int64_t rank, void *descriptor)
{
    return append_memref(&send_ring, rank, descriptor, sizeof(int32_t));
}

int dma_append_send_f32(int64_t rank, void *descriptor)
{
    return append_memref(&send_ring, rank, descriptor, sizeof(float));
}

int dma_append_send_i8(int64_t rank, void *descriptor)
{
    return append_memref(&send_ring, rank, descriptor, sizeof(int8_t));
}

int dma_append_recv_i32(int64_t rank, void *descriptor)
{
    return append_memref(&receive_ring, rank, descriptor, sizeof(int32_t));
}

int dma_append_recv_f32(int64_t rank, void *descriptor)
{
    return append_memref(&receive_ring, rank, descriptor, sizeof(float));
}

int dma_start_send_appended(void)
{
    return start_appended(&send_ring);
}

int dma_start_recv_appended(void)
{
    return start_appended(&receive_ring);
}
