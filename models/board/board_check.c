/* Values that follow from others, and combinations of legal values that make no board. */
#include "board/board_config.h"
#include "board/workload_choice.h"
#include "board/workload_region.h"
#include "board/workload_tile.h"
#include "os/address_space.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

struct range {
    const char *path; /* of the parameter that begins it */
    uint64_t first, bytes;
};

static uint64_t end_of(const struct range *range)
{
    return range->first + range->bytes;
}

static bool overlap(const struct range *left, const struct range *right)
{
    return left->first < end_of(right) && right->first < end_of(left);
}

static bool inside(const struct range *inner, const struct range *outer)
{
    return inner->first >= outer->first && end_of(inner) <= end_of(outer);
}

static void require_inside(struct config *config, const struct range *inner,
                           const struct range *outer, const char *what)
{
    if (!inside(inner, outer)) {
        config_error(config, inner->path,
                     "0x%08" PRIx64 "-0x%08" PRIx64 " lies outside of %s, 0x%08" PRIx64
                     "-0x%08" PRIx64 " (%s)",
                     inner->first, end_of(inner) - 1, what, outer->first, end_of(outer) - 1,
                     outer->path);
    }
}

static void require_disjoint(struct config *config, const struct range *left,
                             const struct range *right)
{
    if (overlap(left, right)) {
        config_error(config, right->path,
                     "0x%08" PRIx64 "-0x%08" PRIx64 " overlaps 0x%08" PRIx64 "-0x%08" PRIx64
                     " (%s)",
                     right->first, end_of(right) - 1, left->first, end_of(left) - 1, left->path);
    }
}

static void require_pages(struct config *config, const char *path, uint64_t value)
{
    if (value % PAGE_BYTES != 0) {
        config_error(config, path, "0x%" PRIx64 " is not a multiple of the page size, %d bytes",
                     value, PAGE_BYTES);
    }
}

static uint64_t dram_bytes(const struct dram_config *dram, const struct dram_core_config *core)
{
    return dram->size_bytes != 0 ? dram->size_bytes : dram_device_bytes(&core->device);
}

static void check_map(struct config *config, const struct board_config *board, uint64_t ddr_bytes)
{
    const struct board_map *const map = &board->map;
    const struct workload_config *const work = &board->workload;
    const struct range ddr = {"board.map.ddr_base", map->ddr_base, ddr_bytes};
    const struct range process = {"board.map.process_base", map->process_base, map->process_bytes};
    const struct range hp0 = {"board.map.hp0_base", map->hp0_base, map->hp0_bytes};
    const struct range gp0 = {"board.map.gp0_base", map->gp0_base, map->gp0_bytes};
    const struct range dma = {"board.map.dma_base", map->dma_base, AXI_DMA_REGISTER_BYTES};
    const struct range in = {"workload.dma_in_address", work->dma_in_address, work->dma_in_bytes};
    const struct range out = {"workload.dma_out_address", work->dma_out_address,
                              work->dma_out_bytes};

    if (ddr_bytes > UINT32_MAX || end_of(&ddr) > UINT64_C(1) << 32) {
        config_error(config, "board.dram.size_bytes",
                     "%" PRIu64 " bytes are more than 32-bit addresses reach", ddr_bytes);
        return;
    }
    require_disjoint(config, &ddr, &gp0);
    require_inside(config, &process, &ddr, "the DRAM");
    require_inside(config, &hp0, &ddr, "the DRAM");
    require_inside(config, &dma, &gp0, "the GP0 port");
    require_inside(config, &in, &hp0, "the HP0 segment, so the DMA cannot reach it");
    require_inside(config, &out, &hp0, "the HP0 segment, so the DMA cannot reach it");
    require_disjoint(config, &in, &out);
    require_disjoint(config, &process, &in);
    require_disjoint(config, &process, &out);
    const struct range *const ranges[] = {&process, &hp0, &gp0, &dma, &in, &out};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        require_pages(config, ranges[i]->path, ranges[i]->first);
    }
    require_pages(config, "board.map.process_bytes", map->process_bytes);
    require_pages(config, "workload.dma_in_bytes", work->dma_in_bytes);
    require_pages(config, "workload.dma_out_bytes", work->dma_out_bytes);
}

static void check_link(struct config *config, const char *path, const struct axi_link_config *link)
{
    const char *const wrong = axi_link_config_error(link);
    if (wrong != NULL) {
        config_error(config, path, "%s", wrong);
    }
}

static void check_cache(struct config *config, const char *path, const struct cache_config *cache)
{
    const char *const wrong = cache_config_error(cache);
    if (wrong != NULL) {
        config_error(config, path, "%s", wrong);
    }
}

static void check_caches(struct config *config, const struct hierarchy_config *caches)
{
    const char *const wrong = hierarchy_config_error(caches);
    const bool level_wrong =
        cache_config_error(&caches->l1d) != NULL || cache_config_error(&caches->l2) != NULL;
    check_cache(config, "board.l1d.bytes", &caches->l1d);
    check_cache(config, "board.l2.bytes", &caches->l2);
    if (wrong != NULL && !level_wrong) {
        config_error(config, "board.l2.line_bytes", "%s", wrong);
    }
}

static void check_dma(struct config *config, const struct axi_dma_config *dma)
{
    struct axi_dma_core core;
    const char *why = NULL;
    if (axi_dma_core_init(&core, dma, &why) != 0) {
        config_error(config, "board.dma.max_burst_beats", "%s", why);
    }
}

static void check_stream(struct config *config, const char *path,
                         const struct axi_stream_config *stream)
{
    struct axi_stream_core core;
    if (axi_stream_core_init(&core, stream) == 0) {
        axi_stream_core_destroy(&core);
        return;
    }
    config_error(config, path,
                 "%" PRIu32 " bits and %" PRIu32
                 " words make no stream: the width is a multiple of 32 bits, and a beat must fit",
                 stream->width_bits, stream->depth_words);
}

static void check_accelerator(struct config *config,
                              const struct matmul_accelerator_config *accelerator)
{
    struct matmul_accelerator_core core;
    const char *why = NULL;
    const int error = matmul_core_init(&core, accelerator, &why);
    if (error == 0) {
        matmul_core_destroy(&core);
    } else if (error == -EINVAL) {
        config_error(config, "accelerator.size", "%s", why);
    }
}

/* Chains, and only chains, need the engine to be built for them. */
static void check_chains(struct config *config, const struct board_config *board)
{
    const bool two_dimensional = board->workload.transfer == TRANSFER_2D;
    const bool chains = two_dimensional || board->workload.transfer == TRANSFER_SG;

    if (chains && !board->dma.include_sg) {
        config_error(config, "workload.transfer",
                     "%s needs an engine with scatter-gather: set board.dma.include_sg: true",
                     two_dimensional ? "2d" : "sg");
    } else if (chains && board->dma.multichannel != two_dimensional) {
        config_error(config, "workload.transfer",
                     two_dimensional
                         ? "2d needs an engine in the multichannel form: set "
                           "board.dma.multichannel: true"
                         : "an engine in the multichannel form (board.dma.multichannel) takes 2-D "
                           "descriptors: expected 2d");
    } else if (!chains && board->dma.include_sg) {
        config_error(config, "board.dma.include_sg",
                     "compiled kernels use direct register mode unless workload.transfer: sg; "
                     "otherwise scatter-gather needs a driver of your own (workload.program)");
    }
}

static bool has_smaller_last(uint32_t size, uint32_t step)
{
    return size > step && size % step != 0;
}

/* Along the innermost of the loops over tiles. */
static bool ends_within_block(const struct workload_config *work, const struct workload_tile *block)
{
    return work->flow == WORKLOAD_AS   ? has_smaller_last(work->n, block->n)
           : work->flow == WORKLOAD_BS ? has_smaller_last(work->m, block->m)
                                       : has_smaller_last(work->k, block->k);
}

/* Text that is MxNxK only where it may be; the compiler knows what fits the accelerator. */
static void check_tile(struct config *config, const struct workload_config *work,
                       const struct matmul_accelerator_config *accelerator)
{
    struct workload_tile tile, block;

    if (!workload_tile_of(work, accelerator->size, &tile)) {
        config_error(config, "workload.tile",
                     "expected auto, best, best_cost, or M x N x K as in 16x32x64");
        return;
    }
    if (strcmp(work->tile, "auto") != 0 && accelerator->version != MATMUL_V4) {
        config_error(config, "workload.tile",
                     "only accelerator v4 has tiles of any shape; of v1 to v3 it is "
                     "accelerator.size");
    }
    if (!workload_block_of(work, &block)) {
        config_error(config, "workload.cache_tile",
                     "expected none, M x N x K as in 32x32x64, or two of them with a comma");
    } else if (strcmp(work->cache_tile, "none") != 0 &&
               (block.m % tile.m != 0 || block.n % tile.n != 0 || block.k % tile.k != 0)) {
        config_error(config, "workload.cache_tile",
                     "blocks must consist of whole tiles of %" PRIu32 "x%" PRIu32 "x%" PRIu32,
                     tile.m, tile.n, tile.k);
    } else if (work->pipeline && strcmp(work->cache_tile, "none") != 0 &&
               ends_within_block(work, &block)) {
        config_error(config, "workload.pipeline",
                     "overlaps a loop of known length, and the last block for the caches is "
                     "smaller: expected a workload.cache_tile that divides the problem");
    }
}

static void check_transfer(struct config *config, const struct workload_config *work)
{
    if (work->copy == WORKLOAD_STAGED && work->transfer != TRANSFER_NONE) {
        config_error(config, "workload.transfer",
                     "has no effect with workload.copy: staged, which packs each tile when it "
                     "copies it; leave it out or write auto");
    }
    if (work->copy != WORKLOAD_STAGED && work->transfer == TRANSFER_NONE) {
        config_error(config, "workload.transfer",
                     "zero_copy needs packed, rows, sg or 2d: tiles are sent from where they are");
    }
    if (work->copy == WORKLOAD_ZERO_COPY_OUTPUTS && work->transfer == TRANSFER_ROWS) {
        config_error(config, "workload.transfer",
                     "rows has no effect with workload.copy: zero_copy_outputs: it is about what "
                     "is sent in place");
    }
}

static void check_overlap(struct config *config, const struct workload_config *work,
                          uint32_t version)
{
    const char *const path = work->coalesce ? "workload.coalesce" : "workload.pipeline";

    if (!work->coalesce && !work->pipeline) {
        return;
    }
    if (work->transfer == TRANSFER_ROWS) {
        config_error(config, path,
                     "is not possible with workload.transfer: rows, which sends each row of a tile "
                     "by itself: expected packed or sg");
    } else if (work->pipeline && work->sizes == SIZES_DYNAMIC) {
        config_error(config, "workload.pipeline",
                     "overlaps a loop of known length: expected workload.sizes: static");
    } else if (work->behaviour == BEHAVIOUR_AXI4MLIR_2022) {
        config_error(config, path, "is not what workload.behaviour: axi4mlir-2022 does");
    } else if (work->coalesce && version == MATMUL_V1 && workload_sends_in_place(work) &&
               work->transfer == TRANSFER_PACKED) {
        config_error(config, path,
                     "puts opcodes beside the tiles with workload.transfer: packed, and v1 has "
                     "none: expected sg");
    }
}

static void check_behaviour(struct config *config, const struct workload_config *work,
                            uint32_t version)
{
    const bool of_2022 = work->behaviour == BEHAVIOUR_AXI4MLIR_2022;

    if (of_2022 && version != MATMUL_V1) {
        config_error(config, "workload.behaviour",
                     "axi4mlir-2022 is a driver of accelerator v1 (accelerator.version)");
    } else if (of_2022 && work->copy != WORKLOAD_STAGED) {
        config_error(config, "workload.behaviour",
                     "axi4mlir-2022 copies what it transfers: expected workload.copy: staged");
    }
    if (work->copy_style == COPY_ELEMENTWISE && work->copy == WORKLOAD_ZERO_COPY) {
        config_error(config, "workload.copy_style",
                     "has no effect with workload.copy: zero_copy, which does not copy");
    }
}

static void check_accumulate(struct config *config, const struct workload_config *work)
{
    if (work->accumulate == ACCUMULATE_ACCELERATOR && work->flow != WORKLOAD_CS) {
        config_error(config, "workload.accumulate",
                     "the accelerator returns a tile of C for each product unless C stays in it: "
                     "expected cpu, or workload.flow: Cs");
    }
}

/* What an accelerator can keep decides what can be stationary. */
static void check_flow(struct config *config, uint32_t version, uint32_t flow)
{
    static const char *const names[] = {"Ns", "As", "Bs", "Cs"};
    const bool keeps_c = flow == WORKLOAD_CS;

    if (workload_flow_possible(version, flow)) {
        return;
    }
    config_error(config, "workload.flow",
                 "%s keeps %c in the accelerator, and %s cannot: expected %s, or accelerator %s",
                 names[flow], names[flow][0], version == MATMUL_V1 ? "v1" : "v2",
                 version == MATMUL_V1 ? "Ns" : "Ns, As or Bs", keeps_c ? "v3" : "v2 or v3");
}

/* The harness touches its data; a driver of the user's does what it does. */
static void check_host_touches(struct config *config, const struct workload_config *work)
{
    const bool harness = strcmp(work->program, "harness") == 0;
    const struct {
        const char *path;
        bool wanted, of_i32;
    } touches[] = {{"workload.host_writes", work->host_writes != 1, false},
                   {"workload.host_reads", work->host_reads != 0, true},
                   {"workload.host_read_style",
                    work->host_read_style != HOST_READ_WORD && work->host_reads != 0, true},
                   {"workload.post_process", work->post_process != POST_PROCESS_NONE, true},
                   {"workload.sizes", work->sizes != SIZES_STATIC, false}};

    for (size_t i = 0; i < sizeof(touches) / sizeof(*touches); i++) {
        if (touches[i].wanted && !harness) {
            config_error(config, touches[i].path,
                         "is of the harness, and has no effect on another workload.program");
        } else if (touches[i].wanted && touches[i].of_i32 && work->type == WORKLOAD_F32) {
            config_error(config, touches[i].path, "is there for int32 results only");
        }
    }
    if (work->host_read_style != HOST_READ_WORD && work->host_reads == 0) {
        config_error(config, "workload.host_read_style",
                     "has no effect while workload.host_reads is 0");
    }
}

/* What the kernel compiler can make; a user's own driver may do as it likes. */
static void check_kernel(struct config *config, const struct board_config *board)
{
    const struct workload_config *const work = &board->workload;
    const struct matmul_accelerator_config *const accelerator = &board->accelerator;

    check_host_touches(config, work);
    if (strcmp(work->program, "harness") != 0) {
        return;
    }
    check_flow(config, accelerator->version, work->flow);
    check_chains(config, board);
    if (work->type != accelerator->type) {
        config_error(config, "workload.type",
                     "the kernel and the accelerator (accelerator.type) must have the same "
                     "element type");
    }
    check_tile(config, work, accelerator);
    check_transfer(config, work);
    check_overlap(config, work, accelerator->version);
    check_behaviour(config, work, accelerator->version);
    check_accumulate(config, work);
}

static void check_maintenance(struct config *config, const struct board_config *board)
{
    const struct dma_memory_config *const memory = &board->dma_memory;

    if (memory->maintenance == DMA_MAINTENANCE_BEFORE_START) {
        return;
    }
    if (memory->mapping != DMA_MEMORY_CACHED) {
        config_error(config, "dma.maintenance",
                     "has no effect unless dma.mapping is cached: other buffers need none");
    } else if (memory->maintenance == DMA_MAINTENANCE_AFTER_START && board->dma.include_sg) {
        config_error(config, "dma.maintenance",
                     "after_start is there for direct register mode: expected never, or "
                     "board.dma.include_sg: false");
    }
}

static void check_dma_memory(struct config *config, const struct board_config *board)
{
    const struct dma_memory_config *const memory = &board->dma_memory;

    if (memory->mapping == DMA_MEMORY_CACHED && memory->buffers == DMA_MEMORY_DEVMEM) {
        config_error(config, "dma.mapping",
                     "cached needs cache maintenance, which /dev/mem does not offer: expected "
                     "dma.buffers: udmabuf");
    }
    if (memory->mapping == DMA_MEMORY_COHERENT &&
        (board->dma_port != PORT_ACP || board_s2mm_port(board) != PORT_ACP)) {
        config_error(config, "dma.mapping",
                     "coherent needs a DMA that sees the CPU's caches, and %s goes past them: "
                     "expected board.dma_port: acp, or uncached, write_combine or cached",
                     board_port_name(board->dma_port != PORT_ACP ? board->dma_port
                                                                 : board_s2mm_port(board)));
    } else if (memory->mapping == DMA_MEMORY_COHERENT && (board->acp_cache & 2) == 0) {
        config_error(config, "dma.mapping",
                     "coherent needs a DMA that sees the CPU's caches, and AxCACHE %u goes past "
                     "them: expected bit 1 of board.acp_cache to be set, as in 3",
                     board->acp_cache);
    }
}

static void check_directories(struct config *config, const char *path,
                              const struct param_list *directories)
{
    for (uint32_t i = 0; i < directories->count; i++) {
        const char *const wrong = sandbox_directory_error(directories->items[i]);
        if (wrong != NULL) {
            config_error(config, path, "'%s': %s; expected a directory", directories->items[i],
                         wrong);
        }
    }
}

static void check_sandbox(struct config *config, const struct sandbox_config *sandbox)
{
    const char *const wrong = sandbox_input_error(sandbox->standard_input);

    check_directories(config, "sandbox.read_only", &sandbox->read_only);
    check_directories(config, "sandbox.read_write", &sandbox->read_write);
    if (wrong != NULL) {
        config_error(config, "sandbox.stdin", "'%s': %s", sandbox->standard_input, wrong);
    }
}

static void check_environment(struct config *config, const struct param_list *environment)
{
    for (uint32_t i = 0; i < environment->count; i++) {
        const char *const equals = strchr(environment->items[i], '=');
        if (equals == NULL || equals == environment->items[i]) {
            config_error(config, "workload.environment", "'%s': expected NAME=value",
                         environment->items[i]);
        }
    }
}

static void fill_in(struct config *config, struct board_config *board)
{
    struct workload_config *const work = &board->workload;

    config_follow(config, "board.gp0.clock_hz", "board.fclk_hz");
    for (enum board_port port = 0; port < BOARD_PORTS; port++) {
        char clock[64];
        snprintf(clock, sizeof(clock), "board.%s.clock_hz", board_port_name(port));
        config_follow(config, clock, "board.fclk_hz");
    }
    board->dma.clock_hz = board->fclk_hz;
    board->mm2s.clock_hz = board->fclk_hz;
    board->s2mm.clock_hz = board->fclk_hz;
    board->os.devmem_sync_mapping = board->dma_memory.mapping == DMA_MEMORY_UNCACHED
                                        ? DEVMEM_SYNC_UNCACHED
                                        : DEVMEM_SYNC_WRITE_COMBINE;
    if (work->transfer == TRANSFER_AUTO) {
        work->transfer = work->copy == WORKLOAD_STAGED ? TRANSFER_NONE : TRANSFER_PACKED;
    }
    workload_choose(config, board);
    workload_choose_region(config, work, &board->accelerator);
}

static void check_trace(struct config *config, const struct trace_config *trace)
{
    if (trace->to_s != 0 && trace->to_s <= trace->from_s) {
        config_error(config, "trace.to",
                     "%g s is not after trace.from, %g s; expected a later "
                     "time, or 0 for no end",
                     trace->to_s, trace->from_s);
    }
}

int board_config_finish(struct config *config, struct board_config *board)
{
    struct dram_core_config dram;
    char message[256];

    if (config_finish(config) != 0) {
        return -EINVAL;
    }
    fill_in(config, board);
    if (dram_config_resolve(&board->dram, &dram, message, sizeof(message)) != 0) {
        config_error(config, "board.dram.timing", "%s", message);
    } else {
        check_map(config, board, dram_bytes(&board->dram, &dram));
    }
    check_link(config, "board.cpu_ddr.width_bits", &board->cpu_ddr);
    check_link(config, "board.gp0.width_bits", &board->gp0);
    for (enum board_port port = 0; port < BOARD_PORTS; port++) {
        char width[64];
        snprintf(width, sizeof(width), "board.%s.width_bits", board_port_name(port));
        check_link(config, width, &board->ports[port]);
    }
    check_caches(config, &board->caches);
    check_dma(config, &board->dma);
    check_stream(config, "board.mm2s.depth_words", &board->mm2s);
    check_stream(config, "board.s2mm.depth_words", &board->s2mm);
    check_accelerator(config, &board->accelerator);
    check_kernel(config, board);
    check_dma_memory(config, board);
    check_maintenance(config, board);
    check_sandbox(config, &board->sandbox);
    check_environment(config, &board->workload.environment);
    check_trace(config, &board->trace);
    return config_finish(config);
}
