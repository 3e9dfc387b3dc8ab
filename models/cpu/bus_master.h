/* The CPU's side of the bus: blocking reads, and posted writes and prefetches of the L2, each in a
 * fixed number of slots.
 *
 * All times are local times in ps: the CPU may be ahead of SystemC's time, never behind it. A
 * slot's request that must let others act goes through the slot's own thread, so that the CPU goes
 * on meanwhile; when nobody else can act soon, the CPU makes the call itself and saves the
 * switches.
 */
#ifndef ZEROSTAGE_CPU_BUS_MASTER_H
#define ZEROSTAGE_CPU_BUS_MASTER_H

#include "axi/axi_extension.h"
#include "cpu/lines_in_flight.h"

#include <array>
#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

namespace zs
{

/* The first transaction that was answered with an error. */
struct bus_error {
    bool happened = false;
    bool write = false;
    uint64_t address = 0;
    tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
};

/* Where transactions go: the CPU's socket. */
class bus_target
{
  public:
    virtual ~bus_target() = default;
    virtual void transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) = 0;
    virtual unsigned transport_debug(tlm::tlm_generic_payload &payload) = 0;
};

enum { POSTED_BYTES_MAX = 128 };

class bus_slot : public sc_core::sc_module
{
  public:
    bus_slot(sc_core::sc_module_name name, bus_target &target, unsigned id,
             sc_core::sc_event &finished, bus_error &error);
    ~bus_slot() override;

    /* Take a write or read over; it reaches the bus at local time `at_ps`. */
    void fill(uint32_t address, const uint8_t *data, uint32_t bytes, traffic_class traffic);
    void fetch(uint32_t address, uint32_t bytes);
    void send_now(uint64_t at_ps, const lookahead &ahead);
    void send_by_thread(uint64_t at_ps);

    bool busy() const
    {
        return busy_;
    }
    uint64_t done_ps() const
    {
        return done_ps_;
    }
    bool overlaps(uint32_t address, uint32_t bytes) const;
    void overlay(uint32_t address, uint8_t *data, uint32_t bytes) const;
    void overwrite(uint32_t address, const uint8_t *data, uint32_t bytes);

    bool ordered = false;
    traffic_class traffic() const
    {
        return extension_.attributes.traffic;
    }

  private:
    void run();
    void transport(sc_core::sc_time &delay);

    bus_target &target_;
    sc_core::sc_event start_;
    sc_core::sc_event &finished_;
    bus_error &error_;
    axi_extension extension_;
    tlm::tlm_generic_payload payload_;
    std::array<uint8_t, POSTED_BYTES_MAX> data_{};
    bool busy_ = false;
    uint64_t done_ps_ = 0;
};

class bus_master : public sc_core::sc_module
{
  public:
    bus_master(sc_core::sc_module_name name, bus_target &target, uint32_t slots,
               uint32_t ordered_slots);
    ~bus_master() override;

    /* Wait until SystemC's time is `now_ps`. */
    static void synchronise(uint64_t now_ps);
    /* Wait for the event, no longer than that. */
    static void wait_event(const sc_core::sc_event &event, uint64_t at_most_ps);

    /* Each returns the local time at which the CPU may go on. */
    uint64_t read(uint64_t now_ps, uint32_t address, uint8_t *data, uint32_t bytes,
                  traffic_class traffic);
    uint64_t post(uint64_t now_ps, uint32_t address, const uint8_t *data, uint32_t bytes,
                  traffic_class traffic, bool ordered);
    uint64_t wait_prefetch(uint64_t now_ps, uint32_t address, uint32_t bytes);
    uint64_t wait_uncached(uint64_t now_ps);
    uint64_t wait_all(uint64_t now_ps);

    /* Start to read a line at `now_ps`. Its bytes come at once, as they are in memory now; those
     * that the bus brings later are the same, unless a master that is not coherent changes them on
     * the way. False, and nothing is done, without a free slot, or when a coherent master has the
     * line under way. */
    bool prefetch(uint64_t now_ps, uint32_t address, uint8_t *data, uint32_t bytes);

    /* Functional. False when nobody serves the address. */
    bool debug_read(uint32_t address, uint8_t *data, uint32_t bytes);
    bool debug_write(uint32_t address, const uint8_t *data, uint32_t bytes);

    /* No posted write to the range, and no prefetch of it, is on its way. */
    bool settled(uint32_t address, uint32_t bytes) const;

    const bus_error &error() const
    {
        return error_;
    }

    lines_in_flight in_flight; /* of coherent masters: reads wait for them */

  private:
    using slot_list = std::vector<std::unique_ptr<bus_slot>>;

    uint64_t wait_for_room(uint64_t now_ps, bool ordered_only, uint32_t limit);
    uint64_t wait_overlap(const slot_list &slots, uint64_t now_ps, uint32_t address,
                          uint32_t bytes);
    uint64_t wait_slot(uint64_t now_ps, const bus_slot &slot);
    void wait_in_flight(uint32_t address, uint32_t bytes, sc_core::sc_time &delay);
    bus_slot &free_slot(uint64_t now_ps);
    void send(bus_slot &slot, uint64_t at_ps);
    bool debug(tlm::tlm_command command, uint32_t address, uint8_t *data, uint32_t bytes);

    bus_target &target_;
    const uint32_t ordered_slots_;
    sc_core::sc_event finished_;
    slot_list slots_;      /* of posted writes */
    slot_list prefetches_; /* of the L2: reads */
    axi_extension extension_;
    tlm::tlm_generic_payload payload_;
    tlm::tlm_generic_payload debug_payload_; /* used while the other is on its way */
    bus_error error_;
};

} // namespace zs
#endif
