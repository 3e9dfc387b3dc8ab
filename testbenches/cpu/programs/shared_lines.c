/* Shares cached memory at 0x16000000 with a coherent master, which changes it all the time.
 * First 2 KiB: of each 32 bytes, the first 16 are this program's: what it wrote must stay there.
 * Next 2 KiB: the master's; each line holds one number eight times over, which never falls. Its
 * threads' last number is ~0, in the line of the thread's own number. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LINES = 64, WORDS = 8, MINE = 4, THREADS = 4 };

static uint32_t expected[LINES][MINE], last[LINES], elsewhere[4096];
static uint32_t state = 1;

static uint32_t next(void)
{
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static void preload(const volatile uint32_t *line)
{
    __asm__ volatile("pld [%0]" ::"r"(line));
}

int main(void)
{
    const int file = open("/dev/mem", O_RDWR);
    uint32_t *const memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x16000000);
    volatile uint32_t(*const shared)[WORDS] = (volatile uint32_t(*)[WORDS])memory;
    volatile uint32_t(*const theirs)[WORDS] = shared + LINES;

    for (uint32_t turn = 0; turn < 10000; turn++) {
        const uint32_t line = next() % LINES, word = next() % MINE;

        preload(shared[next() % LINES]);
        preload(theirs[next() % LINES]);
        if (shared[line][word] != expected[line][word]) {
            return 1;
        }
        shared[line][word] = expected[line][word] = turn;
        const uint32_t seen = theirs[line][next() % WORDS];
        if (seen < last[line]) {
            return 2;
        }
        last[line] = seen;
        elsewhere[next() % 4096]++; /* sends lines out */
    }
    for (uint32_t thread = 0; thread < THREADS; thread++) {
        while (theirs[thread][0] != UINT32_MAX) {
        }
    }
    usleep(100); /* the last write has been answered */
    return 0;
}
