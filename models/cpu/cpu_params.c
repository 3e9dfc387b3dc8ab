#include "cpu/cpu_config.h"

#include "cpu/slots.h"

static const char EFFECTIVE[] =
    "average on an out-of-order Cortex-A9; TRM (DDI 0388) gives issue rules, not averages";
static const char ONE_A_CYCLE[] = "Cortex-A9 TRM (DDI 0388): one a cycle; what pairs is in issue.h";
static const char FPE_TRM[] = "Cortex-A9 FPU TRM (DDI 0408), NEON MPE TRM (DDI 0409): instruction "
                              "throughput, rounded to an average";

#define FIELD(member) offsetof(struct cpu_config, member)
#define COST(field, text, kind, source, description)                                               \
    {                                                                                              \
#field, PARAM_DOUBLE, "cycles", FIELD(costs.field), text, 0.1, 100, NULL, kind, source,    \
            description                                                                            \
    }

/* In the order of enum elf_isa. */
static const char *const isas[] = {"armv7", "aarch64", NULL};

const struct param cpu_params[] = {
    {"isa", PARAM_ENUM, "", FIELD(isa), "armv7", 0, 0, isas, KIND_DATASHEET,
     "UG585, Zynq-7000 TRM: Cortex-A9, ARMv7-A",
     "instruction set of the CPU and so of its programs: armv7 (32-bit) or aarch64"},
    {"cflags", PARAM_LIST, "", FIELD(cflags),
     "[-march=armv7-a, -marm, -mfpu=neon, -mfloat-abi=hard]", 0, 0, NULL, KIND_DATASHEET,
     "Cortex-A9 TRM (DDI 0388): ARMv7-A with NEON; ARM code as AXI4MLIR's",
     "compiler flags for this CPU, before those of the workload"},
    {"clock_hz", PARAM_U64, "Hz", FIELD(clock_hz), "650000000", 1e6, 1e10, NULL, KIND_DATASHEET,
     "Digilent PYNQ-Z1/Z2 reference manual: 650 MHz dual Cortex-A9", "CPU clock"},
    {"slice_cycles", PARAM_U32, "cycles", FIELD(slice_cycles), "200", 8, 1000, NULL, KIND_CHOICE,
     "bounds the lag of instruction time at a memory access; results must not depend on it",
     "CPU cycles of instructions executed between two updates of local time"},
    {"issue_width", PARAM_U32, "instructions", FIELD(issue_width), "2", 1, 2, NULL, KIND_DATASHEET,
     "Cortex-A9 TRM (DDI 0388): dual issue", "instructions issued in a cycle"},
    COST(integer_cycles, "1", KIND_DATASHEET, ONE_A_CYCLE, "integer data processing"),
    COST(shift_cycles, "1", KIND_GUESS, EFFECTIVE, "data processing with a shift by register"),
    COST(multiply_cycles, "1", KIND_GUESS, EFFECTIVE, "32-bit multiply, multiply-accumulate"),
    COST(multiply_long_cycles, "2", KIND_GUESS, EFFECTIVE, "64-bit multiply"),
    COST(divide_cycles, "10", KIND_GUESS,
         "no Cortex-A9 has the instruction; Cortex-A53: early-terminating, average",
         "integer divide"),
    COST(load_cycles, "1", KIND_DATASHEET, ONE_A_CYCLE, "load that hits the L1"),
    COST(store_cycles, "1", KIND_DATASHEET, ONE_A_CYCLE, "store that hits the L1"),
    COST(pair_cycles, "1", KIND_DATASHEET,
         "Cortex-A9 TRM (DDI 0388), load/store multiple: two words a cycle",
         "each further 64 bits of a load or store multiple"),
    COST(branch_cycles, "1.5", KIND_GUESS, EFFECTIVE,
         "direct branch, with its average misprediction and instruction-cache miss"),
    COST(call_cycles, "2", KIND_GUESS, EFFECTIVE,
         "branch and link, branch to a register, load of the PC"),
    COST(vfp_cycles, "1.5", KIND_GUESS, FPE_TRM, "VFP add, subtract, multiply, convert, compare"),
    COST(vfp_multiply_add_cycles, "3", KIND_GUESS, FPE_TRM, "VFP multiply-add"),
    COST(vfp_divide_cycles, "15", KIND_GUESS, FPE_TRM, "VFP divide, square root"),
    COST(neon_cycles, "1", KIND_GUESS, FPE_TRM, "NEON operation on 64 bits"),
    COST(neon_multiply_cycles, "2", KIND_GUESS, FPE_TRM, "NEON multiply on 64 bits"),
    COST(transfer_cycles, "1.5", KIND_GUESS, FPE_TRM,
         "move between core and VFP or NEON registers"),
    COST(system_cycles, "2", KIND_GUESS, EFFECTIVE,
         "coprocessor and status registers, SVC, barriers' own part"),
    {"micro_tlb_entries", PARAM_U32, "entries", FIELD(micro_tlb_entries), "32", 1, 1024, NULL,
     KIND_DATASHEET, "Cortex-A9 TRM (DDI 0388): data micro-TLB of 32 entries",
     "fully associative first-level data TLB"},
    {"micro_tlb_miss_cycles", PARAM_U32, "cycles", FIELD(micro_tlb_miss_cycles), "7", 0, 1000, NULL,
     KIND_DERIVED, "7-cpu.com, Cortex-A9: L2 access 30 cycles with a micro-TLB miss, 23 without",
     "micro-TLB miss that hits the main TLB"},
    {"tlb_entries", PARAM_U32, "entries", FIELD(tlb_entries), "128", 1, 4096, NULL, KIND_DATASHEET,
     "UG585, Zynq-7000 TRM, chapter 3: main TLB of 128 entries", "main TLB"},
    {"tlb_ways", PARAM_U32, "ways", FIELD(tlb_ways), "2", 1, 64, NULL, KIND_DATASHEET,
     "Cortex-A9 TRM (DDI 0388): main TLB 2-way associative", "associativity of the main TLB"},
    {"tlb_walk_cycles", PARAM_U32, "cycles", FIELD(tlb_walk_cycles), "40", 0, 10000, NULL,
     KIND_GUESS, "two dependent table reads that mostly hit the L2, 23 cycles each",
     "miss of both TLBs: the average page table walk"},
    {"uncached_read_cycles", PARAM_U32, "cycles", FIELD(uncached_read_cycles), "15", 0, 10000, NULL,
     KIND_GUESS, "core and L2 controller pass-through; calibrate with MMIO reads",
     "an uncached or MMIO read, on top of the bus's round trip"},
    {"read_overlap_cycles", PARAM_U32, "cycles", FIELD(read_overlap_cycles), "40", 0, 1000, NULL,
     KIND_DERIVED,
     "AXI4MLIR's PYNQ-Z2 rows: v1, element-wise copies out of the buffer, whose 35 cycles of "
     "instructions a word do not show; the Cortex-A9's window is not published",
     "instructions behind an uncached read that are executed while it is under way, at most"},
    {"miss_window_cycles", PARAM_U32, "cycles", FIELD(miss_window_cycles), "0", 0, 1000, NULL,
     KIND_CHOICE,
     "the Cortex-A9's data cache is non-blocking (DDI 0388), its window not published; off, since "
     "times agree better (docs/validation.md)",
     "instructions behind a load that missed the L1 that are executed while it is under way, at "
     "most, and as many loads and stores; 0: it stops the CPU"},
    {"store_buffer_entries", PARAM_U32, "entries", FIELD(store_buffer_entries), "4", 1, 16, NULL,
     KIND_DATASHEET, "7-cpu.com, Cortex-A9: store buffer of 4 merging entries",
     "blocks that gather stores to write-combining memory"},
    {"store_buffer_entry_bytes", PARAM_U32, "bytes", FIELD(store_buffer_entry_bytes), "32", 8, 64,
     NULL, KIND_DERIVED,
     "PL310 TRM (DDI 0246): store buffer slots of 32 bytes behind the A9's 64-bit ones; u-dma-buf "
     "README: write-combining 1.65 GB/s is out of reach with 8-byte writes",
     "block that stores merge into"},
    {"partial_write_cycles", PARAM_U32, "cycles", FIELD(partial_write_cycles), "36", 0, 1000, NULL,
     KIND_DERIVED,
     "UviDTE Zynq7000-time-measurements: a posted write on bare metal takes 56 ns, at 650 MHz",
     "interval at which incomplete blocks of gathered stores leave the core"},
    {"line_fill_buffers", PARAM_U32, "lines", FIELD(line_fill_buffers), "2", 1, 16, NULL,
     KIND_DATASHEET,
     "Cortex-A9 TRM (DDI 0388), AXI transaction IDs: linefill 0 and 1; 7-cpu.com: 2",
     "lines under way to the L1 for stores, and loads within miss_window_cycles, that have not "
     "stopped the CPU yet; and as many reads of 64 bits from uncached normal memory"},
    {"full_line_of_zeros", PARAM_BOOL, "", FIELD(full_line_of_zeros), "true", 0, 0, NULL,
     KIND_DATASHEET,
     "Cortex-A9 TRM (DDI 0388), ACTLR bit 3; Linux on Zynq says at boot that it is on",
     "a line that is filled with zeros by stores in a row is not fetched before"},
    {"posted_writes", PARAM_U32, "transactions", FIELD(posted_writes), "4", 1, 32, NULL,
     KIND_DATASHEET, "UG585, Zynq-7000 TRM: 4 writes outstanding",
     "write-backs and uncached writes on the bus at a time"},
    {"strongly_ordered_writes", PARAM_U32, "transactions", FIELD(strongly_ordered_writes), "0", 0,
     32, NULL, KIND_DERIVED,
     "ARM ARM (DDI 0406C), A3.5: a write to strongly-ordered memory, which Linux's "
     "pgprot_noncached is, completes only at its end; UviDTE Zynq7000-time-measurements: MMIO "
     "writes from Linux take as long as reads (165 and 156 ns)",
     "uncached or MMIO writes on the bus while the CPU goes on; 0: it waits for each"},
    {"noncacheable_writes", PARAM_U32, "transactions", FIELD(noncacheable_writes), "8", 1,
     SLOTS_MAX, NULL, KIND_DATASHEET,
     "Cortex-A9 TRM (DDI 0388), AXI master 0: eight noncacheable writes, of 64 bits at most",
     "64-bit writes to write-combining memory between the core and the L2 controller"},
    {"noncacheable_write_cycles", PARAM_U32, "cycles", FIELD(noncacheable_write_cycles), "29", 0,
     1000, NULL, KIND_DERIVED,
     "as board.l2.hit_cycles: to the L2 controller and back, which answers early (PL310 TRM, "
     "auxiliary control bit 30; Linux on Zynq-7000 reports 0x76760001)",
     "until the L2 controller has taken one of these writes"},
};
const size_t cpu_params_count = sizeof(cpu_params) / sizeof(*cpu_params);

static const char API_V1[] = "the AXI4MLIR runtime's API v1 and its zero-copy extension";

#define PHASE(name, phase, symbols_text, description)                                              \
    {                                                                                              \
        name, PARAM_LIST, "symbols",                                                               \
            offsetof(struct phase_config, symbols) + (phase) * sizeof(struct param_list),          \
            symbols_text, 0, 0, NULL, KIND_CHOICE, API_V1, description                             \
    }

const struct param phase_params[] = {
    PHASE("copy_in", PHASE_COPY_IN,
          "[dma_copy_to_inbuffer, copy_to_inbuffer_*, "
          "_mlir_ciface_copy_to_inbuffer_*]",
          "functions that copy data into a DMA buffer; a trailing * matches any ending"),
    PHASE("copy_out", PHASE_COPY_OUT,
          "[dma_copy_from_outbuffer, copy_from_outbuffer_*, "
          "_mlir_ciface_copy_from_outbuffer_*]",
          "functions that copy data out of a DMA buffer"),
    PHASE("pack", PHASE_PACK, "[matrix_scatter, repack_*, clear_padding_*]",
          "functions that bring a matrix into the layout that the kernel wants"),
    PHASE("dma_setup", PHASE_DMA_SETUP,
          "[dma_start_send, dma_start_recv, dma_start_send_from, dma_start_recv_into, "
          "dma_start_send_chain, dma_start_recv_chain, dma_append_*, dma_start_send_appended, "
          "dma_start_recv_appended]",
          "functions that start a transfer"),
    PHASE("wait_send", PHASE_WAIT_SEND, "[dma_wait_send, dma_check_send, dma_wait_send_chain]",
          "functions that wait for a transfer to the accelerator"),
    PHASE("wait_recv", PHASE_WAIT_RECV, "[dma_wait_recv, dma_check_recv, dma_wait_recv_chain]",
          "functions that wait for a transfer from the accelerator"),
    PHASE("maintenance", PHASE_MAINTENANCE, "[dma_sync_for_device, dma_sync_for_cpu]",
          "functions that clean or invalidate caches"),
    PHASE("alloc", PHASE_ALLOC,
          "[dma_init, dma_free, dma_alloc, dma_release, dma_open_chains, dma_close_chains, malloc, "
          "free]",
          "functions that set up, allocate and release memory"),
    PHASE("host_compute", PHASE_HOST_COMPUTE,
          "[accumulate_*, check_matmul_sizes, read_back_*, post_process_bias_relu_*]",
          "functions that compute on the CPU; the kernel's own code is counted here too"),
};
const size_t phase_params_count = sizeof(phase_params) / sizeof(*phase_params);

const struct param simulation_params[] = {
    {"kernel_symbol", PARAM_STRING, "symbol", offsetof(struct simulation_config, kernel_symbol),
     "matmul_call", 0, 0, NULL, KIND_CHOICE, "the kernel module's function",
     "function whose calls are the kernel interval, the region of interest"},
    {"program_symbol", PARAM_STRING, "symbol", offsetof(struct simulation_config, program_symbol),
     "main", 0, 0, NULL, KIND_CHOICE, "C", "function whose call is the program interval"},
    {"profile", PARAM_BOOL, "", offsetof(struct simulation_config, profile), "false", 0, 0, NULL,
     KIND_CHOICE, "off: following every call takes time",
     "write profile.txt and callgrind.out: time, misses and bytes by function and by call"},
};
const size_t simulation_params_count = sizeof(simulation_params) / sizeof(*simulation_params);

const struct param limits_params[] = {
    {"max_time", PARAM_DOUBLE, "s", offsetof(struct limits_config, max_time_s), "60", 0, 1e6, NULL,
     KIND_CHOICE, "far above the published workloads",
     "simulated time after which a run is given up; 0: never"},
    {"max_instructions", PARAM_U64, "instructions",
     offsetof(struct limits_config, max_instructions), "0", 0, 0, NULL, KIND_CHOICE,
     "off: the simulated time limits a run",
     "instructions after which a run is given up; 0: never"},
};
const size_t limits_params_count = sizeof(limits_params) / sizeof(*limits_params);
