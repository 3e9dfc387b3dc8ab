#include "cpu/cpu.h"

#include "cpu/core.h"

#include <stdexcept>

namespace zs
{

namespace
{

/* The bus master's transactions leave through the CPU's socket. */
class socket_target : public bus_target
{
  public:
    explicit socket_target(tlm_utils::simple_initiator_socket<cpu> &socket) : socket_(socket) {}

    void transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) override
    {
        socket_->b_transport(payload, delay);
    }

    unsigned transport_debug(tlm::tlm_generic_payload &payload) override
    {
        return socket_->transport_dbg(payload);
    }

  private:
    tlm_utils::simple_initiator_socket<cpu> &socket_;
};

} // namespace

cpu::cpu(sc_core::sc_module_name name, const cpu_setup &setup, struct stats *stats)
    : sc_module(name), bus("bus"), interrupts("interrupts", setup.interrupts.size())
{
    if (setup.program == nullptr) {
        throw std::runtime_error("the CPU has no program");
    }
    target_ = std::make_unique<socket_target>(bus);
    core_ = std::make_unique<core>(setup, *target_, stats);
    SC_HAS_PROCESS(cpu);
    SC_THREAD(run);
    set_stack_size(4 << 20);
    SC_METHOD(read_interrupts);
    for (const auto &line : interrupts) {
        sensitive << line;
    }
}

cpu::~cpu() = default;

void cpu::run()
{
    core_->run();
    sc_core::sc_stop();
}

void cpu::read_interrupts()
{
    for (size_t line = 0; line < interrupts.size(); line++) {
        core_->interrupts().set_level(line, interrupts[line].read());
    }
}

void cpu::trace_to(struct trace *trace)
{
    core_->trace_to(trace);
}

const cpu_outcome &cpu::outcome() const
{
    return core_->outcome();
}

uint64_t cpu::calls(const std::string &symbol) const
{
    for (const watched_function &function : core_->watched()) {
        if (function.symbol == symbol) {
            return function.calls;
        }
    }
    return 0;
}

const profile *cpu::call_profile() const
{
    return core_->call_profile();
}

bool cpu::caches_settled(uint32_t address, uint32_t bytes) const
{
    return core_->caches_settled(address, bytes);
}

bool cpu::writes_settled(uint32_t address, uint32_t bytes) const
{
    return core_->writes_settled(address, bytes);
}

lines_in_flight &cpu::in_flight()
{
    return core_->in_flight();
}

hierarchy &cpu::caches()
{
    return core_->path().caches;
}

} // namespace zs
