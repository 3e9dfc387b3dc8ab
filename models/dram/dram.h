/* Main memory: the DRAM core behind a TLM target socket. It owns the bytes. */
#ifndef ZEROSTAGE_DRAM_DRAM_H
#define ZEROSTAGE_DRAM_DRAM_H

#include "axi/axi_extension.h"
#include "dram/dram_buffers.h"
#include "dram/dram_config.h"
#include "stats/histogram.h"
#include "stats/stats.h"
#include "trace/trace.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <vector>

namespace zs
{

/* Reads end when the last byte has crossed the data bus, writes when they are in the write queue.
 * Data moves at the start of a transaction, which is the order in which the controller takes them.
 * Any number of processes may be inside b_transport. */
class dram : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(dram);

    tlm_utils::multi_passthrough_target_socket<dram> socket;

    /* `stats` may be null. Throws std::invalid_argument with a message for people. */
    dram(const sc_core::sc_module_name &name, const dram_config &config, struct stats *stats);
    ~dram() override;

    /* Tell bytes apart by these buffers, from now on; `stats` may be null. */
    void count_buffers(const dram_range &input, const dram_range &output, struct stats *stats);

    /* Before the simulation: report what the data bus carries; `trace` may be null. */
    void trace_to(struct trace *trace);

    /* Counters that lag behind (commands, row hits) are exact up to `now` after this. */
    void settle(const sc_core::sc_time &now);

    uint64_t size_bytes() const
    {
        return bytes_;
    }
    uint8_t *memory()
    {
        return memory_.get();
    }
    const dram_core *core() const
    {
        return core_.get();
    }

  private:
    struct waiter {
        sc_core::sc_event event;
        uint64_t done_ps = 0;
        bool done = false;
    };
    struct unmap {
        uint64_t bytes;
        void operator()(uint8_t *memory) const;
    };
    struct destroy {
        void operator()(dram_core *core) const
        {
            dram_core_destroy(core);
        }
    };

    void b_transport(int port, tlm::tlm_generic_payload &trans, sc_core::sc_time &delay);
    unsigned int transport_dbg(int port, tlm::tlm_generic_payload &trans);
    bool access_memory(tlm::tlm_generic_payload &trans);
    int submit(const dram_request &request, uint64_t at_ps);
    void transfer(const tlm::tlm_generic_payload &trans, axi_extension &extension,
                  sc_core::sc_time &delay);
    waiter &finish(const dram_completion &completion);
    static void tell(waiter &owner, lookahead &ahead);
    uint64_t run_ahead(const waiter *own, lookahead &ahead);
    void take_completions(lookahead &ahead);
    void schedule_wake();
    void wake();
    void register_counters(struct stats *stats);
    waiter &acquire_waiter();
    static void report_data(void *context, const dram_command_event *command);

    std::unique_ptr<dram_core, destroy> core_;
    uint64_t bytes_ = 0;
    std::unique_ptr<uint8_t[], unmap> memory_;
    std::deque<waiter> waiters_; /* addresses must stay */
    std::vector<waiter *> free_waiters_;
    sc_core::sc_event wake_event_;
    dram_buffers buffers_{};
    histogram read_latency_{};
    histogram write_latency_{};
    struct trace_track *read_track_ = nullptr, *write_track_ = nullptr;
};

} // namespace zs
#endif
