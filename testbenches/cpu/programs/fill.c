/* fill BYTES VALUE: the kernel fills a buffer that is in no cache. */
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) void matmul_call(char *buffer, int value, size_t bytes)
{
    memset(buffer, value, bytes);
}

int main(int argc, char **argv)
{
    const size_t bytes = strtoul(argv[1], NULL, 0);
    char *buffer = malloc(bytes);
    if (argc < 3 || buffer == NULL)
        return 1;
    matmul_call(buffer, atoi(argv[2]), bytes);
    return buffer[0] == atoi(argv[2]) && buffer[bytes - 1] == atoi(argv[2]) ? 0 : 1;
}
