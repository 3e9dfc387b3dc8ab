/* Every counter of the CPU room by name. */
#include "cpu/core.h"
#include "stats/stats.h"

#include <stdexcept>

namespace zs
{

void cpu::core::add_counter(const std::string &name, const char *unit, const char *description,
                            const std::uint64_t &value)
{
    if (stats_add(stats_, name.c_str(), unit, description, &value) != 0) {
        throw std::runtime_error("cannot register the counter " + name);
    }
}

void cpu::core::add_instruction_counters()
{
    const access_counters &accesses = path_.accesses;

    add_counter("cpu.instructions", "instructions", "instructions executed", instructions_);
    add_counter("cpu.cycles", "cycles", "CPU clock cycles, stalls and sleep included", cycles_);
    add_counter("cpu.loads", "accesses", "data reads; a load multiple counts one a word",
                accesses.loads);
    add_counter("cpu.stores", "accesses", "data writes; a store multiple counts one a word",
                accesses.stores);
    add_counter("cpu.uncached_reads", "accesses", "reads of uncached memory",
                accesses.uncached_reads);
    add_counter("cpu.uncached_writes", "accesses", "writes to uncached or write-combining memory",
                accesses.uncached_writes);
    add_counter("cpu.mmio_reads", "accesses", "reads of device registers", accesses.mmio_reads);
    add_counter("cpu.mmio_writes", "accesses", "writes to device registers", accesses.mmio_writes);
    add_counter("cpu.store_merges", "accesses", "stores that merged into a store buffer entry",
                path_.stores.merges);
    add_counter("cpu.system_calls", "events", "system calls", system_calls_);
    add_counter("cpu.timer_ticks", "events", "timer interrupts while the program ran",
                timer_ticks_);
    add_counter("cpu.micro_tlb_misses", "events", "misses of the data micro-TLB",
                tlb_.counters.micro_misses);
    add_counter("cpu.tlb_misses", "events", "page table walks for data", tlb_.counters.walks);
}

void cpu::core::add_stall_counters()
{
    const stall_counters &stalls = path_.stalls;
    const struct {
        const char *cause, *description;
        const std::uint64_t &value;
    } counters[] = {
        {"l2", "loads that waited for the L2", stalls.l2},
        {"memory", "loads that waited for memory", stalls.memory},
        {"store_miss", "stores that waited for a line fill buffer", stalls.store_miss},
        {"tlb", "TLB misses", stalls.tlb},
        {"uncached_read", "reads of memory that no cache serves", stalls.uncached_read},
        {"register_read", "reads of device registers", stalls.register_read},
        {"write_buffer", "uncached writes that waited for a free slot", stalls.write_buffer},
        {"barrier", "barriers, system calls and uncached reads that waited for writes to arrive",
         stalls.barrier},
        {"maintenance", "cache maintenance, until what was cleaned is in memory",
         stalls.maintenance},
        {"os", "system calls, page faults and the process's start", stalls.os},
        {"timer", "timer interrupts", stalls.timer},
        {"sleep", "asleep in a system call", stalls.sleep},
        {"interrupt", "idle in a system call that waits for an interrupt", stalls.interrupt},
    };

    for (const auto &counter : counters) {
        add_counter(std::string("cpu.stall.") + counter.cause + "_cycles", "cycles",
                    counter.description, counter.value);
    }
}

void cpu::core::add_cache_counters(const std::string &level, const cache_counters &counters)
{
    add_counter(level + ".reads", "accesses", "reads", counters.reads);
    add_counter(level + ".writes", "accesses", "writes; of the L2: lines written back by the L1",
                counters.writes);
    add_counter(level + ".read_misses", "accesses", "reads that missed", counters.read_misses);
    add_counter(level + ".write_misses", "accesses", "writes that missed", counters.write_misses);
    add_counter(level + ".refills", "lines", "lines read from the level below", counters.refills);
    add_counter(level + ".write_backs", "lines", "dirty lines sent to the level below",
                counters.write_backs);
    add_counter(level + ".maintenance_lines", "lines", "lines cleaned or invalidated on request",
                counters.maintenance_lines);
    add_counter(level + ".snoop_hits", "lines", "coherent accesses answered", counters.snoop_hits);
}

void cpu::core::add_prefetch_counters(const std::string &level, const cache_counters &counters)
{
    add_counter(level + ".prefetches", "lines", "of the refills: fetched ahead of any request",
                counters.prefetches);
    add_counter(level + ".prefetch_hits", "lines", "prefetched lines that were then asked for",
                counters.prefetch_hits);
    add_counter(level + ".prefetch_late", "lines", "of those, still on their way then",
                counters.prefetch_late);
}

void cpu::core::add_phase_counters()
{
    for (int i = 0; i < PHASES; i++) {
        add_counter(std::string("phase.") + phase_name(static_cast<phase>(i)) + "_ps", "ps",
                    "time spent in this phase", phases_.ps[i]);
        add_counter(std::string("phase.") + phase_name(static_cast<phase>(i)) + "_uncached_cycles",
                    "cycles", "thereof: waiting for memory that no cache serves",
                    phases_.uncached_cycles[i]);
    }
}

} // namespace zs
