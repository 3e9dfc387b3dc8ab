/* What memory costs the CPU, by mapping: accesses that published measurements are of.
 *
 * Prints a line for each: its name, and nanoseconds a unit (access, byte, or word). The buffer is
 * u-dma-buf's, opened with O_SYNC, so that its sync_mode decides the mapping; registers are the DMA
 * engine's, through /dev/mem.
 */
#define _POSIX_C_SOURCE   200809L
#define _FILE_OFFSET_BITS 64

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "problem.h"

enum {
    BUFFER_BYTES = 1 << 20,
    BLOCK_BYTES = 256, /* written, then read back, as u-dma-buf's sample does */
    REGISTER_PAGE_BYTES = 4096,
    REGISTER_ACCESSES = 1000,
    MM2S_STATUS = 1,  /* words from the start of the page */
    MM2S_ADDRESS = 6, /* without effect until a length is written */
};

/* sync_mode with O_SYNC: 0 cached, 1 uncached, 2 write-combining. */
static const char *const mappings[] = {"cached", "uncached", "write_combine"};

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void report(const char *what, const char *mapping, double start_ns, int units)
{
    printf("%s%s%s %.3f\n", what, *mapping ? "." : "", mapping, (now_ns() - start_ns) / units);
}

static void choose_mapping(int mode)
{
    const int file = open("/sys/class/u-dma-buf/udmabuf0/sync_mode", O_WRONLY);
    const char digit = (char)('0' + mode);
    if (file < 0 || write(file, &digit, 1) != 1)
        give_up("sync_mode");
    close(file);
}

static void *map(const char *path, size_t bytes, off_t offset)
{
    const int file = open(path, O_RDWR | O_SYNC);
    if (file < 0)
        give_up(path);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, offset);
    if (memory == MAP_FAILED)
        give_up(path);
    close(file);
    return memory;
}

/* Write each byte of a block, then read it back; returns how many differ. */
static int write_and_read(volatile uint8_t *buffer, int block)
{
    int errors = 0;
    for (int i = 0; i < BLOCK_BYTES; i++)
        buffer[block + i] = i & UINT8_MAX;
    for (int i = 0; i < BLOCK_BYTES; i++)
        if (buffer[block + i] != (i & UINT8_MAX))
            errors++;
    return errors;
}

static void probe_bytes(uint8_t *buffer, const char *mapping)
{
    int errors = 0;
    const double start_ns = now_ns();
    for (int block = 0; block < BUFFER_BYTES; block += BLOCK_BYTES)
        errors += write_and_read(buffer, block);
    report("byte_write_read", mapping, start_ns, 2 * BUFFER_BYTES);
    if (errors != 0)
        printf("byte_write_read: %d bytes are wrong\n", errors);
}

static void probe_buffer(int mode)
{
    static uint8_t heap[BUFFER_BYTES];
    choose_mapping(mode);
    uint8_t *buffer = map("/dev/udmabuf0", BUFFER_BYTES, 0);

    memset(buffer, 0, BUFFER_BYTES); /* faults and TLB aside */
    memset(heap, 1, BUFFER_BYTES);
    double start_ns = now_ns();
    memset(buffer, 0, BUFFER_BYTES);
    report("memset", mappings[mode], start_ns, BUFFER_BYTES);
    start_ns = now_ns();
    memcpy(heap, buffer, BUFFER_BYTES);
    report("memcpy_from", mappings[mode], start_ns, BUFFER_BYTES);
    probe_bytes(buffer, mappings[mode]);
    munmap(buffer, BUFFER_BYTES);
}

static void probe_registers(void)
{
    volatile uint32_t *page = map("/dev/mem", REGISTER_PAGE_BYTES, ZS_DMA_ADDRESS);

    double start_ns = now_ns();
    for (int i = 0; i < REGISTER_ACCESSES; i++)
        (void)page[MM2S_STATUS];
    report("register_read", "", start_ns, REGISTER_ACCESSES);
    start_ns = now_ns();
    for (int i = 0; i < REGISTER_ACCESSES; i++)
        page[MM2S_ADDRESS] = 0;
    report("register_write", "", start_ns, REGISTER_ACCESSES);
}

int main(void)
{
    for (int mode = 0; mode < 3; mode++)
        probe_buffer(mode);
    probe_registers();
    return 0;
}
