/* open, close, read, write and their like. */
#define _GNU_SOURCE /* O_DIRECTORY */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os/os_internal.h"

enum {
    PATH_BYTES = 1024,
    VECTOR_LIMIT = 1024, /* UIO_MAXIOV */
    OPEN_ACCESS_MODE = 3,
    OPEN_READ_ONLY = 0,
    OPEN_WRITE_ONLY = 1,
    OPEN_CREATE = 0100,
    OPEN_EXCLUSIVE = 0200,
    OPEN_TRUNCATE = 01000,
    OPEN_APPEND = 02000,
    OPEN_DIRECTORY = 040000,
    MODE_TYPE_MASK = 0170000,
    MODE_PIPE = 0010000,

    CONTROL_DUPLICATE = 0,
    CONTROL_GET_FD = 1,
    CONTROL_SET_FD = 2,
    CONTROL_GET_FLAGS = 3,
    CONTROL_SET_FLAGS = 4,
    CONTROL_DUPLICATE_CLOEXEC = 1030,

    SEEK_FROM_START = 0,
    SEEK_FROM_HERE = 1
};

/* The ARM EABI's flags as the host has them. */
static int host_flags(uint32_t flags)
{
    static const struct {
        uint32_t guest;
        int host;
    } pairs[] = {{OPEN_CREATE, O_CREAT},
                 {OPEN_EXCLUSIVE, O_EXCL},
                 {OPEN_TRUNCATE, O_TRUNC},
                 {OPEN_APPEND, O_APPEND},
                 {OPEN_DIRECTORY, O_DIRECTORY}};
    int host = (int)(flags & OPEN_ACCESS_MODE);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        host |= flags & pairs[i].guest ? pairs[i].host : 0;
    return host;
}

static uint32_t open_path(struct os *os, uint32_t path, uint32_t flags, uint32_t mode)
{
    char name[PATH_BYTES];
    os->extra_cycles += os->config.open_cycles;
    const int error = os_read_string(os, path, name, sizeof name);
    if (error)
        return os_errno(error);
    const struct device_file *device = device_at(os, name);
    if (device)
        return os_errno(file_open(os, device, flags));
    const int host = sandbox_open(os, name, host_flags(flags), mode & 0777);
    return os_errno(host < 0 ? host : file_open_host(os, host, flags));
}

static uint32_t call_open(struct os *os, struct os_call *call)
{
    return open_path(os, call->args[0], call->args[1], call->args[2]);
}

static uint32_t call_openat(struct os *os, struct os_call *call)
{
    return open_path(os, call->args[1], call->args[2], call->args[3]);
}

static void charge_descriptor(struct os *os)
{
    os->extra_cycles += os->config.descriptor_cycles;
}

/* Of a read or write whose result is `moved`, which is passed on. */
static int charge_transfer(struct os *os, int moved)
{
    os->extra_cycles += os->config.io_cycles;
    if (moved > 0)
        os->extra_cycles += (uint64_t)(moved * os->config.io_byte_cycles);
    return moved;
}

static uint32_t call_close(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    return os_errno(file_close(os, call->args[0]));
}

/* Linux never moves more than this at once. */
static uint32_t transfer_limit(uint32_t bytes)
{
    return bytes < 0x7FFFF000 ? bytes : 0x7FFFF000;
}

static int read_part(struct os *os, uint32_t descriptor, uint32_t vaddr, uint32_t bytes)
{
    struct open_file *file = file_of(os, descriptor);
    if (!file || (file->flags & OPEN_ACCESS_MODE) == OPEN_WRITE_ONLY)
        return -EBADF;
    if (!file->device->ops->read)
        return -EINVAL;
    return charge_transfer(os, file->device->ops->read(os, file, vaddr, transfer_limit(bytes)));
}

static uint32_t call_read(struct os *os, struct os_call *call)
{
    return os_errno(read_part(os, call->args[0], call->args[1], call->args[2]));
}

static int write_part(struct os *os, uint32_t descriptor, uint32_t vaddr, uint32_t bytes)
{
    struct open_file *file = file_of(os, descriptor);
    if (!file || (file->flags & OPEN_ACCESS_MODE) == OPEN_READ_ONLY)
        return -EBADF;
    if (!file->device->ops->write)
        return -EINVAL;
    return charge_transfer(os, file->device->ops->write(os, file, vaddr, transfer_limit(bytes)));
}

static uint32_t call_write(struct os *os, struct os_call *call)
{
    return os_errno(write_part(os, call->args[0], call->args[1], call->args[2]));
}

typedef int transfer_part(struct os *os, uint32_t descriptor, uint32_t vaddr, uint32_t bytes);

static uint32_t transfer_vector(struct os *os, const struct os_call *call, transfer_part *transfer)
{
    if (call->args[2] > VECTOR_LIMIT)
        return os_errno(-EINVAL);
    int total = 0;
    for (uint32_t i = 0; i < call->args[2]; i++) {
        int64_t vector[2]; /* base, bytes */
        int moved = os_read_longs(os, call->args[1] + i * 2 * os_long_bytes(os), vector, 2);
        if (!moved)
            moved = transfer(os, call->args[0], (uint32_t)vector[0], (uint32_t)vector[1]);
        if (moved < 0)
            return os_errno(total > 0 ? total : moved);
        total += moved;
        if ((uint32_t)moved < (uint32_t)vector[1])
            break;
    }
    return os_errno(total);
}

static uint32_t call_readv(struct os *os, struct os_call *call)
{
    return transfer_vector(os, call, read_part);
}

static uint32_t call_writev(struct os *os, struct os_call *call)
{
    return transfer_vector(os, call, write_part);
}

static uint32_t call_ioctl(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    struct open_file *file = file_of(os, call->args[0]);
    if (!file)
        return os_errno(-EBADF);
    if (!file->device->ops->ioctl)
        return os_errno(-ENOTTY);
    return os_errno(file->device->ops->ioctl(os, file, call->args[1], call->args[2]));
}

static int seek(struct os *os, uint32_t descriptor, int64_t offset, uint32_t whence,
                uint64_t *position)
{
    charge_descriptor(os);
    struct open_file *file = file_of(os, descriptor);
    if (!file)
        return -EBADF;
    if (is_host_file(file)) {
        const int64_t at = host_file_seek(file, offset, whence);
        *position = (uint64_t)at;
        return at < 0 ? (int)at : 0;
    }
    if ((file->device->mode & MODE_TYPE_MASK) == MODE_PIPE)
        return -ESPIPE;
    if (whence != SEEK_FROM_START && whence != SEEK_FROM_HERE)
        return -EINVAL; /* a device has no end */
    const int64_t base = whence == SEEK_FROM_HERE ? (int64_t)file->position : 0;
    if (base + offset < 0)
        return -EINVAL;
    file->position = (uint64_t)(base + offset);
    *position = file->position;
    return 0;
}

static uint32_t call_lseek(struct os *os, struct os_call *call)
{
    uint64_t position = 0;
    const int error = seek(os, call->args[0], (int32_t)call->args[1], call->args[2], &position);
    if (error)
        return os_errno(error);
    return position > INT32_MAX ? os_errno(-EOVERFLOW) : (uint32_t)position;
}

static uint32_t call_llseek(struct os *os, struct os_call *call)
{
    const uint64_t offset = (uint64_t)call->args[1] << 32 | call->args[2];
    uint64_t position = 0;
    const int error = seek(os, call->args[0], (int64_t)offset, call->args[4], &position);
    if (error)
        return os_errno(error);
    return os_errno(os_write_guest(os, call->args[3], &position, sizeof position));
}

static uint32_t call_dup(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    return os_errno(file_duplicate(os, call->args[0], 0));
}

static uint32_t call_dup2(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    return os_errno(file_duplicate_to(os, call->args[0], call->args[1]));
}

static uint32_t call_dup3(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    if (call->args[0] == call->args[1])
        return os_errno(-EINVAL);
    return os_errno(file_duplicate_to(os, call->args[0], call->args[1]));
}

static uint32_t call_fcntl64(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    struct open_file *file = file_of(os, call->args[0]);
    if (!file)
        return os_errno(-EBADF);
    switch (call->args[1]) {
    case CONTROL_DUPLICATE:
    case CONTROL_DUPLICATE_CLOEXEC:
        return os_errno(file_duplicate(os, call->args[0], call->args[2]));
    case CONTROL_GET_FD:
    case CONTROL_SET_FD: /* close-on-exec: there is no exec */
        return 0;
    case CONTROL_GET_FLAGS:
        return file->flags;
    case CONTROL_SET_FLAGS:
        file->flags = (file->flags & OPEN_ACCESS_MODE) | (call->args[2] & ~3U);
        return 0;
    default:
        return os_errno(-EINVAL);
    }
}

/* Neither pipes nor /dev/mem have an fsync. */
static uint32_t call_fsync(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    const struct open_file *file = file_of(os, call->args[0]);
    if (!file)
        return os_errno(-EBADF);
    return os_errno(is_host_file(file) ? 0 : -EINVAL);
}

static uint32_t call_ftruncate64(struct os *os, struct os_call *call)
{
    charge_descriptor(os);
    const struct open_file *file = file_of(os, call->args[0]);
    if (!file)
        return os_errno(-EBADF);
    /* The length is 64-bit, so in an even register pair. */
    const uint64_t bytes = (uint64_t)call->args[3] << 32 | call->args[2];
    return os_errno(is_host_file(file) ? host_file_truncate(file, bytes) : -EINVAL);
}

static uint32_t remove_path(struct os *os, uint32_t path)
{
    char name[PATH_BYTES];
    os->extra_cycles += os->config.open_cycles;
    const int error = os_read_string(os, path, name, sizeof name);
    if (error)
        return os_errno(error);
    return os_errno(device_at(os, name) ? -EACCES : sandbox_remove(os, name));
}

static uint32_t call_unlink(struct os *os, struct os_call *call)
{
    return remove_path(os, call->args[0]);
}

static uint32_t call_unlinkat(struct os *os, struct os_call *call)
{
    return call->args[2] ? os_errno(-EINVAL) : remove_path(os, call->args[1]);
}

static uint32_t no_link(struct os *os, uint32_t path)
{
    char name[PATH_BYTES];
    os->extra_cycles += os->config.open_cycles;
    const int error = os_read_string(os, path, name, sizeof name);
    if (error)
        return os_errno(error);
    return os_errno(device_at(os, name) ? -EINVAL : -ENOENT);
}

static uint32_t call_readlink(struct os *os, struct os_call *call)
{
    return no_link(os, call->args[0]);
}

static uint32_t call_readlinkat(struct os *os, struct os_call *call)
{
    return no_link(os, call->args[1]);
}

static const struct system_call calls[] = {
    {3, "read", GROUP_FILES, call_read},
    {4, "write", GROUP_FILES, call_write},
    {5, "open", GROUP_FILES, call_open},
    {6, "close", GROUP_FILES, call_close},
    {10, "unlink", GROUP_FILES, call_unlink},
    {19, "lseek", GROUP_FILES, call_lseek},
    {41, "dup", GROUP_FILES, call_dup},
    {54, "ioctl", GROUP_FILES, call_ioctl},
    {63, "dup2", GROUP_FILES, call_dup2},
    {85, "readlink", GROUP_FILES, call_readlink},
    {118, "fsync", GROUP_FILES, call_fsync},
    {140, "_llseek", GROUP_FILES, call_llseek},
    {145, "readv", GROUP_FILES, call_readv},
    {146, "writev", GROUP_FILES, call_writev},
    {194, "ftruncate64", GROUP_FILES, call_ftruncate64},
    {221, "fcntl64", GROUP_FILES, call_fcntl64},
    {322, "openat", GROUP_FILES, call_openat},
    {328, "unlinkat", GROUP_FILES, call_unlinkat},
    {332, "readlinkat", GROUP_FILES, call_readlinkat},
    {358, "dup3", GROUP_FILES, call_dup3},
};

const struct call_list file_calls = {calls, sizeof calls / sizeof *calls};
