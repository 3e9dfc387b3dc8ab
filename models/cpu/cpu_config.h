/* What the CPU's timing, phases and limits are made of: board.cpu, phases, simulation. */
#ifndef ZEROSTAGE_CPU_CPU_CONFIG_H
#define ZEROSTAGE_CPU_CPU_CONFIG_H

#include "config/param.h"
#include "cpu/phase.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Base cost of an instruction by class, in CPU cycles, when it does not share its cycle with the
 * one before (issue.h). It contains an L1 hit and, since the model
 * sees neither a branch's outcome nor an instruction fetch, their average penalties. */
struct instruction_costs {
    double integer_cycles;
    double shift_cycles; /* shifted by a register */
    double multiply_cycles;
    double multiply_long_cycles;
    double divide_cycles; /* integer; a Cortex-A9 has none */
    double load_cycles;
    double store_cycles;
    double pair_cycles; /* LDM, STM, LDRD, VLDM, ...: each 64 bits after the first */
    double branch_cycles;
    double call_cycles; /* branch and link, branch to a register, load of PC */
    double vfp_cycles;  /* VFP add, compare, convert, multiply */
    double vfp_multiply_add_cycles;
    double vfp_divide_cycles; /* and square root */
    double neon_cycles;       /* 64-bit operation, 128-bit twice that */
    double neon_multiply_cycles;
    double transfer_cycles; /* between core and VFP/NEON registers */
    double system_cycles;   /* SVC, coprocessor, status registers, barriers' own part */
};

struct cpu_config {
    uint32_t isa;             /* enum elf_isa */
    struct param_list cflags; /* what its compiler is told of it; the model does not look */
    uint64_t clock_hz;
    uint32_t slice_cycles; /* how far instruction time may lag behind at a memory access */
    uint32_t issue_width;  /* instructions a cycle */
    struct instruction_costs costs;
    uint32_t micro_tlb_entries, micro_tlb_miss_cycles;
    uint32_t tlb_entries, tlb_ways, tlb_walk_cycles;
    uint32_t uncached_read_cycles; /* on top of the bus's round trip */
    uint32_t read_overlap_cycles;  /* of instructions behind an uncached read */
    uint32_t miss_window_cycles;   /* of instructions behind a load that missed; 0: it stops them */
    uint32_t store_buffer_entries, store_buffer_entry_bytes;
    uint32_t partial_write_cycles; /* interval at which incomplete blocks leave the store buffer */
    uint32_t line_fill_buffers;    /* stores that miss, 64 bits read, not stopping the CPU */
    bool full_line_of_zeros;       /* such lines are not fetched before they are written */
    uint32_t posted_writes;        /* write-backs and drained stores in flight */
    uint32_t strongly_ordered_writes; /* of those, while the CPU goes on; 0: it waits for each */
    uint32_t noncacheable_writes, noncacheable_write_cycles; /* between the core and the L2 */
};

extern const struct param cpu_params[]; /* section board.cpu */
extern const size_t cpu_params_count;

/* Function symbols by phase; a mapped function's callees belong to it until one is mapped itself.
 */
struct phase_config {
    struct param_list symbols[PHASES]; /* PHASE_OTHER's is not used */
};

extern const struct param phase_params[]; /* section phases */
extern const size_t phase_params_count;

struct simulation_config {
    char kernel_symbol[PARAM_STRING_BYTES];  /* its calls are STATS_KERNEL */
    char program_symbol[PARAM_STRING_BYTES]; /* its call is STATS_PROGRAM */
    bool profile;                            /* by function and call */
};

extern const struct param simulation_params[]; /* section simulation */
extern const size_t simulation_params_count;

/* When a run is given up. */
struct limits_config {
    double max_time_s;         /* simulated; 0: no limit */
    uint64_t max_instructions; /* 0: no limit */
};

extern const struct param limits_params[]; /* section limits */
extern const size_t limits_params_count;

#ifdef __cplusplus
}
#endif
#endif
