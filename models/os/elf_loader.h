/* Static ARM executables, 32-bit and AArch64: reading, checking, and their function symbols. */
#ifndef ZEROSTAGE_OS_ELF_LOADER_H
#define ZEROSTAGE_OS_ELF_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum elf_isa { ELF_ARM, ELF_AARCH64 };

struct elf_segment {
    uint32_t vaddr;
    uint32_t file_bytes, memory_bytes; /* what is beyond file_bytes is zero */
    const uint8_t *content;
    uint8_t rights; /* enum page_access */
};

struct elf_symbol {
    uint32_t address; /* without the Thumb bit */
    uint32_t bytes;   /* 0: unknown, reaches to the next symbol */
    bool thumb;
    const char *name;
};

struct elf_image {
    enum elf_isa isa;
    uint8_t *file;
    size_t file_bytes;
    uint32_t entry;           /* bit 0: Thumb */
    uint32_t program_headers; /* their address in guest memory: AT_PHDR; 0: not loaded */
    uint32_t program_header_count, program_header_bytes;
    struct elf_segment *segments;
    size_t segment_count;
    struct elf_symbol *symbols; /* functions only, sorted by address, then by name */
    size_t symbol_count;
};

enum { ELF_ERROR_BYTES = 512 };

/* Read and check an executable. On failure returns a negative errno, with one line in `error` that
 * says what is wrong with which file and how to get it right. */
int elf_image_load(struct elf_image *image, const char *path, char error[ELF_ERROR_BYTES]);

/* The same from memory; `file` (from malloc) becomes the image's, also on failure. */
int elf_image_parse(struct elf_image *image, const char *path, uint8_t *file, size_t file_bytes,
                    char error[ELF_ERROR_BYTES]);
void elf_image_destroy(struct elf_image *image);

/* 0, or -ENOEXEC with one line in `error` when the program is for another instruction set. */
int elf_image_check_isa(const struct elf_image *image, const char *path, enum elf_isa isa,
                        char error[ELF_ERROR_BYTES]);

/* The function that holds an address; by its exact name. NULL: none. */
const struct elf_symbol *elf_symbol_at(const struct elf_image *image, uint32_t address);
const struct elf_symbol *elf_symbol_named(const struct elf_image *image, const char *name);

#ifdef __cplusplus
}
#endif
#endif
