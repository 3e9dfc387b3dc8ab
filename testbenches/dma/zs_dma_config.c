#include "zs_dma_config.h"

#define FIELD(name) offsetof(struct traffic_config, name)

static const char *const PATHS[] = {"mm2s", "s2mm", "loop_back", NULL};

const struct param traffic_params[] = {
    {"clock_hz", PARAM_U64, "Hz", FIELD(clock_hz), "100 MHz", 1e6, 1e10, NULL, KIND_DATASHEET,
     "PG021 throughput table: 100 MHz", "clock of the engine and the streams"},
    {"path", PARAM_ENUM, "", FIELD(path), "loop_back", 0, 0, PATHS, KIND_CHOICE, "",
     "mm2s: memory to a sink; s2mm: a source to memory; loop_back: memory to memory"},
    {"bytes", PARAM_U32, "bytes", FIELD(bytes), "10000", 1, 4194304, NULL, KIND_DATASHEET,
     "PG021 throughput table: 10,000 bytes", "of each transfer"},
    {"transfers", PARAM_U32, "transfers", FIELD(transfers), "1", 1, 1000000, NULL, KIND_CHOICE, "",
     "one after another"},
    {"rows", PARAM_U32, "rows", FIELD(rows), "1", 1, 4096, NULL, KIND_CHOICE, "",
     "of equal length in each transfer; scatter-gather only: a descriptor each, or one for all "
     "with "
     "dma.multichannel"},
    {"stride_bytes", PARAM_U32, "bytes", FIELD(stride_bytes), "0", 0, 65535, NULL, KIND_CHOICE, "",
     "between the first bytes of rows; 0: no gap"},
    {"source", PARAM_U64, "address", FIELD(source), "0x0", 0, 8388608, NULL, KIND_CHOICE, "",
     "first byte read; the memory has 16 MiB"},
    {"target", PARAM_U64, "address", FIELD(target), "0x800000", 0, 12582912, NULL, KIND_CHOICE, "",
     "first byte written"},
    {"memory_latency_ns", PARAM_DOUBLE, "ns", FIELD(memory_latency_ns), "0", 0, 1e6, NULL,
     KIND_CHOICE, "ideal memory", "answer to every access; any number at a time"},
    {"seed", PARAM_U32, "", FIELD(seed), "1", 0, 0, NULL, KIND_CHOICE, "", "of the data"},
};
const size_t traffic_params_count = sizeof(traffic_params) / sizeof(traffic_params[0]);
