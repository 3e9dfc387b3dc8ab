/* Through /dev/mem: write argv[2] words at argv[1], read them back, compare. argv[3]: "sync". */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
    const uint32_t physical = (uint32_t)strtoul(argv[1], NULL, 0);
    const int words = atoi(argv[2]);
    const int sync = argc > 3 && strcmp(argv[3], "sync") == 0 ? O_SYNC : 0;
    const int file = open("/dev/mem", O_RDWR | sync);
    volatile uint32_t *const memory =
        mmap(NULL, 4096 * 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)physical);

    if (memory == MAP_FAILED) {
        return 2;
    }
    for (int i = 0; i < words; i++) {
        memory[i] = (uint32_t)i * 2654435761u;
    }
    for (int i = 0; i < words; i++) {
        if (memory[i] != (uint32_t)i * 2654435761u) {
            return 1;
        }
    }
    return 0;
}
