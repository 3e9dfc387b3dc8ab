#include "dram/dram_config.h"

#include "dram/dram_message.h"

#include <math.h>

#define FIELD(field) offsetof(struct dram_config, field)

static const char *const schedulers[] = {"fcfs", "fr_fcfs", NULL};
static const char *const page_policies[] = {"open", "closed", "adaptive", NULL};
static const char *const refreshes[] = {"off", "all_bank", "per_bank", NULL};

const struct param dram_params[] = {
    {"preset", PARAM_ENUM, "", FIELD(preset), "pynq-z2", 0, 0, dram_preset_names, KIND_DATASHEET,
     "see the preset's own source", "device and channel: geometry, clock, timing parameters"},
    {"timing", PARAM_LIST, "", FIELD(timing), "[]", 0, 0, NULL, KIND_CHOICE, "the preset as it is",
     "changes to the preset, one NAME=VALUE each: RCD=8, RFC=350ns, WTR=4/7.5ns, clock=1.25ns"},
    {"size_bytes", PARAM_U64, "bytes", FIELD(size_bytes), "0", 0, 0, NULL, KIND_CHOICE,
     "the device's capacity", "memory that answers; 0: all the device has"},
    {"mapping", PARAM_STRING, "", FIELD(mapping), "row:bank:group:column", 0, 0, NULL, KIND_CHOICE,
     "neighbouring lines share a row; the map of the reference comparison",
     "address bits from the highest down: fields row, group, bank, column, or bits row[14..3]"},
    {"scheduler", PARAM_ENUM, "", FIELD(scheduler), "fr_fcfs", 0, 0, schedulers, KIND_CHOICE,
     "usual controller", "which queued request goes first"},
    {"page_policy", PARAM_ENUM, "", FIELD(page_policy), "open", 0, 0, page_policies, KIND_CHOICE,
     "usual controller", "when a row is closed"},
    {"read_queue", PARAM_U32, "bursts", FIELD(read_queue), "32", 1, 1024, NULL, KIND_CHOICE,
     "reference comparison set-up", "entries of the read queue"},
    {"write_queue", PARAM_U32, "bursts", FIELD(write_queue), "32", 1, 1024, NULL, KIND_CHOICE,
     "reference comparison set-up", "entries of the write queue"},
    {"write_high", PARAM_U32, "bursts", FIELD(write_high), "26", 1, 1024, NULL, KIND_CHOICE,
     "0.8 of the queue, as in Ramulator 2", "queued writes that start a write drain"},
    {"write_low", PARAM_U32, "bursts", FIELD(write_low), "6", 0, 1023, NULL, KIND_CHOICE,
     "0.2 of the queue, as in Ramulator 2", "queued writes that end it when reads wait"},
    {"write_idle_clocks", PARAM_U32, "clocks", FIELD(write_idle_clocks), "1", 0, 1e6, NULL,
     KIND_DATASHEET, "Zynq PS configuration: ddrc_ctrl 0x80, reg_ddrc_rdwr_idle_gap = 1",
     "clocks without a queued read after which queued writes go"},
    {"starvation_cap", PARAM_U32, "bursts", FIELD(starvation_cap), "64", 0, 0, NULL, KIND_GUESS,
     "no figure is published", "row hits that may overtake a bank's oldest request; 0: no limit"},
    {"refresh", PARAM_ENUM, "", FIELD(refresh), "all_bank", 0, 0, refreshes, KIND_DATASHEET,
     "JESD79-3F 4.13", "how the device is refreshed; per_bank where the standard has it"},
    {"refresh_postpone", PARAM_U32, "commands", FIELD(refresh_postpone), "0", 0, 8, NULL,
     KIND_CHOICE, "JESD79-3F 4.13 allows up to 8",
     "refreshes that may be owed while requests wait"},
    {"powerdown_clocks", PARAM_U32, "clocks", FIELD(powerdown_clocks), "0", 0, 1e9, NULL,
     KIND_DATASHEET, "Zynq PS configuration: ddrc_ctrl 0x80, reg_ddrc_powerdown_en = 0",
     "idle clocks before the device is powered down; 0: never"},
    {"read_latency_ns", PARAM_DOUBLE, "ns", FIELD(read_latency_ns), "30", 0, 1e6, NULL, KIND_GUESS,
     "no figure is published for the Zynq controller", "static controller and PHY time of a read"},
    {"write_latency_ns", PARAM_DOUBLE, "ns", FIELD(write_latency_ns), "10", 0, 1e6, NULL,
     KIND_GUESS, "no figure is published for the Zynq controller",
     "static controller time until a write is acknowledged"},
};

const size_t dram_params_count = sizeof dram_params / sizeof dram_params[0];

int dram_config_resolve(const struct dram_config *config, struct dram_core_config *core,
                        char *error, size_t error_bytes)
{
    const struct dram_device *const preset = dram_preset(config->preset);

    if (preset == NULL) {
        return dram_mistake(error, error_bytes, "there is no DRAM preset %u", config->preset);
    }
    *core = (struct dram_core_config){
        .device = *preset,
        .mapping = config->mapping,
        .scheduler = (enum dram_scheduler)config->scheduler,
        .page_policy = (enum dram_page_policy)config->page_policy,
        .read_queue = config->read_queue,
        .write_queue = config->write_queue,
        .write_high = config->write_high,
        .write_low = config->write_low,
        .write_idle_clocks = config->write_idle_clocks,
        .starvation_cap = config->starvation_cap,
        .refresh = (enum dram_refresh)config->refresh,
        .refresh_postpone = config->refresh_postpone,
        .powerdown_clocks = config->powerdown_clocks,
        .read_latency_ps = (uint64_t)llround(config->read_latency_ns * 1000),
        .write_latency_ps = (uint64_t)llround(config->write_latency_ns * 1000)};
    for (uint32_t i = 0; i < config->timing.count; i++) {
        const int status =
            dram_device_override(&core->device, config->timing.items[i], error, error_bytes);
        if (status != 0) {
            return status;
        }
    }
    if (config->size_bytes > dram_device_bytes(&core->device)) {
        return dram_mistake(error, error_bytes,
                            "size_bytes: the device has no more than %llu bytes",
                            (unsigned long long)dram_device_bytes(&core->device));
    }
    return 0;
}
