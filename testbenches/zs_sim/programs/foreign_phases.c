/* A C program that knows nothing of the phases' names. */
#include <stdint.h>
#include <string.h>

uint32_t from[4096], to[4096]; /* not static: the copy must be made */
volatile uint32_t sink;

__attribute__((noinline)) void pack_rows(void)
{
    memcpy(to, from, sizeof(from));
}

__attribute__((noinline)) void spin_until_ready(void)
{
    for (int i = 0; i < 5000; i++) {
        sink += (uint32_t)i;
    }
}

__attribute__((noinline)) void run_layer(void)
{
    pack_rows();
    spin_until_ready();
    pack_rows();
}

int main(void)
{
    run_layer();
    return 0;
}
