/* Reads one word in each of argv[1] cache lines, and preloads the one argv[2] lines further on; 80
 * cycles or so of other instructions a line. */
#include <stdint.h>
#include <stdlib.h>

enum { LINE_WORDS = 8, AHEAD_MAX = 8 };
static uint32_t lines[LINE_WORDS << 16] __attribute__((aligned(32)));

__attribute__((noinline)) void matmul_call(int count, int ahead)
{
    const uint32_t *const preloaded = lines + LINE_WORDS * ahead;

    for (int i = 0; i < count; i++) {
        __asm__ volatile("pld [%0]" ::"r"(&preloaded[LINE_WORDS * i]));
        (void)((volatile const uint32_t *)lines)[LINE_WORDS * i];
        for (volatile int turn = 0; turn < 12; turn++) {
        }
    }
}

int main(int argc, char **argv)
{
    const int count = argc > 1 ? atoi(argv[1]) : 1;
    const int ahead = argc > 2 ? atoi(argv[2]) : 0;

    for (int i = 0; i < count + AHEAD_MAX; i += 128) {
        lines[LINE_WORDS * i] = 1; /* take the page fault here */
    }
    matmul_call(count, ahead);
    return 0;
}
