/* The staging copies of tiles at the edges of a matrix: the accelerator gets, and returns, whole
 * tiles, with zeros where there is no matrix. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "copy_elementwise.h"
#include "dma_copies.h"
#include "dma_driver.h"
#include "memref_view.h"

/* A whole tile, and how much of it the matrix fills. */
struct padded_tile {
    struct memref_view inside;
    intptr_t rows, columns;
    size_t element_bytes;
};

static bool is_whole(int64_t rank, const void *descriptor, int rows, int columns)
{
    const struct memref_view view = memref_view(rank == 2 ? 2 : 0, descriptor);
    return rank == 2 && view.sizes[0] == rows && view.sizes[1] == columns;
}

static bool is_possible(const char *caller, int64_t rank, const struct padded_tile *tile)
{
    const struct memref_view *inside = &tile->inside;
    const bool fills_words =
        (size_t)(tile->rows * tile->columns) * tile->element_bytes % WORD_BYTES == 0;
    if (rank == 2 && inside->strides[1] == 1 && fills_words && inside->sizes[0] >= 0 &&
        inside->sizes[0] <= tile->rows && inside->sizes[1] >= 0 &&
        inside->sizes[1] <= tile->columns)
        return true;
    fprintf(stderr,
            "%s: a matrix with contiguous rows is needed, of at most %d x %d elements, which fill "
            "whole words\n",
            caller, (int)tile->rows, (int)tile->columns);
    return false;
}

static unsigned char *row_of(const struct padded_tile *tile, intptr_t row)
{
    unsigned char *const first = tile->element_bytes == 1 ? (unsigned char *)tile->inside.bytes
                                                          : (unsigned char *)tile->inside.data;
    return first + row * tile->inside.strides[0] * (intptr_t)tile->element_bytes;
}

/* A row's elements one by one, as the style of the runtime wants. */
static void copy_row_elementwise(const struct padded_tile *tile, intptr_t row, uint32_t *buffer,
                                 enum copy_direction direction)
{
    const intptr_t columns = tile->inside.sizes[1];
    const struct memref_view view = {.data = (uint32_t *)(void *)row_of(tile, row),
                                     .rank = 1,
                                     .sizes = {columns},
                                     .strides = {1}};
    copy_elementwise(&view, buffer, (size_t)columns, direction);
}

static void clear_elementwise(uint32_t *words, size_t bytes)
{
    for (volatile int64_t i = 0; i < (int64_t)(bytes / WORD_BYTES); i = i + 1)
        words[i] = 0;
}

static void clear(const struct padded_tile *tile, unsigned char *memory, size_t bytes)
{
    if (by_rows || tile->element_bytes != WORD_BYTES)
        memset(memory, 0, bytes);
    else
        clear_elementwise((uint32_t *)(void *)memory, bytes);
}

static void copy_row(const struct padded_tile *tile, intptr_t row, unsigned char *buffer,
                     enum copy_direction direction)
{
    const size_t bytes = (size_t)tile->inside.sizes[1] * tile->element_bytes;
    if (!by_rows && tile->element_bytes == WORD_BYTES)
        copy_row_elementwise(tile, row, (uint32_t *)(void *)buffer, direction);
    else if (direction == TO_BUFFER)
        memcpy(buffer, row_of(tile, row), bytes);
    else
        memcpy(row_of(tile, row), buffer, bytes);
}

static void copy_tile(const struct padded_tile *tile, unsigned char *buffer,
                      enum copy_direction direction)
{
    const size_t row_bytes = (size_t)tile->columns * tile->element_bytes;
    const size_t inside_bytes = (size_t)tile->inside.sizes[1] * tile->element_bytes;
    const intptr_t rows = tile->inside.sizes[0];
    for (intptr_t row = 0; row < rows; row++, buffer += row_bytes) {
        copy_row(tile, row, buffer, direction);
        if (direction == TO_BUFFER)
            clear(tile, buffer + inside_bytes, row_bytes - inside_bytes);
    }
    if (direction == TO_BUFFER)
        clear(tile, buffer, (size_t)(tile->rows - rows) * row_bytes);
}

static int copy_padded(const char *caller, enum dma_region which, int64_t rank,
                       const struct padded_tile *tile, int offset_words,
                       enum copy_direction direction)
{
    const struct region *region = &dma_driver.regions[which];
    if (!is_possible(caller, rank, tile))
        return -EINVAL;
    const intptr_t words = tile->rows * tile->columns * (intptr_t)tile->element_bytes / WORD_BYTES;
    if (!staging_fits(caller, region, words, offset_words))
        return -EFAULT;
    copy_tile(tile, region->base + (intptr_t)offset_words * WORD_BYTES, direction);
    return offset_words + (int)words;
}

/* In whole tiles, the usual copy. */
#define DEFINE_PADDED(name, usual, region, element_bytes, direction)                               \
    int name(int64_t rank, void *descriptor, int rows, int columns, int offset_words)              \
    {                                                                                              \
        if (is_whole(rank, descriptor, rows, columns))                                             \
            return usual(rank, descriptor, offset_words);                                          \
        const struct padded_tile tile = {memref_view(rank == 2 ? 2 : 0, descriptor), rows,         \
                                         columns, element_bytes};                                  \
        return copy_padded(__func__, region, rank, &tile, offset_words, direction);                \
    }

DEFINE_PADDED(copy_to_inbuffer_padded_i32, copy_to_inbuffer_i32, DMA_REGION_IN, 4, TO_BUFFER)
DEFINE_PADDED(copy_to_inbuffer_padded_f32, copy_to_inbuffer_f32, DMA_REGION_IN, 4, TO_BUFFER)
DEFINE_PADDED(copy_to_inbuffer_padded_i8, copy_to_inbuffer_i8, DMA_REGION_IN, 1, TO_BUFFER)
DEFINE_PADDED(copy_from_outbuffer_padded_i32, copy_from_outbuffer_i32, DMA_REGION_OUT, 4,
              FROM_BUFFER)
DEFINE_PADDED(copy_from_outbuffer_padded_f32, copy_from_outbuffer_f32, DMA_REGION_OUT, 4,
              FROM_BUFFER)
