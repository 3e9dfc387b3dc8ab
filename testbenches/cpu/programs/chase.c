/* Reads one word in each of argv[1] cache lines that nobody has read before; they are argv[2] lines
 * apart, or next to each other. */
#include <stdint.h>
#include <stdlib.h>

static uint32_t lines[1 << 20] __attribute__((aligned(32)));

__attribute__((noinline)) void matmul_call(int count, int apart)
{
    volatile const uint32_t *const first = lines;

    for (int i = 0; i < count; i++) {
        first[8 * apart * i];
    }
}

int main(int argc, char **argv)
{
    const int count = argc > 1 ? atoi(argv[1]) : 1;

    const int apart = argc > 2 ? atoi(argv[2]) : 1;

    for (int i = 0; i < count * apart; i += 128) {
        lines[8 * i] = 1; /* take the page fault here */
    }
    matmul_call(count, apart);
    return 0;
}
