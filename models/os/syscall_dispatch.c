/* From the call's number to its handler, with the costs that every call of a group has. */
#include <errno.h>
#include <stdio.h>

#include "os/os_internal.h"

/* The ARM-private calls are numbered from 0xf0000: here they lie at the table's end. Their first
 * number is no call: its place stands for all numbers beyond the table. */
enum { PRIVATE_CALLS = 0xF0000, PRIVATE_COUNT = 16 };

static uint32_t table_index(uint32_t number)
{
    if (number >= PRIVATE_CALLS && number < PRIVATE_CALLS + PRIVATE_COUNT)
        return OS_CALL_NUMBERS - PRIVATE_COUNT + (number - PRIVATE_CALLS);
    return number < OS_CALL_NUMBERS - PRIVATE_COUNT ? number : OS_CALL_NUMBERS - PRIVATE_COUNT;
}

static uint32_t group_cycles(const struct os *os, const struct system_call *entry)
{
    switch (entry->group) {
    case GROUP_TIME:
        return os->config.time_cycles;
    default:
        return 0; /* the others charge for themselves: msync is not mmap, nor a read an open */
    }
}

static const char *unmodelled_name(uint32_t number)
{
    static const struct {
        uint32_t number;
        const char *name;
    } names[] = {{2, "fork"},         {11, "execve"}, {42, "pipe"},   {102, "socketcall"},
                 {142, "_newselect"}, {168, "poll"},  {190, "vfork"}, {281, "socket"},
                 {290, "bind"},       {359, "pipe2"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number)
            return names[i].name;
    return NULL;
}

enum { PLACE_BYTES = 128 };

/* "socket+0x1c (0x0001234c)" */
static void name_place(const struct os *os, uint32_t pc, char place[PLACE_BYTES])
{
    const struct elf_symbol *symbol = os->program ? elf_symbol_at(os->program, pc) : NULL;
    if (symbol)
        snprintf(place, PLACE_BYTES, "%s+0x%x (0x%08x)", symbol->name, pc - symbol->address, pc);
    else
        snprintf(place, PLACE_BYTES, "0x%08x", pc);
}

static void report_unmodelled(struct os *os, uint32_t number, uint32_t pc)
{
    char place[PLACE_BYTES];
    bool *reported = &os->call_reported[table_index(number)];
    if (*reported)
        return;
    *reported = true;
    const char *name = os->isa == ELF_ARM ? unmodelled_name(number) : NULL;
    name_place(os, pc, place);
    if (name)
        os_say(os, "system call %u (%s) is not modelled: answered ENOSYS, at %s", number, name,
               place);
    else
        os_say(os, "system call %u is not modelled: answered ENOSYS, at %s", number, place);
}

void os_enter_calls(struct os *os, const struct call_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        os->calls[table_index(list->calls[i].number)] = &list->calls[i];
}

int os_syscall(struct os *os, struct os_call *call)
{
    os->extra_cycles = os->config.syscall_cycles;
    call->sleep_ps = 0;
    call->outcome = OS_RUNNING;
    call->exit_code = 0;
    call->name = "not_modelled";
    os->counters.syscalls++;
    os->counters.accesses += os->config.syscall_accesses;

    const uint32_t number = call->number;
    const int refused = os->isa == ELF_AARCH64 ? os_call_from_arm64(call) : 0;
    const struct system_call *entry = refused ? NULL : os->calls[table_index(call->number)];
    if (refused && refused != -ENOSYS) {
        os->counters.by_group[GROUP_PROCESS]++;
        call->result = os_errno(refused);
    } else if (entry) {
        call->name = entry->name;
        os->counters.by_group[entry->group]++;
        os->extra_cycles += group_cycles(os, entry);
        call->result = entry->handler(os, call);
    } else {
        os->counters.by_group[GROUP_PROCESS]++;
        report_unmodelled(os, number, call->pc);
        call->result = os_errno(-ENOSYS);
    }
    call->cost_cycles = os->extra_cycles;
    if (os->blocked.resume) {
        call->outcome = OS_BLOCKED;
        call->line = os->blocked.line;
    }
    return 0;
}

int os_resume(struct os *os, struct os_call *call)
{
    struct os_blocked blocked = os->blocked;
    if (!blocked.resume)
        return -EINVAL;
    os->blocked = (struct os_blocked){.resume = NULL};
    os->extra_cycles = 0;
    call->result = os_errno(blocked.resume(os, &blocked));
    call->cost_cycles = os->extra_cycles;
    call->outcome = OS_RUNNING;
    return 0;
}
