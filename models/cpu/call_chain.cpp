#include "cpu/call_chain.h"

#include "cpu/call_site.h"
#include "cpu/program_code.h"

#include <optional>

namespace zs
{

namespace
{

constexpr size_t LONGEST_CHAIN = 32;
constexpr unsigned JUMPS_MAX = 2; /* functions that ended in a jump to the next, in a row */
/* How far up the caller is looked for: first a call of this very function, then any that may be. */
constexpr uint32_t NEAR_BYTES = 4096, FAR_BYTES = 1 << 20;

class walk
{
  public:
    walk(const elf_image &program, const call_tracker &calls, const chain_start &start,
         const std::function<bool(uint32_t, uint64_t &)> &read_word)
        : program_(program), calls_(calls), read_word_(read_word), word_bytes_(start.word_bytes),
          at_(start.sp), function_(symbol_at(calls.program_address(start.pc)))
    {
        if (!take_hidden()) {
            take_link_register(start.lr);
        }
        while (chain_.size() < LONGEST_CHAIN && function_ != nullptr) {
            if (!take_hidden() && !take_from_stack()) {
                break;
            }
        }
    }

    const std::vector<uint32_t> &chain() const
    {
        return chain_;
    }

  private:
    const elf_symbol *symbol_at(uint32_t address) const
    {
        return elf_symbol_at(&program_, address);
    }

    void take(uint32_t address)
    {
        chain_.push_back(address);
        function_ = symbol_at(address);
    }

    /* The running function is the innermost that a hook follows: its caller is known. */
    bool take_hidden()
    {
        const std::optional<hidden_frame> frame = calls_.hidden(hidden_);

        if (!frame || function_ == nullptr || frame->function != function_->address) {
            return false;
        }
        hidden_++;
        if (is_return(frame->lr)) {
            take(frame->lr & ~1U);
        }
        at_ = frame->sp;
        return is_return(frame->lr);
    }

    bool is_return(uint64_t word) const
    {
        return word != HOOK_RETURN && word >> 32 == 0 &&
               symbol_at(static_cast<uint32_t>(word) & ~1U) != nullptr;
    }

    code_kind kind_at(const elf_symbol &symbol) const
    {
        return code_kind_of(&program_, &symbol);
    }

    /* Is `callee` the running function, or does it jump there instead of returning? */
    bool reaches(const elf_symbol &callee, unsigned jumps) const
    {
        uint32_t at = callee.address, target;

        if (callee.address == function_->address) {
            return true;
        }
        while (jumps > 0 &&
               next_jump(kind_at(callee), &at, callee.address + callee.bytes, read_program_code,
                         const_cast<elf_image *>(&program_), &target)) {
            const elf_symbol *const next = symbol_at(target);
            if (next != nullptr && next->address == target && next->address != callee.address &&
                reaches(*next, jumps - 1)) {
                return true;
            }
        }
        return false;
    }

    /* Is a call of the running function, or of one that is not known, before this address? */
    bool returns_to_caller(uint32_t address, bool certain) const
    {
        const elf_symbol *const caller = symbol_at(address);
        uint32_t target = 0;

        if (caller == nullptr) {
            return false;
        }
        switch (call_site_before(kind_at(*caller), address, read_program_code,
                                 const_cast<elf_image *>(&program_), &target)) {
        case CALL_SITE_DIRECT: {
            const elf_symbol *const callee = symbol_at(target);
            return callee == nullptr ? !certain : reaches(*callee, JUMPS_MAX);
        }
        case CALL_SITE_INDIRECT:
            return !certain;
        default:
            return false;
        }
    }

    /* A function that has called nothing yet has its return address there. */
    void take_link_register(uint32_t lr)
    {
        const uint32_t address = lr & ~1U;

        if (function_ != nullptr && lr != HOOK_RETURN && symbol_at(address) != function_ &&
            returns_to_caller(address, false)) {
            take(address);
        }
    }

    bool take_from_stack()
    {
        return search_stack(NEAR_BYTES, true) || search_stack(FAR_BYTES, false);
    }

    bool search_stack(uint32_t bytes, bool certain)
    {
        uint64_t word;

        for (uint32_t at = at_; at - at_ < bytes && read_word_(at, word); at += word_bytes_) {
            const uint32_t address = static_cast<uint32_t>(word) & ~1U;

            if (word >> 32 == 0 && address >= HOOK_END && returns_to_caller(address, certain)) {
                at_ = at + word_bytes_;
                take(address);
                return true;
            }
        }
        return false;
    }

    const elf_image &program_;
    const call_tracker &calls_;
    const std::function<bool(uint32_t, uint64_t &)> &read_word_;
    const uint32_t word_bytes_;
    uint32_t at_; /* on the stack */
    size_t hidden_ = 0;
    const elf_symbol *function_;
    std::vector<uint32_t> chain_;
};

} // namespace

std::vector<uint32_t>
call_chain(const elf_image &program, const call_tracker &calls, const chain_start &start,
           const std::function<bool(uint32_t address, uint64_t &word)> &read_word)
{
    return walk(program, calls, start, read_word).chain();
}

} // namespace zs
