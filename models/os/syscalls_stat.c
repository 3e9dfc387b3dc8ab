/* stat in its several forms, and access. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "os/os_internal.h"

enum {
    PATH_BYTES = 1024,
    BLOCK_BYTES = 4096,
    SECTOR_BYTES = 512,
    EMPTY_PATH = 0x1000,
    MAY_EXECUTE = 1,
    EXECUTE_RIGHTS = 0111
};

/* struct stat64 of the ARM EABI. */
struct arm_stat64 {
    uint64_t device;
    uint32_t unused_1, inode_low;
    uint32_t mode, links, user, group;
    uint64_t number;
    uint32_t unused_2, unused_3;
    int64_t bytes;
    uint32_t block_bytes, unused_4;
    uint64_t blocks;
    uint32_t times[6]; /* access, modification, change: seconds, nanoseconds */
    uint64_t inode;
};
_Static_assert(sizeof(struct arm_stat64) == 104, "the kernel's asm/stat.h");

/* struct stat of AArch64: asm-generic/stat.h. */
struct arm64_stat {
    uint64_t device, inode;
    uint32_t mode, links, user, group;
    uint64_t number, unused_1;
    int64_t bytes;
    uint32_t block_bytes, unused_2;
    int64_t blocks;
    uint64_t times[6];
    uint32_t unused_3[2];
};
_Static_assert(sizeof(struct arm64_stat) == 128, "the kernel's asm-generic/stat.h");

/* struct statx, the same on all architectures. */
struct arm_statx {
    uint32_t mask, block_bytes;
    uint64_t attributes;
    uint32_t links, user, group;
    uint16_t mode, unused_1;
    uint64_t inode, bytes, blocks, attributes_mask;
    uint64_t times[8]; /* access, birth, change, modification: seconds, nanoseconds */
    uint32_t number_major, number_minor, device_major, device_minor;
    uint64_t unused_2[14];
};
_Static_assert(sizeof(struct arm_statx) == 256, "the kernel's linux/stat.h");

static uint32_t write_stat64(struct os *os, const struct file_status *status, uint32_t vaddr)
{
    const struct arm_stat64 result = {.inode_low = 1,
                                      .mode = status->mode,
                                      .links = 1,
                                      .number = status->number,
                                      .bytes = (int64_t)status->bytes,
                                      .block_bytes = BLOCK_BYTES,
                                      .blocks = (status->bytes + SECTOR_BYTES - 1) / SECTOR_BYTES,
                                      .inode = 1};
    return os_errno(os_write_guest(os, vaddr, &result, sizeof result));
}

static uint32_t write_arm64_stat(struct os *os, const struct file_status *status, uint32_t vaddr)
{
    const struct arm64_stat result = {
        .inode = 1,
        .mode = status->mode,
        .links = 1,
        .number = status->number,
        .bytes = (int64_t)status->bytes,
        .block_bytes = BLOCK_BYTES,
        .blocks = (int64_t)((status->bytes + SECTOR_BYTES - 1) / SECTOR_BYTES)};
    return os_errno(os_write_guest(os, vaddr, &result, sizeof result));
}

static uint32_t write_stat(struct os *os, const struct file_status *status, uint32_t vaddr)
{
    return os->isa == ELF_AARCH64 ? write_arm64_stat(os, status, vaddr)
                                  : write_stat64(os, status, vaddr);
}

static uint32_t write_statx(struct os *os, const struct file_status *status, uint32_t vaddr)
{
    const struct arm_statx result = {.mask = 0x7FF, /* STATX_BASIC_STATS */
                                     .block_bytes = BLOCK_BYTES,
                                     .links = 1,
                                     .mode = (uint16_t)status->mode,
                                     .inode = 1,
                                     .bytes = status->bytes,
                                     .blocks = (status->bytes + SECTOR_BYTES - 1) / SECTOR_BYTES,
                                     .number_major = status->number >> 8,
                                     .number_minor = status->number & 0xFF};
    return os_errno(os_write_guest(os, vaddr, &result, sizeof result));
}

static struct file_status device_status(const struct device_file *device)
{
    return (struct file_status){.mode = device->mode, .number = device->number};
}

static int descriptor_status(struct os *os, uint32_t descriptor, struct file_status *status)
{
    os->extra_cycles += os->config.stat_cycles;
    const struct open_file *file = file_of(os, descriptor);
    if (!file)
        return -EBADF;
    if (is_host_file(file))
        return host_file_status(file->host, status);
    *status = device_status(file->device);
    return 0;
}

/* Of a path or, with an empty path and AT_EMPTY_PATH, of a descriptor. */
static int look_up(struct os *os, uint32_t descriptor, uint32_t path, uint32_t flags,
                   struct file_status *status)
{
    char name[PATH_BYTES];
    const int error = os_read_string(os, path, name, sizeof name);
    if (error)
        return error;
    if (name[0] == '\0')
        return flags & EMPTY_PATH ? descriptor_status(os, descriptor, status) : -ENOENT;
    const struct device_file *device = device_at(os, name);
    os->extra_cycles += os->config.stat_cycles;
    if (!device)
        return sandbox_status(os, name, status);
    *status = device_status(device);
    return 0;
}

static uint32_t call_stat64(struct os *os, struct os_call *call)
{
    struct file_status status;
    const int error = look_up(os, 0, call->args[0], 0, &status);
    return error ? os_errno(error) : write_stat(os, &status, call->args[1]);
}

static uint32_t call_fstat64(struct os *os, struct os_call *call)
{
    struct file_status status;
    const int error = descriptor_status(os, call->args[0], &status);
    return error ? os_errno(error) : write_stat(os, &status, call->args[1]);
}

static uint32_t call_fstatat64(struct os *os, struct os_call *call)
{
    struct file_status status;
    const int error = look_up(os, call->args[0], call->args[1], call->args[3], &status);
    return error ? os_errno(error) : write_stat(os, &status, call->args[2]);
}

static uint32_t call_statx(struct os *os, struct os_call *call)
{
    struct file_status status;
    const int error = look_up(os, call->args[0], call->args[1], call->args[2], &status);
    return error ? os_errno(error) : write_statx(os, &status, call->args[4]);
}

/* The program runs as root, as it must to open /dev/mem. */
static uint32_t check_access(struct os *os, uint32_t path, uint32_t mode)
{
    struct file_status status;
    const int error = look_up(os, 0, path, 0, &status);
    if (error)
        return os_errno(error);
    return os_errno(mode & MAY_EXECUTE && !(status.mode & EXECUTE_RIGHTS) ? -EACCES : 0);
}

static uint32_t call_access(struct os *os, struct os_call *call)
{
    return check_access(os, call->args[0], call->args[1]);
}

static uint32_t call_faccessat(struct os *os, struct os_call *call)
{
    return check_access(os, call->args[1], call->args[2]);
}

static const struct system_call calls[] = {
    {33, "access", GROUP_FILES, call_access},
    {195, "stat64", GROUP_FILES, call_stat64},
    {196, "lstat64", GROUP_FILES, call_stat64}, /* there are no links */
    {197, "fstat64", GROUP_FILES, call_fstat64},
    {327, "fstatat64", GROUP_FILES, call_fstatat64},
    {334, "faccessat", GROUP_FILES, call_faccessat},
    {397, "statx", GROUP_FILES, call_statx},
    {439, "faccessat2", GROUP_FILES, call_faccessat},
};

const struct call_list stat_calls = {calls, sizeof calls / sizeof *calls};
