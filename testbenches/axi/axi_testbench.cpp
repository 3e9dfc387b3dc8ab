#define SC_INCLUDE_DYNAMIC_PROCESSES /* sc_spawn */
#include "axi_testbench.h"

#include "axi/time_gate.h"

#include <gtest/gtest.h>

#include <algorithm>

using sc_core::sc_time;
using tlm::tlm_generic_payload;

sc_time ps(uint64_t value)
{
    return sc_time::from_value(value);
}

uint64_t now_ps()
{
    return sc_core::sc_time_stamp().value();
}

axi_link_config link_config(uint32_t width_bits, uint32_t outstanding)
{
    axi_link_config config{};
    config.width_bits = width_bits;
    config.clock_hz = 100000000;
    config.protocol = AXI_PROTOCOL_AXI3;
    config.max_read_outstanding = outstanding;
    config.max_write_outstanding = outstanding;
    config.outstanding_histogram = true;
    return config;
}

test_memory::test_memory(sc_core::sc_module_name name, size_t size)
    : sc_module(name), in("in"), bytes(size)
{
    in.register_b_transport(this, &test_memory::b_transport);
    in.register_transport_dbg(this, &test_memory::transport_dbg);
}

void test_memory::move(tlm_generic_payload &payload)
{
    const unsigned enables = payload.get_byte_enable_length();

    for (unsigned i = 0; i < payload.get_data_length(); i++) {
        const uint64_t address = payload.get_address() + i % payload.get_streaming_width();
        const bool enabled = payload.get_byte_enable_ptr() == nullptr ||
                             payload.get_byte_enable_ptr()[i % enables] != 0;
        if (enabled && payload.is_write()) {
            bytes.at(address) = payload.get_data_ptr()[i];
        } else if (enabled) {
            payload.get_data_ptr()[i] = bytes.at(address);
        }
    }
}

void test_memory::b_transport(int, tlm_generic_payload &payload, sc_time &delay)
{
    zs::time_gate(delay);
    const access access = {now_ps() + delay.value(), payload.get_address(),
                           payload.get_data_length(),
                           payload.get_extension<zs::axi_extension>()->attributes};

    accesses.push_back(access);
    most_at_once = std::max(most_at_once, ++at_once_);
    delay += ps(latency_ps(access));
    if (always_wait || !zs::alone_until(zs::local_ps(delay))) {
        wait(delay);
        delay = sc_core::SC_ZERO_TIME;
    }
    at_once_--;
    if (fails(access)) {
        payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    move(payload);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned test_memory::transport_dbg(int, tlm_generic_payload &payload)
{
    move(payload);
    return payload.get_data_length();
}

test_initiator::test_initiator(sc_core::sc_module_name name) : sc_module(name), out("out") {}

void test_initiator::thread(const std::function<void()> &function)
{
    sc_core::sc_spawn(function);
}

void test_initiator::fill(tlm_generic_payload &payload, request &request) const
{
    const auto length = static_cast<unsigned>(request.data.size());

    payload.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(request.address);
    payload.set_data_ptr(request.data.data());
    payload.set_data_length(length);
    payload.set_streaming_width(request.streaming_width == 0 ? length : request.streaming_width);
    if (!request.enables.empty()) {
        payload.set_byte_enable_ptr(request.enables.data());
        payload.set_byte_enable_length(static_cast<unsigned>(request.enables.size()));
    }
}

uint64_t test_initiator::send(request &request, sc_time &delay)
{
    tlm_generic_payload payload;
    zs::axi_extension extension;

    fill(payload, request);
    extension.attributes = request.attributes;
    extension.data_span_ps = request.data_span_ps;
    payload.set_extension(&extension);
    out->b_transport(payload, delay);
    payload.clear_extension<zs::axi_extension>();
    EXPECT_EQ(payload.get_address(), request.address) << "the address is given back";
    request.status = payload.get_response_status();
    EXPECT_EQ(extension.attributes.beats, request.attributes.beats) << "attributes are given back";
    return now_ps() + delay.value();
}

uint64_t test_initiator::send(request &request)
{
    sc_time delay = sc_core::SC_ZERO_TIME;
    const uint64_t end = send(request, delay);

    if (end > now_ps()) {
        wait(ps(end - now_ps()));
    }
    return end;
}

unsigned test_initiator::debug(request &request)
{
    tlm_generic_payload payload;

    fill(payload, request);
    return out->transport_dbg(payload);
}
