/* Shared by the ELF reader's files. */
#ifndef ZEROSTAGE_OS_ELF_INTERNAL_H
#define ZEROSTAGE_OS_ELF_INTERNAL_H

#include <elf.h>
#include <stdbool.h>

#include "os/elf_loader.h"

/* Is [offset, offset + bytes) inside the file? */
static inline bool elf_has(const struct elf_image *image, uint64_t offset, uint64_t bytes)
{
    return offset <= image->file_bytes && bytes <= image->file_bytes - offset;
}

/* Fill in image->symbols. A stripped or damaged symbol table leaves none. 0 or -ENOMEM. */
int elf_read_symbols(struct elf_image *image, const Elf32_Ehdr *header);

#endif
