/* argv[1] times: one SUBS, one BNE. */
#include <stdlib.h>

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1;

#ifdef __aarch64__
    __asm__ volatile("1: subs %w0, %w0, #1\n"
#else
    __asm__ volatile("1: subs %0, %0, #1\n"
#endif
                     "   bne 1b\n"
                     : "+r"(count)
                     :
                     : "cc");
    return 0;
}
