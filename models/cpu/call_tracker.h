/* Which functions of the program are watched, and their calls on the guest's stack.
 *
 * Chooses the functions by symbol, builds their hooks, and follows entries and returns with a
 * shadow stack. A frame that the guest has abandoned (longjmp) closes at the next entry or return
 * above it, which the stack pointer tells. When an exception is thrown the saved return addresses
 * on the guest's stack become the program's own again, so that unwinding works; where it is caught,
 * those of the frames that live on are replaced again.
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
#include <unordered_set>
#include <vector>

namespace zs
{

/* C++ names as people write them: "tiles::copy(int*, int)". */
std::string readable_symbol(const std::string &symbol);

/* What a watched function means. */
struct watched_function {
    enum class role {
        plain,
        jumper,       /* longjmp: abandons frames */
        unwinder,     /* looks at return addresses on the stack; its own return is not followed */
        catch_handler /* an exception has arrived where it is handled */
    };

    std::string symbol;
    hook code{};
    std::optional<phase> in_phase;
    bool kernel = false;
    bool program = false;
    role role = role::plain;
    uint64_t calls = 0;
    uint32_t profile = 0; /* for the listener: its number in the profile; 0: none yet */
};

/* A function whose return address a hook stands in for: where it begins, and the stack pointer and
 * return address at its entry. */
struct hidden_frame {
    uint32_t function, sp, lr;
};

class call_tracker
{
  public:
    /* Told of entries and returns, innermost last; lends the guest's memory. */
    class listener
    {
      public:
        virtual ~listener() = default;
        virtual void function_entered(watched_function &function) = 0;
        virtual void function_left(watched_function &function) = 0;
        virtual bool read_stack(uint32_t address, void *data, uint32_t bytes) = 0;
        virtual void write_stack(uint32_t address, const void *data, uint32_t bytes) = 0;
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
    uint32_t patch(uint32_t address, uint32_t word);

    /* Whose cost is charged at an address: nothing for hook code that the program does not have,
     * the displaced instruction at its own address, or the instruction itself. */
    struct charged {
        bool free;
        code_kind kind;
        uint32_t address;
        uint32_t word;
    };
    charged charged_instruction(code_kind kind, uint32_t address, uint32_t word) const;

    /* Is an SVC at `address` a hook's? */
    bool is_hook(uint32_t address) const
    {
        return is_trampoline(address) || entries_.count(address) != 0;
    }
    /* Serve a hook's SVC at `address`. Returns where to go on and the new LR; or nothing when a
     * return came that nobody waits for. */
    struct continuation {
        uint32_t pc, lr;
    };
    std::optional<continuation> supervisor_call(uint32_t address, uint32_t sp, uint32_t lr);

    /* Leave everything that is still open: the program has ended. */
    void close();

    const std::vector<watched_function> &functions() const
    {
        return functions_;
    }

    /* Where the program is when the PC is in a trampoline. */
    uint32_t program_address(uint32_t address) const;

    /* The `index`-th function that is followed, innermost first. */
    std::optional<hidden_frame> hidden(size_t index) const;

  private:
    struct frame {
        size_t function;
        uint32_t sp, lr;
        bool restored = false;       /* its return address is the program's own */
        bool may_be_gone = false;    /* abandoned by longjmp or an exception, perhaps */
        std::vector<uint32_t> slots; /* where that was put on the stack */
    };

    void choose(const phase_config &phases, const simulation_config &simulation);
    watched_function &watch(const elf_symbol &symbol);
    void install(size_t index);
    void watch_on_fetch(uint32_t address);
    void leave_top();
    void drop_abandoned(uint32_t sp);
    void drop_called_from(uint32_t sp);
    void suspect_all();
    void enter(size_t index, uint32_t sp, uint32_t lr);
    uint32_t real_return(size_t index) const;
    uint32_t word_bytes() const;
    void replace_words(uint32_t start, uint32_t end, uint32_t from, uint32_t to,
                       std::vector<uint32_t> &slots);
    void restore_returns(uint32_t sp);
    void replace_returns();

    const elf_image &program_;
    listener &listener_;
    const bool watch_all_;
    std::vector<watched_function> functions_;
    std::unordered_map<uint32_t, size_t> by_address_; /* index into functions_ */
    std::unordered_map<uint32_t, size_t> entries_;    /* those with a hook */
    std::unordered_set<uint32_t> refused_;            /* functions that stay unwatched */
    std::vector<int32_t> by_trampoline_;              /* index into functions_, or -1 */
    uint32_t trampolines_ = 0;
    std::vector<frame> frames_;
    std::vector<std::string> warnings_;
};

} // namespace zs
#endif
