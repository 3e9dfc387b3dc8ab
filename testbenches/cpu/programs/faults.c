/* Programs that go wrong, by argv[1]. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

__attribute__((noinline)) static void read_null(void)
{
    *(volatile int *)4;
}

__attribute__((noinline)) static void read_hole(void)
{
    const int file = open("/dev/mem", O_RDWR | O_SYNC);
    volatile uint32_t *const hole =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0x50000000);

    hole[3];
}

__attribute__((noinline)) static void spin_for_ever(void)
{
    for (;;) {
        __asm__ volatile("");
    }
}

__attribute__((noinline)) static void undefined(void)
{
    __asm__ volatile("udf #0");
}

__attribute__((noinline)) static void jump_away(void)
{
    ((void (*)(void))0x00000100)();
}

/* Beyond 4 GiB, where a pointer reaches that. */
__attribute__((noinline)) static void read_far(void)
{
    const volatile int *far = (const volatile int *)8;
    for (unsigned i = 0; sizeof(far) == 8 && i < 3; i++) {
        far = (const volatile int *)((uintptr_t)far << 12);
    }
    *far;
}

int main(int argc, char **argv)
{
    const char *const what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "null") == 0) {
        read_null();
    } else if (strcmp(what, "hole") == 0) {
        read_hole();
    } else if (strcmp(what, "spin") == 0) {
        spin_for_ever();
    } else if (strcmp(what, "undefined") == 0) {
        undefined();
    } else if (strcmp(what, "far") == 0) {
        read_far();
    } else if (strcmp(what, "jump") == 0) {
        jump_away();
    }
    return 0;
}
