/* Scatter-gather chains that the engine must refuse; the argument names the mistake. */
#include <stdint.h>
#include <string.h>

#include "axi_dma.h"
#include "axi_dma_sg.h"

enum { IN_BYTES = 65536, DESCRIPTORS = 8, DESCRIPTOR_WORDS = 16, STATUS_WORD = 7 };

/* The first ring is what is allocated first, so it ends with the region. */
static unsigned int *send_descriptor(unsigned int index)
{
    return dma_get_inbuffer() + IN_BYTES / 4 - (DESCRIPTORS - index) * DESCRIPTOR_WORDS;
}

int main(int argc, char **argv)
{
    dma_init(0x40400000, 0x16000000, IN_BYTES, 0x16400000, 4096);
    const struct dma_rows part = {dma_get_inbuffer(), 2, 4, 8};
    dma_get_inbuffer()[0] = 1; /* opcodes, so that the accelerator does not give up first */
    dma_get_inbuffer()[2] = 1;
    if (argc < 2 || dma_open_chains(DESCRIPTORS) != 0)
        return 3;
    if (strcmp(argv[1], "outside") == 0)
        *send_descriptor(0) = 0; /* the next descriptor: below the HP0 segment */
    if (strcmp(argv[1], "complete") == 0) {
        *send_descriptor(0) = 0x16000000 + IN_BYTES - DESCRIPTOR_WORDS * 4; /* the last one */
        send_descriptor(DESCRIPTORS - 1)[STATUS_WORD] = 0x80000000U;
    }
    if (dma_start_send_chain(&part, 1) != 0)
        return 3;
    dma_wait_send_chain(); /* ends the program with status 1 */
    return 0;
}
