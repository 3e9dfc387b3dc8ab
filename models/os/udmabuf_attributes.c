/* /sys/class/u-dma-buf/udmabufN/...: a buffer's address and size, and cache maintenance by hand.
 *
 * What sync_for_device and sync_for_cpu do to the caches is what dma_sync_single_for_* does in
 * Linux, arch/arm/mm/dma-mapping.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/os_internal.h"

enum {
    MODE_READ_ONLY = 0100444,
    MODE_READ_WRITE = 0100664,
    TEXT_BYTES = 32,

    BIDIRECTIONAL = 0,
    TO_DEVICE = 1,
    FROM_DEVICE = 2,

    OWNER_CPU = 0,
    OWNER_DEVICE = 1
};

/* What is written to sync_for_cpu and sync_for_device: 1, or the range and direction as well. */
#define COMMAND_ARGUMENTS       UINT64_C(0xFFFFFFFFFFFFFFFE)
#define COMMAND_OFFSET_SHIFT    32
#define COMMAND_SIZE            UINT64_C(0xFFFFFFF0)
#define COMMAND_DIRECTION_SHIFT 2
#define COMMAND_DIRECTION       UINT64_C(3)

struct udmabuf_attribute_kind {
    const char *name;
    const char *format; /* of the value that `show` gives */
    uint64_t (*show)(const struct udmabuf *udmabuf);
    /* NULL: read-only. 0 or a negative errno. */
    int (*store)(struct os *os, struct udmabuf *udmabuf, uint64_t value);
};

/* --- maintenance --- */

struct sync_range {
    uint32_t offset, bytes, direction;
};

static int range_of(const struct udmabuf *udmabuf, uint64_t command, struct sync_range *range)
{
    if (command & COMMAND_ARGUMENTS)
        *range = (struct sync_range){
            (uint32_t)(command >> COMMAND_OFFSET_SHIFT), (uint32_t)(command & COMMAND_SIZE),
            (uint32_t)(command >> COMMAND_DIRECTION_SHIFT & COMMAND_DIRECTION)};
    else
        *range =
            (struct sync_range){udmabuf->sync_offset, udmabuf->sync_size, udmabuf->sync_direction};
    if (range->direction > FROM_DEVICE || range->offset > udmabuf->buffer->bytes ||
        range->bytes > udmabuf->buffer->bytes - range->offset)
        return -EINVAL;
    return 0;
}

static void maintain(struct os *os, const struct udmabuf *udmabuf, const struct sync_range *range,
                     enum cache_maintenance operation)
{
    const struct machine_ops *ops = &os->machine.ops;
    if (udmabuf->buffer->coherent)
        return;
    os->counters.syncs++;
    ops->maintain(ops->context, udmabuf->buffer->physical + range->offset, range->bytes, operation,
                  CACHE_TO_MEMORY);
}

static int sync_for_device(struct os *os, struct udmabuf *udmabuf, uint64_t command)
{
    struct sync_range range;
    const int error = command ? range_of(udmabuf, command, &range) : 0;
    if (error || !command)
        return error;
    maintain(os, udmabuf, &range, range.direction == FROM_DEVICE ? CACHE_INVALIDATE : CACHE_CLEAN);
    udmabuf->sync_owner = OWNER_DEVICE;
    return 0;
}

static int sync_for_cpu(struct os *os, struct udmabuf *udmabuf, uint64_t command)
{
    struct sync_range range;
    const int error = command ? range_of(udmabuf, command, &range) : 0;
    if (error || !command)
        return error;
    if (range.direction != TO_DEVICE)
        maintain(os, udmabuf, &range, CACHE_INVALIDATE);
    udmabuf->sync_owner = OWNER_CPU;
    return 0;
}

/* --- values --- */

static int store_below(uint32_t *field, uint64_t value, uint32_t last)
{
    if (value > last)
        return -EINVAL;
    *field = (uint32_t)value;
    return 0;
}

static int store_mode(struct os *os, struct udmabuf *udmabuf, uint64_t value)
{
    (void)os;
    return store_below(&udmabuf->sync_mode, value, 7);
}

static int store_offset(struct os *os, struct udmabuf *udmabuf, uint64_t value)
{
    (void)os;
    return store_below(&udmabuf->sync_offset, value, UINT32_MAX);
}

static int store_size(struct os *os, struct udmabuf *udmabuf, uint64_t value)
{
    (void)os;
    return store_below(&udmabuf->sync_size, value, UINT32_MAX);
}

static int store_direction(struct os *os, struct udmabuf *udmabuf, uint64_t value)
{
    (void)os;
    return store_below(&udmabuf->sync_direction, value, FROM_DEVICE);
}

static uint64_t show_physical(const struct udmabuf *udmabuf)
{
    return udmabuf->buffer->physical;
}

static uint64_t show_bytes(const struct udmabuf *udmabuf)
{
    return udmabuf->buffer->bytes;
}

static uint64_t show_coherent(const struct udmabuf *udmabuf)
{
    return udmabuf->buffer->coherent;
}

static uint64_t show_mode(const struct udmabuf *udmabuf)
{
    return udmabuf->sync_mode;
}

static uint64_t show_offset(const struct udmabuf *udmabuf)
{
    return udmabuf->sync_offset;
}

static uint64_t show_size(const struct udmabuf *udmabuf)
{
    return udmabuf->sync_size;
}

static uint64_t show_direction(const struct udmabuf *udmabuf)
{
    return udmabuf->sync_direction;
}

static uint64_t show_owner(const struct udmabuf *udmabuf)
{
    return udmabuf->sync_owner;
}

/* A command is done when its write returns. */
static uint64_t show_done(const struct udmabuf *udmabuf)
{
    (void)udmabuf;
    return 0;
}

static const struct udmabuf_attribute_kind kinds[] = {
    {"phys_addr", "0x%08" PRIx64 "\n", show_physical, NULL},
    {"size", "%" PRIu64 "\n", show_bytes, NULL},
    {"dma_coherent", "%" PRIu64 "\n", show_coherent, NULL},
    {"sync_mode", "%" PRIu64 "\n", show_mode, store_mode},
    {"sync_offset", "0x%" PRIx64 "\n", show_offset, store_offset},
    {"sync_size", "%" PRIu64 "\n", show_size, store_size},
    {"sync_direction", "%" PRIu64 "\n", show_direction, store_direction},
    {"sync_owner", "%" PRIu64 "\n", show_owner, NULL},
    {"sync_for_cpu", "%" PRIu64 "\n", show_done, sync_for_cpu},
    {"sync_for_device", "%" PRIu64 "\n", show_done, sync_for_device},
};
_Static_assert(sizeof kinds / sizeof *kinds == UDMABUF_ATTRIBUTES, "one place a kind");

/* --- the files --- */

static int read_text(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    const struct udmabuf_attribute *attribute = file->device->state;
    os->extra_cycles += os->config.attribute_cycles;
    char text[TEXT_BYTES];
    /* The formats are those of `kinds`: one 64-bit number each. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int length = snprintf(text, sizeof text, attribute->kind->format,
                                attribute->kind->show(attribute->owner));
#pragma GCC diagnostic pop
    if (file->position >= (uint64_t)length)
        return 0;
    const uint32_t left = (uint32_t)length - (uint32_t)file->position;
    const uint32_t count = bytes < left ? bytes : left;
    if (os_write_guest(os, vaddr, text + file->position, count))
        return -EFAULT;
    file->position += count;
    return (int)count;
}

/* As the kernel's kstrtoull with base 0: decimal, 0x... or 0..., one newline may end it. */
static int parse_number(const char *text, uint64_t *value)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return -EINVAL;
    errno = 0;
    *value = strtoull(text, &end, 0);
    if (errno == ERANGE)
        return -ERANGE;
    return strcmp(end, "") == 0 || strcmp(end, "\n") == 0 ? 0 : -EINVAL;
}

static int write_text(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    const struct udmabuf_attribute *attribute = file->device->state;
    os->extra_cycles += os->config.attribute_cycles;
    char text[TEXT_BYTES] = "";
    uint64_t value;
    if (!attribute->kind->store)
        return -EIO; /* what sysfs answers for an attribute without a store method */
    if (bytes >= sizeof text)
        return -EINVAL;
    if (os_read_guest(os, vaddr, text, bytes))
        return -EFAULT;
    int error = parse_number(text, &value);
    if (!error)
        error = attribute->kind->store(os, attribute->owner, value);
    return error ? error : (int)bytes;
}

static const struct device_file_ops attribute_ops = {.read = read_text, .write = write_text};

static int add_attribute(struct os *os, struct udmabuf *udmabuf,
                         const struct udmabuf_attribute_kind *kind, const char *class,
                         struct udmabuf_attribute *attribute)
{
    attribute->owner = udmabuf;
    attribute->kind = kind;
    snprintf(attribute->path, sizeof attribute->path, "/sys/class/%s/%s/%s", class,
             udmabuf->buffer->name, kind->name);
    attribute->file =
        (struct device_file){attribute->path, &attribute_ops,
                             kind->store ? MODE_READ_WRITE : MODE_READ_ONLY, 0, attribute};
    return os_add_device(os, &attribute->file);
}

int udmabuf_add_attributes(struct os *os, struct udmabuf *udmabuf)
{
    static const char *const classes[2] = {"u-dma-buf", "udmabuf"};
    int error = 0;
    for (size_t class = 0; class < 2; class ++)
        for (size_t i = 0; !error && i < UDMABUF_ATTRIBUTES; i++)
            error = add_attribute(os, udmabuf, &kinds[i], classes[class],
                                  &udmabuf->attributes[class][i]);
    return error;
}
