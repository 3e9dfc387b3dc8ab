#include "cpu/engine_a32.h"

#include "cpu/coprocessor15.h"
#include "cpu/translation.h"

namespace zs
{

namespace
{

/* A tick count carries two numbers: time in 1/16 cycles above, instructions below. */
enum { TICK_BITS = 14 };
enum { CPSR_USER = 0x10, CPSR_THUMB = 0x20 };
const uint64_t TICK_INSTRUCTIONS = (1U << TICK_BITS) - 1;

} // namespace

cpu::engine_a32::engine_a32(core &core) : core_(core)
{
    Dynarmic::A32::UserConfig config{};
    config.callbacks = this;
    config.global_monitor = &monitor_;
    config.arch_version = Dynarmic::A32::ArchVersion::v7;
    config.coprocessors[15] = std::make_shared<coprocessor15>(
        &thread_pointer_, &user_thread_word_,
        [](void *context, std::uint32_t, std::uint32_t) -> std::uint64_t {
            static_cast<class core *>(context)->barrier();
            return 0;
        },
        [](void *context, std::uint32_t address, std::uint32_t) -> std::uint64_t {
            static_cast<class core *>(context)->preload(address);
            return 0;
        },
        &core);
    config.define_unpredictable_behaviour = true;
    config.check_halt_on_memory_access = true; /* an access that kills has the exact PC */
    config.code_cache_size = 32 * 1024 * 1024;
    jit_ = std::make_unique<Dynarmic::A32::Jit>(config);
}

void cpu::engine_a32::start(const os_start &start)
{
    jit_->Regs()[13] = start.stack_pointer;
    jit_->Regs()[15] = start.entry & ~1U;
    jit_->SetCpsr(CPSR_USER | ((start.entry & 1) != 0 ? CPSR_THUMB : 0));
}

void cpu::engine_a32::run()
{
    jit_->Run();
}

void cpu::engine_a32::halt()
{
    jit_->HaltExecution(Dynarmic::HaltReason::MemoryAbort);
}

void cpu::engine_a32::forget_code(uint32_t start, uint32_t bytes)
{
    jit_->InvalidateCacheRange(start, bytes);
}

void cpu::engine_a32::read_call(os_call &call) const
{
    const auto &registers = jit_->Regs();

    call.number = registers[7];
    for (unsigned i = 0; i < 7; i++) {
        call.args[i] = registers[i];
    }
}

void cpu::engine_a32::finish_call(const os_call &call)
{
    jit_->Regs()[0] = call.result;
    thread_pointer_ = core_.thread_pointer();
}

/* Served at translation only. Whether a word is ARM or Thumb code, its function's symbol tells. */
std::optional<std::uint32_t> cpu::engine_a32::MemoryReadCode(std::uint32_t vaddr)
{
    return core_.read_code(vaddr, [](const elf_symbol *function, std::uint32_t word) {
        const bool thumb = function != nullptr && function->thumb;
        return thumb ? translation_of_thumb(word) : translation_of_arm(word);
    });
}

std::uint64_t cpu::engine_a32::GetTicksForCode(bool thumb, std::uint32_t vaddr, std::uint32_t word)
{
    const call_tracker::charged charged =
        core_.calls().charged_instruction(thumb ? CODE_THUMB : CODE_ARM, vaddr, word);
    const bool is_thumb = charged.kind == CODE_THUMB;

    if (charged.free) {
        return 0;
    }
    const std::uint32_t bytes = is_thumb && charged.word >> 16 == 0 ? 2 : 4;
    const std::uint64_t cost =
        core_.cost_of(charged.address, bytes, instruction_classify(is_thumb, charged.word));
    return cost << TICK_BITS | 1;
}

void cpu::engine_a32::AddTicks(std::uint64_t ticks)
{
    core_.executed(ticks & TICK_INSTRUCTIONS, ticks >> TICK_BITS);
}

std::uint64_t cpu::engine_a32::GetTicksRemaining()
{
    return core_.next_slice_units() << TICK_BITS;
}

void cpu::engine_a32::CallSVC(std::uint32_t)
{
    const bool thumb = (jit_->Cpsr() & CPSR_THUMB) != 0;
    core_.supervisor_call(pc() - (thumb ? 2 : 4));
}

void cpu::engine_a32::InterpreterFallback(std::uint32_t pc, size_t)
{
    core_.unsupported_instruction(pc);
}

void cpu::engine_a32::ExceptionRaised(std::uint32_t pc, Dynarmic::A32::Exception exception)
{
    using Dynarmic::A32::Exception;

    if (core_.ended()) {
        return;
    }
    jit_->Regs()[15] = pc;
    switch (exception) {
    case Exception::NoExecuteFault:
        core_.no_code_at(pc);
        break;
    case Exception::Breakpoint:
        core_.breakpoint();
        break;
    default:
        core_.undefined_instruction();
        break;
    }
}

} // namespace zs
