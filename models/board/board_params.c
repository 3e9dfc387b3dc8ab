#include "board/board_config.h"
#include "board/board_sections.h"

#include <string.h>

#define BOARD(name) offsetof(struct board_config, name)
#define MAP(name)   offsetof(struct board_map, name)

#define ADDRESS_MAX 4294967295.0

static const char *const ports[] = {"hp0", "hp1", "hp2", "hp3", "acp", NULL};
static const char *const s2mm_ports[] = {"dma_port", "hp0", "hp1", "hp2", "hp3", "acp", NULL};

static const struct param board_params[] = {
    {"fclk_hz", PARAM_U64, "Hz", BOARD(fclk_hz), "100 MHz", 1e6, 1e9, NULL, KIND_GUESS,
     "PYNQ-Z2 designs: 100 MHz; the published bitstreams' clock is not stated (100 or 200 MHz)",
     "fabric clock: DMA, streams, accelerator; gp0, hp0-3, acp too unless they have a clock_hz"},
    {"dma_port", PARAM_ENUM, "", BOARD(dma_port), "hp0", 0, 0, ports, KIND_DATASHEET,
     "AXI4MLIR's example design: HP0",
     "the DMA's way to memory: hp0 to hp3 past the caches, or acp through them (coherent)"},
    {"s2mm_port", PARAM_ENUM, "", BOARD(s2mm_port), "dma_port", 0, 0, s2mm_ports, KIND_CHOICE,
     "AXI4MLIR's example design: one port for both", "where S2MM writes: a port of its own"},
    {"acp_cache", PARAM_U32, "AxCACHE", BOARD(acp_cache), "3", 0, 15, NULL, KIND_DATASHEET,
     "PG021: the AXI DMA drives 0011; a design may tie off another value",
     "through acp: +2 looks up the caches, +4 and +8 allocate reads, writes in the L2"},
};

static const struct param map_params[] = {
    {"ddr_base", PARAM_U32, "address", MAP(ddr_base), "0", 0, ADDRESS_MAX, NULL, KIND_DATASHEET,
     "UG585 table 4-1 (the lowest 1 MiB as DRAM too)",
     "first address of the DRAM; its size is board.dram.size_bytes"},
    {"process_base", PARAM_U32, "address", MAP(process_base), "0x01000000", 0, ADDRESS_MAX, NULL,
     KIND_CHOICE, "above what a kernel and its tables take",
     "first address of the DRAM that programs get as ordinary memory"},
    {"process_bytes", PARAM_U32, "bytes", MAP(process_bytes), "320 MiB", 4096, ADDRESS_MAX, NULL,
     KIND_CHOICE, "up to below the DMA buffers", "its size"},
    {"hp0_base", PARAM_U32, "address", MAP(hp0_base), "0x16000000", 0, ADDRESS_MAX, NULL,
     KIND_DATASHEET, "AXI4MLIR's example design: HP0 segment",
     "first address that the DMA reaches; outside: DECERR"},
    {"hp0_bytes", PARAM_U32, "bytes", MAP(hp0_bytes), "32 MiB", 4096, ADDRESS_MAX, NULL,
     KIND_DATASHEET, "AXI4MLIR's example design: HP0 segment to 0x17ffffff", "its size"},
    {"gp0_base", PARAM_U32, "address", MAP(gp0_base), "0x40000000", 0, ADDRESS_MAX, NULL,
     KIND_DATASHEET, "UG585 table 4-1: M_AXI_GP0", "first address of the GP0 port"},
    {"gp0_bytes", PARAM_U32, "bytes", MAP(gp0_bytes), "1 GiB", 4096, ADDRESS_MAX, NULL,
     KIND_DATASHEET, "UG585 table 4-1: M_AXI_GP0", "its size"},
    {"dma_base", PARAM_U32, "address", MAP(dma_base), "0x40400000", 0, ADDRESS_MAX, NULL,
     KIND_DATASHEET, "AXI4MLIR's example design", "registers of the AXI DMA, 64 KiB behind GP0"},
};

#define SECTION(path, table, object)                                                               \
    {                                                                                              \
        path, table, table##_count, object                                                         \
    }

size_t board_sections(struct board_config *board, struct param_section *sections)
{
    const size_t board_params_count = sizeof(board_params) / sizeof(board_params[0]);
    const size_t map_params_count = sizeof(map_params) / sizeof(map_params[0]);
    const struct param_section all[] = {
        SECTION("board", board_params, board),
        SECTION("board.map", map_params, &board->map),
        SECTION("board.cpu", cpu_params, &board->cpu),
        SECTION("board.l1d", cache_l1d_params, &board->caches.l1d),
        SECTION("board.l2", cache_l2_params, &board->caches.l2),
        SECTION("board.os", os_params, &board->os),
        {"board.cpu_ddr", axi_link_cpu_ddr_params, axi_link_params_count, &board->cpu_ddr},
        {"board.gp0", axi_link_gp_params, axi_link_params_count, &board->gp0},
        {"board.hp0", axi_link_hp_params, axi_link_params_count, &board->ports[PORT_HP0]},
        {"board.hp1", axi_link_hp_params, axi_link_params_count, &board->ports[PORT_HP1]},
        {"board.hp2", axi_link_hp_params, axi_link_params_count, &board->ports[PORT_HP2]},
        {"board.hp3", axi_link_hp_params, axi_link_params_count, &board->ports[PORT_HP3]},
        {"board.acp", axi_link_acp_params, axi_link_params_count, &board->ports[PORT_ACP]},
        SECTION("board.interconnect", axi_router_params, &board->interconnect),
        SECTION("board.dma", axi_dma_params, &board->dma),
        SECTION("board.mm2s", axi_stream_params, &board->mm2s),
        SECTION("board.s2mm", axi_stream_params, &board->s2mm),
        SECTION("board.dram", dram_params, &board->dram),
        SECTION("accelerator", matmul_accelerator_params, &board->accelerator),
        SECTION("workload", workload_params, &board->workload),
        SECTION("dma", dma_memory_params, &board->dma_memory),
        SECTION("sandbox", sandbox_params, &board->sandbox),
        SECTION("phases", phase_params, &board->phases),
        SECTION("simulation", simulation_params, &board->simulation),
        SECTION("limits", limits_params, &board->limits),
        SECTION("trace", trace_params, &board->trace),
    };
    _Static_assert(sizeof(all) / sizeof(all[0]) == BOARD_SECTIONS, "one entry a section");
    memcpy(sections, all, sizeof(all));
    return BOARD_SECTIONS;
}

const char *board_port_name(enum board_port port)
{
    return ports[port];
}

enum board_port board_s2mm_port(const struct board_config *board)
{
    return board->s2mm_port == 0 ? board->dma_port : board->s2mm_port - 1;
}

bool board_uses_port(const struct board_config *board, enum board_port port)
{
    return port == board->dma_port || port == board_s2mm_port(board);
}
