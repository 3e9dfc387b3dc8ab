/* Through /dev/mem, uncached: argv[1] times eight reads in a row, argv[2]: "vldr" or "vld1", of 64
 * bits, or "ldr", of 32. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void read_by_vldr(const volatile uint32_t *memory)
{
    __asm__ volatile("vldr d0, [%0]\n\tvldr d1, [%0, #8]\n\t"
                     "vldr d2, [%0, #16]\n\tvldr d3, [%0, #24]\n\t"
                     "vldr d4, [%0, #32]\n\tvldr d5, [%0, #40]\n\t"
                     "vldr d6, [%0, #48]\n\tvldr d7, [%0, #56]"
                     :
                     : "r"(memory)
                     : "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "memory");
}

/* All into one register, as memcpy does for what is shorter than 64 bytes. */
static void read_by_vld1(const volatile uint32_t *memory)
{
    __asm__ volatile("vld1.8 {d0}, [%0]!\n\tvld1.8 {d0}, [%0]!\n\t"
                     "vld1.8 {d0}, [%0]!\n\tvld1.8 {d0}, [%0]!\n\t"
                     "vld1.8 {d0}, [%0]!\n\tvld1.8 {d0}, [%0]!\n\t"
                     "vld1.8 {d0}, [%0]!\n\tvld1.8 {d0}, [%0]!"
                     : "+r"(memory)
                     :
                     : "d0", "memory");
}

static void read_by_ldr(const volatile uint32_t *memory)
{
    for (int word = 0; word < 16; word += 2)
        (void)memory[word];
}

typedef void read_eight(const volatile uint32_t *memory);

void matmul_call(const volatile uint32_t *memory, int times, read_eight *read);

__attribute__((noinline)) void matmul_call(const volatile uint32_t *memory, int times,
                                           read_eight *read)
{
    for (int i = 0; i < times; i++)
        read(memory);
}

static read_eight *by_instruction(const char *name)
{
    if (strcmp(name, "vldr") == 0)
        return read_by_vldr;
    return strcmp(name, "vld1") == 0 ? read_by_vld1 : read_by_ldr;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    const int file = open("/dev/mem", O_RDWR | O_SYNC);
    const volatile uint32_t *const memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x16000000);

    if (memory == MAP_FAILED)
        return 2;
    matmul_call(memory, atoi(argv[1]), by_instruction(argv[2]));
    return 0;
}
