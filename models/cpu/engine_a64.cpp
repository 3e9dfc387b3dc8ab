#include "cpu/engine_a64.h"

namespace zs
{

namespace
{

/* DC CISW, XZR: no program may execute it, and it has a callback, which barriers do not have. */
const uint32_t BARRIER_STAND_IN = 0xd5087e5f;

/* DMB, DSB; ISB, CLREX and others of the group stay. */
uint32_t translation_of_a64(uint32_t word)
{
    const uint32_t operation = word & 0xfffff0ff;
    return operation == 0xd50330bf || operation == 0xd503309f ? BARRIER_STAND_IN : word;
}

enum {
    COUNTER_PS = 10000, /* CNTPCT_EL0 counts at 100 MHz: the timestamp generator's usual clock */
    ZERO_BYTES = 64,    /* of DC ZVA: a Cortex-A53's DCZID_EL0 */
    LINE_BYTES = 64,
    ZERO_WORDS_LOG2 = 4
};

} // namespace

cpu::engine_a64::engine_a64(core &core) : core_(core)
{
    Dynarmic::A64::UserConfig config{};
    config.callbacks = this;
    config.global_monitor = &monitor_;
    config.tpidr_el0 = &thread_pointer_;
    config.hook_data_cache_operations = true;
    config.dczid_el0 = ZERO_WORDS_LOG2;
    config.cntfrq_el0 = static_cast<std::uint32_t>(1000000000000 / COUNTER_PS);
    config.define_unpredictable_behaviour = true;
    config.check_halt_on_memory_access = true; /* an access that kills has the exact PC */
    config.code_cache_size = 32 * 1024 * 1024;
    jit_ = std::make_unique<Dynarmic::A64::Jit>(config);
}

void cpu::engine_a64::start(const os_start &start)
{
    jit_->SetSP(start.stack_pointer);
    jit_->SetPC(start.entry);
}

void cpu::engine_a64::run()
{
    block_start_ = pc();
    jit_->Run();
}

void cpu::engine_a64::halt()
{
    jit_->HaltExecution(Dynarmic::HaltReason::MemoryAbort);
}

void cpu::engine_a64::forget_code(uint32_t start, uint32_t bytes)
{
    block_costs_.clear();
    jit_->InvalidateCacheRange(start, bytes);
}

void cpu::engine_a64::read_call(os_call &call) const
{
    call.number = static_cast<std::uint32_t>(jit_->GetRegister(8));
    for (unsigned i = 0; i < 7; i++) {
        call.registers[i] = jit_->GetRegister(i);
    }
}

void cpu::engine_a64::finish_call(const os_call &call)
{
    const std::uint32_t first_errno = UINT32_MAX - 4094;
    const bool failed = call.result >= first_errno;

    jit_->SetRegister(0, failed ? static_cast<std::uint64_t>(static_cast<std::int32_t>(call.result))
                                : call.result);
}

/* Served at translation only. */
std::optional<std::uint32_t> cpu::engine_a64::MemoryReadCode(std::uint64_t vaddr)
{
    if (vaddr >> 32 != 0) {
        return std::nullopt;
    }
    return core_.read_code(
        static_cast<std::uint32_t>(vaddr),
        [](const elf_symbol *, std::uint32_t word) { return translation_of_a64(word); });
}

/* Straight on from `start`: a block ends at its first branch. */
cpu::engine_a64::block_cost cpu::engine_a64::cost_of_block(std::uint32_t start,
                                                           std::uint64_t instructions)
{
    block_cost cost{0, 0};

    for (std::uint32_t at = start; at != start + 4 * instructions; at += 4) {
        const std::optional<std::uint32_t> word = core_.program_word(at);
        const call_tracker::charged charged =
            core_.calls().charged_instruction(CODE_A64, at, word.value_or(0));

        if (!charged.free) {
            cost.instructions++;
            cost.units += core_.cost_of(charged.address, 4, instruction_classify_a64(charged.word));
        }
    }
    return cost;
}

/* Called with 0 at a supervisor call, before its block is counted. */
void cpu::engine_a64::AddTicks(std::uint64_t ticks)
{
    if (ticks == 0) {
        return;
    }
    const std::uint64_t key = std::uint64_t{block_start_} << 32 | ticks;
    auto known = block_costs_.find(key);
    if (known == block_costs_.end()) {
        known = block_costs_.emplace(key, cost_of_block(block_start_, ticks)).first;
    }
    core_.executed(known->second.instructions, known->second.units);
}

std::uint64_t cpu::engine_a64::GetTicksRemaining()
{
    return 1; /* a block */
}

std::uint64_t cpu::engine_a64::GetCNTPCT()
{
    return core_.path().now_ps() / COUNTER_PS;
}

void cpu::engine_a64::CallSVC(std::uint32_t)
{
    core_.supervisor_call(pc() - 4);
}

void cpu::engine_a64::InterpreterFallback(std::uint64_t pc, size_t)
{
    jit_->SetPC(pc);
    core_.unsupported_instruction(static_cast<std::uint32_t>(pc));
}

void cpu::engine_a64::ExceptionRaised(std::uint64_t pc, Dynarmic::A64::Exception exception)
{
    using Dynarmic::A64::Exception;

    if (core_.ended()) {
        return;
    }
    jit_->SetPC(pc);
    switch (exception) {
    case Exception::NoExecuteFault:
        if (pc >> 32 != 0) {
            core_.beyond_address_space(pc, ACCESS_EXECUTE);
        } else {
            core_.no_code_at(static_cast<std::uint32_t>(pc));
        }
        break;
    case Exception::Breakpoint:
        core_.breakpoint();
        break;
    default:
        core_.undefined_instruction();
        break;
    }
}

/* Linux lets programs clean and invalidate by address (SCTLR_EL1.UCI), and zero blocks. */
void cpu::engine_a64::DataCacheOperationRaised(Dynarmic::A64::DataCacheOperation operation,
                                               std::uint64_t vaddr)
{
    using operation_of = Dynarmic::A64::DataCacheOperation;

    switch (operation) {
    case operation_of::CleanAndInvalidateBySetWay:
        core_.barrier();
        break;
    case operation_of::ZeroByVA:
        for (std::uint64_t at = vaddr & ~std::uint64_t{ZERO_BYTES - 1}, end = at + ZERO_BYTES;
             at < end; at += sizeof(vector)) {
            store(at, vector{0, 0});
        }
        break;
    case operation_of::CleanByVAToPoC:
    case operation_of::CleanByVAToPoP:
        maintain(vaddr, CACHE_CLEAN, CACHE_TO_MEMORY);
        break;
    case operation_of::CleanByVAToPoU:
        maintain(vaddr, CACHE_CLEAN, CACHE_TO_UNIFICATION);
        break;
    case operation_of::CleanAndInvalidateByVAToPoC:
        maintain(vaddr, CACHE_CLEAN_INVALIDATE, CACHE_TO_MEMORY);
        break;
    default:
        core_.undefined_instruction(); /* not for user mode */
        break;
    }
}

void cpu::engine_a64::maintain(std::uint64_t vaddr, cache_maintenance operation, cache_reach reach)
{
    if (reaches(vaddr, ACCESS_READ)) {
        core_.maintain_line(static_cast<std::uint32_t>(vaddr), operation, reach);
    }
}

void cpu::engine_a64::InstructionCacheOperationRaised(Dynarmic::A64::InstructionCacheOperation,
                                                      std::uint64_t vaddr)
{
    if (reaches(vaddr, ACCESS_READ)) {
        forget_code(static_cast<std::uint32_t>(vaddr) & ~std::uint32_t{LINE_BYTES - 1}, LINE_BYTES);
    }
}

} // namespace zs
