#include "accel/matmul_accelerator_core.h"

#define FIELD(name) offsetof(struct matmul_accelerator_config, name)

static const char *const VERSIONS[] = {"v1", "v2", "v3", "v4", NULL};
static const char *const TYPES[] = {"i32", "f32", "i8", NULL};
static const char *const COMPUTES[] = {"ops_per_cycle", "systolic_os", "systolic_ws", "systolic_is",
                                       NULL};

const struct param matmul_accelerator_params[] = {
    {"version", PARAM_ENUM, "", FIELD(version), "v3", 0, 0, VERSIONS, KIND_CHOICE,
     "AXI4MLIR's accelerators", "instruction set"},
    {"size", PARAM_U32, "elements", FIELD(size), "8", 1, 1024, NULL, KIND_CHOICE,
     "AXI4MLIR has 4, 8 and 16",
     "edge of the square tile; v4: of the block that tiles are made of"},
    {"type", PARAM_ENUM, "", FIELD(type), "i32", 0, 0, TYPES, KIND_DATASHEET, "AXI4MLIR: int32",
     "element type; i8: four elements of A and B a word, C is int32"},
    {"clock_hz", PARAM_U64, "Hz", FIELD(clock_hz), "0", 0, 1e10, NULL, KIND_CHOICE,
     "one fabric clock", "clock of the arithmetic; 0: the stream's clock"},
    {"compute", PARAM_ENUM, "", FIELD(compute), "ops_per_cycle", 0, 0, COMPUTES, KIND_CHOICE,
     "AXI4MLIR's are HLS loop nests", "model of the compute time"},
    {"macs_per_cycle", PARAM_U32, "operations", FIELD(macs_per_cycle), "0", 0, 1048576, NULL,
     KIND_DERIVED,
     "0: AXI4MLIR (arXiv 2312.14821), table of accelerators: 10, 60, 112 operations a cycle for "
     "sizes 4, 8, 16; these are rows in a pipeline of 64 multipliers at most, filled in 9 cycles",
     "multiply-accumulates a cycle (compute: ops_per_cycle); 0: as AXI4MLIR's of this size"},
    {"array_rows", PARAM_U32, "elements", FIELD(array_rows), "0", 0, 65536, NULL, KIND_CHOICE,
     "0: size", "rows of the systolic array (compute: systolic_*)"},
    {"array_columns", PARAM_U32, "elements", FIELD(array_columns), "0", 0, 65536, NULL, KIND_CHOICE,
     "0: size", "columns of the systolic array (compute: systolic_*)"},
    {"double_buffering", PARAM_BOOL, "", FIELD(double_buffering), "false", 0, 0, NULL,
     KIND_DATASHEET, "AXI4MLIR's receive, compute and send in turn",
     "two buffers of A, B and C each: load, compute and store overlap"},
    {"compute_latency_cycles", PARAM_U32, "cycles", FIELD(compute_latency_cycles), "0", 0, 1000000,
     NULL, KIND_CHOICE, "AXI4MLIR's fill is in macs_per_cycle: 0 already",
     "added to each tile's compute: further pipeline fill and drain"},
    {"buffer_words", PARAM_U32, "words", FIELD(buffer_words), "4096", 1, 16777216, NULL,
     KIND_DATASHEET, "AXI4MLIR v4: three buffers of 4096 words",
     "v4: capacity of each of the A, B and C buffers"},
    {"watchdog_cycles", PARAM_U64, "cycles", FIELD(watchdog_cycles), "10000000", 0, 1e15, NULL,
     KIND_CHOICE, "100 ms at 100 MHz: far longer than any copy of a tile",
     "longest wait within an instruction before the run fails; 0: no limit"},
};
const size_t matmul_accelerator_params_count =
    sizeof(matmul_accelerator_params) / sizeof(matmul_accelerator_params[0]);
