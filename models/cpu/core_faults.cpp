/* What is said of a program that does not come to its end. */
#include "cpu/call_chain.h"
#include "cpu/core.h"

#include <cinttypes>
#include <cstdio>

namespace zs
{

namespace
{

enum { SIGILL_NUMBER = 4, SIGTRAP_NUMBER = 5, SIGBUS_NUMBER = 7, SIGNAL_EXIT = 128 };

/* A register that was last read longer ago than this is not what the program waits for. */
const uint64_t RECENT_PS = 1000000000; /* 1 ms */

std::string hexadecimal(uint64_t value)
{
    char text[24];
    std::snprintf(text, sizeof(text), "0x%08" PRIx64, value);
    return text;
}

const char *signal_name(int signal)
{
    switch (signal) {
    case SIGILL_NUMBER:
        return "SIGILL";
    case SIGTRAP_NUMBER:
        return "SIGTRAP";
    case 6:
        return "SIGABRT";
    case SIGBUS_NUMBER:
        return "SIGBUS";
    case 8:
        return "SIGFPE";
    case 9:
        return "SIGKILL";
    case 11:
        return "SIGSEGV";
    default:
        return "a signal";
    }
}

const char *verb(page_access access)
{
    switch (access) {
    case ACCESS_WRITE:
        return "write to ";
    case ACCESS_EXECUTE:
        return "jump to ";
    default:
        return "read of ";
    }
}

} // namespace

/* --- ends --- */

void cpu::core::unsupported_instruction(std::uint32_t pc)
{
    kill_program(SIGILL_NUMBER, "the instruction at " + place(pc) + " is not supported");
}

void cpu::core::undefined_instruction()
{
    kill_program(SIGILL_NUMBER, "undefined instruction");
}

void cpu::core::breakpoint()
{
    kill_program(SIGTRAP_NUMBER, "breakpoint instruction");
}

void cpu::core::no_code_at(std::uint32_t pc)
{
    os_fault fault{};

    os_page_fault(os_, pc, ACCESS_EXECUTE, &fault);
    killed_for_access(pc, ACCESS_EXECUTE, fault);
}

void cpu::core::killed_for_access(std::uint32_t vaddr, page_access access, const os_fault &fault)
{
    const bool mapped = address_space_find(os_address_space(os_), vaddr) != nullptr;

    end(cpu_end::killed, fault.exit_code,
        verb(access) + hexadecimal(vaddr) +
            (mapped ? ", which is mapped without that right" : ", where nothing is mapped"));
}

void cpu::core::beyond_address_space(std::uint64_t vaddr, page_access access)
{
    enum { SIGSEGV_NUMBER = 11 };

    if (outcome_.end == cpu_end::none) {
        kill_program(SIGSEGV_NUMBER,
                     verb(access) + hexadecimal(vaddr) + ", where nothing is mapped");
    }
}

void cpu::core::killed_by_bus(std::uint32_t vaddr)
{
    const bus_error &error = bus_.error();

    if (ended()) {
        return;
    }
    const char *const what = error.status == tlm::TLM_ADDRESS_ERROR_RESPONSE
                                 ? "nothing answers at this address (DECERR)"
                                 : "the device answered with an error (SLVERR)";
    kill_program(SIGBUS_NUMBER, std::string("bus error: ") +
                                    (error.write ? "write to" : "read of") + " physical address " +
                                    hexadecimal(error.address) + ": " + what +
                                    (error.write ? "; noticed at" : "; by") + " an access to " +
                                    hexadecimal(vaddr));
}

void cpu::core::kill_program(int signal, const std::string &what)
{
    end(cpu_end::killed, SIGNAL_EXIT + signal, what);
}

void cpu::core::end(cpu_end how, int exit_code, const std::string &message)
{
    outcome_.end = how;
    outcome_.exit_code = exit_code;
    outcome_.message = message;
    engine_->halt();
}

void cpu::core::set_limits()
{
    const double limit_ps = setup_.limits.max_time_s * 1e12;

    if (limit_ps > 0) {
        limit_units_ = path_.units_at(static_cast<std::uint64_t>(limit_ps) + 1);
    }
    if (setup_.limits.max_instructions > 0) {
        limit_instructions_ = setup_.limits.max_instructions;
    }
}

void cpu::core::end_at_limit()
{
    if (!ended()) {
        end(cpu_end::limit, 1,
            path_.units >= limit_units_ ? "limits.max_time is reached"
                                        : "limits.max_instructions is reached");
    }
}

/* --- where it was, and what for --- */

std::string cpu::core::place(std::uint32_t pc) const
{
    const std::uint32_t address = calls_.program_address(pc);
    const elf_symbol *const symbol = elf_symbol_at(setup_.program, address);

    if (symbol == nullptr) {
        return hexadecimal(address);
    }
    char offset[16];
    std::snprintf(offset, sizeof(offset), "+0x%x", address - symbol->address);
    return readable_symbol(symbol->name) + offset + " (" + hexadecimal(address) + ")";
}

void cpu::core::find_callers()
{
    const chain_start start{engine_->pc(), engine_->sp(), engine_->lr(), engine_->word_bytes()};
    const auto read_word = [this](std::uint32_t address, std::uint64_t &word) {
        word = 0;
        return page_allows(pages_[address >> PAGE_BITS], ACCESS_READ) &&
               read_stack(address, &word, engine_->word_bytes());
    };

    for (const std::uint32_t caller : call_chain(*setup_.program, calls_, start, read_word)) {
        outcome_.callers.push_back(place(caller));
    }
}

void cpu::core::note_register_read(std::uint32_t physical, const void *data, std::uint32_t bytes)
{
    std::uint32_t value = 0;

    std::memcpy(&value, data, bytes < sizeof(value) ? bytes : sizeof(value));
    if (polled_.reads == 0 || polled_.address != physical || polled_.value != value) {
        polled_ = {physical, value, 0, 0};
    }
    polled_.reads++;
    polled_.last_ps = path_.now_ps();
}

/* "; it polls axi_dma+0x4, ..."; empty when it polls nothing. */
std::string cpu::core::polling() const
{
    if (polled_.reads < 2 || path_.now_ps() - polled_.last_ps > RECENT_PS) {
        return "";
    }
    std::string name = hexadecimal(polled_.address);
    for (const physical_range &range : setup_.ranges) {
        if (polled_.address - range.base < range.bytes) {
            char offset[16];
            std::snprintf(offset, sizeof(offset), "+0x%x", polled_.address - range.base);
            name = range.name + std::string(offset) + " (" + name + ")";
        }
    }
    return "; it polls the register " + name + ", which answered " + hexadecimal(polled_.value) +
           " the last " + std::to_string(polled_.reads) + " times";
}

std::string cpu::core::waited_for(std::uint32_t line) const
{
    const interrupt_line &waited = setup_.interrupts[line];
    std::string text =
        std::string("a read of ") + waited.path + " waits for interrupt " + waited.name;

    if (!interrupts_.enabled(line)) {
        return text + ", which the program has not enabled (write 1 to the file first)";
    }
    return text + ", and nothing that would raise it is under way";
}

void cpu::core::describe_end()
{
    const std::string where = " in " + place(engine_->pc());
    const int signal = outcome_.exit_code - SIGNAL_EXIT;

    if (outcome_.end == cpu_end::killed) {
        outcome_.message =
            (signal > 0 ? std::string("killed by ") + signal_name(signal) + " (exit status " +
                              std::to_string(outcome_.exit_code) + "): "
                        : std::string()) +
            outcome_.message + "," + where;
        find_callers();
    } else if (outcome_.end == cpu_end::limit) {
        outcome_.message += "; the program is" + where + polling();
        find_callers();
    }
}

} // namespace zs
