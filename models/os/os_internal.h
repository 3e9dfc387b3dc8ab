/* The operating system's state, and what its files offer each other. */
#ifndef ZEROSTAGE_OS_OS_INTERNAL_H
#define ZEROSTAGE_OS_OS_INTERNAL_H

#include "os/device_file.h"
#include "os/frame_allocator.h"
#include "os/os.h"

enum {
    OS_FILES = 64,
    OS_DEVICES = 112,
    OS_RANGES = 16,
    OS_LINES = 4,
    OS_BUFFERS = 4,
    OS_CALL_NUMBERS = 512
};

/* Address space layout, as Linux lays it out for a 32-bit ARM program (without randomisation). */
#define STACK_TOP       UINT32_C(0xBF000000)
#define MMAP_FLOOR      UINT32_C(0x00010000) /* vm.mmap_min_addr, rounded up */
#define STACK_GAP_BYTES UINT32_C(0x08000000) /* kept free below the stack's top, at least */
#define HELPER_PAGE     UINT32_C(0xFFFF0000) /* the kernel's user helpers */

enum call_group { GROUP_MEMORY, GROUP_FILES, GROUP_TIME, GROUP_PROCESS, CALL_GROUPS };

struct os_counters {
    uint64_t syscalls;
    uint64_t by_group[CALL_GROUPS];
    uint64_t msyncs;
    uint64_t page_faults;
    uint64_t accesses;
    uint64_t file_faults;
    uint64_t interrupts;
    uint64_t syncs;
};

/* Things about which the user is told once. */
enum complaint {
    COMPLAIN_THREADS = 1 << 0,
    COMPLAIN_PRIVATE_MAPPING = 1 << 1,
    COMPLAIN_DEVMEM_READ = 1 << 2,
    COMPLAIN_MIXED_ATTRIBUTES = 1 << 3,
    COMPLAIN_SANDBOX = 1 << 4,
    COMPLAIN_READ_ONLY = 1 << 5
};

struct system_call;

/* What a blocked call waits for, and how it goes on; `resume` is NULL when nothing is blocked. */
struct os_blocked {
    int (*resume)(struct os *os, struct os_blocked *blocked);
    struct open_file *file;
    uint32_t vaddr;
    uint32_t line;
};

struct uio_device {
    struct device_file file;
    uint32_t line;
    bool enabled;
    uint32_t events; /* interrupts so far */
};

/* A directory of the host that the program may use, resolved. */
struct sandbox_root {
    char *path;
    bool writable;
};

struct sandbox {
    struct sandbox_root roots[2 * PARAM_LIST_ITEMS];
    size_t count;
};

/* What stat reports of a file. */
struct file_status {
    uint32_t mode, number; /* number: of a device, major << 8 | minor */
    uint64_t bytes;
};

enum { UDMABUF_ATTRIBUTES = 10, UDMABUF_PATH_BYTES = 64 };

struct udmabuf;
struct udmabuf_attribute {
    struct device_file file;
    char path[UDMABUF_PATH_BYTES];
    struct udmabuf *owner;
    const struct udmabuf_attribute_kind *kind;
};

struct udmabuf {
    struct device_file file;
    char path[UDMABUF_PATH_BYTES];
    const struct dma_buffer *buffer;
    uint32_t sync_mode, sync_offset, sync_size, sync_direction, sync_owner;
    /* By kind, under the class's name of today, and under that of old versions. */
    struct udmabuf_attribute attributes[2][UDMABUF_ATTRIBUTES];
};

struct os {
    struct os_config config;
    struct os_machine machine;
    struct frame_allocator frames;
    struct address_space space;
    const struct elf_image *program;
    enum elf_isa isa; /* the program's: decides numbers and structures of its system calls */
    uint32_t thread_pointer;
    uint32_t break_start, break_end; /* the heap that brk moves; break_end need not be aligned */
    struct open_file *files[OS_FILES];
    const struct device_file *devices[OS_DEVICES];
    size_t device_count;
    const struct system_call *calls[OS_CALL_NUMBERS]; /* by number */
    bool call_reported[OS_CALL_NUMBERS];
    struct uio_device uio[OS_LINES];
    struct udmabuf udmabufs[OS_BUFFERS];
    struct os_blocked blocked;
    struct sandbox sandbox;
    uint32_t complaints;
    uint64_t random_state;
    uint64_t extra_cycles; /* costs that come up inside of the call being served */
    struct os_counters counters;
};

/* A call's handler returns what goes to r0; it may change the call's outcome. */
struct system_call {
    uint32_t number;
    const char *name;
    enum call_group group;
    uint32_t (*handler)(struct os *os, struct os_call *call);
};

struct call_list {
    const struct system_call *calls;
    size_t count;
};

extern const struct call_list memory_calls, file_calls, stat_calls, time_calls, process_calls;

void os_enter_calls(struct os *os, const struct call_list *list);

static inline uint32_t os_errno(int negative_errno)
{
    return (uint32_t)negative_errno;
}

/* One line to the user; once only for a complaint. */
__attribute__((format(printf, 2, 3))) void os_say(struct os *os, const char *format, ...);
bool os_first_complaint(struct os *os, enum complaint complaint);

/* End the program by a signal. */
void os_kill(struct os_call *call, int signal);

/* Make a page present for the kernel's own access, with its cost. 0 or a negative errno. */
int os_touch(struct os *os, uint32_t vaddr, enum page_access access);

/* `count` values of the program's type long, which has 32 or 64 bits; sign-extended when read.
 * 0 or -EFAULT. */
int os_read_longs(struct os *os, uint32_t vaddr, int64_t *values, uint32_t count);
int os_write_longs(struct os *os, uint32_t vaddr, const int64_t *values, uint32_t count);
static inline uint32_t os_long_bytes(const struct os *os)
{
    return os->isa == ELF_AARCH64 ? 8 : 4;
}

/* AArch64: make an ARM call of call->registers. 0, -ENOSYS for one that is not known, or another
 * negative errno for arguments that it cannot have. */
int os_call_from_arm64(struct os_call *call);

/* Copy a string, at most `bytes` with its end. 0, -EFAULT or -ENAMETOOLONG. */
int os_read_string(struct os *os, uint32_t vaddr, char *text, uint32_t bytes);

/* Charge for entering into or removing `pages` pages from the page table. */
void os_charge_pages(struct os *os, uint32_t pages);

/* files.c. A descriptor is -EBADF when not open, -EMFILE when there are none left. */
struct open_file *file_of(struct os *os, uint32_t descriptor);
int file_open(struct os *os, const struct device_file *device, uint32_t flags);
int file_close(struct os *os, uint32_t descriptor);
int file_duplicate(struct os *os, uint32_t descriptor, uint32_t lowest);
int file_duplicate_to(struct os *os, uint32_t descriptor, uint32_t wanted);
/* An open host file, whose descriptor it takes over. */
int file_open_host(struct os *os, int host, uint32_t flags);
const struct device_file *device_at(const struct os *os, const char *path);
void files_close_all(struct os *os);

/* uio.c: a device file for each of the machine's interrupt lines. 0 or a negative errno. */
int os_add_uio_devices(struct os *os);

/* udmabuf.c: a device file and its attributes for each of the machine's DMA buffers. The same. */
int os_add_udmabufs(struct os *os);

/* udmabuf_attributes.c. */
int udmabuf_add_attributes(struct os *os, struct udmabuf *udmabuf);

/* sandbox.c: paths of the host's files. A negative errno for what the program may not do; what it
 * may not see is -ENOENT. */
int sandbox_init(struct sandbox *sandbox, const struct sandbox_config *config);
void sandbox_release(struct sandbox *sandbox);
/* Descriptor of the host of what the program reads as its standard input. */
int sandbox_open_input(const struct sandbox_config *config);
/* `flags` are the host's. Returns a descriptor of the host. */
int sandbox_open(struct os *os, const char *path, int flags, unsigned int mode);
int sandbox_status(struct os *os, const char *path, struct file_status *status);
int sandbox_remove(struct os *os, const char *path);

/* host_files.c */
extern const struct device_file host_file_device;
int host_file_status(int descriptor, struct file_status *status);
int64_t host_file_seek(const struct open_file *file, int64_t offset, uint32_t whence);
int host_file_truncate(const struct open_file *file, uint64_t bytes);

static inline bool is_host_file(const struct open_file *file)
{
    return file->device == &host_file_device;
}

extern const struct device_file console_in, console_out, console_error, devmem_device;

#endif
