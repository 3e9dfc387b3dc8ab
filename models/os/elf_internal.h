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

/* Headers and symbols of 32-bit files are widened to those of 64-bit ones. False: the file is cut
 * off before the structure's end. */
bool elf_read_header(const struct elf_image *image, Elf64_Ehdr *header);
bool elf_read_program_header(const struct elf_image *image, const Elf64_Ehdr *header,
                             uint32_t index, Elf64_Phdr *program_header);
bool elf_read_section(const struct elf_image *image, const Elf64_Ehdr *header, uint32_t index,
                      Elf64_Shdr *section);
bool elf_read_symbol(const struct elf_image *image, const Elf64_Shdr *table, size_t index,
                     Elf64_Sym *symbol);

bool elf_is_wide(const struct elf_image *image);
static inline uint32_t elf_bytes_of(const struct elf_image *image, size_t narrow, size_t wide)
{
    return (uint32_t)(elf_is_wide(image) ? wide : narrow);
}

/* Fill in image->symbols. A stripped or damaged symbol table leaves none. 0 or -ENOMEM. */
int elf_read_symbols(struct elf_image *image, const Elf64_Ehdr *header);

#endif
