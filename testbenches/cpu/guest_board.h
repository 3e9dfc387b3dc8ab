/* A CPU on the simplest board there is: one memory that answers after a fixed time. */
#ifndef ZEROSTAGE_TESTBENCHES_CPU_GUEST_BOARD_H
#define ZEROSTAGE_TESTBENCHES_CPU_GUEST_BOARD_H

#include "axi/axi_extension.h"
#include "axi/time_gate.h"
#include "config/config.h"
#include "cpu/cpu.h"
#include "stats/stats.h"

#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>
#include <vector>

/* 512 MB at 0 and a page of "device" registers at 0x40400000; everything else is a decode error. */
class simple_memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket_optional<simple_memory> in;
    std::array<uint64_t, TRAFFIC_CLASSES> bytes{};
    uint64_t latency_ps = 100000;
    uint64_t last_request_ps = 0;
    bool in_order = true;
    std::map<uint64_t, uint32_t> registers;
    bool always_wait = false;

    explicit simple_memory(sc_core::sc_module_name name) : sc_module(name), in("in")
    {
        in.register_b_transport(this, &simple_memory::b_transport);
        in.register_transport_dbg(this, &simple_memory::transport_dbg);
    }

    enum { RAM_BYTES = 512 << 20, DEVICE = 0x40400000, DEVICE_BYTES = 4096 };

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        zs::time_gate(delay);
        const uint64_t now_ps = (sc_core::sc_time_stamp() + delay).value();
        in_order = in_order && now_ps >= last_request_ps;
        last_request_ps = now_ps;
        bytes[payload.get_extension<zs::axi_extension>()->attributes.traffic] +=
            payload.get_data_length();
        if (payload.get_address() >= DEVICE && payload.get_address() < DEVICE + DEVICE_BYTES) {
            access_register(payload);
        } else {
            payload.set_response_status(access(payload) ? tlm::TLM_OK_RESPONSE
                                                        : tlm::TLM_ADDRESS_ERROR_RESPONSE);
        }
        delay += sc_core::sc_time::from_value(latency_ps);
        if (always_wait || !zs::alone_until(zs::local_ps(delay))) {
            wait(delay);
            delay = sc_core::SC_ZERO_TIME;
        }
    }

    void access_register(tlm::tlm_generic_payload &payload)
    {
        uint32_t &value = registers[payload.get_address()];
        if (payload.is_read()) {
            value++; /* a read has a side effect */
            std::memcpy(payload.get_data_ptr(), &value, payload.get_data_length());
        } else {
            std::memcpy(&value, payload.get_data_ptr(), payload.get_data_length());
        }
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &payload)
    {
        return access(payload) ? payload.get_data_length() : 0;
    }

    bool access(tlm::tlm_generic_payload &payload)
    {
        const uint64_t address = payload.get_address();
        const unsigned count = payload.get_data_length();
        if (address + count > RAM_BYTES) {
            return false;
        }
        unsigned char *const at = ram_.get() + address;
        if (payload.is_read()) {
            std::memcpy(payload.get_data_ptr(), at, count);
        } else {
            std::memcpy(at, payload.get_data_ptr(), count);
        }
        return true;
    }

    struct free_memory {
        void operator()(unsigned char *memory) const
        {
            std::free(memory);
        }
    };
    std::unique_ptr<unsigned char, free_memory> ram_{
        static_cast<unsigned char *>(std::calloc(RAM_BYTES, 1))};
};

/* Loads a program, lets a test change the setup, runs it to the end. */
class guest_board
{
  public:
    explicit guest_board(const std::string &program)
    {
        char error[ELF_ERROR_BYTES];
        if (elf_image_load(&image_, program.c_str(), error) != 0) {
            throw std::runtime_error(error);
        }
        set_defaults();
        setup.ranges = {
            {"DRAM", PHYSICAL_RAM, 0, simple_memory::RAM_BYTES},
            {"device", PHYSICAL_DEVICE, simple_memory::DEVICE, simple_memory::DEVICE_BYTES},
            {"hole", PHYSICAL_DEVICE, 0x50000000, 4096}};
        setup.frames_base = 0x01000000;
        setup.frames_bytes = 0x10000000;
        setup.program = &image_;
        setup.cpu.isa = image_.isa;
        setup.os.timer_tick_hz = 0; /* exact times */
        setup.arguments = {"program"};
    }

    ~guest_board()
    {
        cpu_.reset();
        stats_destroy(stats);
        elf_image_destroy(&image_);
    }

    const zs::cpu_outcome &run()
    {
        cpu_ = std::make_unique<zs::cpu>("cpu", setup, stats);
        if (connect) {
            connect(*cpu_);
        } else {
            cpu_->bus.bind(memory.in);
        }
        sc_core::sc_start();
        return cpu_->outcome();
    }

    uint64_t value(const std::string &counter, stats_interval interval = STATS_PROCESS) const
    {
        uint64_t value = 0;
        if (stats_value(stats, counter.c_str(), interval, &value) != 0) {
            throw std::runtime_error("no counter " + counter);
        }
        return value;
    }

    uint64_t calls(const std::string &symbol) const
    {
        return cpu_->calls(symbol);
    }

    const profile *call_profile() const
    {
        return cpu_->call_profile();
    }

    zs::cpu_setup setup;
    simple_memory memory{"memory"};
    struct stats *stats = stats_create();
    std::function<void(zs::cpu &)> connect; /* instead of to `memory` */

  private:
    void set_defaults()
    {
        const param_section sections[] = {
            {"board.cpu", cpu_params, cpu_params_count, &setup.cpu},
            {"board.l1d", cache_l1d_params, cache_l1d_params_count, &setup.caches.l1d},
            {"board.l2", cache_l2_params, cache_l2_params_count, &setup.caches.l2},
            {"board.os", os_params, os_params_count, &setup.os},
            {"phases", phase_params, phase_params_count, &setup.phases},
            {"simulation", simulation_params, simulation_params_count, &setup.simulation},
            {"limits", limits_params, limits_params_count, &setup.limits},
        };
        config *const config = config_create(sections, sizeof(sections) / sizeof(*sections));
        const int error = config_finish(config);
        config_report(config, stderr);
        config_destroy(config);
        if (error != 0) {
            throw std::runtime_error("the parameter tables have bad defaults");
        }
    }

    elf_image image_{};
    std::unique_ptr<zs::cpu> cpu_;
};

#endif
