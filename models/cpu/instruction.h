/* Classes of ARM, Thumb, VFP and NEON instructions, and of A64 ones, and their base cost. */
#ifndef ZEROSTAGE_CPU_INSTRUCTION_H
#define ZEROSTAGE_CPU_INSTRUCTION_H

#include "cpu/cpu_config.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum instruction_class {
    INSTRUCTION_INTEGER,
    INSTRUCTION_SHIFT,
    INSTRUCTION_MULTIPLY,
    INSTRUCTION_MULTIPLY_LONG,
    INSTRUCTION_DIVIDE,
    INSTRUCTION_LOAD,
    INSTRUCTION_STORE,
    INSTRUCTION_BRANCH,
    INSTRUCTION_CALL,
    INSTRUCTION_VFP,
    INSTRUCTION_VFP_MULTIPLY_ADD,
    INSTRUCTION_VFP_DIVIDE,
    INSTRUCTION_NEON,
    INSTRUCTION_NEON_MULTIPLY,
    INSTRUCTION_TRANSFER,
    INSTRUCTION_SYSTEM
};

struct instruction {
    enum instruction_class kind;
    uint32_t transfers; /* loads and stores: 64-bit pieces, at least 1; NEON: 64-bit halves */
    bool branches;      /* a load that also writes the PC */
};

/* `word` is a 32-bit instruction (Thumb: first halfword on top) or, with `thumb`, a 16-bit one. */
struct instruction instruction_classify(bool thumb, uint32_t word);

/* AArch64. */
struct instruction instruction_classify_a64(uint32_t word);

enum { COST_UNITS_PER_CYCLE = 16 };

/* Base cost in 1/16 CPU cycles, at least 1. */
uint32_t instruction_cost(const struct instruction_costs *costs, struct instruction instruction);

#ifdef __cplusplus
}
#endif
#endif
