/* Around a hand-written driver, which has a main() of its own: choose the accelerator before, and
 * print what was transferred after. ZS_VERSION and ZS_TILE are the accelerator's. */
#include "fake_axi_dma.h"

#include <inttypes.h>
#include <stdio.h>

__attribute__((constructor)) static void choose_accelerator(void)
{
    fake_axi_dma_setup(ZS_VERSION, ZS_TILE);
}

__attribute__((destructor)) static void print_counts(void)
{
    const struct fake_counts counts = fake_axi_dma_counts();

    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", counts.sends, counts.receives,
           counts.words_in, counts.words_out);
}
