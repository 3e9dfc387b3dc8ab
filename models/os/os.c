#include "os/os.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/os_internal.h"
#include "stats/stats.h"

enum { SIGNAL_SEGV = 11, SIGNAL_KILL = 9, MESSAGE_BYTES = 512 };

void os_say(struct os *os, const char *format, ...)
{
    char line[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    os->machine.ops.message(os->machine.ops.context, line);
}

bool os_first_complaint(struct os *os, enum complaint complaint)
{
    const bool first = !(os->complaints & (uint32_t)complaint);
    os->complaints |= (uint32_t)complaint;
    return first;
}

void os_kill(struct os_call *call, int signal)
{
    call->outcome = OS_KILLED;
    call->exit_code = 128 + signal;
}

static int register_counters(struct os *os, struct stats *stats)
{
    static const char *const group_names[CALL_GROUPS] = {"os.syscalls.memory", "os.syscalls.files",
                                                         "os.syscalls.time", "os.syscalls.process"};
    struct os_counters *c = &os->counters;
    int error = stats_add(stats, "os.syscalls", "calls", "system calls", &c->syscalls);
    for (int i = 0; !error && i < CALL_GROUPS; i++)
        error = stats_add(stats, group_names[i], "calls", "system calls of this group",
                          &c->by_group[i]);
    if (!error)
        error = stats_add(stats, "os.msyncs", "calls",
                          "msync calls: counted in os.syscalls.memory too", &c->msyncs);
    if (!error)
        error = stats_add(stats, "os.page_faults", "events", "first touches of anonymous pages",
                          &c->page_faults);
    if (!error)
        error = stats_add(stats, "os.accesses", "accesses",
                          "data accesses of the kernel itself, by board.os.*_accesses: in no "
                          "other counter",
                          &c->accesses);
    if (!error)
        error = stats_add(stats, "os.file_faults", "events",
                          "first touches of pages of the program's file", &c->file_faults);
    if (!error)
        error = stats_add(stats, "os.interrupts", "events", "interrupts taken by UIO files",
                          &c->interrupts);
    if (!error)
        error = stats_add(stats, "os.syncs", "calls",
                          "cache maintenance of a u-dma-buf buffer, a range each", &c->syncs);
    return error;
}

static int open_standard_files(struct os *os)
{
    const int input = sandbox_open_input(os->machine.sandbox);
    int descriptor = input < 0 ? file_open(os, &console_in, 0) : file_open_host(os, input, 0);
    if (descriptor >= 0)
        descriptor = file_open(os, &console_out, 1);
    if (descriptor >= 0)
        descriptor = file_open(os, &console_error, 1);
    return descriptor < 0 ? descriptor : 0;
}

static int set_up(struct os *os, struct stats *stats)
{
    const struct os_machine *machine = &os->machine;
    int error = frame_allocator_init(&os->frames, machine->frames_base, machine->frames_bytes,
                                     (enum frame_order)os->config.frames);
    if (!error)
        error = address_space_init(&os->space, &os->frames, machine->ops.translations_dropped,
                                   machine->ops.context);
    if (!error)
        error = open_standard_files(os);
    if (!error)
        error = os_add_device(os, &devmem_device);
    if (!error)
        error = os_add_uio_devices(os);
    if (!error)
        error = os_add_udmabufs(os);
    if (!error && machine->sandbox)
        error = sandbox_init(&os->sandbox, machine->sandbox);
    if (!error && stats)
        error = register_counters(os, stats);
    return error;
}

struct os *os_create(const struct os_config *config, const struct os_machine *machine,
                     struct stats *stats)
{
    struct os *os = calloc(1, sizeof *os);
    if (!os)
        return NULL;
    os->config = *config;
    os->machine = *machine;
    os->random_state = 1;
    os_enter_calls(os, &memory_calls);
    os_enter_calls(os, &file_calls);
    os_enter_calls(os, &stat_calls);
    os_enter_calls(os, &time_calls);
    os_enter_calls(os, &process_calls);
    if (set_up(os, stats) == 0)
        return os;
    os_destroy(os);
    return NULL;
}

void os_destroy(struct os *os)
{
    if (!os)
        return;
    files_close_all(os);
    sandbox_release(&os->sandbox);
    address_space_destroy(&os->space);
    frame_allocator_destroy(&os->frames);
    free(os);
}

const struct address_space *os_address_space(const struct os *os)
{
    return &os->space;
}

uint32_t os_thread_pointer(const struct os *os)
{
    return os->thread_pointer;
}

void os_charge_pages(struct os *os, uint32_t pages)
{
    os->extra_cycles += (uint64_t)pages * os->config.mmap_page_cycles;
}

/* A page of the program's file, which Linux has in its page cache. */
static int touch_loaded(struct os *os, uint32_t vaddr, enum page_access access)
{
    const struct memory_area *area = address_space_find(&os->space, vaddr);
    if (!area || !(area->rights & (uint8_t)access))
        return -EFAULT;
    os_charge_pages(
        os, address_space_enter_loaded(&os->space, area, vaddr, os->config.fault_around_bytes));
    os->counters.file_faults++;
    os->extra_cycles += os->config.file_fault_cycles;
    if (area->rights & ACCESS_WRITE)
        os->extra_cycles += os->config.page_copy_cycles;
    return 0;
}

int os_touch(struct os *os, uint32_t vaddr, enum page_access access)
{
    uint32_t frame;
    if (address_space_lookup(&os->space, vaddr) & PAGE_LOADED)
        return touch_loaded(os, vaddr, access);
    const int error = address_space_fault(&os->space, vaddr, access, &frame);
    if (error || frame == UINT32_MAX)
        return error;
    os->counters.page_faults++;
    os->counters.accesses += os->config.page_fault_accesses;
    os->extra_cycles += os->config.page_fault_cycles + os->config.page_zero_cycles;
    return os->machine.memory.zero_frame(os->machine.memory.context, frame);
}

static const char *access_verb(enum page_access access)
{
    switch (access) {
    case ACCESS_WRITE:
        return "wrote to";
    case ACCESS_EXECUTE:
        return "jumped to";
    default:
        return "read from";
    }
}

static void report_fault(struct os *os, uint32_t vaddr, enum page_access access, int error)
{
    if (error == -ENOMEM)
        os_say(os, "the program was killed: physical memory (%u bytes for programs) is used up",
               os->machine.frames_bytes);
    else
        os_say(os, "the program was killed by SIGSEGV: it %s 0x%08x, which %s", access_verb(access),
               vaddr,
               address_space_find(&os->space, vaddr) ? "is mapped without that right"
                                                     : "is not mapped");
}

int os_page_fault(struct os *os, uint32_t vaddr, enum page_access access, struct os_fault *fault)
{
    os->extra_cycles = 0;
    const int error = os_touch(os, vaddr, access);
    *fault = (struct os_fault){.cost_cycles = os->extra_cycles};
    if (!error)
        return 0;
    fault->killed = true;
    fault->exit_code = 128 + (error == -ENOMEM ? SIGNAL_KILL : SIGNAL_SEGV);
    report_fault(os, vaddr, access, error);
    return error;
}
