#include "board/workload.h"

#define FIELD(name)     offsetof(struct workload_config, name)
#define DMA_FIELD(name) offsetof(struct dma_memory_config, name)

static const char *const types[] = {"i32", "f32", "i8", NULL};
static const char *const flows[] = {"Ns", "As", "Bs", "Cs", "best", "best_cost", NULL};
static const char *const copies[] = {"staged", "zero_copy", "zero_copy_inputs", "zero_copy_outputs",
                                     NULL};
static const char *const behaviours[] = {"axi4mlir-2023", "axi4mlir-2022", NULL};
static const char *const host_read_styles[] = {"word", "byte", "copy", NULL};
static const char *const post_processes[] = {"none", "bias_relu", NULL};
static const char *const copy_styles[] = {"rowwise", "elementwise", NULL};
static const char *const accumulates[] = {"auto", "cpu", "accelerator", NULL};
static const char *const emits[] = {"c", "obj", NULL};
static const char *const dma_waits[] = {"poll", "interrupt", NULL};
static const char *const sizes[] = {"static", "dynamic", NULL};
static const char *const transfers[] = {"auto", "none", "packed", "rows", "sg", "2d", NULL};

const struct param workload_params[] = {
    {"m", PARAM_U32, "rows", FIELD(m), "128", 1, 65536, NULL, KIND_CHOICE, "the demo's problem",
     "rows of A and C"},
    {"n", PARAM_U32, "columns", FIELD(n), "128", 1, 65536, NULL, KIND_CHOICE, "the demo's problem",
     "columns of B and C"},
    {"k", PARAM_U32, "columns", FIELD(k), "128", 1, 65536, NULL, KIND_CHOICE, "the demo's problem",
     "columns of A, rows of B"},
    {"sizes", PARAM_ENUM, "", FIELD(sizes), "static", 0, 0, sizes, KIND_CHOICE,
     "AXI4MLIR's kernels are compiled for their sizes",
     "whether the kernel is compiled for m, n and k, or for matrices of any size (dynamic)"},
    {"type", PARAM_ENUM, "", FIELD(type), "i32", 0, 0, types, KIND_DATASHEET,
     "AXI4MLIR's accelerators compute int32", "element type; i8: of A and B, C is int32"},
    {"flow", PARAM_ENUM, "", FIELD(flow), "Cs", 0, 0, flows, KIND_CHOICE, "the demo's problem",
     "what stays in the accelerator: Ns nothing; As, Bs, Cs a tile of A, B, C; best: what moves "
     "the "
     "fewest words, C counted twice; best_cost: what takes the shortest estimated time"},
    {"copy", PARAM_ENUM, "", FIELD(copy), "staged", 0, 0, copies, KIND_CHOICE,
     "AXI4MLIR's baseline",
     "staged: heap buffers, tiles copied to and from DMA memory; zero_copy: buffers live there; "
     "zero_copy_inputs, zero_copy_outputs: only those that are sent, or received"},
    {"transfer", PARAM_ENUM, "", FIELD(transfer), "auto", 0, 0, transfers, KIND_CHOICE,
     "none for staged, otherwise packed",
     "how a strided tile travels in place: packed (tile-major layout), rows (one start a row), "
     "sg (one descriptor chain; needs board.dma.include_sg) or 2d (as sg, one 2-D "
     "descriptor a tile; needs board.dma.multichannel, too)"},
    {"coalesce", PARAM_BOOL, "", FIELD(coalesce), "false", 0, 0, NULL, KIND_CHOICE,
     "AXI4MLIR's generated driver of 2023 does not",
     "opcodes and tiles that travel together are one transfer: packed in the DMA buffer, side by "
     "side in place (transfer: packed), or one chain (transfer: sg)"},
    {"pipeline", PARAM_BOOL, "", FIELD(pipeline), "false", 0, 0, NULL, KIND_CHOICE,
     "AXI4MLIR's generated driver blocks",
     "copies, transfers and products of neighbouring tiles overlap, in two halves of each buffer"},
    {"behaviour", PARAM_ENUM, "", FIELD(behaviour), "axi4mlir-2023", 0, 0, behaviours, KIND_CHOICE,
     "AXI4MLIR's public driver",
     "whose staged transfers: axi4mlir-2023 one blocking transfer a send; axi4mlir-2022 (v1) A and "
     "B in one send, the receive started before the wait"},
    {"copy_style", PARAM_ENUM, "", FIELD(copy_style), "rowwise", 0, 0, copy_styles, KIND_CHOICE,
     "AXI4MLIR's present runtime",
     "the runtime's staging copies: rowwise one memcpy a row; elementwise as its older runtime, "
     "with volatile 64-bit indices"},
    {"accumulate", PARAM_ENUM, "", FIELD(accumulate), "auto", 0, 0, accumulates, KIND_CHOICE,
     "the accelerator where it can (Cs); AXI4MLIR's driver: cpu",
     "who adds products up in C: cpu, from a scratch tile, or the accelerator, which returns C "
     "complete"},
    {"emit", PARAM_ENUM, "", FIELD(emit), "c", 0, 0, emits, KIND_CHOICE, "C is for reading",
     "how the kernel is compiled: to C, and that with workload.cflags; or by LLVM, without "
     "optimising its IR"},
    {"dma_wait", PARAM_ENUM, "", FIELD(dma_wait), "poll", 0, 0, dma_waits, KIND_CHOICE,
     "AXI4MLIR's runtime polls",
     "how dma_wait_* wait: poll the status register, or block in a read of /dev/uioN"},
    {"host_writes", PARAM_U32, "times", FIELD(host_writes), "1", 1, 1000, NULL, KIND_CHOICE, "once",
     "how often the program fills A and B before the kernel"},
    {"host_reads", PARAM_U32, "times", FIELD(host_reads), "0", 0, 1000, NULL, KIND_CHOICE,
     "checking reads it once", "how often the program reads C after the kernel, besides checking"},
    {"host_read_style", PARAM_ENUM, "", FIELD(host_read_style), "word", 0, 0, host_read_styles,
     KIND_CHOICE, "elements are words",
     "how it does: word by word, byte by byte, or by a memcpy of each row to the heap"},
    {"post_process", PARAM_ENUM, "", FIELD(post_process), "none", 0, 0, post_processes, KIND_CHOICE,
     "a bare product", "what the program does to C after the kernel: none, or bias_relu, in place"},
    {"tile", PARAM_STRING, "elements", FIELD(tile), "auto", 0, 0, NULL, KIND_CHOICE,
     "the accelerator's size",
     "v4: shape of the tiles, MxNxK, multiples of its block of 16; best, best_cost: chosen as "
     "(and with) workload.flow"},
    {"cache_tile", PARAM_STRING, "elements", FIELD(cache_tile), "none", 0, 0, NULL, KIND_CHOICE,
     "AXI4MLIR's default of two levels is not published with sizes",
     "loops over blocks of MxNxK around the accelerator's tiles; two, the larger first: with a "
     "comma"},
    {"region_block", PARAM_STRING, "elements", FIELD(region_block), "auto", 0, 0, NULL, KIND_CHOICE,
     "blocks only where they are needed",
     "unless copy: staged, MxNxK that the DMA regions hold at a time of A, B and C, brought there "
     "and "
     "back by the CPU; auto: none where the matrices fit as a whole; none: the program ends where "
     "it "
     "finds no room"},
    {"kernel", PARAM_STRING, "", FIELD(kernel), "auto", 0, 0, NULL, KIND_CHOICE,
     "kernels/matmul.mlir.in, or kernels/matmul-dynamic.mlir.in for workload.sizes: dynamic",
     "MLIR template that is compiled for the accelerator"},
    {"program", PARAM_STRING, "", FIELD(program), "harness", 0, 0, NULL, KIND_CHOICE,
     "the program that ships", "harness, or the path of a driver: .c, .cpp or a static ARM ELF"},
    {"cflags", PARAM_LIST, "", FIELD(cflags), "[-O0]", 0, 0, NULL, KIND_DATASHEET,
     "published board numbers: no -O flag (AXI4MLIR build scripts)",
     "compiler flags of the program and the kernel"},
    {"runtime_cflags", PARAM_LIST, "", FIELD(runtime_cflags), "[-O3]", 0, 0, NULL, KIND_DATASHEET,
     "published board numbers: only the runtime library was optimised",
     "compiler flags of the DMA runtime"},
    {"args", PARAM_LIST, "", FIELD(args), "[]", 0, 0, NULL, KIND_CHOICE, "none needed",
     "the program's arguments"},
    {"environment", PARAM_LIST, "", FIELD(environment), "[]", 0, 0, NULL, KIND_CHOICE,
     "none needed", "the program's environment: NAME=value each"},
    {"dma_in_address", PARAM_U32, "address", FIELD(dma_in_address), "0x16000000", 0, 4294967295.0,
     NULL, KIND_DATASHEET, "AXI4MLIR's default memory map", "DMA-mapped input buffer"},
    {"dma_in_bytes", PARAM_U32, "bytes", FIELD(dma_in_bytes), "4 MiB", 4096, 1073741824.0, NULL,
     KIND_CHOICE, "holds A and B in place; AXI4MLIR's default of 64 KiB does not", "its size"},
    {"dma_out_address", PARAM_U32, "address", FIELD(dma_out_address), "0x16400000", 0, 4294967295.0,
     NULL, KIND_DATASHEET, "AXI4MLIR's default memory map", "DMA-mapped output buffer"},
    {"dma_out_bytes", PARAM_U32, "bytes", FIELD(dma_out_bytes), "4 MiB", 4096, 1073741824.0, NULL,
     KIND_CHOICE, "holds C in place; AXI4MLIR's default is 64 KiB", "its size"},
};
const size_t workload_params_count = sizeof(workload_params) / sizeof(workload_params[0]);

static const char *const buffer_sources[] = {"devmem", "udmabuf", NULL};
static const char *const maintenances[] = {"before_start", "after_start", "never", NULL};
static const char *const mappings[] = {"uncached", "write_combine", "cached", "coherent", NULL};

const struct param dma_memory_params[] = {
    {"buffers", PARAM_ENUM, "", DMA_FIELD(buffers), "devmem", 0, 0, buffer_sources, KIND_DATASHEET,
     "AXI4MLIR's runtime maps them through /dev/mem",
     "where the DMA buffers come from: /dev/mem, or /dev/udmabuf0 (in) and /dev/udmabuf1 (out)"},
    {"mapping", PARAM_ENUM, "", DMA_FIELD(mapping), "write_combine", 0, 0, mappings, KIND_DERIVED,
     "Linux arch/arm/mm/mmu.c, phys_mem_access_prot: with O_SYNC, RAM that the kernel knows "
     "(pfn_valid) is write-combined, RAM hidden from it uncached; AXI4MLIR's PYNQ-Z2 rows for v2, "
     "size 8, 128: As and Ns differ by 11 ns a staged word beyond their calls, which no uncached "
     "write allows",
     "how the CPU sees them, and what any program gets from /dev/mem with O_SYNC; cached: with "
     "maintenance around each transfer; coherent: cached, the DMA sees the caches"},
    {"maintenance", PARAM_ENUM, "", DMA_FIELD(maintenance), "before_start", 0, 0, maintenances,
     KIND_CHOICE, "u-dma-buf's documentation: sync_for_device before a transfer",
     "when the driver hands a cached buffer to the engine; after_start and never are the mistakes "
     "of real drivers, with their wrong results"},
};
const size_t dma_memory_params_count = sizeof(dma_memory_params) / sizeof(dma_memory_params[0]);
