/* System control coprocessor, as far as user mode reaches: thread pointers and old barriers. */
#ifndef ZEROSTAGE_CPU_COPROCESSOR15_H
#define ZEROSTAGE_CPU_COPROCESSOR15_H

#include <cstdint>
#include <dynarmic/interface/A32/coprocessor.h>

namespace zs
{

class coprocessor15 : public Dynarmic::A32::Coprocessor
{
  public:
    using reg = Dynarmic::A32::CoprocReg;
    using function = std::uint64_t (*)(void *, std::uint32_t, std::uint32_t);

    coprocessor15(std::uint32_t *read_only_thread_word, std::uint32_t *thread_word,
                  function barrier, function preload, void *context)
        : read_only_thread_word_(read_only_thread_word), thread_word_(thread_word),
          barrier_(barrier), preload_(preload), context_(context)
    {
    }

    std::optional<Callback> CompileInternalOperation(bool, unsigned, reg, reg, reg,
                                                     unsigned) override
    {
        return std::nullopt;
    }

    CallbackOrAccessOneWord CompileSendOneWord(bool two, unsigned opc1, reg n, reg m,
                                               unsigned opc2) override
    {
        if (two || opc1 != 0) {
            return std::monostate{};
        }
        if (n == reg::C13 && m == reg::C0 && opc2 == 2) {
            return thread_word_;
        }
        const bool data_barrier = n == reg::C7 && m == reg::C10 && (opc2 == 4 || opc2 == 5);
        if (data_barrier) {
            return Callback{barrier_, context_};
        }
        if (n == reg::C7 && m == reg::C5 && opc2 == 4) { /* instruction barrier: nothing to do */
            return Callback{[](void *, std::uint32_t, std::uint32_t) -> std::uint64_t { return 0; },
                            context_};
        }
        return std::monostate{};
    }

    CallbackOrAccessTwoWords CompileSendTwoWords(bool, unsigned, reg) override
    {
        return std::monostate{};
    }

    CallbackOrAccessOneWord CompileGetOneWord(bool two, unsigned opc1, reg n, reg m,
                                              unsigned opc2) override
    {
        if (two || opc1 != 0 || n != reg::C13 || m != reg::C0) {
            return std::monostate{};
        }
        if (opc2 == 2) {
            return thread_word_;
        }
        return opc2 == 3 ? CallbackOrAccessOneWord{read_only_thread_word_}
                         : CallbackOrAccessOneWord{std::monostate{}};
    }

    CallbackOrAccessTwoWords CompileGetTwoWords(bool, unsigned, reg) override
    {
        return std::monostate{};
    }

    /* A PLD in disguise: translation.h. */
    std::optional<Callback> CompileLoadWords(bool, bool, reg, std::optional<std::uint8_t>) override
    {
        return Callback{preload_, context_};
    }

    std::optional<Callback> CompileStoreWords(bool, bool, reg, std::optional<std::uint8_t>) override
    {
        return std::nullopt;
    }

  private:
    std::uint32_t *const read_only_thread_word_;
    std::uint32_t *const thread_word_;
    const function barrier_, preload_;
    void *const context_;
};

} // namespace zs
#endif
