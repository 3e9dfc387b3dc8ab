/* One way to read 32-bit and 64-bit ELF structures. */
#include <string.h>

#include "os/elf_internal.h"

bool elf_is_wide(const struct elf_image *image)
{
    return image->file_bytes > EI_CLASS && image->file[EI_CLASS] == ELFCLASS64;
}

static bool copy(const struct elf_image *image, uint64_t offset, void *into, size_t bytes)
{
    if (!elf_has(image, offset, bytes))
        return false;
    memcpy(into, image->file + offset, bytes);
    return true;
}

bool elf_read_header(const struct elf_image *image, Elf64_Ehdr *header)
{
    Elf32_Ehdr narrow;
    if (elf_is_wide(image))
        return copy(image, 0, header, sizeof *header);
    if (!copy(image, 0, &narrow, sizeof narrow))
        return false;
    memcpy(header->e_ident, narrow.e_ident, sizeof header->e_ident);
    header->e_type = narrow.e_type;
    header->e_machine = narrow.e_machine;
    header->e_version = narrow.e_version;
    header->e_entry = narrow.e_entry;
    header->e_phoff = narrow.e_phoff;
    header->e_shoff = narrow.e_shoff;
    header->e_flags = narrow.e_flags;
    header->e_ehsize = narrow.e_ehsize;
    header->e_phentsize = narrow.e_phentsize;
    header->e_phnum = narrow.e_phnum;
    header->e_shentsize = narrow.e_shentsize;
    header->e_shnum = narrow.e_shnum;
    header->e_shstrndx = narrow.e_shstrndx;
    return true;
}

bool elf_read_program_header(const struct elf_image *image, const Elf64_Ehdr *header,
                             uint32_t index, Elf64_Phdr *ph)
{
    const uint64_t offset = header->e_phoff + (uint64_t)index * header->e_phentsize;
    Elf32_Phdr narrow;
    if (elf_is_wide(image))
        return copy(image, offset, ph, sizeof *ph);
    if (!copy(image, offset, &narrow, sizeof narrow))
        return false;
    *ph = (Elf64_Phdr){.p_type = narrow.p_type,
                       .p_flags = narrow.p_flags,
                       .p_offset = narrow.p_offset,
                       .p_vaddr = narrow.p_vaddr,
                       .p_paddr = narrow.p_paddr,
                       .p_filesz = narrow.p_filesz,
                       .p_memsz = narrow.p_memsz,
                       .p_align = narrow.p_align};
    return true;
}

bool elf_read_section(const struct elf_image *image, const Elf64_Ehdr *header, uint32_t index,
                      Elf64_Shdr *section)
{
    const uint64_t offset = header->e_shoff + (uint64_t)index * header->e_shentsize;
    Elf32_Shdr narrow;
    if (elf_is_wide(image))
        return copy(image, offset, section, sizeof *section);
    if (!copy(image, offset, &narrow, sizeof narrow))
        return false;
    *section = (Elf64_Shdr){.sh_name = narrow.sh_name,
                            .sh_type = narrow.sh_type,
                            .sh_flags = narrow.sh_flags,
                            .sh_addr = narrow.sh_addr,
                            .sh_offset = narrow.sh_offset,
                            .sh_size = narrow.sh_size,
                            .sh_link = narrow.sh_link,
                            .sh_info = narrow.sh_info,
                            .sh_addralign = narrow.sh_addralign,
                            .sh_entsize = narrow.sh_entsize};
    return true;
}

bool elf_read_symbol(const struct elf_image *image, const Elf64_Shdr *table, size_t index,
                     Elf64_Sym *symbol)
{
    const uint32_t bytes = elf_bytes_of(image, sizeof(Elf32_Sym), sizeof(Elf64_Sym));
    const uint64_t offset = table->sh_offset + index * bytes;
    Elf32_Sym narrow;
    if (elf_is_wide(image))
        return copy(image, offset, symbol, sizeof *symbol);
    if (!copy(image, offset, &narrow, sizeof narrow))
        return false;
    *symbol = (Elf64_Sym){.st_name = narrow.st_name,
                          .st_info = narrow.st_info,
                          .st_other = narrow.st_other,
                          .st_shndx = narrow.st_shndx,
                          .st_value = narrow.st_value,
                          .st_size = narrow.st_size};
    return true;
}
