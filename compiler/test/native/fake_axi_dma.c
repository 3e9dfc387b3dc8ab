#include "fake_axi_dma.h"

#include "axi_dma.h"
#include "memref.h"
#include "stream_accelerator.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGION_BYTES = 4 << 20 };

struct region {
    _Alignas(64) unsigned char bytes[REGION_BYTES];
    size_t allocated_bytes; /* from the top down */
};

static struct {
    struct region regions[2]; /* by enum dma_region */
    int live_allocations;
    int version;
    int size;
    int is_initialised;
    int sending;
    void *receive_to;
    int receive_words;
    struct stream_accelerator accelerator;
    struct fake_counts counts;
} fake;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "fake runtime: %s\n", what);
    exit(EXIT_FAILURE);
}

void fake_axi_dma_setup(int version, int size)
{
    fake.version = version;
    fake.size = size;
}

struct fake_counts fake_axi_dma_counts(void)
{
    return fake.counts;
}

void dma_init(unsigned int dma_address, unsigned int in_address, unsigned int in_bytes,
              unsigned int out_address, unsigned int out_bytes)
{
    if (fake.is_initialised)
        fail("dma_init twice");
    if (dma_address != 0x40400000 || in_address != 0x16000000 || out_address != 0x16400000)
        fail("dma_init with other addresses than the test asked for");
    if (in_bytes != REGION_BYTES || out_bytes != REGION_BYTES)
        fail("dma_init with other sizes than the test asked for");
    accelerator_reset(&fake.accelerator, fake.version, (size_t)fake.size);
    fake.is_initialised = 1;
}

void dma_free(void)
{
    if (!fake.is_initialised)
        fail("dma_free without dma_init");
    if (fake.live_allocations != 0)
        fail("dma_free before all DMA memory was released");
    if (!accelerator_is_idle(&fake.accelerator))
        fail("the accelerator is in the middle of something at dma_free");
    fake.is_initialised = 0;
}

/* --- memory --- */

static int is_inside(const struct region *region, const void *memory, size_t bytes)
{
    const uintptr_t start = (uintptr_t)region->bytes;
    const uintptr_t address = (uintptr_t)memory;

    return address >= start && address + bytes <= start + REGION_BYTES;
}

static void require_dma_memory(const void *memory, int words)
{
    const size_t bytes = (size_t)words * sizeof(uint32_t);

    if (!is_inside(&fake.regions[0], memory, bytes) && !is_inside(&fake.regions[1], memory, bytes))
        fail("a transfer in place outside of DMA memory");
}

void *dma_alloc(enum dma_region region, size_t bytes, size_t alignment)
{
    struct region *from = &fake.regions[region];

    if (!fake.is_initialised)
        fail("dma_alloc before dma_init");
    from->allocated_bytes = (from->allocated_bytes + bytes + alignment - 1) & ~(alignment - 1);
    if (from->allocated_bytes > REGION_BYTES)
        return NULL;
    fake.live_allocations++;
    return from->bytes + REGION_BYTES - from->allocated_bytes;
}

void dma_release(void *memory)
{
    if (!memory || fake.live_allocations == 0)
        fail("dma_release of what was not allocated");
    fake.live_allocations--;
}

unsigned int *dma_get_inbuffer(void)
{
    return (unsigned int *)(void *)fake.regions[DMA_REGION_IN].bytes;
}

unsigned int *dma_get_outbuffer(void)
{
    return (unsigned int *)(void *)fake.regions[DMA_REGION_OUT].bytes;
}

/* --- transfers --- */

enum { HASH_SEND = 1, HASH_RECEIVE = 2 };

/* FNV-1a, a word at a time. */
static void hash_word(uint32_t word)
{
    fake.counts.wire_hash = (fake.counts.wire_hash ^ word) * UINT64_C(0x100000001b3);
}

static void hash_transfer(uint32_t direction, int length_words)
{
    hash_word(direction);
    hash_word((uint32_t)length_words);
}

int dma_start_send_from(const void *memory, int length_words)
{
    if (!fake.is_initialised || fake.sending)
        fail("a send starts before dma_init or during another send");
    require_dma_memory(memory, length_words);
    hash_transfer(HASH_SEND, length_words);
    for (int i = 0; i < length_words; i++) {
        uint32_t word;

        memcpy(&word, (const unsigned char *)memory + (size_t)i * sizeof(word), sizeof(word));
        hash_word(word);
        if (!accelerator_put(&fake.accelerator, word))
            fail("the accelerator stalls (its last C has not been received) or knows no such "
                 "opcode");
    }
    fake.sending = 1;
    fake.counts.sends++;
    fake.counts.words_in += length_words;
    return 0;
}

int dma_start_send(int length_words, int offset_words)
{
    return dma_start_send_from(
        fake.regions[DMA_REGION_IN].bytes + (size_t)offset_words * sizeof(uint32_t), length_words);
}

void dma_wait_send(void)
{
    if (!fake.sending)
        fail("dma_wait_send without a start");
    fake.sending = 0;
}

int dma_start_recv_into(void *memory, int length_words)
{
    if (!fake.is_initialised || fake.receive_to)
        fail("a receive starts before dma_init or during another one");
    require_dma_memory(memory, length_words);
    fake.receive_to = memory;
    fake.receive_words = length_words;
    fake.counts.receives++;
    return 0;
}

int dma_start_recv(int length_words, int offset_words)
{
    return dma_start_recv_into(
        fake.regions[DMA_REGION_OUT].bytes + (size_t)offset_words * sizeof(uint32_t), length_words);
}

void dma_wait_recv(void)
{
    if (!fake.receive_to)
        fail("dma_wait_recv without a start");
    hash_transfer(HASH_RECEIVE, fake.receive_words);
    for (int i = 0; i < fake.receive_words; i++) {
        uint32_t word;

        if (!accelerator_get(&fake.accelerator, &word))
            fail("a receive waits for more than the accelerator has");
        hash_word(word);
        memcpy((unsigned char *)fake.receive_to + (size_t)i * sizeof(word), &word, sizeof(word));
    }
    if (accelerator_has_output(&fake.accelerator))
        fail("a receive is shorter than the accelerator's packet: the engine would halt");
    fake.counts.words_out += fake.receive_words;
    fake.receive_to = NULL;
}

/* --- copies --- */

/* Copy a rank-0 or rank-2 memref's words from or to a packed buffer; returns how many. i32 and f32
 * descriptors have the same layout. */
static int copy(int64_t rank, void *descriptor, uint32_t *packed, int to_packed)
{
    int words = 0;

    if (rank == 0) {
        const struct memref_0d_i32 *scalar = descriptor;

        memcpy(packed, scalar->aligned + scalar->offset, sizeof(*packed));
        return 1;
    }
    if (rank != 2)
        fail("a copy of a memref that is not of rank 0 or 2");
    const struct memref_2d_i32 *matrix = descriptor;
    for (intptr_t row = 0; row < matrix->sizes[0]; row++) {
        for (intptr_t column = 0; column < matrix->sizes[1]; column++, words++) {
            int32_t *word = matrix->aligned + matrix->offset + row * matrix->strides[0] +
                            column * matrix->strides[1];

            memcpy(to_packed ? (void *)&packed[words] : (void *)word,
                   to_packed ? (void *)word : (void *)&packed[words], sizeof(*packed));
        }
    }
    return words;
}

int copy_to_inbuffer_i32(int64_t rank, void *descriptor, int offset_words)
{
    uint32_t *buffer = (uint32_t *)fake.regions[DMA_REGION_IN].bytes + offset_words;

    fake.counts.copies_in++;
    return offset_words + copy(rank, descriptor, buffer, 1);
}

int copy_to_inbuffer_f32(int64_t rank, void *descriptor, int offset_words)
{
    return copy_to_inbuffer_i32(rank, descriptor, offset_words);
}

int copy_to_inbuffer_i8(int64_t rank, void *descriptor, int offset_words)
{
    const struct memref_2d_i8 *matrix = descriptor;
    int8_t *packed = (int8_t *)fake.regions[DMA_REGION_IN].bytes + offset_words * 4;
    int elements = 0;

    if (rank != 2)
        fail("a copy of an i8 memref that is not of rank 2");
    for (intptr_t row = 0; row < matrix->sizes[0]; row++)
        for (intptr_t column = 0; column < matrix->sizes[1]; column++)
            packed[elements++] = matrix->aligned[matrix->offset + row * matrix->strides[0] +
                                                 column * matrix->strides[1]];
    if (elements % 4 != 0)
        fail("a copy of i8 elements that do not fill words");
    fake.counts.copies_in++;
    return offset_words + elements / 4;
}

int copy_from_outbuffer_i32(int64_t rank, void *descriptor, int offset_words)
{
    uint32_t *buffer = (uint32_t *)fake.regions[DMA_REGION_OUT].bytes + offset_words;

    fake.counts.copies_out++;
    return offset_words + copy(rank, descriptor, buffer, 0);
}

int copy_from_outbuffer_f32(int64_t rank, void *descriptor, int offset_words)
{
    return copy_from_outbuffer_i32(rank, descriptor, offset_words);
}

#define DEFINE_ACCUMULATE(suffix)                                                                  \
    void accumulate_##suffix(int64_t rank, void *destination, void *source)                        \
    {                                                                                              \
        const struct memref_2d_##suffix *to = destination;                                         \
        const struct memref_2d_##suffix *from = source;                                            \
                                                                                                   \
        if (rank != 2)                                                                             \
            fail("accumulate_" #suffix " of a memref that is not of rank 2");                      \
        for (intptr_t row = 0; row < to->sizes[0]; row++)                                          \
            for (intptr_t column = 0; column < to->sizes[1]; column++)                             \
                to->aligned[to->offset + row * to->strides[0] + column * to->strides[1]] +=        \
                    from->aligned[from->offset + row * from->strides[0] +                          \
                                  column * from->strides[1]];                                      \
        fake.counts.accumulations++;                                                               \
    }

DEFINE_ACCUMULATE(i32)
DEFINE_ACCUMULATE(f32)
