#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/elf_internal.h"

struct symbol_table {
    Elf64_Shdr section;
    size_t count;
    const char *names;
    size_t names_bytes;
};

static bool read_whole_section(const struct elf_image *image, const Elf64_Ehdr *header,
                               uint32_t index, Elf64_Shdr *section)
{
    return index < header->e_shnum && elf_read_section(image, header, index, section) &&
           (section->sh_type == SHT_NOBITS || elf_has(image, section->sh_offset, section->sh_size));
}

static bool find_table(const struct elf_image *image, const Elf64_Ehdr *header,
                       struct symbol_table *table)
{
    if (header->e_shoff == 0 ||
        header->e_shentsize != elf_bytes_of(image, sizeof(Elf32_Shdr), sizeof(Elf64_Shdr)))
        return false;
    for (uint32_t i = 0; i < header->e_shnum; i++) {
        Elf64_Shdr section, strings;
        if (!read_whole_section(image, header, i, &section) || section.sh_type != SHT_SYMTAB)
            continue;
        if (!read_whole_section(image, header, section.sh_link, &strings) ||
            strings.sh_type != SHT_STRTAB)
            return false;
        table->section = section;
        table->count = section.sh_size / elf_bytes_of(image, sizeof(Elf32_Sym), sizeof(Elf64_Sym));
        table->names = (const char *)image->file + strings.sh_offset;
        table->names_bytes = strings.sh_size;
        /* Names end inside the table, whatever their offset. */
        return table->names_bytes > 0 && table->names[table->names_bytes - 1] == '\0';
    }
    return false;
}

static bool read_function(const struct elf_image *image, const struct symbol_table *table,
                          size_t index, struct elf_symbol *symbol)
{
    const uint32_t thumb_bit = image->isa == ELF_ARM;
    Elf64_Sym entry;
    if (!elf_read_symbol(image, &table->section, index, &entry))
        return false;
    const int type = ELF64_ST_TYPE(entry.st_info);
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || entry.st_shndx == SHN_UNDEF ||
        entry.st_name >= table->names_bytes || entry.st_value > UINT32_MAX)
        return false;
    *symbol = (struct elf_symbol){.address = (uint32_t)entry.st_value & ~thumb_bit,
                                  .bytes = (uint32_t)entry.st_size,
                                  .thumb = (entry.st_value & thumb_bit) != 0,
                                  .name = table->names + entry.st_name};
    return true;
}

static int compare_symbols(const void *left, const void *right)
{
    const struct elf_symbol *a = left;
    const struct elf_symbol *b = right;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return strcmp(a->name, b->name);
}

int elf_read_symbols(struct elf_image *image, const Elf64_Ehdr *header)
{
    struct symbol_table table;
    if (!find_table(image, header, &table) || table.count == 0)
        return 0;
    image->symbols = malloc(table.count * sizeof *image->symbols);
    if (!image->symbols)
        return -ENOMEM;
    for (size_t i = 0; i < table.count; i++)
        image->symbol_count +=
            read_function(image, &table, i, &image->symbols[image->symbol_count]);
    qsort(image->symbols, image->symbol_count, sizeof *image->symbols, compare_symbols);
    return 0;
}

const struct elf_symbol *elf_symbol_at(const struct elf_image *image, uint32_t address)
{
    size_t low = 0;
    size_t high = image->symbol_count;
    while (low < high) { /* first symbol above `address` */
        const size_t middle = (low + high) / 2;
        if (image->symbols[middle].address > address)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == 0)
        return NULL;
    const struct elf_symbol *symbol = &image->symbols[low - 1];
    while (symbol > image->symbols && symbol[-1].address == symbol->address)
        symbol--; /* of several names, the first: one function has one name */
    if (symbol->bytes > 0 && address - symbol->address >= symbol->bytes)
        return NULL;
    return symbol;
}

const struct elf_symbol *elf_symbol_named(const struct elf_image *image, const char *name)
{
    for (size_t i = 0; i < image->symbol_count; i++)
        if (strcmp(image->symbols[i].name, name) == 0)
            return &image->symbols[i];
    return NULL;
}
