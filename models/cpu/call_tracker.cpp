#include "cpu/call_tracker.h"

#include "cpu/program_code.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <string_view>

namespace zs
{

namespace
{

using role = enum watched_function::role;

/* They read return addresses from the stack: GCC's unwinder (ARM's names have an alias). */
bool is_unwinder(std::string_view symbol)
{
    static const std::string_view NAMES[] = {
        "_Unwind_RaiseException", "___Unwind_RaiseException",  "_Unwind_Resume",
        "___Unwind_Resume",       "_Unwind_Resume_or_Rethrow", "___Unwind_Resume_or_Rethrow",
        "_Unwind_ForcedUnwind",   "___Unwind_ForcedUnwind",    "_Unwind_Backtrace",
        "___Unwind_Backtrace"};
    return std::find(std::begin(NAMES), std::end(NAMES), symbol) != std::end(NAMES);
}

/* They use their own return address in ways that a hook would break. */
bool must_not_be_followed(std::string_view symbol)
{
    static const std::string_view NAMES[] = {
        "setjmp",     "_setjmp",     "__setjmp",          "sigsetjmp", "__sigsetjmp", "getcontext",
        "setcontext", "swapcontext", "uw_init_context_1", "__clone",   "vfork",       "__vfork"};
    return std::find(std::begin(NAMES), std::end(NAMES), symbol) != std::end(NAMES);
}

role role_of(std::string_view symbol)
{
    static const std::string_view JUMPERS[] = {"longjmp", "_longjmp", "siglongjmp",
                                               "__libc_longjmp", "__libc_siglongjmp"};
    if (is_unwinder(symbol)) {
        return role::unwinder;
    }
    if (std::find(std::begin(JUMPERS), std::end(JUMPERS), symbol) != std::end(JUMPERS)) {
        return role::jumper;
    }
    return symbol == "__cxa_begin_catch" ? role::catch_handler : role::plain;
}

/* A pattern is a symbol, or the beginning of one followed by '*'. */
bool matches(std::string_view pattern, std::string_view symbol)
{
    if (!pattern.empty() && pattern.back() == '*') {
        pattern.remove_suffix(1);
        return symbol.substr(0, pattern.size()) == pattern;
    }
    return symbol == pattern;
}

std::optional<phase> phase_of(const phase_config &phases, const std::string &symbol)
{
    for (uint32_t phase_index = 0; phase_index < PHASES; phase_index++) {
        const param_list &list = phases.symbols[phase_index];

        for (uint32_t i = 0; i < list.count; i++) {
            if (matches(list.items[i], symbol)) {
                return static_cast<phase>(phase_index);
            }
        }
    }
    return std::nullopt;
}

/* A C++ function goes by the linker's name and by that in the source. */
class names_of_symbol
{
  public:
    explicit names_of_symbol(const char *symbol)
        : linked_(symbol), written_(readable_symbol(linked_))
    {
    }

    bool has(std::string_view name) const
    {
        return linked_ == name || written_ == name;
    }

    std::optional<phase> phase_in(const phase_config &phases) const
    {
        const std::optional<phase> found = phase_of(phases, linked_);
        return found ? found : phase_of(phases, written_);
    }

  private:
    const std::string linked_, written_;
};

} // namespace

std::string readable_symbol(const std::string &symbol)
{
    int status = 0;
    if (symbol.compare(0, 2, "_Z") != 0) {
        return symbol; /* "f" is a C function, not the type float */
    }
    char *const name = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status);
    const std::string text = status == 0 ? name : symbol;

    std::free(name);
    return text;
}

call_tracker::call_tracker(const elf_image &program, const phase_config &phases,
                           const simulation_config &simulation, listener &listener)
    : program_(program), listener_(listener), watch_all_(simulation.profile),
      by_trampoline_(HOOKS_MAX, -1)
{
    choose(phases, simulation);
    for (size_t i = 0; i < functions_.size(); i++) {
        install(i);
    }
}

/* Several symbols may name one function: it is watched once, with all that they mean. */
watched_function &call_tracker::watch(const elf_symbol &symbol)
{
    const auto [place, is_new] = by_address_.try_emplace(symbol.address, functions_.size());

    if (is_new) {
        functions_.emplace_back();
        functions_.back().symbol = symbol.name;
        functions_.back().code.function = symbol.address;
        functions_.back().code.kind = code_kind_of(&program_, &symbol);
    }
    watched_function &function = functions_[place->second];
    if (function.role == role::plain) {
        function.role = role_of(symbol.name);
    }
    return function;
}

void call_tracker::choose(const phase_config &phases, const simulation_config &simulation)
{
    for (size_t i = 0; i < program_.symbol_count; i++) {
        const elf_symbol &symbol = program_.symbols[i];
        const names_of_symbol names(symbol.name);
        const std::optional<phase> in_phase = names.phase_in(phases);
        const bool is_kernel = names.has(simulation.kernel_symbol);
        const bool is_program = names.has(simulation.program_symbol);

        if (must_not_be_followed(symbol.name)) {
            refused_.insert(symbol.address);
        }
        if (!in_phase && !is_kernel && !is_program && role_of(symbol.name) == role::plain) {
            continue;
        }
        watched_function &function = watch(symbol);
        if (!function.in_phase) {
            function.in_phase = in_phase;
        }
        function.kernel = function.kernel || is_kernel;
        function.program = function.program || is_program;
    }
}

void call_tracker::install(size_t index)
{
    watched_function &function = functions_[index];
    const char *error = "there are too many hooks";

    if (trampolines_ < HOOKS_MAX) {
        error = hook_build(&function.code, function.code.function, function.code.kind,
                           HOOK_FIRST + trampolines_ * HOOK_BYTES, read_program_code,
                           const_cast<elf_image *>(&program_));
    }
    if (error != nullptr) {
        warnings_.push_back("cannot watch the function " + function.symbol + ": " + error);
        return;
    }
    by_trampoline_[trampolines_++] = static_cast<int32_t>(index);
    entries_[function.code.function] = index;
}

/* For a profile every function is watched, from when it is first fetched, and not before: most
 * functions of a program never run. */
void call_tracker::watch_on_fetch(uint32_t address)
{
    const elf_symbol *const symbol = elf_symbol_at(&program_, address);

    if (symbol == nullptr || symbol->address != address || by_address_.count(address) != 0 ||
        !refused_.insert(address).second) {
        return;
    }
    watch(*symbol);
    install(functions_.size() - 1);
}

std::optional<uint32_t> call_tracker::trampoline_word(uint32_t address) const
{
    uint32_t word;

    if (address >= HOOK_RETURN && address < HOOK_RETURN + 4 * HOOK_RETURN_WORDS) {
        return hook_return_word(program_.isa == ELF_AARCH64 ? CODE_A64 : CODE_ARM,
                                (address - HOOK_RETURN) / 4);
    }
    if (address < HOOK_FIRST || address >= HOOK_LIMIT) {
        return std::nullopt;
    }
    const int32_t index = by_trampoline_[(address - HOOK_FIRST) / HOOK_BYTES];
    if (index < 0) {
        return std::nullopt;
    }
    const hook &code = functions_[static_cast<size_t>(index)].code;
    std::memcpy(&word, code.code + (address - code.trampoline), sizeof(word));
    return word;
}

uint32_t call_tracker::patch(uint32_t address, uint32_t word)
{
    for (uint32_t half = 0; half < 4; half += 2) { /* Thumb functions begin at any halfword */
        if (watch_all_) {
            watch_on_fetch(address + half);
        }
        const auto found = entries_.find(address + half);

        if (found != entries_.end()) {
            const hook &code = functions_[found->second].code;
            std::memcpy(reinterpret_cast<uint8_t *>(&word) + half, code.entry, code.entry_bytes);
        }
    }
    return word;
}

call_tracker::charged call_tracker::charged_instruction(code_kind kind, uint32_t address,
                                                        uint32_t word) const
{
    if (!is_trampoline(address)) {
        return {entries_.count(address) != 0, kind, address, word};
    }
    if (address >= HOOK_FIRST && address < HOOK_LIMIT) {
        const int32_t index = by_trampoline_[(address - HOOK_FIRST) / HOOK_BYTES];
        const hook &code = functions_[static_cast<size_t>(index)].code;

        if (code.trampoline == address) {
            return {false, code.kind, code.function, code.displaced};
        }
    }
    return {true, kind, address, word};
}

void call_tracker::leave_top()
{
    const size_t function = frames_.back().function;

    frames_.pop_back();
    listener_.function_left(functions_[function]);
}

void call_tracker::drop_abandoned(uint32_t sp)
{
    while (!frames_.empty() && frames_.back().sp < sp) {
        leave_top();
    }
}

/* A call is made at `sp`. A function that has called before keeps its own return address on the
 * stack, so what was entered at the same height did not make this call. */
void call_tracker::drop_called_from(uint32_t sp)
{
    while (!frames_.empty() && frames_.back().may_be_gone && frames_.back().sp == sp) {
        leave_top();
    }
}

void call_tracker::suspect_all()
{
    for (frame &frame : frames_) {
        frame.may_be_gone = true;
    }
}

/* A function that jumps to its own beginning is a loop. */
void call_tracker::enter(size_t index, uint32_t sp, uint32_t lr)
{
    if (!frames_.empty() && lr == HOOK_RETURN && frames_.back().function == index &&
        frames_.back().sp == sp) {
        return;
    }
    frames_.push_back({index, sp, lr, false, false, {}});
    functions_[index].calls++;
    listener_.function_entered(functions_[index]);
}

std::optional<call_tracker::continuation> call_tracker::supervisor_call(uint32_t address,
                                                                        uint32_t sp, uint32_t lr)
{
    drop_abandoned(sp);
    if (address == HOOK_RETURN) {
        if (frames_.empty()) {
            return std::nullopt;
        }
        const uint32_t back = frames_.back().lr;
        leave_top();
        return continuation{HOOK_RETURN + 4, back};
    }
    const size_t index = entries_.at(address);
    const uint32_t trampoline = functions_[index].code.trampoline;
    const bool is_jump = lr == HOOK_RETURN && !frames_.empty();

    if (!is_jump) {
        drop_called_from(sp);
    }
    switch (functions_[index].role) {
    case role::unwinder:
        restore_returns(sp);
        return continuation{trampoline, is_jump ? real_return(frames_.size() - 1) : lr};
    case role::catch_handler:
        replace_returns();
        break;
    case role::jumper:
        suspect_all();
        break;
    default:
        break;
    }
    enter(index, sp, lr);
    return continuation{trampoline, HOOK_RETURN};
}

void call_tracker::close()
{
    while (!frames_.empty()) {
        leave_top();
    }
}

uint32_t call_tracker::program_address(uint32_t address) const
{
    if (address < HOOK_FIRST || address >= HOOK_LIMIT) {
        return address;
    }
    const int32_t index = by_trampoline_[(address - HOOK_FIRST) / HOOK_BYTES];
    return index < 0 ? address : functions_[static_cast<size_t>(index)].code.function;
}

/* --- return addresses on the guest's stack --- */

uint32_t call_tracker::word_bytes() const
{
    return program_.isa == ELF_AARCH64 ? 8 : 4;
}

/* A function entered by a jump shares its return address with the one that jumped. */
uint32_t call_tracker::real_return(size_t index) const
{
    while (index > 0 && frames_[index].lr == HOOK_RETURN) {
        index--;
    }
    return frames_[index].lr;
}

/* Replace all addresses `from` on [start, end) of the stack by `to`, and note where. */
void call_tracker::replace_words(uint32_t start, uint32_t end, uint32_t from, uint32_t to,
                                 std::vector<uint32_t> &slots)
{
    const uint32_t bytes = word_bytes();

    for (uint32_t at = start; at + bytes <= end; at += bytes) {
        uint64_t word = 0;
        if (listener_.read_stack(at, &word, bytes) && word == from) {
            word = to;
            listener_.write_stack(at, &word, bytes);
            slots.push_back(at);
        }
    }
}

void call_tracker::restore_returns(uint32_t sp)
{
    for (size_t i = frames_.size(); i-- > 0;) {
        frame &frame = frames_[i];

        if (!frame.restored) {
            replace_words(sp, frame.sp, HOOK_RETURN, real_return(i), frame.slots);
            frame.restored = true;
        }
        sp = frame.sp;
    }
    suspect_all();
}

void call_tracker::replace_returns()
{
    for (size_t i = 0; i < frames_.size(); i++) {
        frame &frame = frames_[i];
        std::vector<uint32_t> replaced;

        for (const uint32_t slot : frame.slots) {
            replace_words(slot, slot + word_bytes(), real_return(i), HOOK_RETURN, replaced);
        }
        frame.restored = frame.restored && replaced.empty();
        frame.slots.clear();
    }
}

std::optional<hidden_frame> call_tracker::hidden(size_t index) const
{
    if (index >= frames_.size()) {
        return std::nullopt;
    }
    const frame &frame = frames_[frames_.size() - 1 - index];
    return hidden_frame{functions_[frame.function].code.function, frame.sp, frame.lr};
}

} // namespace zs
