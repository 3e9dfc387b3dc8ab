/* The program's code as its file has it. */
#ifndef ZEROSTAGE_CPU_PROGRAM_CODE_H
#define ZEROSTAGE_CPU_PROGRAM_CODE_H

#include "cpu/hook.h"
#include "os/elf_loader.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A hook_read whose context is a struct elf_image: code that the program cannot change, that is,
 * segments without write permission. */
bool read_program_code(void *context, uint32_t address, void *data, uint32_t bytes);

enum code_kind code_kind_of(const struct elf_image *program, const struct elf_symbol *symbol);

#ifdef __cplusplus
}
#endif
#endif
