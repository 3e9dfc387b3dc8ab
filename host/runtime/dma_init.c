/* Opening and closing the engine: /dev/mem, the register page, both regions. */
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
#include "dma_registers.h"

/* Without O_SYNC, Linux maps RAM cached: right when the engine's port is coherent (Zynq: ACP), and
 * wrong data otherwise. Registers are device memory either way. */
#ifdef ZS_DMA_COHERENT
enum { MEMORY_FLAGS = O_RDWR };
#else
enum { MEMORY_FLAGS = O_RDWR | O_SYNC };
#endif

struct dma_driver dma_driver = {
    .registers = NULL,
    .memory_file = -1,
    .regions = {[DMA_REGION_IN] = {.name = "input", .parameter = "in_bytes"},
                [DMA_REGION_OUT] = {.name = "output", .parameter = "out_bytes"}},
    .send = {.name = "send", .control = MM2S_CONTROL},
    .receive = {.name = "recv", .control = S2MM_CONTROL},
};

static _Noreturn void give_up(const char *what, unsigned int address, unsigned int bytes)
{
    fprintf(stderr, "dma_init: cannot map the %s at 0x%08x, %u bytes: %s\n", what, address, bytes,
            strerror(errno));
    exit(EXIT_FAILURE);
}

static void *map_physical(const char *what, unsigned int address, unsigned int bytes)
{
    void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, dma_driver.memory_file,
                        (off_t)address);
    if (mapped == MAP_FAILED)
        give_up(what, address, bytes);
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
    dma_driver.memory_file = open("/dev/mem", MEMORY_FLAGS);
    if (dma_driver.memory_file < 0) {
        fprintf(stderr, "dma_init: cannot open /dev/mem: %s (is the program run as root?)\n",
                strerror(errno));
        exit(EXIT_FAILURE);
    }
    dma_driver.registers = map_physical("DMA registers", dma_address, DMA_REGISTER_PAGE_BYTES);
    region_init(&dma_driver.regions[DMA_REGION_IN],
                map_physical("input buffer", in_address, in_bytes), in_address, in_bytes);
    region_init(&dma_driver.regions[DMA_REGION_OUT],
                map_physical("output buffer", out_address, out_bytes), out_address, out_bytes);
    dma_interrupts_open();
    reset(MM2S_CONTROL);
    reset(S2MM_CONTROL);
    run(MM2S_CONTROL, in_address);
    run(S2MM_CONTROL, out_address);
    dma_driver.send.state = TRANSFER_NONE;
    dma_driver.receive.state = TRANSFER_NONE;
}

static void unmap_region(struct region *region)
{
    munmap(region->base, region->bytes);
    region_destroy(region);
}

void dma_free(void)
{
    if (!dma_driver.registers)
        return;
    /* The cast drops volatile: munmap does not access the page. */
    munmap((void *)(uintptr_t)dma_driver.registers, DMA_REGISTER_PAGE_BYTES);
    dma_driver.registers = NULL;
    unmap_region(&dma_driver.regions[DMA_REGION_IN]);
    unmap_region(&dma_driver.regions[DMA_REGION_OUT]);
    dma_interrupts_close();
    close(dma_driver.memory_file);
    dma_driver.memory_file = -1;
}
