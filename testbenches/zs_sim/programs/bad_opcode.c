/* v3 has opcodes 1 to 15. */
#include "axi_dma.h"

int main(void)
{
    dma_init(0x40400000, 0x16000000, 4096, 0x16400000, 4096);
    dma_get_inbuffer()[0] = 255;
    dma_start_send(1, 0);
    dma_wait_send();
    dma_start_recv(1, 0);
    dma_wait_recv();
    return 0;
}
