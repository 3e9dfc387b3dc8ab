/* Cache lines that a coherent master has under way between the L2 and memory.
 *
 * Neither a cache nor memory can be asked for them meanwhile: the CPU's fills, and other requests
 * of coherent masters, wait until they have arrived. The hazard check of the L2 controller.
 */
#ifndef ZEROSTAGE_CPU_LINES_IN_FLIGHT_H
#define ZEROSTAGE_CPU_LINES_IN_FLIGHT_H

#include <cstdint>
#include <list>
#include <systemc>
#include <vector>

namespace zs
{

class lines_in_flight
{
  public:
    struct range {
        uint32_t address, bytes;
        uint64_t ticket;           /* rises with each range */
        std::vector<uint8_t> data; /* of a line that leaves the caches; else empty */
    };
    using handle = std::list<range>::iterator;

    handle add(uint32_t address, uint32_t bytes);
    handle add_evicted(uint32_t address, const uint8_t *data, uint32_t bytes);
    void remove(handle which);

    bool overlaps(uint32_t address, uint32_t bytes) const;
    /* Is a range under way whose ticket is below this? */
    bool any_before(uint64_t ticket) const
    {
        return !ranges_.empty() && ranges_.front().ticket < ticket;
    }
    uint64_t next_ticket() const
    {
        return next_ticket_;
    }
    /* Notified when a range has arrived. */
    const sc_core::sc_event &changed() const
    {
        return changed_;
    }

    /* Functional: what evicted lines hold, over `data`; and the reverse. */
    void overlay(uint32_t address, uint8_t *data, uint32_t bytes) const;
    void overwrite(uint32_t address, const uint8_t *data, uint32_t bytes);

  private:
    std::list<range> ranges_; /* by ticket */
    uint64_t next_ticket_ = 0;
    sc_core::sc_event changed_;
};

} // namespace zs
#endif
