/* Waits for an interrupt that nothing will raise. */
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

void matmul_call(void);
__attribute__((noinline)) void matmul_call(void)
{
    uint32_t events;
    const int file = open("/dev/uio1", O_RDWR);
    (void)!read(file, &events, sizeof events);
}

int main(void)
{
    matmul_call();
    return 0;
}
