#include "board/board_audit.h"
#include "board/workload_choice.h"
#include "board/workload_tile.h"
#include "stats/stats_json.h"

#include <errno.h>
#include <string.h>

/* The audit under way; the first unknown counter stops it. */
struct auditor {
    const struct stats *stats;
    const struct audit_facts *facts;
    struct audit *audit;
    int error;
};

static uint64_t value_in(struct auditor *auditor, enum stats_interval interval, const char *name)
{
    uint64_t value = 0;
    const int error = stats_value(auditor->stats, name, interval, &value);
    if (error != 0 && auditor->error == 0) {
        auditor->error = error;
    }
    return value;
}

static uint64_t value(struct auditor *auditor, const char *name)
{
    return value_in(auditor, STATS_PROCESS, name);
}

static uint64_t traffic(struct auditor *auditor, enum traffic_class class)
{
    char name[64];
    snprintf(name, sizeof(name), "dram.bytes.%s", traffic_class_name(class));
    return value(auditor, name);
}

static uint64_t all_traffic(struct auditor *auditor)
{
    uint64_t sum = 0;
    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        sum += traffic(auditor, (enum traffic_class)i);
    }
    return sum;
}

static void bytes(struct auditor *auditor, const char *name, const char *left_text, uint64_t left,
                  const char *right_text, uint64_t right)
{
    audit_equal(auditor->audit, name, "bytes", left_text, left, right_text, right);
}

enum { WORD_BYTES = 4 };

/* Scatter-gather: of each descriptor, what is fetched, and its status. */
enum { DESCRIPTOR_FETCHED_BYTES = 32, DESCRIPTOR_STATUS_BYTES = 4 };

static uint64_t descriptors_done(struct auditor *auditor)
{
    return auditor->facts->board->dma.include_sg
               ? value(auditor, "dma.mm2s.transfers") + value(auditor, "dma.s2mm.transfers")
               : 0;
}

static uint64_t status_bytes(struct auditor *auditor)
{
    return DESCRIPTOR_STATUS_BYTES * descriptors_done(auditor);
}

static uint64_t port_bytes(struct auditor *auditor, enum board_port port, const char *direction)
{
    char name[64];
    if (!board_uses_port(auditor->facts->board, port)) {
        return 0;
    }
    snprintf(name, sizeof(name), "link.%s.%s.bytes", board_port_name(port), direction);
    return value(auditor, name);
}

/* Over the ports that go past the caches. */
static uint64_t hp_bytes(struct auditor *auditor, const char *direction)
{
    uint64_t sum = 0;
    for (enum board_port port = PORT_HP0; port <= PORT_HP3; port++) {
        sum += port_bytes(auditor, port, direction);
    }
    return sum;
}

static uint64_t dma_bytes(struct auditor *auditor, const char *direction)
{
    return hp_bytes(auditor, direction) + port_bytes(auditor, PORT_ACP, direction);
}

/* Through the ACP: what misses goes the CPU's way, what hits does not reach the DRAM. */
static void audit_coherent_memory(struct auditor *auditor)
{
    const uint64_t port_read = value(auditor, "acp.memory_read_bytes");
    const uint64_t port_write = value(auditor, "acp.memory_write_bytes");
    const uint64_t cpu_read = value(auditor, "link.cpu_ddr.read.bytes");
    const uint64_t cpu_write = value(auditor, "link.cpu_ddr.write.bytes");
    const uint64_t hp = hp_bytes(auditor, "read") + hp_bytes(auditor, "write");
    if (!auditor->facts->dma_idle) {
        return;
    }
    bytes(auditor, "acp_read_bytes", "link.acp.read.bytes", value(auditor, "link.acp.read.bytes"),
          "acp.read_hit_bytes + read_miss_bytes",
          value(auditor, "acp.read_hit_bytes") + value(auditor, "acp.read_miss_bytes"));
    bytes(auditor, "acp_write_bytes", "link.acp.write.bytes",
          value(auditor, "link.acp.write.bytes"), "acp.write_hit_bytes + write_miss_bytes",
          value(auditor, "acp.write_hit_bytes") + value(auditor, "acp.write_miss_bytes"));
    bytes(auditor, "cpu_read_bytes", "link.cpu_ddr.read.bytes", cpu_read,
          "dram.bytes.cpu_fill + cpu_uncached_read + acp.memory_read_bytes",
          traffic(auditor, TRAFFIC_CPU_FILL) + traffic(auditor, TRAFFIC_CPU_UNCACHED_READ) +
              port_read);
    bytes(auditor, "cpu_write_bytes", "link.cpu_ddr.write.bytes", cpu_write,
          "dram.bytes.cpu_writeback + cpu_uncached_write + acp.memory_write_bytes",
          traffic(auditor, TRAFFIC_CPU_WRITEBACK) + traffic(auditor, TRAFFIC_CPU_UNCACHED_WRITE) +
              port_write);
    bytes(auditor, "dma_memory_bytes", "acp.memory_read_bytes + memory_write_bytes + link.hp*",
          port_read + port_write + hp, "dram.bytes.dma_read + dma_write + dma_descriptor",
          traffic(auditor, TRAFFIC_DMA_READ) + traffic(auditor, TRAFFIC_DMA_WRITE) +
              traffic(auditor, TRAFFIC_DMA_DESCRIPTOR));
    bytes(auditor, "memory_bytes", "link.cpu_ddr.* + link.hp*", cpu_read + cpu_write + hp,
          "dram.bytes.*", all_traffic(auditor));
}

static void audit_memory(struct auditor *auditor)
{
    const uint64_t cpu_read = value(auditor, "link.cpu_ddr.read.bytes");
    const uint64_t cpu_write = value(auditor, "link.cpu_ddr.write.bytes");
    bytes(auditor, "cpu_read_bytes", "link.cpu_ddr.read.bytes", cpu_read,
          "dram.bytes.cpu_fill + cpu_uncached_read",
          traffic(auditor, TRAFFIC_CPU_FILL) + traffic(auditor, TRAFFIC_CPU_UNCACHED_READ));
    bytes(auditor, "cpu_write_bytes", "link.cpu_ddr.write.bytes", cpu_write,
          "dram.bytes.cpu_writeback + cpu_uncached_write",
          traffic(auditor, TRAFFIC_CPU_WRITEBACK) + traffic(auditor, TRAFFIC_CPU_UNCACHED_WRITE));
    if (!auditor->facts->dma_idle) {
        return;
    }
    const uint64_t dma_read = hp_bytes(auditor, "read");
    const uint64_t dma_write = hp_bytes(auditor, "write");
    const uint64_t statuses = status_bytes(auditor);
    bytes(auditor, "dma_read_bytes", "link.hp*.read.bytes", dma_read,
          "dram.bytes.dma_read + dma_descriptor, without statuses",
          traffic(auditor, TRAFFIC_DMA_READ) + traffic(auditor, TRAFFIC_DMA_DESCRIPTOR) - statuses);
    bytes(auditor, "dma_write_bytes", "link.hp*.write.bytes", dma_write,
          "dram.bytes.dma_write + statuses of descriptors",
          traffic(auditor, TRAFFIC_DMA_WRITE) + statuses);
    bytes(auditor, "memory_bytes", "link.cpu_ddr.* + link.hp*",
          cpu_read + cpu_write + dma_read + dma_write, "dram.bytes.*", all_traffic(auditor));
}

static void audit_caches(struct auditor *auditor)
{
    const uint64_t line = auditor->facts->l2_line_bytes;
    bytes(auditor, "l2_refill_bytes", "l2.refills x line", line * value(auditor, "l2.refills"),
          "dram.bytes.cpu_fill", traffic(auditor, TRAFFIC_CPU_FILL));
    bytes(auditor, "l2_writeback_bytes", "l2.write_backs x line",
          line * value(auditor, "l2.write_backs"), "dram.bytes.cpu_writeback",
          traffic(auditor, TRAFFIC_CPU_WRITEBACK));
}

/* Memory to stream to accelerator and back, for transfers that came to their end. */
static void audit_streams(struct auditor *auditor)
{
    const struct audit_facts *const facts = auditor->facts;
    const uint64_t sent = value(auditor, "stream.mm2s.words");
    const uint64_t received = value(auditor, "stream.s2mm.words") - facts->s2mm_words_left;
    const bool failed =
        value(auditor, "dma.mm2s.errors") != 0 || value(auditor, "dma.s2mm.errors") != 0;

    audit_equal(auditor->audit, "accelerator_words_in", "words",
                "stream.mm2s.words less those in the stream", sent - facts->mm2s_words_left,
                "accel.words_in", value(auditor, "accel.words_in"));
    audit_equal(auditor->audit, "accelerator_words_out", "words", "accel.words_out",
                value(auditor, "accel.words_out"), "stream.s2mm.words",
                value(auditor, "stream.s2mm.words"));
    if (!facts->dma_idle || failed || value(auditor, "dma.resets") > 2) {
        return; /* a reset drops what is under way */
    }
    bytes(auditor, "dma_sent_bytes", "dma.mm2s.bytes", value(auditor, "dma.mm2s.bytes"),
          "stream.mm2s.words x 4", 4 * sent);
    bytes(auditor, "dma_fetched_bytes", "link.hp*, link.acp: read.bytes",
          dma_bytes(auditor, "read"), "dma.mm2s.bytes + descriptors",
          value(auditor, "dma.mm2s.bytes") + DESCRIPTOR_FETCHED_BYTES * descriptors_done(auditor));
    bytes(auditor, "dma_received_bytes", "stream.s2mm.words x 4 less those in the stream",
          4 * received, "dma.s2mm.bytes", value(auditor, "dma.s2mm.bytes"));
    bytes(auditor, "dma_stored_bytes", "dma.s2mm.bytes + statuses of descriptors",
          value(auditor, "dma.s2mm.bytes") + status_bytes(auditor),
          "link.hp*, link.acp: write.bytes", dma_bytes(auditor, "write"));
}

static void audit_phases(struct auditor *auditor)
{
    const uint64_t kernel = stats_interval_ps(auditor->stats, STATS_KERNEL);
    uint64_t sum = 0, longest = 0;
    for (int i = 0; i < PHASES; i++) {
        char name[64];
        snprintf(name, sizeof(name), "phase.%s_ps", phase_name((enum phase)i));
        const uint64_t phase = value_in(auditor, STATS_KERNEL, name);
        sum += phase;
        longest = phase > longest ? phase : longest;
    }
    audit_equal(auditor->audit, "phases", "ps", "phase.* in the kernel", sum, "kernel interval",
                kernel);
    /* A phase below zero wraps around, and the sum with it. */
    audit_at_most(auditor->audit, "longest_phase", "ps", "longest phase in the kernel", longest,
                  "kernel interval", kernel);
}

/* Tiles, or blocks, along a dimension: the last one is padded. */
static uint64_t steps(uint64_t size, uint64_t step)
{
    return (size + step - 1) / step;
}

/* A dynamic kernel sends rows without looking whether they follow each other; a chain does look. */
static bool never_looks(const struct workload_config *workload)
{
    return workload->sizes == SIZES_DYNAMIC && workload->transfer == TRANSFER_ROWS;
}

/* Of a tile that is sent: one, or in place one a row (or row's descriptor), unless its rows follow
 * each other in its matrix, or in the block of it that is there. */
static uint64_t tile_transfers(const struct workload_config *workload, uint64_t matrix_columns,
                               uint64_t rows, uint64_t columns)
{
    const bool by_rows = workload->transfer == TRANSFER_ROWS || workload->transfer == TRANSFER_SG;
    const bool has_gaps = steps(matrix_columns, columns) > 1 || never_looks(workload);

    return workload_sends_in_place(workload) && by_rows && has_gaps ? rows : 1;
}

/* Checked with the configuration. */
static struct workload_tile get_region(const struct workload_config *workload)
{
    struct workload_tile region;

    (void)workload_region_of(workload, &region);
    return region;
}

static bool has_cache_blocks(const struct workload_config *workload)
{
    return strcmp(workload->cache_tile, "none") != 0;
}

/* Of a tile that is received: one packet, which a chain takes row by row where C is in place. */
static uint64_t result_transfers(const struct workload_config *workload, uint64_t rows,
                                 uint64_t columns)
{
    struct workload_tile block;

    (void)workload_block_of(workload, &block); /* checked with the configuration */
    const bool has_all_of_k =
        block.k >= workload->k && !(workload->sizes == SIZES_DYNAMIC && has_cache_blocks(workload));
    const bool complete =
        workload->flow == WORKLOAD_CS && workload->accumulate != ACCUMULATE_CPU && has_all_of_k;

    return workload_receives_in_place(workload) && complete && workload->transfer == TRANSFER_SG &&
                   steps(get_region(workload).n, columns) > 1
               ? rows
               : 1;
}

/* Each operand's tiles: of what is stationary each once, of the rest one a product. And how often
 * that makes each whole matrix. */
struct tile_counts {
    uint64_t products, a, b, c;
    uint64_t a_times, b_times, c_times;
};

/* What is stationary is so within a block, for the region or for the caches. */
static struct tile_counts count_tiles(const struct workload_config *workload,
                                      const struct workload_tile *tile)
{
    const uint64_t m = steps(workload->m, tile->m), n = steps(workload->n, tile->n),
                   k = steps(workload->k, tile->k);
    struct workload_tile block;

    (void)workload_block_of(workload, &block); /* checked with the configuration */
    const uint64_t a_times = workload->flow == WORKLOAD_AS ? steps(workload->n, block.n) : n;
    const uint64_t b_times = workload->flow == WORKLOAD_BS ? steps(workload->m, block.m) : m;
    const uint64_t c_times = workload->flow == WORKLOAD_CS ? steps(workload->k, block.k) : k;
    return (struct tile_counts){
        .products = m * n * k,
        .a = m * k * a_times,
        .b = k * n * b_times,
        .c = m * n * c_times,
        .a_times = a_times,
        .b_times = b_times,
        .c_times = c_times,
    };
}

/* One a product (Ns: 7 in v2, 15 in v3), and one for each tile that is stationary: As, Bs to read
 * it, Cs to send it. v1 has none. In words, each a transfer. */
static uint64_t count_opcodes(const struct workload_config *workload,
                              const struct tile_counts *tiles, uint32_t version)
{
    const uint64_t stationary[] = {
        [WORKLOAD_NS] = 0,
        [WORKLOAD_AS] = tiles->a,
        [WORKLOAD_BS] = tiles->b,
        [WORKLOAD_CS] = tiles->c,
    };

    return workload_opcode_words(version) * (tiles->products + stationary[workload->flow]);
}

/* Sends that coalescing saves. In the buffer, what comes between two receives is one transfer, but
 * for a stationary tile; in place, an opcode that lies beside a tile travels with it. */
static uint64_t count_coalesced(const struct workload_config *workload,
                                const struct tile_counts *tiles, uint64_t opcodes)
{
    const uint64_t apart = workload->flow == WORKLOAD_CS ? tiles->c : 0; /* "send C" alone */

    const bool chains = workload->transfer == TRANSFER_SG || workload->transfer == TRANSFER_2D;

    if (!workload->coalesce || (chains && workload_sends_in_place(workload))) {
        return 0; /* a chain's descriptors count each */
    }
    if (workload_sends_in_place(workload)) {
        return opcodes - apart;
    }
    const uint64_t both = workload->flow == WORKLOAD_NS || workload->flow == WORKLOAD_CS
                              ? tiles->products
                              : 0; /* A and B together */
    return opcodes - apart + both;
}

void kernel_words_of(const struct workload_config *workload,
                     const struct matmul_accelerator_config *accelerator,
                     struct kernel_words *words)
{
    const uint64_t element_bytes = workload->type == WORKLOAD_I8 ? 1 : WORD_BYTES; /* of A and B */
    const uint64_t m = workload->m, n = workload->n, k = workload->k;
    struct workload_tile tile = {0};

    (void)workload_tile_of(workload, accelerator->size, &tile); /* checked with the configuration */
    const struct tile_counts tiles = count_tiles(workload, &tile);
    const uint64_t opcodes = count_opcodes(workload, &tiles, accelerator->version);
    const struct workload_tile region = get_region(workload);
    const uint64_t elements_in = tiles.a * tile.m * tile.k + tiles.b * tile.k * tile.n;

    if (workload->behaviour == BEHAVIOUR_AXI4MLIR_2022) {
        words->sends = tiles.products; /* A and B together */
    } else {
        words->sends = tiles.a * tile_transfers(workload, region.k, tile.m, tile.k) +
                       tiles.b * tile_transfers(workload, region.n, tile.k, tile.n) + opcodes -
                       count_coalesced(workload, &tiles, opcodes);
    }
    words->receives = tiles.c * result_transfers(workload, tile.m, tile.n);
    words->words_in = elements_in * element_bytes / WORD_BYTES + opcodes;
    words->words_out = tiles.c * tile.m * tile.n;
    words->padding_bytes_in =
        (elements_in - tiles.a_times * m * k - tiles.b_times * k * n) * element_bytes;
    words->padding_bytes_out = (words->words_out - tiles.c_times * m * n) * WORD_BYTES;
    words->macs = tiles.products * tile.m * tile.n * tile.k;
}

static void audit_kernel(struct auditor *auditor)
{
    const struct board_config *const board = auditor->facts->board;
    struct kernel_words expected;

    kernel_words_of(&board->workload, &board->accelerator, &expected);
    audit_equal(auditor->audit, "kernel_words_in", "words", "accel.words_in",
                value(auditor, "accel.words_in"), "tiles and opcodes of the product",
                expected.words_in);
    audit_equal(auditor->audit, "kernel_words_out", "words", "accel.words_out",
                value(auditor, "accel.words_out"), "tiles of the result", expected.words_out);
    audit_equal(auditor->audit, "kernel_sends", "transfers", "dma.mm2s.transfers",
                value(auditor, "dma.mm2s.transfers"), "tiles (or rows) and opcodes",
                expected.sends);
    audit_equal(auditor->audit, "kernel_receives", "transfers", "dma.s2mm.transfers",
                value(auditor, "dma.s2mm.transfers"), "tiles of the result", expected.receives);
    audit_equal(auditor->audit, "kernel_macs", "operations", "accel.macs",
                value(auditor, "accel.macs"), "M x N x K, in whole tiles", expected.macs);
}

/* Every picosecond of the accelerator is in one activity; each was rounded down to cycles. */
static void audit_accelerator_time(struct auditor *auditor)
{
    static const char *const activities[] = {"load",    "compute",  "store",
                                             "wait_in", "wait_out", "idle"};
    const uint64_t count = sizeof(activities) / sizeof(activities[0]);
    const uint64_t elapsed = stats_interval_ps(auditor->stats, STATS_PROCESS);
    uint64_t cycles = 0;
    for (uint64_t i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof(name), "accel.cycles.%s", activities[i]);
        cycles += value(auditor, name);
    }
    audit_at_most(auditor->audit, "accelerator_time", "cycles", "accel.cycles.*", cycles,
                  "process interval", elapsed / auditor->facts->accelerator_period_ps + count);
}

struct interval_check {
    uint64_t shrunk;
};

static void check_intervals(void *context, const char *name, const char *unit,
                            const char *description, const uint64_t values[STATS_INTERVALS])
{
    struct interval_check *const check = context;
    (void)name;
    (void)unit;
    (void)description;
    check->shrunk += values[STATS_KERNEL] > values[STATS_PROCESS] ||
                     values[STATS_PROGRAM] > values[STATS_PROCESS];
}

static void audit_intervals(struct auditor *auditor)
{
    struct interval_check check = {0};
    stats_visit(auditor->stats, check_intervals, &check);
    audit_at_most(auditor->audit, "kernel_time", "ps", "kernel interval",
                  stats_interval_ps(auditor->stats, STATS_KERNEL), "process interval",
                  stats_interval_ps(auditor->stats, STATS_PROCESS));
    audit_equal(auditor->audit, "intervals", "counters",
                "counters above their value over the whole process", check.shrunk, "none", 0);
}

int board_audit(const struct stats *stats, const struct audit_facts *facts, struct audit *audit)
{
    struct auditor auditor = {.stats = stats, .facts = facts, .audit = audit};
    if (board_uses_port(facts->board, PORT_ACP)) {
        audit_coherent_memory(&auditor);
    } else {
        audit_memory(&auditor);
    }
    audit_caches(&auditor);
    audit_streams(&auditor);
    audit_phases(&auditor);
    audit_accelerator_time(&auditor);
    audit_intervals(&auditor);
    if (facts->harness && facts->dma_idle) {
        audit_kernel(&auditor);
    }
    return auditor.error;
}
