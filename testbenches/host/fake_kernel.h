// Stands in for /dev/mem, the register page and the engine behind it.
#ifndef ZEROSTAGE_TESTBENCHES_HOST_FAKE_KERNEL_H
#define ZEROSTAGE_TESTBENCHES_HOST_FAKE_KERNEL_H

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace zs_test
{

constexpr uint32_t dma_address = 0x40400000;
constexpr uint32_t in_address = 0x16000000;
constexpr uint32_t out_address = 0x16400000;
constexpr uint32_t region_bytes = 65536;

struct transfer {
    char channel; // 's'end or 'r'eceive
    uint32_t address, bytes;
    bool operator==(const transfer &other) const
    {
        return channel == other.channel && address == other.address && bytes == other.bytes;
    }
};

// The engine looks at its registers at each msync, as nothing else tells it that they changed.
struct fake_kernel {
    fake_kernel();
    ~fake_kernel();
    fake_kernel(const fake_kernel &) = delete;
    fake_kernel &operator=(const fake_kernel &) = delete;

    std::vector<uint32_t> registers = std::vector<uint32_t>(0x10000 / 4);
    std::vector<uint32_t> in = std::vector<uint32_t>(region_bytes / 4);
    std::vector<uint32_t> out = std::vector<uint32_t>(region_bytes / 4);

    std::vector<transfer> transfers;
    int msyncs = 0;
    int msyncs_until_complete = 1; // after the one that finds the transfer
    uint32_t error_bits = 0;       // reported instead of completion
    bool open_fails = false;
    std::string opened_path;
    int opened_flags = 0;
    int mappings = 0;

    uint32_t status(char channel) const
    {
        return registers[(channel == 's' ? 0x04 : 0x34) / 4];
    }

    void *map(uint64_t physical, uint64_t bytes);
    void look_at_registers();

  private:
    void look_at_channel(char channel, uint32_t control, int &remaining);
    int send_remaining_ = -1, receive_remaining_ = -1;
};

// An initialised driver on a fake kernel.
struct driver_test : testing::Test {
    fake_kernel kernel;
    void SetUp() override;
    void TearDown() override;
};

} // namespace zs_test

#endif
