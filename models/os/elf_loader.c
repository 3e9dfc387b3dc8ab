#include "os/elf_loader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/address_space.h"
#include "os/elf_internal.h"

/* User space ends here: above are the stack's top, the kernel, and the helper page. */
enum { PROGRAM_LIMIT = 0x7FFF0000 };

struct reader {
    const char *path;
    char *error;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct reader *reader,
                                                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int used = snprintf(reader->error, ELF_ERROR_BYTES, "%s: ", reader->path);
    if (used > 0 && used < ELF_ERROR_BYTES)
        vsnprintf(reader->error + used, (size_t)(ELF_ERROR_BYTES - used), format, args);
    va_end(args);
    return -ENOEXEC;
}

static const char *machine_name(unsigned int machine)
{
    switch (machine) {
    case EM_X86_64:
        return "an x86-64";
    case EM_386:
        return "a 32-bit x86";
    case EM_ARM:
        return "a 64-bit file of a 32-bit ARM";
    case EM_AARCH64:
        return "a 32-bit file of a 64-bit ARM";
    case EM_RISCV:
        return "a RISC-V";
    default:
        return "a foreign";
    }
}

/* What the board's CPUs run. */
static const struct {
    unsigned int machine, class;
    const char *name, *compiler;
} isas[] = {
    [ELF_ARM] = {EM_ARM, ELFCLASS32, "a 32-bit ARM", "arm-linux-gnueabihf-gcc"},
    [ELF_AARCH64] = {EM_AARCH64, ELFCLASS64, "a 64-bit ARM (AArch64)", "aarch64-linux-gnu-gcc"},
};

enum { ISAS = sizeof isas / sizeof *isas };

/* The machine's number lies at the same place in 32-bit and in 64-bit files. */
static int read_isa(const struct reader *reader, struct elf_image *image)
{
    uint16_t machine;
    memcpy(&machine, image->file + offsetof(Elf32_Ehdr, e_machine), sizeof machine);
    for (unsigned int i = 0; i < ISAS; i++) {
        if (machine != isas[i].machine || image->file[EI_CLASS] != isas[i].class)
            continue;
        if (image->file[EI_DATA] != ELFDATA2LSB)
            return refuse(reader, "this program is big-endian; the board's CPU runs little-endian");
        image->isa = (enum elf_isa)i;
        return 0;
    }
    return refuse(reader,
                  "this is %s program; the board's CPU runs 32-bit or 64-bit ARM: compile it with "
                  "%s or %s -static",
                  machine_name(machine), isas[ELF_ARM].compiler, isas[ELF_AARCH64].compiler);
}

int elf_image_check_isa(const struct elf_image *image, const char *path, enum elf_isa isa,
                        char error[ELF_ERROR_BYTES])
{
    const struct reader reader = {path, error};
    if (image->isa == isa)
        return 0;
    return refuse(&reader,
                  "this is %s program; the board's CPU (board.cpu.isa) runs %s ones: compile it "
                  "with %s -static",
                  isas[image->isa].name, isas[isa].name + 2, isas[isa].compiler);
}

static int check_header(const struct reader *reader, struct elf_image *image, Elf64_Ehdr *header)
{
    if (image->file_bytes < EI_NIDENT || memcmp(image->file, ELFMAG, SELFMAG) != 0)
        return refuse(reader, "this is not an ELF program");
    if (!elf_read_header(image, header))
        return refuse(reader, "the file is cut off in its header");
    const int error = read_isa(reader, image);
    if (error)
        return error;
    if (header->e_type == ET_REL)
        return refuse(reader, "this is an object file: link it with -static");
    if (header->e_type == ET_DYN)
        return refuse(reader, "this program is position-independent or a shared library: link it "
                              "with -static -no-pie");
    if (header->e_type != ET_EXEC)
        return refuse(reader, "this ELF file is not a program (type %u)",
                      (unsigned int)header->e_type);
    image->program_header_bytes = elf_bytes_of(image, sizeof(Elf32_Phdr), sizeof(Elf64_Phdr));
    if (header->e_phentsize != image->program_header_bytes ||
        !elf_has(image, header->e_phoff, (uint64_t)header->e_phnum * header->e_phentsize))
        return refuse(reader, "the file is cut off in its program headers");
    return 0;
}

static uint8_t rights_of(uint32_t flags)
{
    return (uint8_t)((flags & PF_R ? ACCESS_READ : 0) | (flags & PF_W ? ACCESS_WRITE : 0) |
                     (flags & PF_X ? ACCESS_EXECUTE : 0));
}

static int add_segment(const struct reader *reader, struct elf_image *image, const Elf64_Phdr *ph)
{
    if (!elf_has(image, ph->p_offset, ph->p_filesz) || ph->p_filesz > ph->p_memsz)
        return refuse(reader,
                      "the file is cut off: the segment at 0x%08" PRIx64 " lies beyond its end",
                      ph->p_vaddr);
    if (ph->p_vaddr < PAGE_BYTES || ph->p_memsz > PROGRAM_LIMIT ||
        ph->p_vaddr > PROGRAM_LIMIT - ph->p_memsz)
        return refuse(reader,
                      "the segment at 0x%08" PRIx64 ", %" PRIu64 " bytes, lies outside of user "
                      "space",
                      ph->p_vaddr, ph->p_memsz);
    image->segments[image->segment_count++] =
        (struct elf_segment){.vaddr = (uint32_t)ph->p_vaddr,
                             .file_bytes = (uint32_t)ph->p_filesz,
                             .memory_bytes = (uint32_t)ph->p_memsz,
                             .content = image->file + ph->p_offset,
                             .rights = rights_of(ph->p_flags)};
    return 0;
}

static void note_program_headers(struct elf_image *image, const Elf64_Ehdr *header,
                                 const Elf64_Phdr *ph)
{
    image->program_header_count = header->e_phnum;
    if (header->e_phoff >= ph->p_offset && header->e_phoff - ph->p_offset < ph->p_filesz)
        image->program_headers = (uint32_t)(ph->p_vaddr + (header->e_phoff - ph->p_offset));
}

static int read_segments(const struct reader *reader, struct elf_image *image,
                         const Elf64_Ehdr *header)
{
    image->segments = calloc(header->e_phnum ? header->e_phnum : 1U, sizeof *image->segments);
    if (!image->segments)
        return refuse(reader, "out of memory");
    for (uint32_t i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr ph;
        if (!elf_read_program_header(image, header, i, &ph))
            return refuse(reader, "the file is cut off in its program headers");
        if (ph.p_type == PT_INTERP || ph.p_type == PT_DYNAMIC)
            return refuse(reader, "this program is dynamically linked: link it with -static");
        if (ph.p_type != PT_LOAD || ph.p_memsz == 0)
            continue;
        const int error = add_segment(reader, image, &ph);
        if (error)
            return error;
        note_program_headers(image, header, &ph);
    }
    return 0;
}

static int check_entry(const struct reader *reader, const struct elf_image *image)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if (segment->rights & ACCESS_EXECUTE && image->entry >= segment->vaddr &&
            image->entry - segment->vaddr < segment->file_bytes)
            return 0;
    }
    return refuse(reader, "its entry point 0x%08x is not in executable code", image->entry);
}

static int parse(const struct reader *reader, struct elf_image *image)
{
    Elf64_Ehdr header;
    int error = check_header(reader, image, &header);
    if (error)
        return error;
    if (header.e_entry > UINT32_MAX)
        return refuse(reader, "its entry point 0x%" PRIx64 " lies outside of user space",
                      header.e_entry);
    image->entry = (uint32_t)header.e_entry;
    error = read_segments(reader, image, &header);
    if (!error)
        error = check_entry(reader, image);
    if (!error && elf_read_symbols(image, &header) != 0)
        error = refuse(reader, "out of memory");
    return error;
}

int elf_image_parse(struct elf_image *image, const char *path, uint8_t *file, size_t file_bytes,
                    char error[ELF_ERROR_BYTES])
{
    const struct reader reader = {path, error};
    *image = (struct elf_image){.file = file, .file_bytes = file_bytes};
    const int result = parse(&reader, image);
    if (result)
        elf_image_destroy(image);
    return result;
}

static uint8_t *read_whole(FILE *stream, size_t *bytes)
{
    uint8_t *content = NULL;
    size_t capacity = 0;
    *bytes = 0;
    do {
        capacity = capacity ? 2 * capacity : 1 << 16;
        uint8_t *larger = realloc(content, capacity);
        if (!larger) {
            free(content);
            return NULL;
        }
        content = larger;
        *bytes += fread(content + *bytes, 1, capacity - *bytes, stream);
    } while (*bytes == capacity);
    return content;
}

int elf_image_load(struct elf_image *image, const char *path, char error[ELF_ERROR_BYTES])
{
    const struct reader reader = {path, error};
    *image = (struct elf_image){0};
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        const int reason = errno;
        (void)refuse(&reader, "cannot open the program: %s", strerror(reason));
        return -reason;
    }
    size_t bytes = 0;
    errno = 0;
    uint8_t *file = read_whole(stream, &bytes);
    const int reason = ferror(stream) ? errno : 0;
    fclose(stream);
    if (!file || reason) {
        free(file);
        (void)refuse(&reader, "cannot read the program: %s", strerror(reason ? reason : ENOMEM));
        return reason ? -reason : -ENOMEM;
    }
    return elf_image_parse(image, path, file, bytes, error);
}

void elf_image_destroy(struct elf_image *image)
{
    free(image->file);
    free(image->segments);
    free(image->symbols);
    *image = (struct elf_image){0};
}
