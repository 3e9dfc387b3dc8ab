/* Opening and closing the engine: its registers, both regions, its interrupts. */
#define _POSIX_C_SOURCE   200809L
#define _FILE_OFFSET_BITS 64 /* physical addresses from 2 GiB up */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_driver.h"
#include "dma_interrupts.h"
#include "dma_memory.h"
#include "dma_registers.h"

struct dma_driver dma_driver = {
    .registers = NULL,
    .memory_file = -1,
    .regions = {[DMA_REGION_IN] = {.name = "input", .parameter = "in_bytes"},
                [DMA_REGION_OUT] = {.name = "output", .parameter = "out_bytes"}},
    .send = {.name = "send", .control = MM2S_CONTROL},
    .receive = {.name = "recv", .control = S2MM_CONTROL},
};

/* With O_SYNC the kernel maps memory that it knows write-combining, and other memory uncached;
 * without, cached. Registers it maps as what they are, either way. */
enum { OPEN_FLAGS = O_RDWR | (ZS_DMA_MAPPING == DMA_MAPPING_COHERENT ? 0 : O_SYNC) };

static int open_memory(void)
{
    const int file = open("/dev/mem", OPEN_FLAGS);
    if (file >= 0)
        return file;
    fprintf(stderr, "dma_init: cannot open /dev/mem: %s (is the program run as root?)\n",
            strerror(errno));
    exit(EXIT_FAILURE);
}

static void *map_registers(unsigned int address)
{
    void *mapped = mmap(NULL, DMA_REGISTER_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
                        dma_driver.memory_file, (off_t)address);
    if (mapped == MAP_FAILED) {
        fprintf(stderr, "dma_init: cannot map the DMA registers at 0x%08x: %s\n", address,
                strerror(errno));
        exit(EXIT_FAILURE);
    }
    return mapped;
}

static void write_register(unsigned int offset, uint32_t value)
{
    dma_driver.registers[offset / sizeof value] = value;
}

/* A reset of either channel resets the whole engine (PG021, DMACR.Reset), so all of them first. */
static void reset(unsigned int control)
{
    write_register(control + CHANNEL_CONTROL, CONTROL_RESET);
    write_register(control + CHANNEL_CONTROL, 0);
}

static void run(unsigned int control, uint32_t address)
{
    write_register(control + CHANNEL_ADDRESS, address);
    write_register(control + CHANNEL_CONTROL, CONTROL_RUN_ALL_INTERRUPTS);
}

void dma_init(unsigned int dma_address, unsigned int in_address, unsigned int in_bytes,
              unsigned int out_address, unsigned int out_bytes)
{
    if (dma_driver.registers)
        dma_free();
    dma_driver.memory_file = open_memory();
    dma_driver.registers = map_registers(dma_address);
    dma_memory_map(DMA_REGION_IN, in_address, in_bytes);
    dma_memory_map(DMA_REGION_OUT, out_address, out_bytes);
    dma_interrupts_open();
    reset(MM2S_CONTROL);
    reset(S2MM_CONTROL);
    run(MM2S_CONTROL, dma_driver.regions[DMA_REGION_IN].physical);
    run(S2MM_CONTROL, dma_driver.regions[DMA_REGION_OUT].physical);
    dma_driver.send.state = TRANSFER_NONE;
    dma_driver.receive.state = TRANSFER_NONE;
}

void dma_free(void)
{
    if (!dma_driver.registers)
        return;
    /* The cast drops volatile: munmap does not access the page. */
    munmap((void *)(uintptr_t)dma_driver.registers, DMA_REGISTER_PAGE_BYTES);
    dma_driver.registers = NULL;
    dma_memory_unmap(DMA_REGION_IN);
    dma_memory_unmap(DMA_REGION_OUT);
    dma_interrupts_close();
    close(dma_driver.memory_file);
    dma_driver.memory_file = -1;
}
