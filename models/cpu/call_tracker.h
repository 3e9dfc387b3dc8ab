/* Which functions of the program are watched, and their calls on the guest's stack.
 *
 * Chooses the functions by symbol, builds their hooks, and follows entries and returns with a
 * shadow stack. A frame that the guest has abandoned (longjmp) closes at the next entry or return
 * above it, which the stack pointer tells.
 */
#ifndef ZEROSTAGE_CPU_CALL_TRACKER_H
#define ZEROSTAGE_CPU_CALL_TRACKER_H

#include "cpu/cpu_config.h"
#include "cpu/hook.h"
#include "os/address_space.h"
#include "os/elf_loader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace zs
{

/* What a watched function means. */
struct watched_function {
    std::string symbol;
    hook code{};
    std::optional<phase> in_phase;
    bool kernel = false;
    bool program = false;
    uint64_t calls = 0;
};

class call_tracker
{
  public:
    /* Told of entries and returns, innermost last. */
    class listener
    {
      public:
        virtual ~listener() = default;
        virtual void function_entered(watched_function &function) = 0;
        virtual void function_left(watched_function &function) = 0;
    };

    call_tracker(const elf_image &program, const phase_config &phases,
                 const simulation_config &simulation, listener &listener);

    /* Functions that could not be hooked, one sentence each. */
    const std::vector<std::string> &warnings() const
    {
        return warnings_;
    }

    /* Is `address` inside the trampolines? Then the answer of an instruction fetch there. */
    static bool is_trampoline(uint32_t address)
    {
        return address < HOOK_END;
    }
    std::optional<uint32_t> trampoline_word(uint32_t address) const;
    /* `word` as fetched at `address`, with hooks laid over it. */
    uint32_t patch(uint32_t address, uint32_t word) const;

    /* Whose cost is charged at an address: nothing for hook code that the program does not have,
     * the displaced instruction, or the instruction itself. */
    struct charged {
        bool free;
        bool thumb;
        uint32_t word;
    };
    charged charged_instruction(bool thumb, uint32_t address, uint32_t word) const;

    /* An SVC in a trampoline, the PC being behind it. Returns the new LR, or nothing when a return
     * came that nobody waits for. */
    std::optional<uint32_t> supervisor_call(uint32_t pc, uint32_t sp, uint32_t lr);

    /* Leave everything that is still open: the program has ended. */
    void close();

    const std::vector<watched_function> &functions() const
    {
        return functions_;
    }
    /* The innermost watched function that is running; nullptr: none. */
    const watched_function *innermost() const;

  private:
    struct frame {
        size_t function;
        uint32_t sp, lr;
    };

    void choose(const elf_image &program, const phase_config &phases,
                const simulation_config &simulation);
    void install(const elf_image &program);
    void leave_top();
    void drop_abandoned(uint32_t sp);

    listener &listener_;
    std::vector<watched_function> functions_;
    std::vector<int32_t> by_trampoline_; /* index into functions_, or -1 */
    std::unordered_map<uint32_t, uint8_t> patched_bytes_;
    std::unordered_map<uint32_t, bool> entries_;
    std::vector<frame> frames_;
    std::vector<std::string> warnings_;
};

} // namespace zs
#endif
