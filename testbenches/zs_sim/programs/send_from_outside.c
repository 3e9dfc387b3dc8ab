/* Sends from below the HP0 segment: the interconnect answers DECERR, and the DMA halts. */
#include "axi_dma.h"

int main(void)
{
    dma_init(0x40400000, 0x15fff000, 4096, 0x16400000, 4096);
    dma_start_send(4, 0);
    dma_wait_send(); /* ends the program with status 1 */
    return 0;
}
