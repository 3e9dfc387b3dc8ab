/* Through /dev/mem, uncached: argv[1] times eight reads in a row, of 64 bits ("pairs") or of 32. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void matmul_call(const volatile uint32_t *memory, int times, int pairs);

__attribute__((noinline)) void matmul_call(const volatile uint32_t *memory, int times, int pairs)
{
    for (int i = 0; i < times; i++) {
        if (pairs)
            __asm__ volatile("vldr d0, [%0]\n\tvldr d1, [%0, #8]\n\t"
                             "vldr d2, [%0, #16]\n\tvldr d3, [%0, #24]\n\t"
                             "vldr d4, [%0, #32]\n\tvldr d5, [%0, #40]\n\t"
                             "vldr d6, [%0, #48]\n\tvldr d7, [%0, #56]"
                             :
                             : "r"(memory)
                             : "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "memory");
        else
            for (int word = 0; word < 16; word += 2)
                (void)memory[word];
    }
}

int main(int argc, char **argv)
{
    const int times = atoi(argv[1]);
    const int pairs = argc > 2 && strcmp(argv[2], "pairs") == 0;
    const int file = open("/dev/mem", O_RDWR | O_SYNC);
    const volatile uint32_t *const memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x16000000);

    if (memory == MAP_FAILED)
        return 2;
    matmul_call(memory, times, pairs);
    return 0;
}
