/* Files as the program sees them: descriptors, and the device files behind them. */
#ifndef ZEROSTAGE_OS_DEVICE_FILE_H
#define ZEROSTAGE_OS_DEVICE_FILE_H

#include <stdint.h>

#include "os/address_space.h"

#ifdef __cplusplus
extern "C" {
#endif

struct os;
struct device_file;

/* An open file description; descriptors made by dup share one. */
struct open_file {
    const struct device_file *device;
    uint32_t flags; /* as given to open, in the ARM EABI's numbers */
    uint64_t position;
    uint32_t events_seen; /* UIO: the count that was read last */
    int host;             /* a host file's descriptor */
    uint32_t references;
};

/* What a mapping of a device file shows. */
struct device_window {
    uint32_t physical;
    enum memory_attribute attribute;
};

/* Operations return a non-negative result or a negative errno. One that is NULL is not supported:
 * the program gets the errno that Linux gives for a driver without it. */
struct device_file_ops {
    void (*opened)(struct os *os, struct open_file *file);
    void (*closed)(struct os *os, struct open_file *file); /* by its last descriptor */
    int (*read)(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes);
    int (*write)(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes);
    int (*ioctl)(struct os *os, struct open_file *file, uint32_t request, uint32_t argument);
    int (*map)(struct os *os, struct open_file *file, uint64_t offset, uint32_t bytes,
               struct device_window *window);
};

struct device_file {
    const char *path; /* "/dev/mem" */
    const struct device_file_ops *ops;
    uint32_t mode;   /* S_IFCHR | permissions, as stat reports it */
    uint32_t number; /* device number, major << 8 | minor */
    void *state;     /* the driver's own */
};

/* Make a device file known by its path; `device` is borrowed. -ENOSPC, -EEXIST. */
int os_add_device(struct os *os, const struct device_file *device);

#ifdef __cplusplus
}
#endif
#endif
