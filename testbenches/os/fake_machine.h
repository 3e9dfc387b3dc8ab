// A machine without a CPU: memory as an array, time set by hand, messages kept.
#ifndef ZEROSTAGE_TESTBENCHES_OS_FAKE_MACHINE_H
#define ZEROSTAGE_TESTBENCHES_OS_FAKE_MACHINE_H

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/os.h"

namespace zs_test
{

constexpr uint32_t ram_base = 0x00100000;
constexpr uint32_t frames_bytes = 16U << 20;
constexpr uint32_t buffer_base = 0x16000000;
constexpr uint32_t buffer_bytes = 1U << 20;
constexpr uint32_t registers_base = 0x40400000;
constexpr uint32_t registers_bytes = 0x10000;
constexpr physical_range ranges[] = {
    {"DRAM", PHYSICAL_RAM, ram_base, frames_bytes},
    {"DMA buffers", PHYSICAL_RAM, buffer_base, buffer_bytes},
    {"axi_dma", PHYSICAL_DEVICE, registers_base, registers_bytes},
};

constexpr interrupt_line lines[] = {
    {"mm2s_introut", "/dev/uio0", registers_base, registers_bytes},
    {"s2mm_introut", "/dev/uio1", registers_base, registers_bytes},
};

constexpr dma_buffer buffers[] = {
    {"udmabuf0", buffer_base, buffer_bytes / 2, false},
    {"udmabuf1", buffer_base + buffer_bytes / 2, buffer_bytes / 2, true},
};

// Cache maintenance that the operating system asked for.
struct maintained_range {
    uint32_t physical, bytes;
    cache_maintenance operation;
    cache_reach reach;
    bool operator==(const maintained_range &other) const
    {
        return physical == other.physical && bytes == other.bytes && operation == other.operation &&
               reach == other.reach;
    }
};

// Costs that are told apart in any sum.
constexpr os_config plain_config()
{
    os_config config{};
    config.syscall_cycles = 1;
    config.msync_cycles = 10;
    config.mmap_cycles = 100;
    config.mmap_page_cycles = 1000;
    config.open_cycles = config.stat_cycles = config.io_cycles = config.descriptor_cycles = 10000;
    config.fault_around_bytes = 65536;
    config.file_fault_cycles = 3;
    config.page_copy_cycles = 500000;
    config.time_cycles = 100000;
    config.page_fault_cycles = 1000000;
    config.page_zero_cycles = 10000000;
    config.interrupt_cycles = 100000000;
    config.context_switch_cycles = 1000000000;
    config.devmem_sync_mapping = DEVMEM_SYNC_UNCACHED;
    config.stack_bytes = 1U << 20;
    return config;
}

class fake_machine
{
  public:
    explicit fake_machine(const os_config &config = plain_config(), stats *counters = nullptr,
                          const sandbox_config *sandbox = nullptr)
        : memory_(frames_bytes, 0xEE)
    {
        os_machine machine{};
        machine.memory = {this, read, write, zero};
        machine.ops = {this,   now,     dropped,          code_changed,    maintain,
                       output, message, enable_interrupt, interrupt_raised};
        machine.ranges = ranges;
        machine.range_count = std::size(ranges);
        machine.lines = lines;
        machine.line_count = std::size(lines);
        machine.buffers = buffers;
        machine.buffer_count = std::size(buffers);
        machine.sandbox = sandbox;
        machine.frames_base = ram_base;
        machine.frames_bytes = frames_bytes;
        os_.reset(os_create(&config, &machine, counters));
    }

    struct os *os()
    {
        return os_.get();
    }

    os_call call(uint32_t number, std::vector<uint32_t> args = {})
    {
        os_call call{};
        call.number = number;
        std::copy(args.begin(), args.end(), call.args);
        EXPECT_EQ(os_syscall(os_.get(), &call), 0);
        return call;
    }

    // The result of a call, as a C library sees it.
    int32_t result(uint32_t number, std::vector<uint32_t> args = {})
    {
        return static_cast<int32_t>(call(number, std::move(args)).result);
    }

    // `bytes` of fresh zeroed memory that the program may use.
    uint32_t scratch(uint32_t bytes = 4096)
    {
        return call(192, {0, bytes, 3, 0x22, 0xFFFFFFFF, 0}).result;
    }

    uint32_t string(const std::string &text)
    {
        const uint32_t vaddr = scratch();
        EXPECT_EQ(os_write_guest(os(), vaddr, text.c_str(), static_cast<uint32_t>(text.size() + 1)),
                  0);
        return vaddr;
    }

    template <class T> T load(uint32_t vaddr)
    {
        T value{};
        EXPECT_EQ(os_read_guest(os(), vaddr, &value, sizeof value), 0);
        return value;
    }

    template <class T> void store(uint32_t vaddr, T value)
    {
        EXPECT_EQ(os_write_guest(os(), vaddr, &value, sizeof value), 0);
    }

    uint32_t entry(uint32_t vaddr)
    {
        return address_space_lookup(os_address_space(os()), vaddr);
    }

    // A device drives its line; the controller remembers while the line is enabled.
    void drive(uint32_t line, bool high)
    {
        level[line] = high;
        raised[line] = raised[line] || (enabled[line] && high);
    }

    // Finish a blocked call.
    os_call resume(os_call call)
    {
        EXPECT_EQ(os_resume(os_.get(), &call), 0);
        return call;
    }

    bool level[2] = {}, enabled[2] = {}, raised[2] = {};
    uint64_t now_ps = 0;
    std::string outputs[3];
    std::vector<std::string> messages;
    std::vector<std::pair<uint32_t, uint32_t>> dropped_ranges, code_ranges;
    std::vector<maintained_range> maintained;

  private:
    static fake_machine &self(void *context)
    {
        return *static_cast<fake_machine *>(context);
    }
    static int read(void *context, uint32_t physical, void *destination, uint32_t bytes)
    {
        return self(context).transfer(physical, bytes,
                                      [&](uint8_t *at) { std::memcpy(destination, at, bytes); });
    }
    static int write(void *context, uint32_t physical, const void *source, uint32_t bytes)
    {
        return self(context).transfer(physical, bytes,
                                      [&](uint8_t *at) { std::memcpy(at, source, bytes); });
    }
    static int zero(void *context, uint32_t physical)
    {
        return self(context).transfer(physical, PAGE_BYTES,
                                      [](uint8_t *at) { std::memset(at, 0, PAGE_BYTES); });
    }
    template <class F> int transfer(uint32_t physical, uint32_t bytes, F &&move)
    {
        EXPECT_EQ(physical / PAGE_BYTES, (physical + bytes - 1) / PAGE_BYTES) << "crosses a page";
        if (physical < ram_base || physical - ram_base + bytes > memory_.size())
            return -EFAULT;
        move(memory_.data() + (physical - ram_base));
        return 0;
    }
    static uint64_t now(void *context)
    {
        return self(context).now_ps;
    }
    static void dropped(void *context, uint32_t start, uint32_t end)
    {
        self(context).dropped_ranges.emplace_back(start, end);
    }
    static void code_changed(void *context, uint32_t start, uint32_t end)
    {
        self(context).code_ranges.emplace_back(start, end);
    }
    static void maintain(void *context, uint32_t physical, uint32_t bytes,
                         cache_maintenance operation, cache_reach reach)
    {
        self(context).maintained.push_back({physical, bytes, operation, reach});
    }
    static void output(void *context, int descriptor, const char *text, size_t bytes)
    {
        self(context).outputs[descriptor].append(text, bytes);
    }
    static void message(void *context, const char *line)
    {
        self(context).messages.emplace_back(line);
    }

    static void enable_interrupt(void *context, uint32_t line, bool on)
    {
        self(context).enabled[line] = on;
        self(context).raised[line] = on && self(context).level[line];
    }
    static bool interrupt_raised(void *context, uint32_t line)
    {
        return self(context).raised[line];
    }

    struct destroy {
        void operator()(struct os *os) const
        {
            os_destroy(os);
        }
    };
    std::vector<uint8_t> memory_;
    std::unique_ptr<struct os, destroy> os_;
};

} // namespace zs_test

#endif
