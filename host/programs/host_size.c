/* For a generated kernel of dynamic sizes: how large the matrices are. ZS_M, ZS_N and ZS_K are set
 * with -D. */
#include <stdint.h>

intptr_t host_size(intptr_t which);

__attribute__((noinline)) intptr_t host_size(intptr_t which)
{
    static const intptr_t sizes[] = {ZS_M, ZS_N, ZS_K};
    return sizes[which];
}
