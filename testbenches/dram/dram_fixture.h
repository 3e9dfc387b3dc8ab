/* A DRAM core with the configuration the tests start from. */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_DRAM_FIXTURE_H
#define ZEROSTAGE_TESTBENCHES_DRAM_DRAM_FIXTURE_H

#include "dram/dram_core.h"

#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace zs_test
{

inline const dram_device &preset(const std::string &name)
{
    for (uint32_t i = 0; dram_preset_names[i] != nullptr; i++) {
        if (name == dram_preset_names[i]) {
            return *dram_preset(i);
        }
    }
    throw std::invalid_argument("no preset " + name);
}

inline dram_core_config default_config(const std::string &name = "ddr3-1066-x16")
{
    dram_core_config config{};
    config.device = preset(name);
    config.mapping = "row:bank:group:column";
    config.scheduler = DRAM_FR_FCFS;
    config.read_queue = config.write_queue = 32;
    config.write_high = 26;
    config.write_low = 6;
    config.write_idle_clocks = 1;
    config.refresh = DRAM_REFRESH_OFF;
    return config;
}

struct core_deleter {
    void operator()(dram_core *core) const
    {
        dram_core_destroy(core);
    }
};
using core_ptr = std::unique_ptr<dram_core, core_deleter>;

inline core_ptr make_core(const dram_core_config &config)
{
    char error[256] = "";
    dram_core *core = nullptr;
    EXPECT_EQ(0, dram_core_create(&core, &config, error, sizeof error)) << error;
    return core_ptr(core);
}

/* Timing parameters in clocks, by name. */
class clocks
{
  public:
    explicit clocks(const dram_device &device)
    {
        dram_device_clocks(&device, values_);
    }
    int64_t operator()(const char *expression) const
    {
        int32_t value = 0;
        EXPECT_EQ(0, dram_latency(expression, values_, &value)) << expression;
        return value;
    }

  private:
    uint32_t values_[DRAM_TIMING_COUNT];
};

inline void submit(dram_core *core, bool write, uint64_t address, uint32_t bytes, uint64_t now_ps,
                   uint64_t tag = 0)
{
    const dram_request request = {address, bytes, write, 0, 0, tag};
    ASSERT_EQ(0, dram_core_submit(core, &request, now_ps));
}

/* Everything decided from here on: tag and time, in the order of decision. */
inline std::vector<dram_completion> run_all(dram_core *core)
{
    std::vector<dram_completion> all;
    dram_completion completion;
    while (dram_core_undecided(core) != 0) {
        dram_core_run_to_completion(core, UINT64_MAX / 2000);
        while (dram_core_complete(core, &completion)) {
            all.push_back(completion);
        }
    }
    return all;
}

} // namespace zs_test
#endif
