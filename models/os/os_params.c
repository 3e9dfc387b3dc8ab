#include "os/os_config.h"

#include <stddef.h>

#define FIELD(name) offsetof(struct os_config, name)

static const char board_rows[] =
    "AXI4MLIR's PYNQ-Z2 rows, v1, size 4, where calls are most of the time: what is left of a "
    "blocking transfer beyond its instructions, register accesses and words (docs/validation.md)";

/* In the order of enum frame_order. */
static const char *const frame_orders[] = {"ascending", "scattered", NULL};

const struct param os_params[] = {
    {"syscall_cycles", PARAM_U32, "cycles", FIELD(syscall_cycles), "350", 0, 1e6, NULL, KIND_GUESS,
     "null system call on a Cortex-A9 class core: a few hundred cycles",
     "CPU time of every system call: entry, dispatch, exit"},
    {"msync_cycles", PARAM_U32, "cycles", FIELD(msync_cycles), "395", 0, 1e6, NULL, KIND_DERIVED,
     board_rows, "msync, on top: mmap lock, area look-up, file reference"},
    {"mmap_cycles", PARAM_U32, "cycles", FIELD(mmap_cycles), "2000", 0, 1e6, NULL, KIND_GUESS,
     "order of magnitude of lmbench mmap figures on ARMv7",
     "mmap, munmap, mprotect, brk, madvise, on top"},
    {"mmap_page_cycles", PARAM_U32, "cycles", FIELD(mmap_page_cycles), "40", 0, 1e6, NULL,
     KIND_GUESS, "one page table entry written and cleaned to memory",
     "per page entered into or removed from the page table"},
    {"open_cycles", PARAM_U32, "cycles", FIELD(open_cycles), "2500", 0, 1e6, NULL, KIND_GUESS,
     "order of magnitude of lmbench open/close figures on ARMv7",
     "open, unlink, readlink, on top: walking a path"},
    {"stat_cycles", PARAM_U32, "cycles", FIELD(stat_cycles), "1500", 0, 1e6, NULL, KIND_GUESS,
     "order of magnitude of lmbench stat figures on ARMv7", "stat and access, on top"},
    {"io_cycles", PARAM_U32, "cycles", FIELD(io_cycles), "400", 0, 1e6, NULL, KIND_GUESS,
     "order of magnitude of lmbench null I/O figures on ARMv7", "read and write, on top"},
    {"io_byte_cycles", PARAM_DOUBLE, "cycles", FIELD(io_byte_cycles), "0.4", 0, 1e3, NULL,
     KIND_GUESS, "a copy at about the 1.6 GB/s of a cached memset (u-dma-buf README, Zynq)",
     "a byte that read or write moves, on top"},
    {"attribute_cycles", PARAM_U32, "cycles", FIELD(attribute_cycles), "1100", 0, 1e6, NULL,
     KIND_GUESS, "sysfs: a buffer, a lock and a number in text beyond a plain write",
     "read or write of an attribute in sysfs (u-dma-buf), on top of io_cycles"},
    {"descriptor_cycles", PARAM_U32, "cycles", FIELD(descriptor_cycles), "400", 0, 1e6, NULL,
     KIND_GUESS, "order of magnitude of lmbench null I/O figures on ARMv7",
     "close, lseek, dup, fcntl, ioctl, fsync, ftruncate, on top"},
    {"time_cycles", PARAM_U32, "cycles", FIELD(time_cycles), "300", 0, 1e6, NULL, KIND_GUESS,
     "a read of the global timer and a division", "clock and sleep calls, on top"},
    {"interrupt_cycles", PARAM_U32, "cycles", FIELD(interrupt_cycles), "1500", 0, 1e6, NULL,
     KIND_GUESS, "2.3 us at 650 MHz: GIC acknowledge, flow handler, UIO handler, return",
     "an interrupt that a UIO file counts: entry, handler, exit"},
    {"context_switch_cycles", PARAM_U32, "cycles", FIELD(context_switch_cycles), "3000", 0, 1e6,
     NULL, KIND_GUESS, "order of magnitude of lmbench context switch figures on ARMv7",
     "a blocking read of a UIO file, twice: to the idle thread, and wake-up and switch back"},
    {"page_fault_cycles", PARAM_U32, "cycles", FIELD(page_fault_cycles), "1200", 0, 1e6, NULL,
     KIND_GUESS, "order of magnitude of lmbench page fault figures on ARMv7",
     "first touch of a page: exception, area look-up, frame allocation; without zeroing"},
    {"page_zero_cycles", PARAM_U32, "cycles", FIELD(page_zero_cycles), "1600", 0, 1e6, NULL,
     KIND_DERIVED, "4096 bytes at 1.65 GB/s (u-dma-buf README, write-combined memset on Zynq)",
     "zeroing a fresh 4 KiB frame"},
    {"file_fault_cycles", PARAM_U32, "cycles", FIELD(file_fault_cycles), "1500", 0, 1e6, NULL,
     KIND_GUESS, "order of magnitude of lmbench page fault figures on ARMv7",
     "first touch of a page of the program's file, which is in memory already"},
    {"page_copy_cycles", PARAM_U32, "cycles", FIELD(page_copy_cycles), "3200", 0, 1e6, NULL,
     KIND_GUESS, "4096 bytes read and written, each at about page_zero_cycles",
     "a copy for the process when such a page can be written, on top"},
    {"fault_around_bytes", PARAM_U32, "bytes", FIELD(fault_around_bytes), "65536", 4096, 16777216,
     NULL, KIND_DATASHEET, "Linux mm/memory.c, fault_around_bytes",
     "pages around it that one fault maps as well when they cannot be written"},
    {"process_start_cycles", PARAM_U32, "cycles", FIELD(process_start_cycles), "400000", 0, 1e9,
     NULL, KIND_GUESS, "0.6 ms at 650 MHz: order of magnitude of lmbench exec figures on ARMv7",
     "fork, exec and exit: in the process interval, before the program's first instruction"},
    {"timer_tick_hz", PARAM_U32, "Hz", FIELD(timer_tick_hz), "100", 0, 10000, NULL, KIND_DERIVED,
     "CONFIG_HZ of Xilinx's Zynq kernel configurations",
     "timer interrupts while the program runs, each timer_tick_cycles; 0: none"},
    {"timer_tick_cycles", PARAM_U32, "cycles", FIELD(timer_tick_cycles), "3000", 0, 1e6, NULL,
     KIND_GUESS, "4.6 us at 650 MHz: interrupt entry, time keeping, scheduler, exit",
     "a timer interrupt"},
    {"syscall_accesses", PARAM_U32, "accesses", FIELD(syscall_accesses), "80", 0, 1e6, NULL,
     KIND_DERIVED,
     "AXI4MLIR's PYNQ-Z2 rows, manual drivers, v1, size 4: L1D accesses beyond the program's own, "
     "four calls an iteration",
     "the kernel's own data accesses in a system call: counted, not simulated"},
    {"page_fault_accesses", PARAM_U32, "accesses", FIELD(page_fault_accesses), "600", 0, 1e6, NULL,
     KIND_GUESS, "512 stores of 64 bits zero a page; the rest about as a system call's",
     "the kernel's own data accesses in a page fault: counted, not simulated"},
    {"stack_bytes", PARAM_U32, "bytes", FIELD(stack_bytes), "8388608", 65536, 268435456, NULL,
     KIND_DATASHEET, "Linux default RLIMIT_STACK", "the program's stack; grows up to this"},
    {"frames", PARAM_ENUM, "", FIELD(frames), "ascending", 0, 0, frame_orders, KIND_GUESS,
     "a machine that has just started; one that has been up hands out scattered frames",
     "physical order of the pages that a program touches first: ascending or scattered"},
};

const size_t os_params_count = sizeof os_params / sizeof *os_params;
