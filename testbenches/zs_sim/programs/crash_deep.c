/* Fails three calls deep, one of them through a pointer. */
#include <stdlib.h>
#include <string.h>

static const int constant = 7;

__attribute__((noinline)) static void innermost(int *target)
{
    *target = 3;
}

__attribute__((noinline)) static void middle(int *target)
{
    innermost(target);
    __asm__ volatile(""); /* not a jump */
}

void (*volatile through)(int *) = middle;

void matmul_call(int *target);
__attribute__((noinline)) void matmul_call(int *target)
{
    through(target);
    __asm__ volatile("");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "abort") == 0) {
        abort();
    }
    matmul_call((int *)&constant);
    return 0;
}
