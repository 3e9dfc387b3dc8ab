/* /dev/uioN: an interrupt line as a file, as Linux's uio_pdrv_genirq gives it to a program.
 *
 * An interrupt counts an event and disables its line; a write of 1 enables it again, of 0 disables
 * it. A read gives the number of events, after one that this file has not seen. The interrupt of a
 * running program is noticed, and charged, at its next open, read or write of the file. */
#include <errno.h>

#include "os/os_internal.h"

enum { MODE_DEVICE = 0020600, MAJOR = 244, OPEN_NONBLOCK = 04000, TRANSFER_BYTES = 4 };

static struct uio_device *uio_of(const struct open_file *file)
{
    return file->device->state;
}

static void set_enabled(struct os *os, struct uio_device *uio, bool enabled)
{
    const struct machine_ops *ops = &os->machine.ops;
    if (uio->enabled != enabled)
        ops->enable_interrupt(ops->context, uio->line, enabled);
    uio->enabled = enabled;
}

static void take_interrupt(struct os *os, struct uio_device *uio)
{
    const struct machine_ops *ops = &os->machine.ops;
    if (!uio->enabled || !ops->interrupt_raised(ops->context, uio->line))
        return;
    set_enabled(os, uio, false);
    uio->events++;
    os->counters.interrupts++;
    os->extra_cycles += os->config.interrupt_cycles;
}

static int finish_read(struct os *os, struct open_file *file, uint32_t vaddr)
{
    file->events_seen = uio_of(file)->events;
    const int error = os_write_guest(os, vaddr, &file->events_seen, TRANSFER_BYTES);
    return error ? error : TRANSFER_BYTES;
}

static int resume_read(struct os *os, struct os_blocked *blocked)
{
    take_interrupt(os, uio_of(blocked->file));
    os->extra_cycles += os->config.context_switch_cycles;
    return finish_read(os, blocked->file, blocked->vaddr);
}

static int read_events(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    struct uio_device *uio = uio_of(file);
    if (bytes != TRANSFER_BYTES)
        return -EINVAL;
    take_interrupt(os, uio);
    if (file->events_seen != uio->events)
        return finish_read(os, file, vaddr);
    if (file->flags & OPEN_NONBLOCK)
        return -EAGAIN;
    os->extra_cycles += os->config.context_switch_cycles;
    os->blocked =
        (struct os_blocked){.resume = resume_read, .file = file, .vaddr = vaddr, .line = uio->line};
    return 0;
}

static int write_control(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    uint32_t control;
    if (bytes != TRANSFER_BYTES)
        return -EINVAL;
    if (os_read_guest(os, vaddr, &control, sizeof control))
        return -EFAULT;
    take_interrupt(os, uio_of(file));
    set_enabled(os, uio_of(file), control != 0);
    return TRANSFER_BYTES;
}

static void start_listening(struct os *os, struct open_file *file)
{
    take_interrupt(os, uio_of(file));
    file->events_seen = uio_of(file)->events;
}

/* A page offset of N asks for map N: there is one, the registers. */
static int map_registers(struct os *os, struct open_file *file, uint64_t offset, uint32_t bytes,
                         struct device_window *window)
{
    const struct interrupt_line *line = &os->machine.lines[uio_of(file)->line];
    if (offset != 0 || bytes > line->bytes)
        return -EINVAL;
    *window = (struct device_window){line->base, MEM_DEVICE};
    return 0;
}

static const struct device_file_ops uio_ops = {
    .opened = start_listening, .read = read_events, .write = write_control, .map = map_registers};

int os_add_uio_devices(struct os *os)
{
    if (os->machine.line_count > OS_LINES)
        return -ENOSPC;
    for (uint32_t i = 0; i < os->machine.line_count; i++) {
        struct uio_device *uio = &os->uio[i];
        *uio = (struct uio_device){.line = i};
        uio->file = (struct device_file){os->machine.lines[i].path, &uio_ops, MODE_DEVICE,
                                         (uint32_t)MAJOR << 8 | i, uio};
        set_enabled(os, uio, true); /* as registering the driver does */
        const int error = os_add_device(os, &uio->file);
        if (error)
            return error;
    }
    return 0;
}
