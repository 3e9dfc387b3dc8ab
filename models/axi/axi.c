#include "axi/axi.h"

#include <stddef.h>

static const char *const traffic_names[TRAFFIC_CLASSES] = {
    [TRAFFIC_CPU_FILL] = "cpu_fill",
    [TRAFFIC_CPU_WRITEBACK] = "cpu_writeback",
    [TRAFFIC_CPU_UNCACHED_READ] = "cpu_uncached_read",
    [TRAFFIC_CPU_UNCACHED_WRITE] = "cpu_uncached_write",
    [TRAFFIC_DMA_READ] = "dma_read",
    [TRAFFIC_DMA_WRITE] = "dma_write",
    [TRAFFIC_DMA_DESCRIPTOR] = "dma_descriptor",
};

static const char *const response_names[] = {
    [AXI_OKAY] = "OKAY", [AXI_SLVERR] = "SLVERR", [AXI_DECERR] = "DECERR"};

const char *axi_response_name(enum axi_response response)
{
    return response_names[response];
}

const char *traffic_class_name(enum traffic_class traffic)
{
    return (unsigned)traffic < TRAFFIC_CLASSES ? traffic_names[traffic] : NULL;
}
