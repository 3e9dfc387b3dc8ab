// --accel-pipeline: from linalg.matmul to calls of the DMA runtime.
#include "zerostage/Accel/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace zerostage::accel;

namespace
{

struct PipelineOptions : PassPipelineOptions<PipelineOptions> {
    PassOptions::Option<std::string> accelerator{
        *this, "accelerator", llvm::cl::desc("accelerator version: v1, v2, v3 or v4"),
        llvm::cl::init("v3")};
    PassOptions::Option<std::string> tile{
        *this, "tile",
        llvm::cl::desc("accelerator size: 2 to 64; v4: tile shape, as in 16x32x64 (M, N, K), or "
                       "best, best_cost, as flow"),
        llvm::cl::init("8")};
    PassOptions::Option<std::string> cache_tile{
        *this, "cache-tile",
        llvm::cl::desc("blocks for the caches: MxNxK, or two, the larger first"),
        llvm::cl::init("")};
    PassOptions::Option<std::string> accelerator_file{
        *this, "accelerator-file",
        llvm::cl::desc("in place of accelerator and tile: a file of configs/accelerators (YAML), "
                       "or AXI4MLIR's description of an accelerator (JSON)"),
        llvm::cl::init("")};
    PassOptions::Option<std::string> flow{
        *this, "flow",
        llvm::cl::desc("what is stationary: Ns (nothing), As (A), Bs (B) or Cs (C); best: the "
                       "fewest words moved; best_cost: the shortest estimated time"),
        llvm::cl::init("Ns")};
    PassOptions::Option<std::string> costs_file{
        *this, "costs-file",
        llvm::cl::desc("with best_cost: what the parts of a kernel take on the board, as `zs-sim "
                       "CONFIG.yaml --costs` writes it"),
        llvm::cl::init("")};
    PassOptions::Option<std::string> opcode_map{
        *this, "opcode-map",
        llvm::cl::desc("opcodes of an accelerator that is not known by name: opcode_map<...>"),
        llvm::cl::init("")};
    PassOptions::Option<std::string> opcode_flow{
        *this, "opcode-flow",
        llvm::cl::desc("with opcode-map: in which loop each opcode is used, (sA (sBcCrC))"),
        llvm::cl::init("")};
    PassOptions::Option<std::string> init_opcodes{
        *this, "init-opcodes",
        llvm::cl::desc("with opcode-map: what is used once, before the loops, (reset)"),
        llvm::cl::init("")};
    PassOptions::ListOption<int64_t> loop_permutation{
        *this, "loop-permutation",
        llvm::cl::desc("with opcode-map: loops from the outermost, 0,2,1 for m, k, n")};
    PassOptions::Option<std::string> copy{
        *this, "copy",
        llvm::cl::desc("staged (copy each tile into the DMA buffer), zero_copy (allocate in DMA "
                       "memory, transfer in place), zero_copy_inputs or zero_copy_outputs (only "
                       "what is sent, or received)"),
        llvm::cl::init("staged")};
    PassOptions::Option<std::string> transfer{
        *this, "transfer",
        llvm::cl::desc("unless copy=staged: packed (tile-major buffers; default), rows (row-major, "
                       "one transfer a tile row), sg (row-major, one descriptor chain a tile) or "
                       "2d (as sg, one 2-D descriptor a tile)"),
        llvm::cl::init("")};
    PassOptions::Option<std::string> region_block{
        *this, "region-block",
        llvm::cl::desc("unless copy=staged: matrices that do not fit the DMA regions go through in "
                       "blocks: auto, none (the program ends where it finds no room), or MxNxK"),
        llvm::cl::init("auto")};
    PassOptions::Option<bool> coalesce{
        *this, "coalesce",
        llvm::cl::desc("opcodes and tiles that travel together are one transfer"),
        llvm::cl::init(false)};
    PassOptions::Option<bool> pipeline{
        *this, "pipeline",
        llvm::cl::desc("copies, transfers and products of neighbouring tiles overlap"),
        llvm::cl::init(false)};
    PassOptions::Option<std::string> behaviour{
        *this, "behaviour",
        llvm::cl::desc("whose staged transfers: axi4mlir-2023 (one blocking transfer a send) or "
                       "axi4mlir-2022 (v1: A and B in one send, receive started before the wait)"),
        llvm::cl::init("axi4mlir-2023")};
    PassOptions::Option<std::string> accumulate{
        *this, "accumulate",
        llvm::cl::desc("who adds products up in C: accelerator (flow Cs), cpu, or auto (the "
                       "accelerator where it can)"),
        llvm::cl::init("auto")};
    PassOptions::Option<int64_t> dma_address{
        *this, "dma-address", llvm::cl::desc("physical address of the DMA engine's registers"),
        llvm::cl::init(0x40400000)};
    PassOptions::Option<int64_t> dma_in_address{
        *this, "dma-in-address",
        llvm::cl::desc("physical address of the buffer to the accelerator"),
        llvm::cl::init(0x16000000)};
    PassOptions::Option<int64_t> dma_in_bytes{
        *this, "dma-in-bytes", llvm::cl::desc("its size in bytes"), llvm::cl::init(4194304)};
    PassOptions::Option<int64_t> dma_out_address{
        *this, "dma-out-address",
        llvm::cl::desc("physical address of the buffer from the accelerator"),
        llvm::cl::init(0x16400000)};
    PassOptions::Option<int64_t> dma_out_bytes{
        *this, "dma-out-bytes", llvm::cl::desc("its size in bytes"), llvm::cl::init(4194304)};
};

using ErrorHandler = function_ref<LogicalResult(const Twine &)>;

constexpr StringLiteral OPTION_NAMES[] = {"accelerator",      "tile",         "cache-tile",
                                          "accelerator-file", "flow",         "costs-file",
                                          "opcode-map",       "opcode-flow",  "init-opcodes",
                                          "loop-permutation", "copy",         "transfer",
                                          "region-block",     "coalesce",     "pipeline",
                                          "behaviour",        "accumulate",   "dma-address",
                                          "dma-in-address",   "dma-in-bytes", "dma-out-address",
                                          "dma-out-bytes"};

// The names of the options in a pipeline's text. Spaces in quotes or brackets part no options.
SmallVector<StringRef> get_names(StringRef text)
{
    SmallVector<StringRef> names;
    size_t start = 0;
    bool is_quoted = false;
    int depth = 0;
    for (size_t i = 0; i <= text.size(); i++) {
        const char c = i < text.size() ? text[i] : ' ';
        is_quoted ^= c == '"' || c == '\'';
        depth += StringRef("{[(<").contains(c) - StringRef("}])>").contains(c);
        if (i < text.size() && (c != ' ' || is_quoted || depth > 0))
            continue;
        const StringRef name = text.slice(start, i).split('=').first.trim();
        if (!name.empty())
            names.push_back(name);
        start = i + 1;
    }
    return names;
}

// An unknown option, with the nearest known one.
LogicalResult check_names(StringRef text, ErrorHandler error)
{
    const SmallVector<StringRef> names = get_names(text);
    if (llvm::is_contained(names, "accelerator-file") &&
        (llvm::is_contained(names, "accelerator") || llvm::is_contained(names, "tile")))
        return error("accelerator-file says accelerator and tile: leave these out");
    for (const StringRef name : names) {
        if (llvm::is_contained(OPTION_NAMES, name))
            continue;
        const auto distance = [&](StringRef known) { return name.edit_distance(known); };
        const auto nearest = std::min_element(
            std::begin(OPTION_NAMES), std::end(OPTION_NAMES),
            [&](StringRef left, StringRef right) { return distance(left) < distance(right); });
        return error("accel-pipeline has no option '" + name + "': did you mean '" + *nearest +
                     "'?");
    }
    return success();
}

LogicalResult check_behaviour(const PipelineOptions &options, ErrorHandler error)
{
    const StringRef behaviour = options.behaviour.getValue();
    if (behaviour != "axi4mlir-2022" && behaviour != "axi4mlir-2023")
        return error("behaviour is '" + behaviour +
                     "': expected one of axi4mlir-2022, axi4mlir-2023");
    if (behaviour == "axi4mlir-2022" && options.accelerator.getValue() != "v1")
        return error("behaviour=axi4mlir-2022 is a driver of accelerator v1, not " +
                     options.accelerator.getValue());
    if (behaviour == "axi4mlir-2022" && options.copy.getValue() != "staged")
        return error("behaviour=axi4mlir-2022 copies what it transfers: expected copy=staged");
    return success();
}

LogicalResult check_transfer(const PipelineOptions &options, ErrorHandler error)
{
    const StringRef copy = options.copy.getValue();
    const StringRef transfer = options.transfer.getValue();
    if (copy != "staged" && copy != "zero_copy" && copy != "zero_copy_inputs" &&
        copy != "zero_copy_outputs")
        return error("copy is '" + copy +
                     "': expected one of staged, zero_copy, zero_copy_inputs, zero_copy_outputs");
    if (copy == "staged" && !transfer.empty())
        return error("transfer=" + transfer +
                     " has no effect with copy=staged: it chooses how "
                     "zero_copy lays out its buffers");
    if (!transfer.empty() && transfer != "packed" && transfer != "rows" && transfer != "sg" &&
        transfer != "2d")
        return error("transfer is '" + transfer + "': expected one of packed, rows, sg, 2d");
    if (copy == "staged" && options.region_block.getValue() != "auto")
        return error(
            "region-block has no effect with copy=staged, which needs room for tiles only");
    if (copy == "zero_copy_outputs" && transfer == "rows")
        return error("transfer=rows has no effect with copy=zero_copy_outputs: it is about what is "
                     "sent");
    return success();
}

LogicalResult check_overlap(const PipelineOptions &options, ErrorHandler error)
{
    const bool both = options.coalesce || options.pipeline;
    const StringRef name = options.coalesce ? "coalesce" : "pipeline";
    if (both && options.transfer.getValue() == "rows")
        return error(name + "=true is not possible with transfer=rows, which sends each row of a "
                            "tile by itself: expected packed or sg");
    if (both && options.behaviour.getValue() == "axi4mlir-2022")
        return error(name +
                     "=true is not what behaviour=axi4mlir-2022 does: leave one of them out");
    return success();
}

LogicalResult check_options(const PipelineOptions &options, ErrorHandler error)
{
    if (failed(check_transfer(options, error)) || failed(check_overlap(options, error)))
        return failure();
    return check_behaviour(options, error);
}

// What lies in DMA memory, as accel-zero-copy names it.
std::string get_moves(const PipelineOptions &options)
{
    const StringRef copy = options.copy.getValue();
    return copy == "zero_copy_inputs" ? "inputs" : copy == "zero_copy_outputs" ? "outputs" : "both";
}

bool has_chains(const PipelineOptions &options)
{
    return options.transfer.getValue() == "sg" || options.transfer.getValue() == "2d";
}

BlockForRegionOptions get_block_options(const PipelineOptions &options)
{
    BlockForRegionOptions block;
    block.block = options.region_block;
    block.cacheTile = options.cache_tile;
    block.moves = get_moves(options);
    block.accumulate = options.accumulate;
    block.coalesce = options.coalesce;
    block.pipeline = options.pipeline;
    block.chains = has_chains(options);
    return block;
}

// How tiles move: in place or staged, together or by themselves, overlapping or in turn.
void add_movement(OpPassManager &pm, const PipelineOptions &options)
{
    const StringRef copy = options.copy.getValue();
    const bool two_dimensional = options.transfer.getValue() == "2d";
    const bool chains = has_chains(options);
    const bool beside = options.coalesce && !chains;
    if (copy != "staged") {
        ZeroCopyOptions zero_copy;
        zero_copy.transfer = options.transfer.empty() ? "packed" : options.transfer.getValue();
        if (chains)
            zero_copy.transfer = "sg"; // in either form, rows stay where they are
        zero_copy.moves = get_moves(options);
        zero_copy.beside = beside;
        pm.addPass(createZeroCopy(zero_copy));
    }
    const bool sends_staged = copy == "staged" || copy == "zero_copy_outputs";
    if (options.coalesce && (chains || sends_staged))
        pm.addPass(createCoalesce());
    if (options.pipeline)
        pm.addPass(createPipelineTiles({chains}));
    if (options.behaviour.getValue() == "axi4mlir-2022")
        pm.addPass(createLower2022());
    pm.addPass(createLowerToRuntime({chains, two_dimensional}));
}

void build_pipeline(OpPassManager &pm, const PipelineOptions &options)
{
    MatchAndAnnotateOptions match;
    match.accelerator = options.accelerator;
    match.tile = options.tile;
    match.acceleratorFile = options.accelerator_file;
    match.opcodeMap = options.opcode_map;
    match.opcodeFlow = options.opcode_flow;
    match.initOpcodes = options.init_opcodes;
    match.loopPermutation.assign(options.loop_permutation.begin(), options.loop_permutation.end());
    match.flow = options.flow;
    match.cacheTile = options.cache_tile;
    match.costsFile = options.costs_file;
    match.copy = options.copy;
    match.transfer = options.transfer;
    match.accumulate = options.accumulate;
    match.coalesce = options.coalesce;
    match.pipeline = options.pipeline;
    match.dmaAddress = options.dma_address;
    match.dmaInAddress = options.dma_in_address;
    match.dmaInBytes = options.dma_in_bytes;
    match.dmaOutAddress = options.dma_out_address;
    match.dmaOutBytes = options.dma_out_bytes;
    pm.addPass(createMatchAndAnnotate(match));
    if (options.copy.getValue() != "staged")
        pm.addPass(createBlockForRegion(get_block_options(options)));
    TileAndOrderOptions tile_options;
    tile_options.cacheTile = options.cache_tile;
    pm.addPass(createTileAndOrder(tile_options));
    PlaceTransfersOptions place;
    place.accumulate = options.accumulate;
    pm.addPass(createPlaceTransfers(place));
    pm.addPass(createHoistInit());
    add_movement(pm, options);
    pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
}

} // namespace

void zerostage::accel::register_accel_pipeline()
{
    registerPassPipeline(
        "accel-pipeline", "Compile linalg.matmul to host code that drives the accelerator",
        [](OpPassManager &pm, StringRef text, ErrorHandler error) -> LogicalResult {
            PipelineOptions options;
            if (failed(check_names(text, error)) || failed(options.parseFromString(text)) ||
                failed(check_options(options, error)))
                return failure();
            build_pipeline(pm, options);
            return success();
        },
        [](function_ref<void(const mlir::detail::PassOptions &)> describe) {
            describe(PipelineOptions());
        });
}
