/* The board's CPU: runs a static armhf Linux program unmodified, in simulated time.
 *
 * dynarmic executes the instructions; models/os serves system calls; models/cache holds L1D and
 * L2. Everything that leaves the L2, and every uncached or MMIO access, is a b_transport on `bus`
 * with a zs::axi_extension; the board routes by address. An error response kills the program with
 * a bus error. When the program ends, or a limit is hit, the CPU drains its writes, closes the open
 * intervals, and calls sc_stop(); outcome() says how it went.
 */
#ifndef ZEROSTAGE_CPU_CPU_H
#define ZEROSTAGE_CPU_CPU_H

#include "cache/hierarchy.h"
#include "cpu/cpu_config.h"
#include "os/os.h"

#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <vector>

struct profile;
struct stats;
struct trace;

namespace zs
{

class bus_target;

struct cpu_setup {
    cpu_config cpu{};
    hierarchy_config caches{};
    phase_config phases{};
    simulation_config simulation{};
    limits_config limits{};
    os_config os{};
    std::vector<physical_range> ranges; /* DRAM, and each device; names live as long as the cpu */
    std::vector<interrupt_line> interrupts; /* one input each; names live as long as the cpu */
    std::vector<dma_buffer> buffers;        /* u-dma-buf's; names live as long as the cpu */
    sandbox_config sandbox{};
    uint32_t frames_base = 0, frames_bytes = 0; /* DRAM for anonymous memory */
    const elf_image *program = nullptr;         /* borrowed */
    std::vector<std::string> arguments;         /* argv[0] first */
    std::vector<std::string> environment;
};

enum class cpu_end {
    none,   /* still running, or the simulation was stopped from outside */
    exited, /* the program called exit: see exit_code */
    killed, /* by a signal: exit_code is 128 + signal, message says why */
    limit,  /* limits.*: message says what it was doing */
    not_started
};

struct cpu_outcome {
    cpu_end end = cpu_end::none;
    int exit_code = 0;
    std::string message;
    std::vector<std::string>
        callers; /* of what it was doing, innermost first; if it did not exit */
};

class lines_in_flight;

class cpu : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<cpu> bus;
    sc_core::sc_vector<sc_core::sc_in<bool>> interrupts; /* by index into the setup's */

    /* Registers its counters in `stats`, which must outlive it. Throws std::runtime_error for a
     * configuration that cannot be (the message is for the user). */
    cpu(sc_core::sc_module_name name, const cpu_setup &setup, struct stats *stats);
    ~cpu() override;

    /* Before the simulation: report intervals, phases and system calls; `trace` may be null. */
    void trace_to(struct trace *trace);

    /* Valid after sc_start() has returned. */
    const cpu_outcome &outcome() const;

    /* How often a watched function (phases, kernel, program symbol) was called; 0 for any other. */
    uint64_t calls(const std::string &symbol) const;

    /* By function and call, when simulation.profile asks for it, or NULL; complete after sc_start()
     * has returned. */
    const profile *call_profile() const;

    /* For a coherent port (ACP): the caches, what it has under way itself, and whether caches and
     * memory are consistent for a range now: none of its lines is on its way. writes_settled() is
     * about the CPU's posted writes alone. */
    hierarchy &caches();
    lines_in_flight &in_flight();
    bool caches_settled(uint32_t address, uint32_t bytes) const;
    bool writes_settled(uint32_t address, uint32_t bytes) const;

  private:
    class core;
    class engine_a32;
    class engine_a64;
    friend struct core_machine;

    void run();
    void read_interrupts();

    std::unique_ptr<bus_target> target_;
    std::unique_ptr<core> core_;
};

} // namespace zs
#endif
