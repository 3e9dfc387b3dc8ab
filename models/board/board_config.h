/* Everything that a run is made of: one struct for the whole configuration tree. */
#ifndef ZEROSTAGE_BOARD_BOARD_CONFIG_H
#define ZEROSTAGE_BOARD_BOARD_CONFIG_H

#include "accel/matmul_accelerator_core.h"
#include "axi/axi_link_core.h"
#include "axi/axi_router_config.h"
#include "axi/axi_stream_core.h"
#include "board/workload.h"
#include "cache/hierarchy.h"
#include "config/config.h"
#include "cpu/cpu_config.h"
#include "dma/axi_dma_core.h"
#include "dram/dram_config.h"
#include "os/os_config.h"
#include "os/sandbox.h"
#include "trace/trace.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Physical addresses; sections board and board.map. */
struct board_map {
    uint32_t ddr_base;                    /* DRAM as CPU and DMA see it */
    uint32_t process_base, process_bytes; /* part of it that holds the program's own memory */
    uint32_t hp0_base, hp0_bytes;         /* what the DMA reaches through HP0 or ACP */
    uint32_t gp0_base, gp0_bytes;         /* what the CPU reaches through GP0 */
    uint32_t dma_base;                    /* within GP0 */
};

/* The DMA's ways to memory. */
enum board_port { PORT_HP0, PORT_HP1, PORT_HP2, PORT_HP3, PORT_ACP, BOARD_PORTS };

struct board_config {
    uint64_t fclk_hz;   /* section board */
    uint32_t dma_port;  /* enum board_port */
    uint32_t s2mm_port; /* 0: as dma_port; else an enum board_port + 1 */
    uint32_t acp_cache; /* AxCACHE of what goes through the ACP */
    struct board_map map;
    struct cpu_config cpu;
    struct hierarchy_config caches;
    struct os_config os;
    struct axi_link_config cpu_ddr, gp0, ports[BOARD_PORTS];
    struct axi_router_config interconnect;
    struct axi_dma_config dma;
    struct axi_stream_config mm2s, s2mm;
    struct dram_config dram;
    struct matmul_accelerator_config accelerator;
    struct workload_config workload;
    struct dma_memory_config dma_memory;
    struct sandbox_config sandbox;
    struct phase_config phases;
    struct simulation_config simulation;
    struct limits_config limits;
    struct trace_config trace;
};

/* As configuration and counters name it: hp0 to hp3, acp. */
const char *board_port_name(enum board_port port);

/* MM2S and descriptors go over dma_port; S2MM may have a port of its own. */
enum board_port board_s2mm_port(const struct board_config *board);
bool board_uses_port(const struct board_config *board, enum board_port port);

/* A configuration whose values go to `board`, holding the defaults; NULL when memory runs out. */
struct config *board_config_create(struct board_config *board);

/* Call when everything is loaded and set: fills in what follows from other values (clocks of the
 * fabric, workload.transfer, what is best), then adds an error for each combination that cannot be.
 * Returns 0, or -EINVAL when the configuration has errors. */
int board_config_finish(struct config *config, struct board_config *board);

#ifdef __cplusplus
}
#endif
#endif
