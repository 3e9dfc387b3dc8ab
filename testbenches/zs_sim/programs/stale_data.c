/* One word through a cached and an uncached mapping of u-dma-buf memory, as CPU and device see it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile uint32_t *map(int flags)
{
    const int file = open("/dev/udmabuf0", O_RDWR | flags);
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

static void sync_for(const char *attribute)
{
    const int file = open(attribute, O_WRONLY);
    if (write(file, "1", 1) != 1)
        perror(attribute);
    close(file);
}

int main(void)
{
    volatile uint32_t *const cpu = map(0), *const device = map(O_SYNC);
    *cpu = 1;
    printf("the CPU wrote 1: the device reads %u,", (unsigned)*device);
    sync_for("/sys/class/u-dma-buf/udmabuf0/sync_for_device");
    printf(" synchronised %u\n", (unsigned)*device);
    *device = 2;
    printf("the device wrote 2: the CPU reads %u,", (unsigned)*cpu);
    sync_for("/sys/class/u-dma-buf/udmabuf0/sync_for_cpu");
    printf(" synchronised %u\n", (unsigned)*cpu);
    return 0;
}
