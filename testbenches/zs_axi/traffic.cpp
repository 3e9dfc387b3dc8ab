#define SC_INCLUDE_DYNAMIC_PROCESSES /* sc_spawn */
#include "traffic.h"

#include "axi/local_time.h"

#include <vector>

namespace zs
{

traffic::traffic(sc_core::sc_module_name name, const traffic_config &config, uint64_t seed,
                 uint64_t until_ps, traffic_class read_class, traffic_class write_class)
    : sc_module(name), out("out"), config_(config),
      until_ps_(until_ps), classes_{read_class, write_class}, random_(seed)
{
    if (config_.pattern == PATTERN_OFF) {
        return;
    }
    for (uint32_t slot = 0; slot < config_.outstanding; slot++) {
        sc_core::sc_spawn([this] { run(); });
    }
}

uint64_t traffic::next_address()
{
    const uint64_t places = config_.span_bytes / config_.bytes;
    const uint64_t place =
        config_.pattern == PATTERN_SEQUENTIAL ? next_++ % places : random_() % places;

    return config_.first_address + place * config_.bytes;
}

void traffic::prepare(tlm::tlm_generic_payload &payload, axi_extension &extension)
{
    const bool read = random_() % 100 < config_.read_percent;

    payload.set_command(read ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    payload.set_address(next_address());
    extension.attributes.traffic = classes_[read ? 0 : 1];
}

void traffic::run()
{
    const sc_core::sc_time gap(config_.gap_ns, sc_core::SC_NS);
    std::vector<unsigned char> data(config_.bytes);
    tlm::tlm_generic_payload payload;
    axi_extension extension;

    payload.set_data_ptr(data.data());
    payload.set_data_length(config_.bytes);
    payload.set_streaming_width(config_.bytes);
    payload.set_extension(&extension);
    while (stamp_ps() < until_ps_) {
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        prepare(payload, extension);
        out->b_transport(payload, delay);
        failed_ = failed_ || payload.is_response_error();
        wait(delay + gap);
    }
    payload.clear_extension<axi_extension>();
}

} // namespace zs
