/* AArch64: ARMv8-A.
 *
 * dynarmic counts A64 instructions and does not ask for their cost, so a slice is one basic block:
 * its cost follows from where it began and how many instructions it had. Addresses end at 4 GiB.
 */
#ifndef ZEROSTAGE_CPU_ENGINE_A64_H
#define ZEROSTAGE_CPU_ENGINE_A64_H

#include "cpu/core.h"

#include <dynarmic/interface/A64/a64.h>
#include <dynarmic/interface/exclusive_monitor.h>
#include <unordered_map>

namespace zs
{

class cpu::engine_a64 final : public engine, public Dynarmic::A64::UserCallbacks
{
  public:
    using vector = Dynarmic::A64::Vector;

    explicit engine_a64(core &core);

    void start(const os_start &start) override;
    void run() override;
    void halt() override;
    void forget_code(uint32_t start, uint32_t bytes) override;
    uint32_t word_bytes() const override
    {
        return 8;
    }
    uint32_t pc() const override
    {
        return static_cast<uint32_t>(jit_->GetPC());
    }
    uint32_t sp() const override
    {
        return static_cast<uint32_t>(jit_->GetSP());
    }
    uint32_t lr() const override
    {
        return static_cast<uint32_t>(jit_->GetRegister(30));
    }
    void go_on(uint32_t pc, uint32_t lr) override
    {
        jit_->SetPC(pc);
        jit_->SetRegister(30, lr);
    }
    void read_call(os_call &call) const override;
    void finish_call(const os_call &call) override;

    /* --- UserCallbacks --- */
    std::optional<std::uint32_t> MemoryReadCode(std::uint64_t vaddr) override;
    std::uint8_t MemoryRead8(std::uint64_t vaddr) override
    {
        return load<std::uint8_t>(vaddr);
    }
    std::uint16_t MemoryRead16(std::uint64_t vaddr) override
    {
        return load<std::uint16_t>(vaddr);
    }
    std::uint32_t MemoryRead32(std::uint64_t vaddr) override
    {
        return load<std::uint32_t>(vaddr);
    }
    std::uint64_t MemoryRead64(std::uint64_t vaddr) override
    {
        return load<std::uint64_t>(vaddr);
    }
    vector MemoryRead128(std::uint64_t vaddr) override
    {
        return load<vector>(vaddr);
    }
    void MemoryWrite8(std::uint64_t vaddr, std::uint8_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite16(std::uint64_t vaddr, std::uint16_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite32(std::uint64_t vaddr, std::uint32_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite64(std::uint64_t vaddr, std::uint64_t value) override
    {
        store(vaddr, value);
    }
    void MemoryWrite128(std::uint64_t vaddr, vector value) override
    {
        store(vaddr, value);
    }
    bool MemoryWriteExclusive8(std::uint64_t vaddr, std::uint8_t value,
                               std::uint8_t expected) override
    {
        return store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive16(std::uint64_t vaddr, std::uint16_t value,
                                std::uint16_t expected) override
    {
        return store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive32(std::uint64_t vaddr, std::uint32_t value,
                                std::uint32_t expected) override
    {
        return store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive64(std::uint64_t vaddr, std::uint64_t value,
                                std::uint64_t expected) override
    {
        return store_exclusive(vaddr, value, expected);
    }
    bool MemoryWriteExclusive128(std::uint64_t vaddr, vector value, vector expected) override
    {
        return store_exclusive(vaddr, value, expected);
    }
    void InterpreterFallback(std::uint64_t pc, size_t count) override;
    void CallSVC(std::uint32_t immediate) override;
    void ExceptionRaised(std::uint64_t pc, Dynarmic::A64::Exception exception) override;
    void DataCacheOperationRaised(Dynarmic::A64::DataCacheOperation operation,
                                  std::uint64_t vaddr) override;
    void InstructionCacheOperationRaised(Dynarmic::A64::InstructionCacheOperation operation,
                                         std::uint64_t vaddr) override;
    void AddTicks(std::uint64_t ticks) override;
    std::uint64_t GetTicksRemaining() override;
    std::uint64_t GetCNTPCT() override;

  private:
    struct block_cost {
        std::uint64_t instructions, units;
    };

    template <typename T> T load(std::uint64_t vaddr)
    {
        return reaches(vaddr, ACCESS_READ) ? core_.load<T>(static_cast<uint32_t>(vaddr)) : T{};
    }
    template <typename T> void store(std::uint64_t vaddr, T value)
    {
        if (reaches(vaddr, ACCESS_WRITE)) {
            core_.store(static_cast<uint32_t>(vaddr), value);
        }
    }
    template <typename T> bool store_exclusive(std::uint64_t vaddr, T value, T expected)
    {
        return reaches(vaddr, ACCESS_WRITE) &&
               core_.store_exclusive(static_cast<uint32_t>(vaddr), value, expected);
    }
    bool reaches(std::uint64_t vaddr, page_access access)
    {
        if (vaddr >> 32 == 0) {
            return true;
        }
        core_.beyond_address_space(vaddr, access);
        return false;
    }
    void maintain(std::uint64_t vaddr, cache_maintenance operation, cache_reach reach);
    block_cost cost_of_block(std::uint32_t start, std::uint64_t instructions);

    core &core_;
    std::uint64_t thread_pointer_ = 0; /* TPIDR_EL0 */
    std::uint32_t block_start_ = 0;
    std::unordered_map<std::uint64_t, block_cost> block_costs_; /* by start and length */
    Dynarmic::ExclusiveMonitor monitor_{1};
    std::unique_ptr<Dynarmic::A64::Jit> jit_;
};

} // namespace zs
#endif
