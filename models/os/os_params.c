#include "os/os_config.h"

#include <stddef.h>

#define FIELD(name) offsetof(struct os_config, name)

static const char board_rows[] =
    "AXI4MLIR's PYNQ-Z2 rows, v1, size 4, where calls are most of the time: what is left of a "
    "blocking transfer beyond its instructions, register accesses and words (docs/validation.md)";

const struct param os_params[] = {
    {"syscall_cycles", PARAM_U32, "cycles", FIELD(syscall_cycles), "350", 0, 1e6, NULL, KIND_GUESS,
     "null system call on a Cortex-A9 class core: a few hundred cycles",
     "CPU time of every system call: entry, dispatch, exit"},
    {"msync_cycles", PARAM_U32, "cycles", FIELD(msync_cycles), "370", 0, 1e6, NULL, KIND_DERIVED,
     board_rows, "msync, on top: mmap lock, area look-up, file reference"},
    {"mmap_cycles", PARAM_U32, "cycles", FIELD(mmap_cycles), "2000", 0, 1e6, NULL, KIND_GUESS,
     "order of magnitude of lmbench mmap figures on ARMv7",
     "mmap, munmap, mprotect, brk, madvise, on top"},
    {"mmap_page_cycles", PARAM_U32, "cycles", FIELD(mmap_page_cycles), "40", 0, 1e6, NULL,
     KIND_GUESS, "one page table entry written and cleaned to memory",
     "per page entered into or removed from the page table"},
    {"file_cycles", PARAM_U32, "cycles", FIELD(file_cycles), "1500", 0, 1e6, NULL, KIND_GUESS,
     "order of magnitude of lmbench read/write/stat figures on ARMv7",
     "open, close, stat, read, write, ioctl, on top"},
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
};

const size_t os_params_count = sizeof os_params / sizeof *os_params;
