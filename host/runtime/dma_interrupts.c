/* The engine's interrupts, through Linux's userspace I/O files. */
#include "dma_interrupts.h"
#include "dma_registers.h"

#ifdef ZS_DMA_WAIT_INTERRUPT

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char send_path[] = "/dev/uio0", receive_path[] = "/dev/uio1";
static int send_file = -1, receive_file = -1;

static _Noreturn void give_up(const char *what, const char *path)
{
    fprintf(stderr, "dma: cannot %s %s: %s\n", what, path, strerror(errno));
    exit(EXIT_FAILURE);
}

static int open_file(const char *path)
{
    const int file = open(path, O_RDWR);
    if (file < 0)
        give_up("open", path);
    return file;
}

void dma_interrupts_open(void)
{
    send_file = open_file(send_path);
    receive_file = open_file(receive_path);
}

void dma_interrupts_close(void)
{
    close(send_file);
    close(receive_file);
    send_file = -1;
    receive_file = -1;
}

void dma_interrupt_wait(const struct dma_channel *channel)
{
    const uint32_t enable = 1;
    const int sends = channel == &dma_driver.send;
    const int file = sends ? send_file : receive_file;
    const char *path = sends ? send_path : receive_path;
    uint32_t events;
    if (write(file, &enable, sizeof enable) != (ssize_t)sizeof enable)
        give_up("enable the interrupt of", path);
    if (read(file, &events, sizeof events) != (ssize_t)sizeof events)
        give_up("wait for the interrupt of", path);
}

void dma_interrupt_acknowledge(const struct dma_channel *channel)
{
    dma_driver.registers[(channel->control + CHANNEL_STATUS) / sizeof(uint32_t)] = STATUS_COMPLETE;
}

#endif
