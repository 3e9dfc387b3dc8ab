#include "cpu/call_tracker.h"

#include <cstring>
#include <map>
#include <string_view>

namespace zs
{

namespace
{

const uint32_t RETURN_CODE[] = {0xef000000, 0xe12fff1e}; /* SVC #0; BX LR */

/* A pattern is a symbol, or the beginning of one followed by '*'. */
bool matches(std::string_view pattern, std::string_view symbol)
{
    if (!pattern.empty() && pattern.back() == '*') {
        pattern.remove_suffix(1);
        return symbol.substr(0, pattern.size()) == pattern;
    }
    return symbol == pattern;
}

std::optional<phase> phase_of(const phase_config &phases, const char *symbol)
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

/* Code that the program cannot change: segments without write permission. */
bool read_code(void *context, uint32_t address, void *data, uint32_t bytes)
{
    const elf_image &program = *static_cast<const elf_image *>(context);

    for (size_t i = 0; i < program.segment_count; i++) {
        const elf_segment &segment = program.segments[i];
        const uint64_t offset = uint64_t{address} - segment.vaddr;

        if (address >= segment.vaddr && offset + bytes <= segment.file_bytes &&
            (segment.rights & ACCESS_WRITE) == 0) {
            std::memcpy(data, segment.content + offset, bytes);
            return true;
        }
    }
    return false;
}

} // namespace

call_tracker::call_tracker(const elf_image &program, const phase_config &phases,
                           const simulation_config &simulation, listener &listener)
    : listener_(listener), by_trampoline_(HOOKS_MAX, -1)
{
    choose(program, phases, simulation);
    install(program);
}

/* Several symbols may name one function: it is watched once, with all that they mean. */
void call_tracker::choose(const elf_image &program, const phase_config &phases,
                          const simulation_config &simulation)
{
    std::map<uint32_t, size_t> by_address;

    for (size_t i = 0; i < program.symbol_count; i++) {
        const elf_symbol &symbol = program.symbols[i];
        const std::optional<phase> in_phase = phase_of(phases, symbol.name);
        const bool is_kernel = std::strcmp(symbol.name, simulation.kernel_symbol) == 0;
        const bool is_program = std::strcmp(symbol.name, simulation.program_symbol) == 0;

        if (!in_phase && !is_kernel && !is_program) {
            continue;
        }
        const auto [place, is_new] = by_address.try_emplace(symbol.address, functions_.size());
        if (is_new) {
            functions_.emplace_back();
            functions_.back().symbol = symbol.name;
            functions_.back().code.function = symbol.address;
            functions_.back().code.thumb = symbol.thumb;
        }
        watched_function &function = functions_[place->second];
        if (!function.in_phase) {
            function.in_phase = in_phase;
        }
        function.kernel = function.kernel || is_kernel;
        function.program = function.program || is_program;
    }
}

void call_tracker::install(const elf_image &program)
{
    uint32_t next = 0;

    for (size_t i = 0; i < functions_.size(); i++) {
        watched_function &function = functions_[i];
        const char *error = "there are too many hooks";

        if (next < HOOKS_MAX) {
            error = hook_build(&function.code, function.code.function, function.code.thumb,
                               HOOK_FIRST + next * HOOK_BYTES, read_code,
                               const_cast<elf_image *>(&program));
        }
        if (error != nullptr) {
            warnings_.push_back("cannot watch the function " + function.symbol + ": " + error);
            continue;
        }
        by_trampoline_[next++] = static_cast<int32_t>(i);
        entries_[function.code.function] = function.code.thumb;
        for (uint32_t byte = 0; byte < sizeof(function.code.entry); byte++) {
            patched_bytes_[function.code.function + byte] = function.code.entry[byte];
        }
    }
}

std::optional<uint32_t> call_tracker::trampoline_word(uint32_t address) const
{
    uint32_t word;

    if (address >= HOOK_RETURN && address < HOOK_RETURN + sizeof(RETURN_CODE)) {
        return RETURN_CODE[(address - HOOK_RETURN) / 4];
    }
    if (address < HOOK_FIRST || address >= HOOK_FIRST + HOOKS_MAX * HOOK_BYTES) {
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

uint32_t call_tracker::patch(uint32_t address, uint32_t word) const
{
    for (uint32_t byte = 0; byte < 4; byte++) {
        const auto found = patched_bytes_.find(address + byte);

        if (found != patched_bytes_.end()) {
            word = (word & ~(0xffU << 8 * byte)) | uint32_t{found->second} << 8 * byte;
        }
    }
    return word;
}

call_tracker::charged call_tracker::charged_instruction(bool thumb, uint32_t address,
                                                        uint32_t word) const
{
    if (!is_trampoline(address)) {
        return {entries_.count(address) != 0, thumb, word};
    }
    if (address >= HOOK_FIRST) {
        const int32_t index = by_trampoline_[(address - HOOK_FIRST) / HOOK_BYTES];
        const hook &code = functions_[static_cast<size_t>(index)].code;

        for (uint32_t i = 0; i < code.displaced_count; i++) {
            if (code.trampoline + code.displaced[i].offset == address) {
                return {false, code.displaced[i].thumb, code.displaced[i].word};
            }
        }
    }
    return {true, thumb, word};
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

std::optional<uint32_t> call_tracker::supervisor_call(uint32_t pc, uint32_t sp, uint32_t lr)
{
    drop_abandoned(sp);
    if (pc == HOOK_RETURN + 4) {
        if (frames_.empty()) {
            return std::nullopt;
        }
        const uint32_t back = frames_.back().lr;
        leave_top();
        return back;
    }
    const auto index = static_cast<size_t>(by_trampoline_[(pc - HOOK_FIRST) / HOOK_BYTES]);
    frames_.push_back({index, sp, lr});
    functions_[index].calls++;
    listener_.function_entered(functions_[index]);
    return HOOK_RETURN;
}

void call_tracker::close()
{
    while (!frames_.empty()) {
        leave_top();
    }
}

const watched_function *call_tracker::innermost() const
{
    return frames_.empty() ? nullptr : &functions_[frames_.back().function];
}

} // namespace zs
