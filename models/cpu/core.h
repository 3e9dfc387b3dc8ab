/* dynarmic's callbacks: the guest's memory, system calls, time and hooks. */
#ifndef ZEROSTAGE_CPU_CORE_H
#define ZEROSTAGE_CPU_CORE_H

#include "cpu/call_tracker.h"
#include "cpu/cpu.h"
#include "cpu/data_path.h"
#include "cpu/interrupt_lines.h"
#include "cpu/issue.h"
#include "cpu/tlb.h"

#include <array>
#include <dynarmic/interface/A32/a32.h>
#include <dynarmic/interface/A32/coprocessor.h>
#include <dynarmic/interface/exclusive_monitor.h>
#include <memory>
#include <optional>
#include <string>

namespace zs
{

class cpu::core : public Dynarmic::A32::UserCallbacks, public call_tracker::listener
{
  public:
    core(const cpu_setup &setup, bus_target &target, struct stats *stats);
    ~core() override;

    /* Run the program to its end; in an SC_THREAD. */
    void run();

    const cpu_outcome &outcome() const
    {
        return outcome_;
    }
    data_path &path()
    {
        return path_;
    }
    interrupt_lines &interrupts()
    {
        return interrupts_;
    }
    const std::vector<watched_function> &watched() const
    {
        return calls_.functions();
    }

    /* --- UserCallbacks --- */
    std::optional<std::uint32_t> MemoryReadCode(std::uint32_t vaddr) override;
    std::uint8_t MemoryRead8(std::uint32_t vaddr) override
    {
        return load<std::uint8_t>(vaddr);
    }
    std::uint16_t MemoryRead16(std::uint32_t vaddr) override
    {
        return load<std::uint16_t>(vaddr);
    }
    std::uint32_t MemoryRead32(std::uint32_t vaddr) override
    {
        return load<std::uint32_t>(vaddr);
    }
    std::uint64_t MemoryRead64(std::uint32_t vaddr) override
    {
        return load<std::uint64_t>(vaddr);
    }
    void MemoryWrite8(std::uint32_t vaddr, std::uint8_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite16(std::uint32_t vaddr, std::uint16_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite32(std::uint32_t vaddr, std::uint32_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite64(std::uint32_t vaddr, std::uint64_t value) override
    {
        store(vaddr, value);
    }
    bool MemoryWriteExclusive8(std::uint32_t vaddr, std::uint8_t value,
                               std::uint8_t expected) override;
    bool MemoryWriteExclusive16(std::uint32_t vaddr, std::uint16_t value,
                                std::uint16_t expected) override;
    bool MemoryWriteExclusive32(std::uint32_t vaddr, std::uint32_t value,
                                std::uint32_t expected) override;
    bool MemoryWriteExclusive64(std::uint32_t vaddr, std::uint64_t value,
                                std::uint64_t expected) override;
    void InterpreterFallback(std::uint32_t pc, size_t count) override;
    void CallSVC(std::uint32_t immediate) override;
    void ExceptionRaised(std::uint32_t pc, Dynarmic::A32::Exception exception) override;
    void AddTicks(std::uint64_t ticks) override;
    std::uint64_t GetTicksRemaining() override;
    std::uint64_t GetTicksForCode(bool thumb, std::uint32_t vaddr, std::uint32_t word) override;

    /* --- call_tracker::listener --- */
    void function_entered(watched_function &function) override;
    void function_left(watched_function &function) override;

    void barrier()
    {
        path_.drain();
    }

  private:
    friend struct core_machine;
    /* What the page table said of a page that the micro-TLB holds: spares both look-ups. */
    struct translation {
        std::uint32_t page, entry;
    };
    enum { TRANSLATIONS = 64, NO_PAGE = TLB_PAGES };

    template <typename T> T load(std::uint32_t vaddr);
    template <typename T> void store(std::uint32_t vaddr, T value);
    template <typename T> bool store_exclusive(std::uint32_t vaddr, T value, T expected);
    void load_slow(std::uint32_t vaddr, void *data, std::uint32_t bytes);
    void store_slow(std::uint32_t vaddr, const void *data, std::uint32_t bytes);
    std::uint32_t piece(std::uint32_t vaddr, std::uint32_t bytes, memory_attribute attribute) const;
    std::optional<std::uint32_t> translate(std::uint32_t vaddr, page_access access);
    std::optional<std::uint32_t> fetch(std::uint32_t vaddr);
    void look_up_tlb(std::uint32_t page, std::uint32_t entry);
    void forget_translations(std::uint32_t start, std::uint32_t end);
    void check_bus(std::uint32_t vaddr);

    void system_call();
    void wait_for_interrupt(os_call &call);
    std::string waited_for(std::uint32_t line) const;
    void hook_call(std::uint32_t pc);
    void check_limits();
    void count_cycles();
    void enter_interval(int interval);
    void leave_interval(int interval);

    bool start();
    void close();
    void end(cpu_end how, int exit_code, const std::string &message);
    void kill_program(int signal, const std::string &what);
    std::string place(std::uint32_t pc) const;
    std::string activity() const;
    void add_counter(const std::string &name, const char *unit, const char *description,
                     const std::uint64_t &value);
    void add_instruction_counters();
    void add_stall_counters();
    void add_cache_counters(const std::string &level, const cache_counters &counters);
    void add_phase_counters();

    const cpu_setup setup_;
    struct stats *const stats_;
    bus_master bus_;
    data_path path_;
    interrupt_lines interrupts_;
    tlb tlb_{};
    std::array<translation, TRANSLATIONS> translations_;
    call_tracker calls_;
    issue issue_{};
    phase_tracker phases_{};
    struct os *os_ = nullptr;
    const std::uint32_t *pages_ = nullptr; /* the operating system's page table */
    std::uint32_t thread_pointer_ = 0;     /* TPIDRURO */
    std::uint32_t user_thread_word_ = 0;   /* TPIDRURW */
    std::uint64_t instructions_ = 0, cycles_ = 0, system_calls_ = 0;
    std::uint32_t short_slices_ = 0; /* how many are still to come */
    cpu_outcome outcome_;
    Dynarmic::ExclusiveMonitor monitor_{1};
    std::unique_ptr<Dynarmic::A32::Jit> jit_;
};

} // namespace zs
#endif
