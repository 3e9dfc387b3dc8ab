/* The memory as configured: board.dram. */
#ifndef ZEROSTAGE_DRAM_DRAM_CONFIG_H
#define ZEROSTAGE_DRAM_DRAM_CONFIG_H

#include "config/param.h"
#include "dram/dram_core.h"

#ifdef __cplusplus
extern "C" {
#endif

struct dram_config {
    uint32_t preset;          /* index for dram_preset() */
    struct param_list timing; /* changes to the preset: dram_device_override() */
    uint64_t size_bytes;      /* 0: all the device has */
    char mapping[PARAM_STRING_BYTES];
    uint32_t scheduler;   /* enum dram_scheduler */
    uint32_t page_policy; /* enum dram_page_policy */
    uint32_t read_queue, write_queue;
    uint32_t write_high, write_low;
    uint32_t write_idle_clocks;
    uint32_t starvation_cap;
    uint32_t refresh; /* enum dram_refresh */
    uint32_t refresh_postpone;
    uint32_t powerdown_clocks;
    double read_latency_ns, write_latency_ns;
};

extern const struct param dram_params[];
extern const size_t dram_params_count;

/* The core's view: preset with its changes applied. `core->mapping` points into `config`.
 * Returns 0, or -EINVAL with a message for people. */
int dram_config_resolve(const struct dram_config *config, struct dram_core_config *core,
                        char *error, size_t error_bytes);

#ifdef __cplusplus
}
#endif
#endif
