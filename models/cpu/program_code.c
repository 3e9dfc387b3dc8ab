#include "cpu/program_code.h"

#include "os/address_space.h"

#include <string.h>

bool read_program_code(void *context, uint32_t address, void *data, uint32_t bytes)
{
    const struct elf_image *const program = context;

    for (size_t i = 0; i < program->segment_count; i++) {
        const struct elf_segment *const segment = &program->segments[i];
        const uint64_t offset = (uint64_t)address - segment->vaddr;

        if (address >= segment->vaddr && offset + bytes <= segment->file_bytes &&
            (segment->rights & ACCESS_WRITE) == 0) {
            memcpy(data, segment->content + offset, bytes);
            return true;
        }
    }
    return false;
}

enum code_kind code_kind_of(const struct elf_image *program, const struct elf_symbol *symbol)
{
    if (program->isa == ELF_AARCH64) {
        return CODE_A64;
    }
    return symbol->thumb ? CODE_THUMB : CODE_ARM;
}
