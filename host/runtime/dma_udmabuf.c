/* The buffers through u-dma-buf: /dev/udmabuf0 is the input, /dev/udmabuf1 the output. */
#define _POSIX_C_SOURCE   200809L
#define _FILE_OFFSET_BITS 64

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_driver.h"
#include "dma_memory.h"

#ifdef ZS_DMA_UDMABUF

enum { PATH_BYTES = 64, TEXT_BYTES = 32 };

#define IS_CACHED (ZS_DMA_MAPPING == DMA_MAPPING_CACHED || ZS_DMA_MAPPING == DMA_MAPPING_COHERENT)

static _Noreturn void give_up(const char *verb, const char *path)
{
    fprintf(stderr, "dma: cannot %s %s: %s\n", verb, path, strerror(errno));
    exit(EXIT_FAILURE);
}

static void attribute_path(char path[PATH_BYTES], enum dma_region which, const char *attribute)
{
    snprintf(path, PATH_BYTES, "/sys/class/u-dma-buf/udmabuf%d/%s", (int)which, attribute);
}

static int open_attribute(enum dma_region which, const char *attribute, int flags)
{
    char path[PATH_BYTES];
    attribute_path(path, which, attribute);
    const int file = open(path, flags);
    if (file < 0)
        give_up("open", path);
    return file;
}

static uint64_t read_attribute(enum dma_region which, const char *attribute)
{
    char text[TEXT_BYTES] = "";
    char path[PATH_BYTES];
    attribute_path(path, which, attribute);
    const int file = open_attribute(which, attribute, O_RDONLY);
    if (read(file, text, sizeof text - 1) <= 0)
        give_up("read", path);
    close(file);
    return strtoull(text, NULL, 0);
}

#if !IS_CACHED || DMA_SYNCHRONISES
static bool write_text(int file, const char *text, size_t length)
{
    return write(file, text, length) == (ssize_t)length;
}
#endif

#if !IS_CACHED
/* sync_mode 1: O_SYNC maps uncached; 2: write-combining. */
static void choose_mapping(enum dma_region which)
{
    const int file = open_attribute(which, "sync_mode", O_WRONLY);
    if (!write_text(file, ZS_DMA_MAPPING == DMA_MAPPING_UNCACHED ? "1" : "2", 1))
        give_up("write", "sync_mode");
    close(file);
}
#endif

#if DMA_SYNCHRONISES

/* The attributes that are written for each transfer stay open. */
static struct sync_files {
    int for_device, for_cpu, offset, size, direction;
} sync_files[2];

enum { TO_DEVICE = 1, FROM_DEVICE = 2, COMMAND_SIZE_UNIT = 16 };

static void open_sync_files(enum dma_region which)
{
    sync_files[which] = (struct sync_files){
        .for_device = open_attribute(which, "sync_for_device", O_WRONLY),
        .for_cpu = open_attribute(which, "sync_for_cpu", O_WRONLY),
        .offset = open_attribute(which, "sync_offset", O_WRONLY),
        .size = open_attribute(which, "sync_size", O_WRONLY),
        .direction = open_attribute(which, "sync_direction", O_WRONLY),
    };
}

static void close_sync_files(enum dma_region which)
{
    close(sync_files[which].for_device);
    close(sync_files[which].for_cpu);
    close(sync_files[which].offset);
    close(sync_files[which].size);
    close(sync_files[which].direction);
}

static void write_number(int file, uint64_t value)
{
    char text[TEXT_BYTES] = "0x0000000000000000";
    for (int digit = 17; value != 0; digit--, value >>= 4)
        text[digit] = "0123456789abcdef"[value & 15];
    if (!write_text(file, text, 18))
        give_up("write", "an attribute of u-dma-buf's cache maintenance");
}

/* One write when the size is one that fits into the command, four when not. */
static void synchronise(const struct sync_files *files, int command_file, size_t offset,
                        size_t bytes, unsigned int direction)
{
    if (bytes % COMMAND_SIZE_UNIT == 0) {
        write_number(command_file, (uint64_t)offset << 32 | bytes | direction << 2 | 1U);
        return;
    }
    write_number(files->offset, offset);
    write_number(files->size, bytes);
    write_number(files->direction, direction);
    write_number(command_file, 1);
}

/* More may be cleaned than asked for, but not invalidated. */
static size_t rounded_up(enum dma_region which, size_t offset, size_t bytes)
{
    const size_t more = (bytes + COMMAND_SIZE_UNIT - 1) & ~(size_t)(COMMAND_SIZE_UNIT - 1);
    return more <= dma_driver.regions[which].bytes - offset ? more : bytes;
}

void dma_sync_for_device(enum dma_region which, size_t offset, size_t bytes, int receive)
{
    const struct sync_files *files = &sync_files[which];
    if (!receive)
        bytes = rounded_up(which, offset, bytes);
    synchronise(files, files->for_device, offset, bytes, receive ? FROM_DEVICE : TO_DEVICE);
}

void dma_sync_for_cpu(enum dma_region which, size_t offset, size_t bytes)
{
    const struct sync_files *files = &sync_files[which];
    synchronise(files, files->for_cpu, offset, bytes, FROM_DEVICE);
}

#endif

void dma_memory_map(enum dma_region which, unsigned int address, unsigned int bytes)
{
    struct region *region = &dma_driver.regions[which];
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "/dev/udmabuf%d", (int)which);
    (void)address; /* the device tree decides */
#if !IS_CACHED
    choose_mapping(which);
#endif
    const uint64_t size = read_attribute(which, "size");
    if (size < bytes) {
        fprintf(stderr, "dma_init: %s has %" PRIu64 " bytes, and the %s buffer needs %u (%s)\n",
                path, size, region->name, bytes, region->parameter);
        exit(EXIT_FAILURE);
    }
    const int file = open(path, IS_CACHED ? O_RDWR : O_RDWR | O_SYNC);
    if (file < 0)
        give_up("open", path);
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (base == MAP_FAILED)
        give_up("map", path);
    close(file); /* the mapping stays */
    region_init(region, base, (uint32_t)read_attribute(which, "phys_addr"), bytes);
#if DMA_SYNCHRONISES
    open_sync_files(which);
#endif
}

void dma_memory_unmap(enum dma_region which)
{
    struct region *region = &dma_driver.regions[which];
    munmap(region->base, region->bytes);
    region_destroy(region);
#if DMA_SYNCHRONISES
    close_sync_files(which);
#endif
}

#endif
