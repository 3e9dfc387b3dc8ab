#include "cpu/lines_in_flight.h"

#include <algorithm>

namespace zs
{

lines_in_flight::handle lines_in_flight::add(uint32_t address, uint32_t bytes)
{
    return ranges_.insert(ranges_.end(), range{address, bytes, next_ticket_++, {}});
}

lines_in_flight::handle lines_in_flight::add_evicted(uint32_t address, const uint8_t *data,
                                                     uint32_t bytes)
{
    const handle added = add(address, bytes);

    added->data.assign(data, data + bytes);
    return added;
}

void lines_in_flight::remove(handle which)
{
    ranges_.erase(which);
    changed_.notify(sc_core::SC_ZERO_TIME);
}

bool lines_in_flight::overlaps(uint32_t address, uint32_t bytes) const
{
    return std::any_of(ranges_.begin(), ranges_.end(), [&](const range &one) {
        return one.address < uint64_t{address} + bytes &&
               address < uint64_t{one.address} + one.bytes;
    });
}

void lines_in_flight::overlay(uint32_t address, uint8_t *data, uint32_t bytes) const
{
    for (const range &one : ranges_) {
        for (uint32_t i = 0; i < bytes; i++) {
            const uint64_t offset = uint64_t{address} + i - one.address;
            if (offset < one.data.size()) {
                data[i] = one.data[offset];
            }
        }
    }
}

void lines_in_flight::overwrite(uint32_t address, const uint8_t *data, uint32_t bytes)
{
    for (range &one : ranges_) {
        for (uint32_t i = 0; i < bytes; i++) {
            const uint64_t offset = uint64_t{address} + i - one.address;
            if (offset < one.data.size()) {
                one.data[offset] = data[i];
            }
        }
    }
}

} // namespace zs
