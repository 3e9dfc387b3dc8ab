#include "fake_axi_dma.h"

#include "axi_dma.h"
#include "axi_dma_sg.h"
#include "memref.h"
#include "stream_accelerator.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGION_BYTES = 4 << 20, DIRT = 0x55 };

struct region {
    _Alignas(64) unsigned char bytes[REGION_BYTES];
    size_t allocated_bytes; /* from the top down */
};

enum { MAX_PARTS = 512, MAX_PACKET_WORDS = 4096 };

/* One range of a packet in memory. */
struct part {
    unsigned char *memory;
    size_t words;
};

/* A packet in flight, as it was when it started (send) or as it arrived (receive), and the parts
 * that are appended for the next one. */
struct channel {
    struct part parts[MAX_PARTS];
    size_t part_count, appended_count; /* the appended ones lie behind */
    uint32_t words[MAX_PACKET_WORDS];
    size_t word_count, arrived;
    int is_under_way;
    int descriptors; /* of the ring */
};

static struct {
    struct region regions[2]; /* by enum dma_region */
    int live_allocations;
    int version;
    int size;
    int is_initialised;
    int has_chains;
    struct channel send, receive;
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
    if (fake.has_chains)
        fail("dma_free before dma_close_chains");
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
    unsigned char *memory = from->bytes + REGION_BYTES - from->allocated_bytes;
    memset(memory, DIRT, bytes); /* nobody has cleared it */
    return memory;
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

static void hash_transfer(uint32_t direction, size_t words)
{
    hash_word(direction);
    hash_word((uint32_t)words);
}

/* The accelerator's words go to a receive that has started, and can be looked at once it was waited
 * for. */
static void take_output(void)
{
    struct channel *receive = &fake.receive;

    while (receive->is_under_way && receive->arrived < receive->word_count &&
           accelerator_get(&fake.accelerator, &receive->words[receive->arrived]))
        receive->arrived++;
    if (accelerator_is_inside_packet(&fake.accelerator) && receive->is_under_way)
        fail("a receive is shorter than the accelerator's packet: the engine would halt");
}

static void append(struct channel *channel, const void *memory, int words)
{
    require_dma_memory(memory, words);
    if (channel->part_count + channel->appended_count == MAX_PARTS)
        fail("a packet of too many parts for this test");
    channel->parts[channel->part_count + channel->appended_count++] =
        (struct part){(unsigned char *)(uintptr_t)memory, (size_t)words};
}

static void start(struct channel *channel)
{
    if (!fake.is_initialised || channel->is_under_way)
        fail("a transfer starts before dma_init or during another one on its channel");
    if (fake.has_chains && (int)channel->appended_count > channel->descriptors)
        fail("a packet needs more descriptors than the ring has");
    memmove(channel->parts, channel->parts + channel->part_count,
            channel->appended_count * sizeof(channel->parts[0]));
    channel->part_count = channel->appended_count;
    channel->appended_count = 0;
    channel->is_under_way = 1;
    channel->word_count = 0;
    channel->arrived = 0;
    for (size_t i = 0; i < channel->part_count; i++)
        channel->word_count += channel->parts[i].words;
    if (channel->word_count > MAX_PACKET_WORDS)
        fail("a packet of too many words for this test");
}

static void gather(const struct channel *channel, uint32_t *words)
{
    for (size_t i = 0; i < channel->part_count; i++) {
        memcpy(words, channel->parts[i].memory, channel->parts[i].words * sizeof(*words));
        words += channel->parts[i].words;
    }
}

static int send_appended(void)
{
    struct channel *send = &fake.send;

    start(send);
    gather(send, send->words);
    hash_transfer(HASH_SEND, send->word_count);
    for (size_t i = 0; i < send->word_count; i++) {
        hash_word(send->words[i]);
        take_output();
        if (!accelerator_put(&fake.accelerator, send->words[i]))
            fail("the accelerator stalls (its last C has not been received) or knows no such "
                 "opcode");
    }
    take_output();
    fake.counts.sends++;
    fake.counts.words_in += (int64_t)send->word_count;
    return 0;
}

static int receive_appended(void)
{
    start(&fake.receive);
    take_output();
    fake.counts.receives++;
    return 0;
}

int dma_start_send_from(const void *memory, int length_words)
{
    append(&fake.send, memory, length_words);
    return send_appended();
}

int dma_start_send(int length_words, int offset_words)
{
    return dma_start_send_from(
        fake.regions[DMA_REGION_IN].bytes + (size_t)offset_words * sizeof(uint32_t), length_words);
}

void dma_wait_send(void)
{
    static uint32_t now[MAX_PACKET_WORDS];

    if (!fake.send.is_under_way)
        fail("dma_wait_send without a start");
    gather(&fake.send, now);
    if (memcmp(now, fake.send.words, fake.send.word_count * sizeof(now[0])) != 0)
        fail("what is sent was changed while it was in flight");
    fake.send.is_under_way = 0;
}

int dma_start_recv_into(void *memory, int length_words)
{
    append(&fake.receive, memory, length_words);
    return receive_appended();
}

int dma_start_recv(int length_words, int offset_words)
{
    return dma_start_recv_into(
        fake.regions[DMA_REGION_OUT].bytes + (size_t)offset_words * sizeof(uint32_t), length_words);
}

void dma_wait_recv(void)
{
    struct channel *receive = &fake.receive;
    const uint32_t *words = receive->words;

    if (!receive->is_under_way)
        fail("dma_wait_recv without a start");
    if (receive->arrived < receive->word_count)
        fail("a receive waits for more than the accelerator has");
    hash_transfer(HASH_RECEIVE, receive->word_count);
    for (size_t i = 0; i < receive->word_count; i++)
        hash_word(words[i]);
    for (size_t i = 0; i < receive->part_count; i++) {
        memcpy(receive->parts[i].memory, words, receive->parts[i].words * sizeof(*words));
        words += receive->parts[i].words;
    }
    fake.counts.words_out += (int64_t)receive->word_count;
    receive->is_under_way = 0;
}

/* --- chains --- */

int dma_open_chains(unsigned int descriptors)
{
    if (!fake.is_initialised || fake.has_chains)
        fail("dma_open_chains before dma_init, or twice");
    fake.has_chains = 1;
    fake.send.descriptors = fake.receive.descriptors = (int)descriptors;
    return 0;
}

void dma_close_chains(void)
{
    if (!fake.has_chains)
        fail("dma_close_chains without dma_open_chains");
    fake.has_chains = 0;
}

/* Rows of a matrix, or a single word. A ring holds the packet under way, too. */
static int append_memref(struct channel *channel, int64_t rank, const void *descriptor,
                         size_t element_bytes)
{
    const struct memref_2d_i32 *matrix = descriptor;
    const unsigned char *first =
        (const unsigned char *)matrix->aligned + (size_t)matrix->offset * element_bytes;

    if (!fake.has_chains)
        fail("a part is appended without dma_open_chains");
    if (rank == 0) {
        append(channel, first, 1);
    } else {
        const bool is_gapless = matrix->sizes[0] == 1 || matrix->strides[0] == matrix->sizes[1];
        const intptr_t rows = is_gapless ? 1 : matrix->sizes[0];
        const intptr_t columns = matrix->sizes[0] * matrix->sizes[1] / rows;

        if (rank != 2 || matrix->strides[1] != 1)
            fail("a part that is not of rank 0 or 2 with contiguous rows");
        for (intptr_t row = 0; row < rows; row++)
            append(channel, first + (size_t)(row * matrix->strides[0]) * element_bytes,
                   (int)((size_t)columns * element_bytes / sizeof(uint32_t)));
    }
    const size_t under_way = channel->is_under_way ? channel->part_count : 0;
    if (under_way + channel->appended_count > (size_t)channel->descriptors)
        fail("the ring has no descriptor left");
    return 0;
}

int dma_append_send_i32(int64_t rank, void *descriptor)
{
    return append_memref(&fake.send, rank, descriptor, sizeof(uint32_t));
}

int dma_append_send_f32(int64_t rank, void *descriptor)
{
    return append_memref(&fake.send, rank, descriptor, sizeof(uint32_t));
}

int dma_append_send_i8(int64_t rank, void *descriptor)
{
    return append_memref(&fake.send, rank, descriptor, sizeof(int8_t));
}

int dma_append_recv_i32(int64_t rank, void *descriptor)
{
    return append_memref(&fake.receive, rank, descriptor, sizeof(uint32_t));
}

int dma_append_recv_f32(int64_t rank, void *descriptor)
{
    return append_memref(&fake.receive, rank, descriptor, sizeof(uint32_t));
}

int dma_start_send_appended(void)
{
    return send_appended();
}

int dma_start_recv_appended(void)
{
    return receive_appended();
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

/* A tile of which the matrix fills only a part, through a whole one. */
static const struct memref_2d_i32 *check_part(int64_t rank, const void *descriptor, int rows,
                                              int columns)
{
    const struct memref_2d_i32 *inside = descriptor;

    if (rank != 2 || inside->sizes[0] < 1 || inside->sizes[0] > rows || inside->sizes[1] < 1 ||
        inside->sizes[1] > columns)
        fail("a padded copy of what is no part of a tile");
    return inside;
}

int copy_to_inbuffer_padded_i32(int64_t rank, void *descriptor, int rows, int columns,
                                int offset_words)
{
    uint32_t *buffer = (uint32_t *)fake.regions[DMA_REGION_IN].bytes + offset_words;
    const struct memref_2d_i32 *inside = check_part(rank, descriptor, rows, columns);

    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            const bool is_inside = row < inside->sizes[0] && column < inside->sizes[1];

            *buffer++ = is_inside
                            ? (uint32_t)inside->aligned[inside->offset + row * inside->strides[0] +
                                                        column * inside->strides[1]]
                            : 0;
        }
    fake.counts.copies_in++;
    return offset_words + rows * columns;
}

int copy_to_inbuffer_padded_f32(int64_t rank, void *descriptor, int rows, int columns,
                                int offset_words)
{
    return copy_to_inbuffer_padded_i32(rank, descriptor, rows, columns, offset_words);
}

int copy_to_inbuffer_padded_i8(int64_t rank, void *descriptor, int rows, int columns,
                               int offset_words)
{
    int8_t *buffer = (int8_t *)fake.regions[DMA_REGION_IN].bytes + offset_words * 4;
    const struct memref_2d_i8 *inside = descriptor;

    check_part(rank, descriptor, rows, columns);
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            const bool is_inside = row < inside->sizes[0] && column < inside->sizes[1];

            *buffer++ = is_inside ? inside->aligned[inside->offset + row * inside->strides[0] +
                                                    column * inside->strides[1]]
                                  : 0;
        }
    fake.counts.copies_in++;
    return offset_words + rows * columns / 4;
}

int copy_from_outbuffer_padded_i32(int64_t rank, void *descriptor, int rows, int columns,
                                   int offset_words)
{
    const uint32_t *buffer = (uint32_t *)fake.regions[DMA_REGION_OUT].bytes + offset_words;
    const struct memref_2d_i32 *inside = check_part(rank, descriptor, rows, columns);

    for (int row = 0; row < inside->sizes[0]; row++)
        for (int column = 0; column < inside->sizes[1]; column++)
            inside
                ->aligned[inside->offset + row * inside->strides[0] + column * inside->strides[1]] =
                (int32_t)buffer[row * columns + column];
    fake.counts.copies_out++;
    return offset_words + rows * columns;
}

int copy_from_outbuffer_padded_f32(int64_t rank, void *descriptor, int rows, int columns,
                                   int offset_words)
{
    return copy_from_outbuffer_padded_i32(rank, descriptor, rows, columns, offset_words);
}

void check_matmul_sizes(intptr_t rows_a, intptr_t columns_a, intptr_t rows_b, intptr_t columns_b,
                        intptr_t rows_c, intptr_t columns_c, int tile_m, int tile_n, int tile_k)
{
    if ((rows_a - 1) / tile_m != (rows_c - 1) / tile_m ||
        (columns_b - 1) / tile_n != (columns_c - 1) / tile_n ||
        (columns_a - 1) / tile_k != (rows_b - 1) / tile_k)
        fail("the sizes of A, B and C do not fit each other");
}

/* In a buffer of whole tiles, of rank 2 or 4, all that is not in the matrix. */
#define DEFINE_CLEAR_PADDING(suffix)                                                               \
    void clear_padding_##suffix(int64_t rank, void *buffer, intptr_t rows, intptr_t columns)       \
    {                                                                                              \
        const struct memref_2d_##suffix *flat = buffer;                                            \
        const struct memref_4d_##suffix *tiles = buffer;                                           \
                                                                                                   \
        if (rank == 2)                                                                             \
            for (intptr_t row = 0; row < flat->sizes[0]; row++)                                    \
                for (intptr_t column = 0; column < flat->sizes[1]; column++)                       \
                    if (row >= rows || column >= columns)                                          \
                        flat->aligned[row * flat->strides[0] + column] = 0;                        \
        if (rank == 4)                                                                             \
            for (intptr_t row = 0; row < tiles->sizes[0] * tiles->sizes[2]; row++)                 \
                for (intptr_t column = 0; column < tiles->sizes[1] * tiles->sizes[3]; column++)    \
                    if (row >= rows || column >= columns)                                          \
                        tiles->aligned[tiles->offset + row / tiles->sizes[2] * tiles->strides[0] + \
                                       column / tiles->sizes[3] * tiles->strides[1] +              \
                                       row % tiles->sizes[2] * tiles->strides[2] +                 \
                                       column % tiles->sizes[3]] = 0;                              \
    }

DEFINE_CLEAR_PADDING(i32)
DEFINE_CLEAR_PADDING(f32)
DEFINE_CLEAR_PADDING(i8)

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
