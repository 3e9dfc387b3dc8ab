/* What every instruction set shares: the guest's memory, system calls, time and hooks. */
#ifndef ZEROSTAGE_CPU_CORE_H
#define ZEROSTAGE_CPU_CORE_H

#include "cpu/call_tracker.h"
#include "cpu/cpu.h"
#include "cpu/data_path.h"
#include "cpu/engine.h"
#include "cpu/interrupt_lines.h"
#include "cpu/issue.h"
#include "cpu/profile.h"
#include "cpu/tlb.h"

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zs
{

/* How many short slices are still to come, and how long each is, in 1/16 cycles. */
struct short_slices {
    std::uint32_t left;
    std::uint64_t units;
};

class cpu::core : public call_tracker::listener
{
  public:
    core(const cpu_setup &setup, bus_target &target, struct stats *stats);
    ~core() override;

    /* Run the program to its end; in an SC_THREAD. */
    void run();

    void trace_to(struct trace *trace);

    const cpu_outcome &outcome() const
    {
        return outcome_;
    }
    bool caches_settled(std::uint32_t address, std::uint32_t bytes) const
    {
        return !hierarchy_under_way(&path_.caches, address, bytes) &&
               writes_settled(address, bytes) && !bus_.in_flight.overlaps(address, bytes);
    }
    bool writes_settled(std::uint32_t address, std::uint32_t bytes) const
    {
        return bus_.settled(address, bytes);
    }
    lines_in_flight &in_flight()
    {
        return bus_.in_flight;
    }
    data_path &path()
    {
        return path_;
    }
    interrupt_lines &interrupts()
    {
        return interrupts_;
    }
    const profile *call_profile() const
    {
        return profile_.get();
    }
    const std::vector<watched_function> &watched() const
    {
        return calls_.functions();
    }

    /* --- for the engine: memory --- */
    template <typename T> T load(std::uint32_t vaddr);
    template <typename T> void store(std::uint32_t vaddr, T value);
    template <typename T> bool store_exclusive(std::uint32_t vaddr, T value, T expected);
    /* An instruction word as the program has it, changed by `translate(function, word)`, with hooks
     * laid over it; nothing where no code is. `function` is the symbol around it, or NULL. */
    template <typename F>
    std::optional<std::uint32_t> read_code(std::uint32_t vaddr, const F &translate);
    /* The word at `vaddr` as the engine sees it, without hooks; nothing where no code is. */
    std::optional<std::uint32_t> program_word(std::uint32_t vaddr)
    {
        return call_tracker::is_trampoline(vaddr) ? calls_.trampoline_word(vaddr) : fetch(vaddr);
    }
    void maintain_line(std::uint32_t vaddr, cache_maintenance operation, cache_reach reach);
    void barrier()
    {
        path_.drain();
        path_.stop_streams();
    }
    /* PLD: what no page allows, or no cache serves, has no effect. */
    void preload(std::uint32_t vaddr)
    {
        const std::uint32_t entry = pages_[vaddr >> PAGE_BITS];
        if (!ended() && page_allows(entry, ACCESS_READ) && is_cached(page_attribute(entry))) {
            path_.preload(page_physical(entry, vaddr));
        }
    }

    /* --- for the engine: time --- */
    std::uint64_t cost_of(std::uint32_t vaddr, std::uint32_t bytes, instruction instruction)
    {
        return issue_cost(&issue_, &setup_.cpu.costs, vaddr, bytes, instruction);
    }
    void executed(std::uint64_t instructions, std::uint64_t units)
    {
        instructions_ += instructions;
        path_.execute(units);
    }
    /* How long the next slice may be, in 1/16 cycles. */
    std::uint64_t next_slice_units();
    void take_timer_ticks();
    void skip_timer_ticks();

    /* --- for the engine: events --- */
    void supervisor_call(std::uint32_t address);
    void unsupported_instruction(std::uint32_t pc);
    void undefined_instruction();
    void breakpoint();
    void no_code_at(std::uint32_t pc);
    void beyond_address_space(std::uint64_t vaddr, page_access access);
    bool ended() const
    {
        return outcome_.end != cpu_end::none;
    }
    call_tracker &calls()
    {
        return calls_;
    }
    std::uint32_t thread_pointer() const
    {
        return os_thread_pointer(os_);
    }

    /* --- call_tracker::listener --- */
    void function_entered(watched_function &function) override;
    void function_left(watched_function &function) override;
    phase_clock phase_now() const;
    bool read_stack(std::uint32_t address, void *data, std::uint32_t bytes) override;
    void write_stack(std::uint32_t address, const void *data, std::uint32_t bytes) override;

  private:
    friend struct core_machine;

    static bool is_cached(memory_attribute attribute)
    {
        return attribute == MEM_CACHED || attribute == MEM_COHERENT;
    }
    /* The page table's entry for a page that the micro-TLB holds, otherwise 0. */
    std::uint32_t known_entry(std::uint32_t vaddr) const
    {
        return known_entries_[tlb_micro_slot(&tlb_, vaddr >> PAGE_BITS)];
    }
    /* Apart, so that the short way needs no stack frame. */
    template <typename T> T load_apart(std::uint32_t vaddr);
    template <typename T> void store_apart(std::uint32_t vaddr, T value);
    void open_short_way(std::uint32_t vaddr, std::uint32_t entry)
    {
        cache_open_short_way(&path_.caches.l1d, page_physical(entry, vaddr), vaddr,
                             page_allows(entry, ACCESS_READ), page_allows(entry, ACCESS_WRITE));
    }
    /* Within a cache line or a bus beat, and a page that the micro-TLB holds. */
    void load_piece(std::uint32_t vaddr, std::uint32_t entry, void *data, std::uint32_t bytes);
    void store_piece(std::uint32_t vaddr, std::uint32_t entry, const void *data,
                     std::uint32_t bytes);
    void load_slow(std::uint32_t vaddr, void *data, std::uint32_t bytes);
    void store_slow(std::uint32_t vaddr, const void *data, std::uint32_t bytes);
    std::uint32_t piece(std::uint32_t vaddr, std::uint32_t bytes, memory_attribute attribute) const;
    std::optional<std::uint32_t> translate(std::uint32_t vaddr, page_access access);
    std::optional<std::uint32_t> fetch(std::uint32_t vaddr);
    void pay_for_page_fault(const os_fault &fault);
    void look_up_tlb(std::uint32_t page, std::uint32_t entry);
    void forget_translations(std::uint32_t start, std::uint32_t end);
    void check_bus(std::uint32_t vaddr)
    {
        if (bus_.error().happened) {
            killed_by_bus(vaddr);
        }
    }

    void system_call();
    void wait_for_interrupt(os_call &call);
    std::string waited_for(std::uint32_t line) const;
    void hook_call(std::uint32_t address);
    void set_limits();
    void check_limits()
    {
        if (path_.units >= limit_units_ || instructions_ >= limit_instructions_) {
            end_at_limit();
        }
    }
    void end_at_limit();
    void bring_counters_up_to_date();
    profile_costs costs_now() const;
    void profile_entry(watched_function &function);
    void enter_interval(int interval);
    void leave_interval(int interval);

    bool start();
    void close();
    void end(cpu_end how, int exit_code, const std::string &message);
    void kill_program(int signal, const std::string &what);
    void killed_by_bus(std::uint32_t vaddr);
    void killed_for_access(std::uint32_t vaddr, page_access access, const os_fault &fault);
    std::string place(std::uint32_t pc) const;
    void find_callers();
    void note_register_read(std::uint32_t physical, const void *data, std::uint32_t bytes);
    std::string polling() const;
    void describe_end();
    void add_counter(const std::string &name, const char *unit, const char *description,
                     const std::uint64_t &value);
    void add_instruction_counters();
    void add_stall_counters();
    void add_cache_counters(const std::string &level, const cache_counters &counters);
    void add_prefetch_counters(const std::string &level, const cache_counters &counters);
    void add_phase_counters();

    const cpu_setup setup_;
    struct stats *const stats_;
    bus_master bus_;
    data_path path_;
    interrupt_lines interrupts_;
    tlb tlb_{};
    std::vector<std::uint32_t> known_entries_; /* by the micro-TLB's slot; 0: none */
    call_tracker calls_;
    issue issue_{};
    phase_tracker phases_{};
    struct trace *trace_ = nullptr;
    struct trace_track *system_call_track_ = nullptr, *page_fault_track_ = nullptr;
    struct release_profile {
        void operator()(profile *what) const
        {
            profile_destroy(what);
        }
    };
    std::unique_ptr<profile, release_profile> profile_; /* null: not asked for */
    struct os *os_ = nullptr;
    const std::uint32_t *pages_ = nullptr; /* the operating system's page table */
    std::uint64_t instructions_ = 0, cycles_ = 0, system_calls_ = 0;
    short_slices short_slices_{};
    std::uint64_t start_cycles_ = 0; /* of the process */
    std::uint64_t timer_ticks_ = 0, timer_tick_units_ = 0, next_timer_tick_ = 0; /* in units */
    std::uint64_t limit_units_ = UINT64_MAX, limit_instructions_ = UINT64_MAX;   /* end there */
    cpu_outcome outcome_;
    struct {
        std::uint32_t address, value;
        std::uint64_t reads; /* in a row, with this answer */
        std::uint64_t last_ps;
    } polled_{}; /* the device register that was read last */
    std::unique_ptr<engine> engine_;
};

/* An aligned access stays within a line; most go the short way, where nothing else happens. */
template <typename T> T cpu::core::load(std::uint32_t vaddr)
{
    const std::uint8_t *const bytes = cache_short_load(&path_.caches.l1d, vaddr, sizeof(T));
    T value;

    path_.accesses.loads++;
    if (bytes == nullptr) {
        return load_apart<T>(vaddr);
    }
    path_.caches.l1d.counters.reads++;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

template <typename T> void cpu::core::store(std::uint32_t vaddr, T value)
{
    std::uint8_t *const bytes = cache_short_store(&path_.caches.l1d, vaddr, sizeof(T));

    path_.accesses.stores++;
    if (bytes == nullptr) {
        store_apart(vaddr, value);
        return;
    }
    path_.caches.l1d.counters.writes++;
    std::memcpy(bytes, &value, sizeof(T));
}

template <typename T> [[gnu::noinline]] T cpu::core::load_apart(std::uint32_t vaddr)
{
    const std::uint32_t entry = known_entry(vaddr);
    T value{};

    if (!page_allows(entry, ACCESS_READ) || vaddr % sizeof(T) != 0) {
        load_slow(vaddr, &value, sizeof(T));
    } else if (!ended()) {
        load_piece(vaddr, entry, &value, sizeof(T));
    }
    return value;
}

template <typename T> [[gnu::noinline]] void cpu::core::store_apart(std::uint32_t vaddr, T value)
{
    const std::uint32_t entry = known_entry(vaddr);

    if (!page_allows(entry, ACCESS_WRITE) || vaddr % sizeof(T) != 0) {
        store_slow(vaddr, &value, sizeof(T));
    } else if (!ended()) {
        store_piece(vaddr, entry, &value, sizeof(T));
    }
}

template <typename T> bool cpu::core::store_exclusive(std::uint32_t vaddr, T value, T expected)
{
    if (load<T>(vaddr) != expected) {
        return false;
    }
    store<T>(vaddr, value);
    return true;
}

template <typename F>
std::optional<std::uint32_t> cpu::core::read_code(std::uint32_t vaddr, const F &translate)
{
    if (call_tracker::is_trampoline(vaddr)) {
        return calls_.trampoline_word(vaddr);
    }
    const std::optional<std::uint32_t> word = fetch(vaddr);
    if (!word) {
        return std::nullopt;
    }
    return calls_.patch(vaddr, translate(elf_symbol_at(setup_.program, vaddr), *word));
}

} // namespace zs
#endif
