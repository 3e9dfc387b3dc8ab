/* The Linux that a static armhf or AArch64 program sees: system calls, page faults, device files.
 *
 * The CPU calls os_syscall() at an SVC and os_page_fault() when a page table entry does not allow
 * an access; it charges the cost that it is told. What the operating system needs of the machine it
 * asks for through `struct os_machine`. No SystemC, no instruction set. An AArch64 program has the
 * same calls under other numbers, and its address space, too, ends at 4 GiB.
 *
 * Not there: threads, signals' delivery, networking, files outside of the sandbox's directories.
 */
#ifndef ZEROSTAGE_OS_OS_H
#define ZEROSTAGE_OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/cache.h"
#include "os/address_space.h"
#include "os/elf_loader.h"
#include "os/os_config.h"
#include "os/sandbox.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stats;
struct os;

/* A range of physical addresses that /dev/mem may map. */
enum physical_kind { PHYSICAL_RAM, PHYSICAL_DEVICE };
struct physical_range {
    const char *name; /* for messages: "DRAM", "axi_dma" */
    enum physical_kind kind;
    uint32_t base, bytes;
};

/* A device's interrupt, level-triggered, and the UIO file through which a program waits for it. */
struct interrupt_line {
    const char *name;     /* for messages: "mm2s_introut" */
    const char *path;     /* "/dev/uio0" */
    uint32_t base, bytes; /* the device's registers: the file's map 0 */
};

/* Contiguous memory that u-dma-buf hands out: a device tree node with a memory-region. */
struct dma_buffer {
    const char *name; /* "udmabuf0": /dev/udmabuf0, and the directory of its attributes in sysfs */
    uint32_t physical, bytes;
    bool coherent; /* dma-coherent: the device sees the caches, no maintenance is made */
};

/* Physical memory as the CPU sees it: coherent with its caches, no time passes. An access never
 * crosses a page. 0 or a negative errno. */
struct guest_memory {
    void *context;
    int (*read)(void *context, uint32_t physical, void *destination, uint32_t bytes);
    int (*write)(void *context, uint32_t physical, const void *source, uint32_t bytes);
    /* Zero a frame; no cache may hold anything older of it. */
    int (*zero_frame)(void *context, uint32_t physical);
};

/* The rest of what the operating system asks of the machine around it. */
struct machine_ops {
    void *context;
    uint64_t (*now_ps)(void *context);
    /* Translations in [start, end) are gone or have fewer rights. */
    void (*translations_dropped)(void *context, uint32_t start, uint32_t end);
    /* cacheflush: new instructions were written to [start, end). */
    void (*code_changed)(void *context, uint32_t start, uint32_t end);
    /* Clean and/or invalidate a physical range in the CPU's caches; the CPU spends the time by
     * itself, and when it returns all that was cleaned is in memory. */
    void (*maintain)(void *context, uint32_t physical, uint32_t bytes,
                     enum cache_maintenance operation, enum cache_reach reach);
    /* The program wrote to standard output (1) or standard error (2). */
    void (*output)(void *context, int descriptor, const char *text, size_t bytes);
    /* A message for the user about the program: one line, no newline. */
    void (*message)(void *context, const char *line);
    /* Interrupts by index into os_machine's lines; both may let simulated time pass up to now_ps.
     * Raised: the line was high at some time since it was enabled. */
    void (*enable_interrupt)(void *context, uint32_t line, bool enabled);
    bool (*interrupt_raised)(void *context, uint32_t line);
};

struct os_machine {
    struct guest_memory memory;
    struct machine_ops ops;
    const struct physical_range *ranges; /* disjoint; borrowed, as the names are */
    size_t range_count;
    const struct interrupt_line *lines; /* borrowed; may be NULL when there are none */
    size_t line_count;
    const struct dma_buffer *buffers; /* borrowed; may be NULL when there are none */
    size_t buffer_count;
    const struct sandbox_config *sandbox; /* read at the start only; NULL: no files */
    uint32_t frames_base, frames_bytes;   /* RAM for anonymous memory, outside of the DMA buffers */
};

enum os_outcome {
    OS_RUNNING, /* the program goes on with `result` in r0 */
    OS_BLOCKED, /* the call waits for interrupt `line`: os_resume() when that is raised */
    OS_EXITED,  /* it called exit: see exit_code */
    OS_KILLED   /* by a signal; a message was given; exit_code is 128 + signal */
};

struct os_call {
    uint64_t registers[7]; /* AArch64: x0-x6, from which os_syscall() makes args */
    uint32_t number;       /* r7, x8 */
    uint32_t args[7];      /* r0-r6 */
    uint32_t pc;           /* behind the SVC */
    /* out: */
    const char *name;     /* of the call */
    uint32_t result;      /* for r0: a value, or a negative errno */
    uint64_t cost_cycles; /* CPU cycles spent in the kernel */
    uint64_t sleep_ps;    /* time to pass with the CPU idle */
    uint32_t line;        /* when blocked */
    enum os_outcome outcome;
    int exit_code;
};

struct os_fault {
    uint64_t cost_cycles;
    bool killed; /* SIGSEGV or out of memory; a message was given */
    int exit_code;
};

/* `config` and `machine` are copied. `stats` may be NULL. NULL: no memory, or a name taken. */
struct os *os_create(const struct os_config *config, const struct os_machine *machine,
                     struct stats *stats);
void os_destroy(struct os *os);

/* For the CPU's fast path: os_address_space(os)->entries does not move during os's life. */
const struct address_space *os_address_space(const struct os *os);
/* The thread pointer (TPIDRURO), as set by set_tls. */
uint32_t os_thread_pointer(const struct os *os);

struct os_start {
    uint32_t entry; /* bit 0: Thumb */
    uint32_t stack_pointer;
    uint64_t cost_cycles; /* of fork, exec and exit */
};

/* Map the program, which is borrowed, and its stack, and build the stack that the kernel hands to
 * _start. `argv` and `envp` end with NULL. */
int os_exec(struct os *os, const struct elf_image *image, const char *const *argv,
            const char *const *envp, struct os_start *start);

/* Serve a system call. Returns 0; the program's errors are in call->result. */
int os_syscall(struct os *os, struct os_call *call);

/* Finish a call that was blocked, its interrupt being raised: result, cost and outcome are new. */
int os_resume(struct os *os, struct os_call *call);

/* Serve an access that the page table did not allow. Returns 0: try again, the cost is in `fault`;
 * -EFAULT: SIGSEGV, -ENOMEM: no frame left; then the program is over. */
int os_page_fault(struct os *os, uint32_t vaddr, enum page_access access, struct os_fault *fault);

/* Copy between the host and guest virtual memory, across pages, populating them as needed.
 * 0 or -EFAULT. */
int os_read_guest(struct os *os, uint32_t vaddr, void *destination, uint32_t bytes);
int os_write_guest(struct os *os, uint32_t vaddr, const void *source, uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif
