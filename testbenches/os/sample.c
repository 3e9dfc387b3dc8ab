/* A small static program with functions that the tests look for. */
#include <stdio.h>

static const char greeting[] = "hello";
int counter;

__attribute__((noinline)) int first_function(int x)
{
    return x + counter;
}

__attribute__((noinline)) int second_function(int x)
{
    return 3 * first_function(x);
}

/* Thumb, as the C library around it may be. */
__attribute__((noinline, target("thumb"))) int thumb_function(int x)
{
    return x ^ counter;
}

int main(int argc, char **argv)
{
    (void)argv;
    printf("%s %d\n", greeting, second_function(thumb_function(argc)));
    return 0;
}
