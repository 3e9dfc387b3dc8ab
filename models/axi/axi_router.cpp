#include "axi/axi_router.h"

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <stdexcept>

using sc_core::sc_time;
using tlm::tlm_generic_payload;

namespace zs
{

namespace
{

[[noreturn]] void refuse(const std::string &router, const std::string &region, uint64_t first,
                         uint64_t bytes, int error)
{
    std::ostringstream text;

    text << router << ": region " << region << " (" << std::hex << std::showbase << first << ", "
         << bytes << " bytes) ";
    if (error == -EEXIST) {
        text << "overlaps another region";
    } else if (error == -ENOSPC) {
        text << std::dec << "is one more than the " << AXI_MAP_REGIONS << " that a map holds";
    } else {
        text << "has no bytes or runs past the end of the address space";
    }
    throw std::invalid_argument(text.str());
}

} // namespace

axi_router::axi_router(sc_core::sc_module_name name, const axi_router_config &config,
                       struct stats *stats)
    : sc_module(name), in("in"), decode_error_time_(config.decode_error_ns, sc_core::SC_NS),
      config_(config), outputs_("out", max_outputs)
{
    if (stats != nullptr) {
        register_counters(stats);
    }
    in.register_b_transport(this, &axi_router::b_transport);
    in.register_transport_dbg(this, &axi_router::transport_dbg);
}

void axi_router::register_counters(struct stats *stats)
{
    const std::string prefix = std::string("router.") + basename();

    if (stats_add(stats, (prefix + ".decode_errors").c_str(), "transactions",
                  "requests to an address that nobody holds", &decode_errors_) != 0 ||
        stats_add(stats, (prefix + ".slave_errors").c_str(), "transactions",
                  "requests that the refusing slave answered", &slave_errors_) != 0) {
        throw std::invalid_argument("cannot register the counters of " + prefix);
    }
}

bool axi_router::refused(uint64_t address, unsigned bytes) const
{
    return address < uint64_t{config_.slave_error_base} + config_.slave_error_bytes &&
           address + bytes > config_.slave_error_base && config_.slave_error_bytes != 0;
}

axi_router::output &axi_router::map(const std::string &name, uint64_t first, uint64_t bytes,
                                    uint64_t target_first)
{
    const auto known = std::find(names_.begin(), names_.end(), name);
    const auto index = static_cast<size_t>(known - names_.begin());
    const int error = axi_map_add(&map_, first, bytes, target_first, static_cast<unsigned>(index));

    if (error != 0) {
        refuse(this->name(), name, first, bytes, error);
    }
    if (known == names_.end()) {
        names_.push_back(name);
    }
    return outputs_[index];
}

void axi_router::b_transport(int, tlm_generic_payload &payload, sc_time &delay)
{
    const uint64_t address = payload.get_address();
    const unsigned reach = std::min(payload.get_data_length(), payload.get_streaming_width());
    const axi_region *const region = axi_map_find_range(&map_, address, std::max(reach, 1u));

    if (region == nullptr) {
        decode_errors_++;
        delay += decode_error_time_;
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    if (refused(address, std::max(reach, 1u))) {
        slave_errors_++;
        delay += decode_error_time_;
        payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    payload.set_address(address - region->first + region->target_first);
    outputs_[region->output]->b_transport(payload, delay);
    payload.set_address(address);
}

/* A range across regions is served as far as its first region goes, as TLM allows. */
unsigned axi_router::transport_dbg(int, tlm_generic_payload &payload)
{
    const uint64_t address = payload.get_address();
    const unsigned length = payload.get_data_length();
    const axi_region *const region = axi_map_find(&map_, address);

    if (region == nullptr || length == 0) {
        return 0;
    }
    const uint64_t room = region->last - address;

    payload.set_address(address - region->first + region->target_first);
    payload.set_data_length(room < length - 1 ? static_cast<unsigned>(room + 1) : length);
    const unsigned done = outputs_[region->output]->transport_dbg(payload);
    payload.set_address(address);
    payload.set_data_length(length);
    return done;
}

} // namespace zs
