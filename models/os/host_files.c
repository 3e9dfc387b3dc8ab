/* A file of the host that the program has open. */
#define _GNU_SOURCE /* pread, pwrite, ftruncate */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os_internal.h"

enum { CHUNK_BYTES = 65536, COUNT_READABLE = 0x541B /* FIONREAD */ };

int host_file_status(int descriptor, struct file_status *status)
{
    struct stat host;
    if (fstat(descriptor, &host) != 0)
        return -errno;
    /* Neither times nor numbers: equal runs are equal. */
    *status = (struct file_status){.mode = host.st_mode, .bytes = (uint64_t)host.st_size};
    return 0;
}

static uint32_t chunk_of(uint32_t bytes)
{
    return bytes < CHUNK_BYTES ? bytes : CHUNK_BYTES;
}

static int read_file(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    static char chunk[CHUNK_BYTES];
    uint32_t done = 0;
    while (done < bytes) {
        const ssize_t count = read(file->host, chunk, chunk_of(bytes - done));
        if (count <= 0)
            return count < 0 && done == 0 ? -errno : (int)done;
        if (os_write_guest(os, vaddr + done, chunk, (uint32_t)count))
            return -EFAULT;
        done += (uint32_t)count;
    }
    return (int)done;
}

static int write_file(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    static char chunk[CHUNK_BYTES];
    uint32_t done = 0;
    while (done < bytes) {
        const uint32_t part = chunk_of(bytes - done);
        if (os_read_guest(os, vaddr + done, chunk, part))
            return done > 0 ? (int)done : -EFAULT;
        const ssize_t count = write(file->host, chunk, part);
        if (count <= 0)
            return count < 0 && done == 0 ? -errno : (int)done;
        done += (uint32_t)count;
    }
    return (int)done;
}

static int control_file(struct os *os, struct open_file *file, uint32_t request, uint32_t argument)
{
    struct file_status status;
    if (request != COUNT_READABLE)
        return -ENOTTY;
    const off_t at = lseek(file->host, 0, SEEK_CUR);
    const int error = host_file_status(file->host, &status);
    if (error || at < 0)
        return error ? error : -errno;
    const uint32_t left = (uint64_t)at < status.bytes ? (uint32_t)(status.bytes - (uint64_t)at) : 0;
    return os_write_guest(os, argument, &left, sizeof left);
}

static void close_host_file(struct os *os, struct open_file *file)
{
    (void)os;
    close(file->host);
}

static const struct device_file_ops host_ops = {
    .read = read_file, .write = write_file, .ioctl = control_file, .closed = close_host_file};

const struct device_file host_file_device = {"a host file", &host_ops, 0, 0, NULL};

int64_t host_file_seek(const struct open_file *file, int64_t offset, uint32_t whence)
{
    const off_t position = lseek(file->host, offset, (int)whence);
    return position < 0 ? -errno : position;
}

int host_file_truncate(const struct open_file *file, uint64_t bytes)
{
    return ftruncate(file->host, (off_t)bytes) == 0 ? 0 : -errno;
}
