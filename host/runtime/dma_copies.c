/* The staging copies: between the heap and the DMA buffers, by rows where rows are contiguous, or,
 * in a runtime compiled with ZS_COPY_ELEMENTWISE, element by element. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "copy_elementwise.h"
#include "dma_copies.h"
#include "dma_driver.h"
#include "memref_view.h"

bool staging_fits(const char *caller, const struct region *region, long long words,
                  int offset_words)
{
    const long long room = (long long)(region_staging_bytes(region) / WORD_BYTES);
    if (offset_words >= 0 && words >= 0 && words <= room - offset_words)
        return true;
    fprintf(stderr,
            "%s: %lld words at offset %d do not fit in the %s buffer: %lld words are for staging; "
            "its size is dma_init's %s\n",
            caller, words, offset_words, region->name, room, region->parameter);
    return false;
}

int dma_copy_to_inbuffer(unsigned int *source, int length_words, int offset_words)
{
    const struct region *region = &dma_driver.regions[DMA_REGION_IN];
    if (!staging_fits(__func__, region, length_words, offset_words))
        return -EFAULT;
    memcpy(dma_get_inbuffer() + offset_words, source, (size_t)length_words * WORD_BYTES);
    return 0;
}

int dma_copy_from_outbuffer(unsigned int *destination, int length_words, int offset_words)
{
    const struct region *region = &dma_driver.regions[DMA_REGION_OUT];
    if (!staging_fits(__func__, region, length_words, offset_words))
        return -EFAULT;
    memcpy(destination, dma_get_outbuffer() + offset_words, (size_t)length_words * WORD_BYTES);
    return 0;
}

static size_t element_count(const struct memref_view *view)
{
    size_t count = 1;
    for (int i = 0; i < view->rank; i++)
        count *= (size_t)view->sizes[i];
    return count;
}

static void copy_row(uint32_t *buffer, uint32_t *row, intptr_t count, enum copy_direction direction)
{
    if (direction == TO_BUFFER)
        memcpy(buffer, row, (size_t)count * WORD_BYTES);
    else
        memcpy(row, buffer, (size_t)count * WORD_BYTES);
}

static void copy_strided(uint32_t *buffer, uint32_t *row, intptr_t count, intptr_t stride,
                         enum copy_direction direction)
{
    for (intptr_t i = 0; i < count; i++) {
        if (direction == TO_BUFFER)
            buffer[i] = row[i * stride];
        else
            row[i * stride] = buffer[i];
    }
}

/* Step `index` to the next row (the dimensions but the innermost); returns that row's data. */
static uint32_t *next_row(const struct memref_view *view, uint32_t *data, intptr_t *index)
{
    for (int level = view->rank - 2; level >= 0; level--) {
        data += view->strides[level];
        if (++index[level] < view->sizes[level])
            break;
        data -= view->sizes[level] * view->strides[level];
        index[level] = 0;
    }
    return data;
}

static void copy_any_rank(const struct memref_view *view, uint32_t *buffer, size_t words,
                          enum copy_direction direction)
{
    const intptr_t size = view->sizes[view->rank - 1];
    const intptr_t stride = view->strides[view->rank - 1];
    intptr_t index[MEMREF_MAX_RANK] = {0};
    uint32_t *data = view->data;
    for (size_t done = 0; done < words; done += (size_t)size) {
        if (stride == 1)
            copy_row(buffer + done, data, size, direction);
        else
            copy_strided(buffer + done, data, size, stride, direction);
        data = next_row(view, data, index);
    }
}

/* The common case, kept lean: a tile with contiguous rows. */
static void copy_tile(const struct memref_view *view, uint32_t *buffer,
                      enum copy_direction direction)
{
    const intptr_t rows = view->sizes[0];
    const intptr_t columns = view->sizes[1];
    for (intptr_t row = 0; row < rows; row++)
        copy_row(buffer + row * columns, view->data + row * view->strides[0], columns, direction);
}

static void copy_rank_0(const struct memref_view *view, uint32_t *buffer,
                        enum copy_direction direction)
{
    if (direction == TO_BUFFER)
        *buffer = *view->data;
    else
        *view->data = *buffer;
}

static int copy_memref(const char *caller, enum dma_region which, int64_t rank,
                       const void *descriptor, int offset_words, enum copy_direction direction)
{
    if (rank < 0 || rank > MEMREF_MAX_RANK) {
        fprintf(stderr, "%s: rank is %lld: 0 to %d are supported\n", caller, (long long)rank,
                MEMREF_MAX_RANK);
        return -EINVAL;
    }
    const struct region *region = &dma_driver.regions[which];
    const struct memref_view view = memref_view(rank, descriptor);
    const size_t words = element_count(&view);
    if (!staging_fits(caller, region, (long long)words, offset_words))
        return -EFAULT;
    uint32_t *buffer = (uint32_t *)(void *)region->base + offset_words;
    if (rank == 0)
        copy_rank_0(&view, buffer, direction);
    else if (!by_rows)
        copy_elementwise(&view, buffer, words, direction);
    else if (rank == 2 && view.strides[1] == 1)
        copy_tile(&view, buffer, direction);
    else
        copy_any_rank(&view, buffer, words, direction);
    return offset_words + (int)words;
}

int copy_to_inbuffer_i32(int64_t rank, void *descriptor, int offset_words)
{
    return copy_memref(__func__, DMA_REGION_IN, rank, descriptor, offset_words, TO_BUFFER);
}

int copy_to_inbuffer_f32(int64_t rank, void *descriptor, int offset_words)
{
    return copy_memref(__func__, DMA_REGION_IN, rank, descriptor, offset_words, TO_BUFFER);
}

/* By rows in either style: AXI4MLIR has no 8-bit elements, and so no older copy of them. */
int copy_to_inbuffer_i8(int64_t rank, void *descriptor, int offset_words)
{
    const struct memref_view view = memref_view(rank == 2 ? 2 : 0, descriptor);
    const intptr_t rows = view.sizes[0], columns = view.sizes[1];
    if (rank != 2 || view.strides[1] != 1 || rows * columns % WORD_BYTES != 0) {
        fprintf(stderr, "%s: a matrix with contiguous rows that fills whole words is needed\n",
                __func__);
        return -EINVAL;
    }
    const struct region *region = &dma_driver.regions[DMA_REGION_IN];
    const intptr_t words = rows * columns / WORD_BYTES;
    if (!staging_fits(__func__, region, words, offset_words))
        return -EFAULT;
    int8_t *buffer = (int8_t *)region->base + (intptr_t)offset_words * WORD_BYTES;
    for (intptr_t row = 0; row < rows; row++)
        memcpy(buffer + row * columns, view.bytes + row * view.strides[0], (size_t)columns);
    return offset_words + (int)words;
}

int copy_from_outbuffer_i32(int64_t rank, void *descriptor, int offset_words)
{
    return copy_memref(__func__, DMA_REGION_OUT, rank, descriptor, offset_words, FROM_BUFFER);
}

int copy_from_outbuffer_f32(int64_t rank, void *descriptor, int offset_words)
{
    return copy_memref(__func__, DMA_REGION_OUT, rank, descriptor, offset_words, FROM_BUFFER);
}
