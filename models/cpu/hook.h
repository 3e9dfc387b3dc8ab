/* Function-entry hooks without touching the program: what instruction fetch answers instead.
 *
 * At a hooked function's address the fetch answers a branch to a trampoline in a page that nothing
 * maps. The trampoline is: SVC, the displaced instruction(s), a branch back. Whoever serves the SVC
 * knows the hook by its address, and may replace LR by HOOK_RETURN to catch the return as well.
 */
#ifndef ZEROSTAGE_CPU_HOOK_H
#define ZEROSTAGE_CPU_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    HOOK_RETURN = 0x1000, /* ARM code: SVC, BX LR */
    HOOK_FIRST = 0x1040,
    HOOK_BYTES = 0x40,  /* of one trampoline */
    HOOK_END = 0x10000, /* programs are linked at or above this address */
    HOOKS_MAX = (HOOK_END - HOOK_FIRST) / HOOK_BYTES
};

struct hook_instruction {
    uint8_t offset; /* in the trampoline */
    bool thumb;
    uint32_t word; /* the original instruction, whose cost is charged there */
};

struct hook {
    uint32_t function;
    bool thumb;
    uint32_t trampoline;
    uint8_t entry[4]; /* fetched at `function` */
    uint8_t code[HOOK_BYTES];
    struct hook_instruction displaced[2];
    uint32_t displaced_count;
};

/* Reads `bytes` of the program's read-only code; false where there is none. */
typedef bool hook_read(void *context, uint32_t address, void *data, uint32_t bytes);

/* Build the hook for a function. NULL, or why this function cannot be hooked, as a sentence. */
const char *hook_build(struct hook *hook, uint32_t function, bool thumb, uint32_t trampoline,
                       hook_read *read, void *context);

#ifdef __cplusplus
}
#endif
#endif
