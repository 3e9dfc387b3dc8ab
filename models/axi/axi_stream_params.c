#include "axi/axi_stream_core.h"

#define FIELD(name) offsetof(struct axi_stream_config, name)

const struct param axi_stream_params[] = {
    {"width_bits", PARAM_U32, "bits", FIELD(width_bits), "32", 32, 1024, NULL, KIND_DATASHEET,
     "AXI4MLIR: 32-bit streams", "width of TDATA; a multiple of 32"},
    {"depth_words", PARAM_U32, "words", FIELD(depth_words), "512", 2, 1048576, NULL, KIND_GUESS,
     "smallest depth of the AXI4-Stream data FIFO that fills a block RAM",
     "capacity of the FIFO; when it is full the producer waits"},
    {"latency_cycles", PARAM_U32, "cycles", FIELD(latency_cycles), "1", 0, 1000, NULL, KIND_GUESS,
     "one register stage", "from the end of a write beat to the read beat, beyond the beat itself"},
};
const size_t axi_stream_params_count = sizeof(axi_stream_params) / sizeof(axi_stream_params[0]);
