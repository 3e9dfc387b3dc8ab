/* Shared by the files that build hooks. */
#ifndef ZEROSTAGE_CPU_HOOK_INTERNAL_H
#define ZEROSTAGE_CPU_HOOK_INTERNAL_H

#include "cpu/hook.h"

/* Puts instructions into a trampoline. */
struct writer {
    uint8_t *code;
    uint32_t address; /* of the next byte in guest memory */
    uint32_t used;
};

void put_word(struct writer *writer, uint32_t word);

static inline uint32_t field(uint32_t word, unsigned high, unsigned low)
{
    return (word >> low) & ((2U << (high - low)) - 1);
}

#define HOOK_OUT_OF_REACH "it is too far from the trampolines for a branch"
#define HOOK_NOT_CODE     "its code cannot be read"
#define HOOK_USES_PC      "its first instruction uses the program counter"

#define HOOK_A64_SVC (UINT32_C(0xd4000001) | HOOK_MARK << 5)

const char *hook_build_a64(struct hook *hook, struct writer *code, hook_read *read, void *context);

#endif
