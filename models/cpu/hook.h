/* Function-entry hooks without touching the program: what instruction fetch answers instead.
 *
 * At a hooked function's address the fetch answers SVC #HOOK_MARK. Whoever serves it knows the hook
 * by its address, and goes on at the hook's trampoline, in pages that nothing maps: the displaced
 * instruction, and a branch back. It may replace LR by HOOK_RETURN to catch the return as well.
 */
#ifndef ZEROSTAGE_CPU_HOOK_H
#define ZEROSTAGE_CPU_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    HOOK_MARK = 0xf5, /* the SVC's number */
    HOOK_FIRST = 0x1000,
    HOOK_BYTES = 0x20,    /* of one trampoline */
    HOOK_RETURN = 0xfd54, /* an address that hardly comes up as a number */
    HOOK_LIMIT = 0xfd40,
    HOOK_END = 0x10000, /* programs are linked at or above this address */
    HOOKS_MAX = (HOOK_LIMIT - HOOK_FIRST) / HOOK_BYTES
};

enum code_kind { CODE_ARM, CODE_THUMB, CODE_A64 };

struct hook {
    uint32_t function;
    enum code_kind kind;
    uint32_t trampoline;
    uint8_t entry[4]; /* fetched at `function` */
    uint32_t entry_bytes;
    uint8_t code[HOOK_BYTES];
    uint32_t displaced; /* the original instruction, whose cost is charged at `trampoline` */
    uint32_t displaced_bytes;
};

/* Reads `bytes` of the program's read-only code; false where there is none. */
typedef bool hook_read(void *context, uint32_t address, void *data, uint32_t bytes);

/* Build the hook for a function. NULL, or why this function cannot be hooked, as a sentence. */
const char *hook_build(struct hook *hook, uint32_t function, enum code_kind kind,
                       uint32_t trampoline, hook_read *read, void *context);

/* What is fetched at HOOK_RETURN and behind it: SVC, and a return to LR. Thumb functions return to
 * ARM code. */
enum { HOOK_RETURN_WORDS = 2 };
uint32_t hook_return_word(enum code_kind kind, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
