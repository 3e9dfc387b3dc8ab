/* What the kernel's execve leaves behind: the program mapped, and its first stack. */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "os/os_internal.h"

enum { MAX_STRINGS = 64, AUXV_WORDS = 40 };

/* What /proc/cpuinfo of a Zynq-7000 calls half thumb fastmult vfp edsp neon vfpv3 tls vfpd32
 * (and swp): bits of the kernel's asm/hwcap.h. */
enum {
    HWCAP =
        1 << 0 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 12 | 1 << 13 | 1 << 15 | 1 << 19
};

/* A Cortex-A53's fp asimd crc32; without aes, sha and cpuid, which no program here needs. */
enum { HWCAP_ARM64 = 1 << 0 | 1 << 1 | 1 << 7 };

static uint32_t page_floor(uint32_t vaddr)
{
    return vaddr & ~(uint32_t)PAGE_OFFSET_MASK;
}

/* Load into pages whatever rights the program will have to them. */
static int store(struct os *os, uint32_t vaddr, const uint8_t *content, uint32_t bytes)
{
    const struct guest_memory *memory = &os->machine.memory;
    while (bytes > 0) {
        const uint32_t left = PAGE_BYTES - (vaddr & PAGE_OFFSET_MASK);
        const uint32_t part = bytes < left ? bytes : left;
        uint32_t frame;
        int error = address_space_fault(&os->space, vaddr, ACCESS_READ, &frame);
        if (!error && frame != UINT32_MAX)
            error = memory->zero_frame(memory->context, frame);
        if (!error)
            error = memory->write(memory->context,
                                  page_physical(address_space_lookup(&os->space, vaddr), vaddr),
                                  content, part);
        if (error)
            return error;
        vaddr += part;
        content += part;
        bytes -= part;
    }
    return 0;
}

static int map_anonymous(struct os *os, uint32_t start, uint32_t end, uint8_t rights)
{
    const struct memory_area area = {.start = start,
                                     .end = end,
                                     .kind = AREA_ANONYMOUS,
                                     .rights = rights,
                                     .attribute = MEM_CACHED};
    return address_space_map(&os->space, &area);
}

/* Two segments may share a page: it gets the rights of both. */
static int map_segment(struct os *os, const struct elf_segment *segment)
{
    const uint32_t end = page_floor(segment->vaddr + segment->memory_bytes + PAGE_OFFSET_MASK);
    uint32_t start = page_floor(segment->vaddr);
    const struct memory_area *shared = address_space_find(&os->space, start);
    const uint8_t rights = segment->rights | ACCESS_READ;
    int error = 0;
    if (shared) {
        error =
            address_space_protect(&os->space, start, start + PAGE_BYTES, rights | shared->rights);
        start += PAGE_BYTES;
    }
    if (!error && start < end)
        error = map_anonymous(os, start, end, rights);
    if (!error)
        error = store(os, segment->vaddr, segment->content, segment->file_bytes);
    return error;
}

static int map_program(struct os *os, const struct elf_image *image)
{
    uint32_t end = 0;
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        const int error = map_segment(os, segment);
        if (error)
            return error;
        if (segment->vaddr + segment->memory_bytes > end)
            end = segment->vaddr + segment->memory_bytes;
    }
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        address_space_keep_loaded(
            &os->space, page_floor(segment->vaddr),
            page_floor(segment->vaddr + segment->file_bytes + PAGE_OFFSET_MASK));
    }
    os->break_start = page_floor(end + PAGE_OFFSET_MASK);
    os->break_end = os->break_start;
    return 0;
}

/* The kernel's user helpers (Documentation/arm/kernel_user_helpers.rst): compiled for ARMv7 no
 * program needs them, old binaries may. */
static int map_helpers(struct os *os)
{
    static const uint32_t compare_and_exchange[] = {
        0xF57FF05B, /* dmb ish */
        0xE1923F9F, /* 1: ldrex r3, [r2] */
        0xE0533000, /* subs r3, r3, r0 */
        0x01823F91, /* strexeq r3, r1, [r2] */
        0x03330001, /* teqeq r3, #1 */
        0x0AFFFFFA, /* beq 1b */
        0xE2730000, /* rsbs r0, r3, #0 */
        0xE12FFF1E, /* bx lr */
    };
    static const uint32_t memory_barrier[] = {0xF57FF05B, 0xE12FFF1E}; /* dmb ish; bx lr */
    static const uint32_t get_tls[] = {0xEE1D0F70, 0xE12FFF1E}; /* mrc p15,0,r0,c13,c0,3; bx lr */
    static const uint32_t version = 3;
    int error =
        map_anonymous(os, HELPER_PAGE, HELPER_PAGE + PAGE_BYTES, ACCESS_READ | ACCESS_EXECUTE);
    if (!error)
        error =
            store(os, HELPER_PAGE + 0xFA0, (const uint8_t *)memory_barrier, sizeof memory_barrier);
    if (!error)
        error = store(os, HELPER_PAGE + 0xFC0, (const uint8_t *)compare_and_exchange,
                      sizeof compare_and_exchange);
    if (!error)
        error = store(os, HELPER_PAGE + 0xFE0, (const uint8_t *)get_tls, sizeof get_tls);
    if (!error)
        error = store(os, HELPER_PAGE + 0xFFC, (const uint8_t *)&version, sizeof version);
    return error;
}

/* The stack under construction: strings from the top down, then the words at its bottom. */
struct stack {
    struct os *os;
    uint32_t pointer;
    int64_t words[2 * MAX_STRINGS + AUXV_WORDS + 3]; /* longs */
    uint32_t count;
    int error;
};

static uint32_t push_bytes(struct stack *stack, const void *content, uint32_t bytes)
{
    stack->pointer -= bytes;
    if (!stack->error)
        stack->error = os_write_guest(stack->os, stack->pointer, content, bytes);
    return stack->pointer;
}

static uint32_t push_string(struct stack *stack, const char *text)
{
    return push_bytes(stack, text, (uint32_t)strlen(text) + 1);
}

static void add_word(struct stack *stack, uint32_t word)
{
    stack->words[stack->count++] = word;
}

static void add_auxiliary(struct stack *stack, uint32_t type, uint32_t value)
{
    add_word(stack, type);
    add_word(stack, value);
}

/* Strings go to the stack, their addresses to the words, with a NULL behind. */
static void add_strings(struct stack *stack, const char *const *strings)
{
    for (uint32_t i = 0; strings[i]; i++)
        add_word(stack, push_string(stack, strings[i]));
    add_word(stack, 0);
}

static void add_auxiliary_vector(struct stack *stack, const struct elf_image *image,
                                 uint32_t program_name)
{
    /* Fixed, as everything here: equal runs must be equal. */
    static const uint8_t random[16] = {0x5A, 0x65, 0x72, 0x6F, 0x73, 0x74, 0x61, 0x67,
                                       0x65, 0x21, 0x37, 0x13, 0xC3, 0x99, 0x0D, 0x42};
    const uint32_t random_address = push_bytes(stack, random, sizeof random);
    const bool is_arm64 = image->isa == ELF_AARCH64;
    const uint32_t platform = push_string(stack, is_arm64 ? "aarch64" : "v7l");
    add_auxiliary(stack, AT_HWCAP, is_arm64 ? HWCAP_ARM64 : HWCAP);
    add_auxiliary(stack, AT_PAGESZ, PAGE_BYTES);
    add_auxiliary(stack, AT_CLKTCK, 100);
    add_auxiliary(stack, AT_PHDR, image->program_headers);
    add_auxiliary(stack, AT_PHENT, image->program_header_bytes);
    add_auxiliary(stack, AT_PHNUM, image->program_header_count);
    add_auxiliary(stack, AT_BASE, 0);
    add_auxiliary(stack, AT_FLAGS, 0);
    add_auxiliary(stack, AT_ENTRY, image->entry);
    add_auxiliary(stack, AT_UID, 0);
    add_auxiliary(stack, AT_EUID, 0);
    add_auxiliary(stack, AT_GID, 0);
    add_auxiliary(stack, AT_EGID, 0);
    add_auxiliary(stack, AT_SECURE, 0);
    add_auxiliary(stack, AT_RANDOM, random_address);
    add_auxiliary(stack, AT_HWCAP2, 0);
    add_auxiliary(stack, AT_EXECFN, program_name);
    add_auxiliary(stack, AT_PLATFORM, platform);
    add_auxiliary(stack, AT_NULL, 0);
}

static uint32_t count_strings(const char *const *strings)
{
    uint32_t count = 0;
    while (strings[count])
        count++;
    return count;
}

static int build_stack(struct os *os, const struct elf_image *image, const char *const *argv,
                       const char *const *envp, uint32_t *stack_pointer)
{
    const uint32_t argc = count_strings(argv);
    if (argc == 0)
        return -EINVAL;
    if (argc > MAX_STRINGS || count_strings(envp) > MAX_STRINGS)
        return -E2BIG;
    struct stack stack = {.os = os, .pointer = STACK_TOP - 8};
    const uint32_t program_name = push_string(&stack, argv[0]);
    add_word(&stack, argc);
    add_strings(&stack, argv);
    add_strings(&stack, envp);
    add_auxiliary_vector(&stack, image, program_name);
    stack.pointer -= stack.count * os_long_bytes(os);
    stack.pointer &= ~UINT32_C(15);
    if (!stack.error)
        stack.error = os_write_longs(os, stack.pointer, stack.words, stack.count);
    *stack_pointer = stack.pointer;
    return stack.error;
}

int os_exec(struct os *os, const struct elf_image *image, const char *const *argv,
            const char *const *envp, struct os_start *start)
{
    const uint32_t stack_bytes = page_floor(os->config.stack_bytes);
    os->program = image;
    os->isa = image->isa;
    int error = map_program(os, image);
    if (!error && image->isa == ELF_ARM)
        error = map_helpers(os);
    if (!error)
        error = map_anonymous(os, STACK_TOP - stack_bytes, STACK_TOP, ACCESS_READ | ACCESS_WRITE);
    if (!error)
        error = build_stack(os, image, argv, envp, &start->stack_pointer);
    start->entry = image->entry;
    start->cost_cycles = os->config.process_start_cycles; /* what was touched here included */
    os->extra_cycles = 0;
    os->counters.page_faults = 0;
    os->counters.file_faults = 0;
    return error;
}
