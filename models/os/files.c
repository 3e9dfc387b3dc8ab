/* The descriptor table, and which device files there are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/os_internal.h"

int os_add_device(struct os *os, const struct device_file *device)
{
    if (device_at(os, device->path))
        return -EEXIST;
    if (os->device_count == OS_DEVICES)
        return -ENOSPC;
    os->devices[os->device_count++] = device;
    return 0;
}

const struct device_file *device_at(const struct os *os, const char *path)
{
    for (size_t i = 0; i < os->device_count; i++)
        if (strcmp(os->devices[i]->path, path) == 0)
            return os->devices[i];
    return NULL;
}

struct open_file *file_of(struct os *os, uint32_t descriptor)
{
    return descriptor < OS_FILES ? os->files[descriptor] : NULL;
}

static int free_descriptor(const struct os *os, uint32_t lowest)
{
    for (uint32_t i = lowest; i < OS_FILES; i++)
        if (!os->files[i])
            return (int)i;
    return -EMFILE;
}

int file_open(struct os *os, const struct device_file *device, uint32_t flags)
{
    const int descriptor = free_descriptor(os, 0);
    if (descriptor < 0)
        return descriptor;
    struct open_file *file = malloc(sizeof *file);
    if (!file)
        return -ENOMEM;
    *file = (struct open_file){.device = device, .flags = flags, .references = 1};
    os->files[descriptor] = file;
    if (device->ops->opened)
        device->ops->opened(os, file);
    return descriptor;
}

int file_open_host(struct os *os, int host, uint32_t flags)
{
    const int descriptor = file_open(os, &host_file_device, flags);
    if (descriptor < 0)
        close(host);
    else
        os->files[descriptor]->host = host;
    return descriptor;
}

int file_close(struct os *os, uint32_t descriptor)
{
    struct open_file *file = file_of(os, descriptor);
    if (!file)
        return -EBADF;
    os->files[descriptor] = NULL;
    if (--file->references == 0) {
        if (file->device->ops->closed)
            file->device->ops->closed(os, file);
        free(file);
    }
    return 0;
}

int file_duplicate(struct os *os, uint32_t descriptor, uint32_t lowest)
{
    struct open_file *file = file_of(os, descriptor);
    if (!file)
        return -EBADF;
    const int copy = free_descriptor(os, lowest);
    if (copy < 0)
        return copy;
    os->files[copy] = file;
    file->references++;
    return copy;
}

int file_duplicate_to(struct os *os, uint32_t descriptor, uint32_t wanted)
{
    struct open_file *file = file_of(os, descriptor);
    if (!file || wanted >= OS_FILES)
        return -EBADF;
    if (wanted == descriptor)
        return (int)wanted;
    if (os->files[wanted])
        (void)file_close(os, wanted);
    os->files[wanted] = file;
    file->references++;
    return (int)wanted;
}

void files_close_all(struct os *os)
{
    for (uint32_t i = 0; i < OS_FILES; i++)
        if (os->files[i])
            (void)file_close(os, i);
}
