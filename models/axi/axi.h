/* What an AXI transaction carries beyond TLM's generic payload, and who caused it. */
#ifndef ZEROSTAGE_AXI_AXI_H
#define ZEROSTAGE_AXI_AXI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum axi_burst_type { AXI_FIXED, AXI_INCR, AXI_WRAP };

enum axi_response { AXI_OKAY, AXI_SLVERR, AXI_DECERR };

/* Bytes on the DRAM data bus are split by these classes (initiator and direction). */
enum traffic_class {
    TRAFFIC_CPU_FILL,
    TRAFFIC_CPU_WRITEBACK,
    TRAFFIC_CPU_UNCACHED_READ,
    TRAFFIC_CPU_UNCACHED_WRITE,
    TRAFFIC_DMA_READ,
    TRAFFIC_DMA_WRITE,
    TRAFFIC_DMA_DESCRIPTOR,
    TRAFFIC_CLASSES
};

struct axi_attributes {
    enum axi_burst_type burst;
    uint8_t beat_bytes; /* AxSIZE as bytes: 1, 2, 4, 8, 16 */
    uint16_t beats;     /* AxLEN + 1; 0: not legalised yet, the first link does it */
    uint16_t id;
    uint8_t qos;   /* 0-15, higher wins */
    uint8_t cache; /* AxCACHE */
    enum traffic_class traffic;
};

/* "cpu_fill", "dma_read", ...; NULL when out of range. */
const char *traffic_class_name(enum traffic_class traffic);

/* "OKAY", "SLVERR", "DECERR". */
const char *axi_response_name(enum axi_response response);

#ifdef __cplusplus
}
#endif
#endif
