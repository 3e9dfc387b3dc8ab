/* Standard input, output and error: pipes, as when a script runs the program. */
#include <errno.h>

#include "os/os_internal.h"

enum { MODE_PIPE = 0010600, CHUNK_BYTES = 4096 };

static int read_nothing(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    (void)os, (void)file, (void)vaddr, (void)bytes;
    return 0; /* end of file: nobody types */
}

static int pass_through(struct os *os, uint32_t vaddr, uint32_t bytes, int descriptor)
{
    char chunk[CHUNK_BYTES];
    uint32_t done = 0;
    while (done < bytes) {
        const uint32_t part = bytes - done < CHUNK_BYTES ? bytes - done : CHUNK_BYTES;
        if (os_read_guest(os, vaddr + done, chunk, part))
            return done > 0 ? (int)done : -EFAULT;
        os->machine.ops.output(os->machine.ops.context, descriptor, chunk, part);
        done += part;
    }
    return (int)done;
}

static int write_output(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    (void)file;
    return pass_through(os, vaddr, bytes, 1);
}

static int write_error(struct os *os, struct open_file *file, uint32_t vaddr, uint32_t bytes)
{
    (void)file;
    return pass_through(os, vaddr, bytes, 2);
}

static const struct device_file_ops in_ops = {.read = read_nothing};
static const struct device_file_ops out_ops = {.write = write_output};
static const struct device_file_ops error_ops = {.write = write_error};

const struct device_file console_in = {"/dev/stdin", &in_ops, MODE_PIPE, 0, NULL};
const struct device_file console_out = {"/dev/stdout", &out_ops, MODE_PIPE, 0, NULL};
const struct device_file console_error = {"/dev/stderr", &error_ops, MODE_PIPE, 0, NULL};
