/* 100 copies of 32 bytes to an uncached mapping, and a check of what arrived. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

static uint32_t row[8];

int main(void)
{
    const int file = open("/dev/mem", O_RDWR | O_SYNC);
    uint32_t *const to = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x16000000);
    volatile size_t bytes = sizeof(row); /* the compiler must not expand the copy */

    for (uint32_t i = 0; i < 100; i++) {
        for (uint32_t word = 0; word < 8; word++) {
            row[word] = i * 1000 + word;
        }
        memcpy(to + 8 * i, row, bytes);
    }
    for (uint32_t i = 0; i < 800; i++) {
        if (to[i] != i / 8 * 1000 + i % 8) {
            return 1;
        }
    }
    return 0;
}
