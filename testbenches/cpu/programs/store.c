/* memset of argv[1] bytes, read back from a write-combining or uncached mapping by argv[2]. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

uint64_t *buffer;

__attribute__((noinline)) void matmul_call(int bytes)
{
    volatile uint64_t *const to = buffer;

    for (int i = 0; i < bytes / 8; i++) {
        to[i] = (uint64_t)i << 32 | (uint32_t)~i;
    }
    __asm__ volatile("dmb" ::: "memory");
}

int main(int argc, char **argv)
{
    const int file = open("/dev/mem", O_RDWR | O_SYNC);
    const int bytes = argc > 1 ? atoi(argv[1]) : 64;

    buffer = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x16000000);
    matmul_call(bytes);
    for (int i = 0; i < bytes / 8; i++) {
        if (((volatile uint64_t *)buffer)[i] != ((uint64_t)i << 32 | (uint32_t)~i)) {
            return 1;
        }
    }
    return 0;
}
