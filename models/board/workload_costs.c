#include "board/workload_costs.h"

#include "os/address_space.h"

#include <math.h>

enum { WORD_BYTES = 4, BUS_BYTES = 8 };

/* --- what the driver's own instructions take, in CPU cycles --- */

/* Derived: phases of simulated runs on the default board, v4, 45 shapes and tiles whose matrices
 * the L1 holds, by least squares (docs/tile-choice.md); kernels without -O, the runtime with -O3.
 * What the configuration has a parameter for is not in them. */
static const double START_CYCLES = 220;       /* dma_start_*, with the kernel's code around it */
static const double POLL_CYCLES = 44;         /* dma_wait_*, a turn of its loop */
static const double OPCODE_CYCLES = 48;       /* copy_to_inbuffer_* of a word */
static const double COPY_CYCLES = 190;        /* ... of a tile, */
static const double COPY_ROW_CYCLES = 23;     /* ... its memcpy of a row, */
static const double COPY_WORD_CYCLES = 1.3;   /* ... of a word */
static const double ELEMENT_CYCLES = 50;      /* ... element by element (workload.copy_style) */
static const double ADD_ROW_CYCLES = 25;      /* accumulate_*: a row, */
static const double ADD_WORD_CYCLES = 22;     /* ... a word */
static const double CLEAR_WORD_CYCLES = 11;   /* the kernel's loop that sets C to zero */
static const double CHAIN_START_CYCLES = 400; /* dma_start_*_appended */
static const double CHAIN_POLL_CYCLES = 100;  /* dma_wait_*_chain, a turn */
static const double DESCRIPTOR_CYCLES = 75;   /* dma_append_*, a row */
static const double SYNC_CYCLES = 200;        /* a write to one of u-dma-buf's attributes */

static double cpu_ns(const struct board_config *board, double cycles)
{
    return cycles * 1e9 / (double)board->cpu.clock_hz;
}

static double fabric_ns(const struct board_config *board, double cycles)
{
    return cycles * 1e9 / (double)board->fclk_hz;
}

/* --- buses and memory, with nothing else on them --- */

/* Address, latencies and beats (axi_link_core.h); the target's part is its own. */
static double link_ns(const struct axi_link_config *link, double beats)
{
    return (1 + link->request_latency_cycles + link->response_latency_cycles + beats) * 1e9 /
               (double)link->clock_hz +
           link->fixed_latency_ns;
}

struct memory_times {
    double hit_ns, activate_ns, burst_ns; /* a read of an open row; another row; a further burst */
    double burst_bytes;
};

/* A device that cannot be is reported elsewhere. */
static struct memory_times memory_times(const struct dram_config *dram)
{
    struct dram_core_config core;
    uint32_t clocks[DRAM_TIMING_COUNT];
    int32_t read_end = 0;
    char message[256];

    if (dram_config_resolve(dram, &core, message, sizeof(message)) != 0) {
        return (struct memory_times){.burst_bytes = 1};
    }
    dram_device_clocks(&core.device, clocks);
    (void)dram_latency(dram_standard(core.device.standard)->read_end, clocks, &read_end);
    const double clock_ns = (double)core.device.clock_fs * 1e-6;
    return (struct memory_times){
        .hit_ns = read_end * clock_ns + dram->read_latency_ns,
        .activate_ns = (clocks[DRAM_T_RP] + clocks[DRAM_T_RCD]) * clock_ns,
        .burst_ns = clocks[DRAM_T_BL] * clock_ns,
        .burst_bytes = core.device.bus_bits / 8.0 * core.device.burst_length,
    };
}

/* Rows of different matrices are in different rows of the memory. */
static double line_fill_ns(const struct board_config *board)
{
    const struct memory_times memory = memory_times(&board->dram);
    const double bytes = board->caches.l2.line_bytes;

    return cpu_ns(board, board->caches.l2.miss_cycles) +
           link_ns(&board->cpu_ddr, bytes * 8 / board->cpu_ddr.width_bits) + memory.hit_ns +
           memory.activate_ns + (ceil(bytes / memory.burst_bytes) - 1) * memory.burst_ns;
}

static double uncached_read_ns(const struct board_config *board)
{
    return cpu_ns(board, board->cpu.uncached_read_cycles) + link_ns(&board->cpu_ddr, 1) +
           memory_times(&board->dram).hit_ns;
}

static double uncached_write_ns(const struct board_config *board)
{
    return link_ns(&board->cpu_ddr, 2) + board->dram.write_latency_ns;
}

/* The core waits for each register write's end, unless it may go on. */
static double register_write_ns(const struct board_config *board)
{
    return board->cpu.strongly_ordered_writes == 0 ? link_ns(&board->gp0, 2) : 0;
}

static double register_read_ns(const struct board_config *board)
{
    return cpu_ns(board, board->cpu.uncached_read_cycles) + link_ns(&board->gp0, 2);
}

/* --- the driver --- */

static bool has_chains(const struct board_config *board)
{
    return board->workload.transfer == TRANSFER_SG || board->workload.transfer == TRANSFER_2D;
}

static double msync_cycles(const struct board_config *board)
{
    return has_chains(board) ? 0 : board->os.syscall_cycles + board->os.msync_cycles;
}

static void set_driver(const struct board_config *board, struct choice_costs *costs)
{
    const struct os_config *const os = &board->os;
    const bool chains = has_chains(board);

    costs->start_ns =
        cpu_ns(board, (chains ? CHAIN_START_CYCLES : START_CYCLES) + msync_cycles(board)) +
        (chains ? 1 : 2) * register_write_ns(board);
    costs->descriptor_ns = chains ? cpu_ns(board, DESCRIPTOR_CYCLES) : 0;
    costs->poll_ns =
        cpu_ns(board, (chains ? CHAIN_POLL_CYCLES : POLL_CYCLES) + msync_cycles(board)) +
        register_read_ns(board);
    if (board->workload.dma_wait == DMA_WAIT_INTERRUPT) {
        costs->sleep_ns =
            cpu_ns(board, 2.0 * (os->syscall_cycles + os->io_cycles) + os->context_switch_cycles);
        costs->wake_ns = cpu_ns(board, (double)os->interrupt_cycles + os->context_switch_cycles) +
                         costs->poll_ns;
    }
    if (board->dma_memory.mapping == DMA_MEMORY_CACHED &&
        board->dma_memory.maintenance != DMA_MAINTENANCE_NEVER) {
        costs->send_sync_ns =
            cpu_ns(board, SYNC_CYCLES + os->syscall_cycles + os->io_cycles + os->attribute_cycles);
        costs->receive_sync_ns = 2 * costs->send_sync_ns;
        costs->sync_word_ns = cpu_ns(board, board->caches.l1d.maintenance_cycles +
                                                board->caches.l2.maintenance_cycles) *
                              WORD_BYTES / board->caches.l2.line_bytes;
    }
}

/* --- the CPU's accesses --- */

/* A word of a staging copy. Gathered stores leave in double words, as many at a time as the core
 * can issue; single ones are waited for. */
static double buffer_write_ns(const struct board_config *board, double word_ns)
{
    const struct cpu_config *const cpu = &board->cpu;

    switch (board->dma_memory.mapping) {
    case DMA_MEMORY_WRITE_COMBINE:
        return fmax(word_ns, cpu_ns(board, cpu->noncacheable_write_cycles) * WORD_BYTES /
                                 BUS_BYTES / cpu->noncacheable_writes);
    case DMA_MEMORY_UNCACHED:
        return word_ns + uncached_write_ns(board);
    default:
        return word_ns;
    }
}

/* Loads come in pairs, of which the core has as many under way as line fill buffers. */
static double buffer_read_ns(const struct board_config *board)
{
    const double in_lines = (double)WORD_BYTES / board->caches.l2.line_bytes;

    switch (board->dma_memory.mapping) {
    case DMA_MEMORY_WRITE_COMBINE:
        return uncached_read_ns(board) * WORD_BYTES / BUS_BYTES / board->cpu.line_fill_buffers;
    case DMA_MEMORY_UNCACHED:
        return uncached_read_ns(board) * WORD_BYTES / BUS_BYTES;
    default: /* the engine's write has made the line go */
        return (cpu_ns(board, board->caches.l2.hit_cycles) + line_fill_ns(board)) * in_lines;
    }
}

/* Adding reads word by word, and the next ones' addresses are known meanwhile. */
static double add_in_place_ns(const struct board_config *board)
{
    const double word_ns = cpu_ns(board, ADD_WORD_CYCLES);

    switch (board->dma_memory.mapping) {
    case DMA_MEMORY_WRITE_COMBINE:
        return word_ns + uncached_read_ns(board) -
               fmin(word_ns, cpu_ns(board, board->cpu.read_overlap_cycles));
    case DMA_MEMORY_UNCACHED:
        return word_ns + uncached_read_ns(board);
    default:
        return word_ns + buffer_read_ns(board);
    }
}

/* What a staging copy waits for a line from memory. The L2's prefetcher asks for it while the lines
 * before it are copied. */
static double line_wait_ns(const struct board_config *board, double word_ns)
{
    const double words = (double)board->caches.l2.line_bytes / WORD_BYTES;
    const double line_ns = words * word_ns + cpu_ns(board, board->caches.l2.hit_cycles);

    return fmax(0, line_fill_ns(board) - board->caches.l2.prefetch_lines * line_ns);
}

static void set_cpu(const struct board_config *board, struct choice_costs *costs)
{
    const bool by_rows = board->workload.copy_style == COPY_ROWWISE;
    const double word_ns = cpu_ns(board, by_rows ? COPY_WORD_CYCLES : ELEMENT_CYCLES);

    costs->opcode_ns = cpu_ns(board, OPCODE_CYCLES);
    costs->copy_tile_ns = cpu_ns(board, COPY_CYCLES);
    costs->copy_row_ns = cpu_ns(board, by_rows ? COPY_ROW_CYCLES : 0);
    costs->copy_in_word_ns = buffer_write_ns(board, word_ns);
    costs->copy_out_word_ns = word_ns + buffer_read_ns(board);
    costs->add_row_ns = cpu_ns(board, ADD_ROW_CYCLES);
    costs->add_word_ns = cpu_ns(board, ADD_WORD_CYCLES);
    costs->add_in_place_ns = add_in_place_ns(board);
    costs->clear_word_ns = cpu_ns(board, CLEAR_WORD_CYCLES);
    costs->l1_miss_ns = cpu_ns(board, board->caches.l1d.miss_cycles + board->caches.l2.hit_cycles);
    costs->l2_miss_ns = line_wait_ns(board, costs->copy_in_word_ns);
    costs->l1_bytes = board->caches.l1d.bytes;
    costs->l2_bytes = board->caches.l2.bytes;
    costs->line_bytes = board->caches.l1d.line_bytes;
    costs->micro_tlb_miss_ns = cpu_ns(board, board->cpu.micro_tlb_miss_cycles);
    costs->tlb_miss_ns = cpu_ns(board, board->cpu.tlb_walk_cycles);
    costs->micro_tlb_entries = board->cpu.micro_tlb_entries;
    costs->tlb_entries = board->cpu.tlb_entries;
    costs->page_bytes = PAGE_BYTES;
}

/* --- the engine and the accelerator --- */

static double stream_word_ns(const struct board_config *board,
                             const struct axi_stream_config *stream)
{
    const double bits = fmin(stream->width_bits, board->dma.data_width_bits);

    return fabric_ns(board, 8.0 * WORD_BYTES / bits);
}

static void set_engine(const struct board_config *board, struct choice_costs *costs)
{
    const struct axi_dma_config *const dma = &board->dma;
    const double burst_words = (double)dma->max_burst_beats * dma->data_width_bits / 8 / WORD_BYTES;

    costs->send_latency_ns =
        fabric_ns(board, (double)dma->mm2s_start_cycles + dma->mm2s_read_cycles +
                             board->mm2s.latency_cycles + dma->completion_cycles) +
        link_ns(&board->ports[board->dma_port], 0) + memory_times(&board->dram).hit_ns;
    costs->receive_latency_ns =
        fabric_ns(board, (double)dma->s2mm_start_cycles + dma->s2mm_write_cycles +
                             board->s2mm.latency_cycles + dma->completion_cycles) +
        link_ns(&board->ports[board_s2mm_port(board)], 0) + board->dram.write_latency_ns;
    costs->send_word_ns = stream_word_ns(board, &board->mm2s);
    costs->receive_word_ns = stream_word_ns(board, &board->s2mm) +
                             fabric_ns(board, dma->s2mm_burst_gap_cycles) / burst_words;
    costs->fifo_words = board->mm2s.depth_words;
    costs->cycle_ns = board->accelerator.clock_hz != 0 ? 1e9 / (double)board->accelerator.clock_hz
                                                       : fabric_ns(board, 1);
    costs->accelerator = board->accelerator;
}

struct choice_costs workload_costs(const struct board_config *board)
{
    struct choice_costs costs = {0};

    set_driver(board, &costs);
    set_cpu(board, &costs);
    set_engine(board, &costs);
    return costs;
}
