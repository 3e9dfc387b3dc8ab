/* A kernel interval that is entered twice, and a program around it. */
#include <stdio.h>

volatile int work;

__attribute__((noinline)) void matmul_call(void)
{
    for (int i = 0; i < 1000; i++) {
        work += i;
    }
}

int main(int argc, char **argv)
{
    matmul_call();
    matmul_call();
    printf("%d arguments, the last is %s\n", argc - 1, argv[argc - 1]);
    return 0;
}
