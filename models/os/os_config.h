/* What the operating system costs, and how it maps memory: board.os. */
#ifndef ZEROSTAGE_OS_OS_CONFIG_H
#define ZEROSTAGE_OS_OS_CONFIG_H

#include "config/param.h"

#ifdef __cplusplus
extern "C" {
#endif

enum devmem_sync_mapping { DEVMEM_SYNC_UNCACHED, DEVMEM_SYNC_WRITE_COMBINE };

struct os_config {
    uint32_t syscall_cycles;        /* entry, dispatch, exit: charged for every call */
    uint32_t msync_cycles;          /* on top: msync of a mapped range */
    uint32_t mmap_cycles;           /* on top: mmap, munmap, mprotect, brk, madvise */
    uint32_t mmap_page_cycles;      /* on top: a page entered into or removed from the page table */
    uint32_t open_cycles;           /* on top: what walks a path: open, unlink, readlink */
    uint32_t stat_cycles;           /* on top: stat and access */
    uint32_t io_cycles;             /* on top: read and write */
    double io_byte_cycles;          /* on top: a byte that read or write moves */
    uint32_t attribute_cycles;      /* on top: read or write of an attribute in sysfs */
    uint32_t descriptor_cycles;     /* on top: close, lseek, dup, fcntl, ioctl, fsync, truncate */
    uint32_t time_cycles;           /* on top: clocks and sleeps */
    uint32_t interrupt_cycles;      /* an interrupt: entry, handler, exit */
    uint32_t context_switch_cycles; /* to another thread; a blocked one's wake-up included */
    uint32_t page_fault_cycles;     /* first touch of a page, without zeroing */
    uint32_t page_zero_cycles;      /* zeroing a fresh frame */
    uint32_t file_fault_cycles;     /* first touch of a page of the program's file */
    uint32_t page_copy_cycles;      /* on top when it can be written: a copy of its own */
    uint32_t fault_around_bytes;    /* mapped by one such fault when it cannot */
    uint32_t process_start_cycles;  /* fork, exec and exit */
    uint32_t timer_tick_hz;         /* 0: none */
    uint32_t timer_tick_cycles;
    uint32_t syscall_accesses; /* data accesses in the kernel: counted only */
    uint32_t page_fault_accesses;
    uint32_t stack_bytes;
    uint32_t frames;              /* enum frame_order: of anonymous memory */
    uint32_t devmem_sync_mapping; /* enum devmem_sync_mapping; no parameter: dma.mapping says */
};

extern const struct param os_params[];
extern const size_t os_params_count;

#ifdef __cplusplus
}
#endif
#endif
