/* Device register at 0x40400000: write 41, a read adds one. Returns what was read. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

int main(void)
{
    const int file = open("/dev/mem", O_RDWR | O_SYNC);
    volatile uint32_t *const device =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x40400000);

    if (device == MAP_FAILED) {
        return 2;
    }
    device[0] = 41;
    return (int)device[0];
}
