/* From a configuration to a core, and back to free memory. */
#include "dram/dram_core_internal.h"
#include "dram/dram_message.h"

#include <errno.h>
#include <stdlib.h>

enum { MAX_REQUESTS = 4096 };

static int check_config(const struct dram_core_config *config, char *error, size_t error_bytes)
{
    const int status = dram_device_check(&config->device, error, error_bytes);

    if (status != 0) {
        return status;
    }
    if (config->read_queue == 0 || config->read_queue > MAX_QUEUE || config->write_queue == 0 ||
        config->write_queue > MAX_QUEUE) {
        return dram_mistake(error, error_bytes,
                            "queues of %u reads and %u writes: expected 1 to %d entries",
                            config->read_queue, config->write_queue, MAX_QUEUE);
    }
    if (config->write_high == 0 || config->write_high > config->write_queue ||
        config->write_low >= config->write_high) {
        return dram_mistake(
            error, error_bytes,
            "write watermarks low %u, high %u of %u entries: expected low < high <= entries",
            config->write_low, config->write_high, config->write_queue);
    }
    if (config->refresh == DRAM_REFRESH_PER_BANK &&
        !dram_standard(config->device.standard)->per_bank_refresh) {
        return dram_mistake(error, error_bytes, "%s has no per-bank refresh",
                            dram_standard(config->device.standard)->name);
    }
    return 0;
}

static int allocate(struct dram_core *core)
{
    const uint32_t entries = core->config.read_queue + core->config.write_queue;

    core->request_count = MAX_REQUESTS;
    core->entries = calloc(entries, sizeof *core->entries);
    core->requests = calloc(core->request_count, sizeof *core->requests);
    core->completions = calloc(core->request_count, sizeof *core->completions);
    if (core->entries == NULL || core->requests == NULL || core->completions == NULL) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < entries; i++) {
        core->entries[i].next = (uint16_t)(i + 1 < entries ? i + 1 : NONE);
    }
    for (uint32_t i = 0; i < core->request_count; i++) {
        core->requests[i].next = (uint16_t)(i + 1 < core->request_count ? i + 1 : NONE);
    }
    return 0;
}

static void reset_refresh(struct dram_core *core)
{
    const int64_t interval = core->timing.clocks[DRAM_T_REFI];

    core->refresh_interval =
        core->config.refresh == DRAM_REFRESH_PER_BANK ? interval / core->bank_count : interval;
    core->due[EVENT_REFRESH] =
        core->config.refresh == DRAM_REFRESH_OFF ? NEVER : core->refresh_interval;
}

static void reset(struct dram_core *core)
{
    const struct dram_device *const device = &core->config.device;

    core->run_to = -1;
    for (int event = EVENT_EPOCH; event < EVENTS; event++) {
        core->due[event] = NEVER;
    }
    core->bank_count = dram_device_banks(device);
    core->capacity = dram_device_bytes(device);
    core->burst_shift = (uint32_t)__builtin_ctz(dram_device_burst_bytes(device));
    core->capacity_of[READ] = core->config.read_queue;
    core->capacity_of[WRITE] = core->config.write_queue;
    for (uint32_t i = 0; i < core->bank_count; i++) {
        dram_command_close_bank(core, i);
        for (int direction = READ; direction < DIRECTIONS; direction++) {
            core->banks[i].queue[direction] = (struct bank_queue){NONE, NONE, NONE};
        }
    }
    for (int direction = READ; direction < DIRECTIONS; direction++) {
        core->ports[direction].head = NONE;
        core->ports[direction].tail = NONE;
    }
    reset_refresh(core);
}

int dram_core_create(struct dram_core **result, const struct dram_core_config *config, char *error,
                     size_t error_bytes)
{
    int status = check_config(config, error, error_bytes);

    if (status != 0) {
        return status;
    }
    struct dram_core *const core = calloc(1, sizeof *core);
    if (core == NULL) {
        dram_mistake(error, error_bytes, "out of memory");
        return -ENOMEM;
    }
    core->config = *config;
    core->config.mapping = NULL;
    status = dram_mapping_parse(&core->mapping, &core->config.device, config->mapping, error,
                                error_bytes);
    if (status == 0) {
        status = dram_timing_init(&core->timing, &core->config.device, error, error_bytes);
    }
    if (status == 0 && allocate(core) != 0) {
        dram_mistake(error, error_bytes, "out of memory");
        status = -ENOMEM;
    }
    if (status != 0) {
        dram_core_destroy(core);
        return status;
    }
    dram_energy_costs(&core->costs, &core->config.device, core->timing.clocks);
    reset(core);
    *result = core;
    return 0;
}

void dram_core_destroy(struct dram_core *core)
{
    if (core == NULL) {
        return;
    }
    free(core->entries);
    free(core->requests);
    free(core->completions);
    free(core);
}
