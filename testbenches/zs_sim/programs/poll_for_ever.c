/* Waits for data that it never asked the accelerator for. */
#include "axi_dma.h"

void matmul_call(void);
__attribute__((noinline)) void matmul_call(void)
{
    dma_start_recv(64, 0);
    dma_wait_recv();
}

int main(void)
{
    dma_init(0x40400000, 0x16000000, 65536, 0x16400000, 65536);
    matmul_call();
    return 0;
}
