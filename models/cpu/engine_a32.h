/* ARM and Thumb: ARMv7-A. */
#ifndef ZEROSTAGE_CPU_ENGINE_A32_H
#define ZEROSTAGE_CPU_ENGINE_A32_H

#include "cpu/core.h"

#include <dynarmic/interface/A32/a32.h>
#include <dynarmic/interface/exclusive_monitor.h>

namespace zs
{

class cpu::engine_a32 final : public engine, public Dynarmic::A32::UserCallbacks
{
  public:
    explicit engine_a32(core &core);

    void start(const os_start &start) override;
    void run() override;
    void halt() override;
    void forget_code(uint32_t start, uint32_t bytes) override;
    uint32_t word_bytes() const override
    {
        return 4;
    }
    uint32_t pc() const override
    {
        return jit_->Regs()[15];
    }
    uint32_t sp() const override
    {
        return jit_->Regs()[13];
    }
    uint32_t lr() const override
    {
        return jit_->Regs()[14];
    }
    void go_on(uint32_t pc, uint32_t lr) override
    {
        jit_->Regs()[15] = pc;
        jit_->Regs()[14] = lr;
    }
    void read_call(os_call &call) const override;
    void finish_call(const os_call &call) override;

    /* --- UserCallbacks --- */
    std::optional<std::uint32_t> MemoryReadCode(std::uint32_t vaddr) override;
    std::uint8_t MemoryRead8(std::uint32_t vaddr) override
    {
        return core_.load<std::uint8_t>(vaddr);
    }
    std::uint16_t MemoryRead16(std::uint32_t vaddr) override
    {
        return core_.load<std::uint16_t>(vaddr);
    }
    std::uint32_t MemoryRead32(std::uint32_t vaddr) override
    {
        return core_.load<std::uint32_t>(vaddr);
    }
    std::uint64_t MemoryRead64(std::uint32_t vaddr) override
    {
        return core_.load<std::uint64_t>(vaddr);
    }
    void MemoryWrite8(std::uint32_t vaddr, std::uint8_t value) override
    {
        core_.store(vaddr, value);
    }
    void MemoryWrite16(std::uint32_t vaddr, std::uint16_t value) override
    {
        core_.store(vaddr, value);
    }
    void MemoryWrite32(std::uint32_t vaddr, std::uint32_t value) override
    {
        core_.store(vaddr, value);
    }
    void MemoryWrite64(std::uint32_t vaddr, std::uint64_t value) override
    {
        core_.store(vaddr, value);
    }
    bool MemoryWriteExclusive8(std::uint32_t vaddr, std::uint8_t value,
                               std::uint8_t expected) override
    {
        return core_.store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive16(std::uint32_t vaddr, std::uint16_t value,
                                std::uint16_t expected) override
    {
        return core_.store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive32(std::uint32_t vaddr, std::uint32_t value,
                                std::uint32_t expected) override
    {
        return core_.store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive64(std::uint32_t vaddr, std::uint64_t value,
                                std::uint64_t expected) override
    {
        return core_.store_exclusive(vaddr, value, expected);
    }
    void InterpreterFallback(std::uint32_t pc, size_t count) override;
    void CallSVC(std::uint32_t immediate) override;
    void ExceptionRaised(std::uint32_t pc, Dynarmic::A32::Exception exception) override;
    void AddTicks(std::uint64_t ticks) override;
    std::uint64_t GetTicksRemaining() override;
    std::uint64_t GetTicksForCode(bool thumb, std::uint32_t vaddr, std::uint32_t word) override;

  private:
    core &core_;
    std::uint32_t thread_pointer_ = 0;   /* TPIDRURO */
    std::uint32_t user_thread_word_ = 0; /* TPIDRURW */
    Dynarmic::ExclusiveMonitor monitor_{1};
    std::unique_ptr<Dynarmic::A32::Jit> jit_;
};

} // namespace zs
#endif
