// Passes of the accel dialect, in the order in which --accel-pipeline runs them.
#ifndef ZEROSTAGE_ACCEL_PASSES_TD
#define ZEROSTAGE_ACCEL_PASSES_TD

include "mlir/Pass/PassBase.td"

def MatchAndAnnotate : Pass<"accel-match-and-annotate", "::mlir::ModuleOp"> {
  let summary = "Find each linalg.matmul and write down how it goes to the accelerator";
  let description = [{
    Checks that the accelerator can run it (static row-major memrefs, a size that the tile divides,
    a flow that the version has) and annotates it with accelerator, flow, tile size, loop order and
    the addresses of the DMA engine and its buffers.
  }];
  let options = [
    Option<"accelerator", "accelerator", "std::string", "\"v3\"", "accelerator version: v1, v2, v3 or v4">,
    Option<"tile", "tile", "std::string", "\"8\"",
           "accelerator size: 2 to 64; v4: tile shape, as in 16x32x64 (M, N, K), or best, best_cost">,
    Option<"acceleratorFile", "accelerator-file", "std::string", "\"\"",
           "in place of accelerator and tile: a file of configs/accelerators (YAML), or AXI4MLIR's "
           "description of an accelerator (JSON)">,
    Option<"flow", "flow", "std::string", "\"Ns\"",
           "what is stationary: Ns (nothing), As (A), Bs (B) or Cs (C); best: the fewest words "
           "moved; best_cost: the shortest estimated time">,
    Option<"costsFile", "costs-file", "std::string", "\"\"",
           "with flow or tile best_cost: what the parts of a kernel take on the board, from "
           "`zs-sim --costs`">,
    Option<"copy", "copy", "std::string", "\"staged\"",
           "with flow or tile best_cost, as the next ones: what the passes behind will make of it">,
    Option<"transfer", "transfer", "std::string", "\"\"", "packed, rows, sg or 2d">,
    Option<"accumulate", "accumulate", "std::string", "\"auto\"", "accelerator, cpu or auto">,
    Option<"coalesce", "coalesce", "bool", "false", "whether sends are made one">,
    Option<"pipeline", "pipeline", "bool", "false", "whether tiles overlap">,
    Option<"cacheTile", "cache-tile", "std::string", "\"\"",
           "with flow or tile best, best_cost: blocks that accel-tile-and-order will make">,
    Option<"opcodeMap", "opcode-map", "std::string", "\"\"",
           "opcodes of an accelerator that is not known by name: opcode_map<...>">,
    Option<"opcodeFlow", "opcode-flow", "std::string", "\"\"",
           "with opcode-map: in which loop each opcode is used, (sA (sBcCrC))">,
    Option<"initOpcodes", "init-opcodes", "std::string", "\"\"",
           "with opcode-map: what is used once, before the loops, (reset)">,
    ListOption<"loopPermutation", "loop-permutation", "int64_t",
               "with opcode-map: loops from the outermost, 0,2,1 for m, k, n">,
    Option<"dmaAddress", "dma-address", "int64_t", "0x40400000",
           "physical address of the DMA engine's registers">,
    Option<"dmaInAddress", "dma-in-address", "int64_t", "0x16000000",
           "physical address of the buffer to the accelerator">,
    Option<"dmaInBytes", "dma-in-bytes", "int64_t", "4194304", "its size in bytes">,
    Option<"dmaOutAddress", "dma-out-address", "int64_t", "0x16400000",
           "physical address of the buffer from the accelerator">,
    Option<"dmaOutBytes", "dma-out-bytes", "int64_t", "4194304", "its size in bytes">
  ];
  let dependentDialects = ["::zerostage::accel::AccelDialect"];
}

def BlockForRegion : Pass<"accel-block-for-region", "::mlir::ModuleOp"> {
  let summary = "Loops over blocks around a matmul whose matrices do not fit the DMA regions";
  let description = [{
    For matmuls whose operands will lie in DMA memory. Where A and B together do not fit the input
    region, or C the output region, the matrices stay where they are, and a block of each at a time
    is brought into a buffer that fits (`accel.repack`), or back. A matrix that is one block stays
    whole. The blocks divide the matrices; where C stays in the accelerator they have all of K, if
    such blocks fit, so that C comes back complete.
  }];
  let options = [
    Option<"block", "block", "std::string", "\"auto\"",
           "auto: blocks only where the matrices do not fit, the fewest elements brought in; none; "
           "or MxNxK">,
    Option<"cacheTile", "cache-tile", "std::string", "\"\"",
           "blocks that accel-tile-and-order will make in these">,
    Option<"moves", "moves", "std::string", "\"both\"",
           "what will lie in DMA memory: inputs, outputs or both">,
    Option<"accumulate", "accumulate", "std::string", "\"auto\"", "as for accel-place-transfers">,
    Option<"coalesce", "coalesce", "bool", "false", "opcodes will lie beside the tiles">,
    Option<"pipeline", "pipeline", "bool", "false", "tiles will overlap">,
    Option<"chains", "chains", "bool", "false", "descriptors will lie in the input region, too">
  ];
  let dependentDialects = ["::zerostage::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def TileAndOrder : Pass<"accel-tile-and-order", "::mlir::ModuleOp"> {
  let summary = "Tile each annotated matmul to the accelerator's size, loops in its flow's order";
  let description = [{
    `cache-tile` adds a level, or two, of loops around, over blocks that the caches can hold; the
    larger blocks come first.
  }];
  let options = [
    Option<"cacheTile", "cache-tile", "std::string", "\"\"",
           "blocks for the caches: MxNxK, or MxNxK,MxNxK">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def PlaceTransfers : Pass<"accel-place-transfers", "::mlir::ModuleOp"> {
  let summary = "Replace each tile's matmul by sends and receives, at the loops its flow says";
  let description = [{
    A tile of C that arrives once, complete, and whose place is known to hold zero, is received
    there and the fill with zero goes. Otherwise it is received into a scratch tile that the CPU
    adds to C. `accumulate=cpu` always does the latter, as AXI4MLIR does; `accumulate=accelerator`
    is an error where the former cannot be.
  }];
  let options = [
    Option<"accumulate", "accumulate", "std::string", "\"auto\"",
           "who adds to C: auto, cpu or accelerator">
  ];
  let dependentDialects = ["::zerostage::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def HoistInit : Pass<"accel-hoist-init", "::mlir::ModuleOp"> {
  let summary = "Initialise the DMA engine once, at the start of the outermost caller";
  let dependentDialects = ["::zerostage::accel::AccelDialect"];
}

def ZeroCopy : Pass<"accel-zero-copy", "::mlir::ModuleOp"> {
  let summary = "Allocate what is sent or received in DMA-mapped memory, across functions";
  let description = [{
    Follows each transferred tile to the allocation of its buffer, through function arguments, and
    moves that to `#accel.dma` memory: what is sent, what is received, or both. Literals are written
    there once, before the loops.

    `transfer=packed` makes these buffers tile-major (`[M/t][K/t][t][t]`), so a tile is one
    transfer; `transfer=rows` keeps those that are sent row-major, one transfer a tile row. What is
    received is tile-major either way: a tile comes back as one packet, and the DMA engine ends a
    receive that is shorter than its packet with an error. `transfer=sg` keeps all of them
    row-major: an engine with scatter-gather takes a tile's rows as one descriptor chain.

    `beside`, for packed: a literal that is sent right before a tile lies beside it, in a slot of
    `[M/t][K/t][1 + t * t]` (rounded up to 8 bytes), so that both are one transfer.
  }];
  let options = [
    Option<"transfer", "transfer", "std::string", "\"packed\"", "packed, rows or sg">,
    Option<"moves", "moves", "std::string", "\"both\"",
           "what goes to DMA memory: inputs (what is sent), outputs (what is received) or both">,
    Option<"beside", "beside", "bool", "false", "opcodes beside the tiles that they are sent with">
  ];
  let dependentDialects = ["::zerostage::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def Coalesce : Pass<"accel-coalesce", "::mlir::ModuleOp"> {
  let summary = "Make sends that follow each other one transfer";
  let description = [{
    What is staged is copied into the DMA buffer one behind the other; what is in place becomes the
    parts of one `accel.start_send`, which needs an engine with scatter-gather.
  }];
  let dependentDialects = ["::zerostage::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def PipelineTiles : Pass<"accel-pipeline-tiles", "::mlir::ModuleOp"> {
  let summary = "Overlap neighbouring tiles in the innermost loops that transfer";
  let description = [{
    While tile i is on its way, the CPU prepares tile i + 1 (staging copy, descriptor chain) and
    finishes tile i - 1 (copy out, accumulation): the wait for the last send of a tile, and for its
    result, moves to the next iteration. Buffers have two halves, in turn. A loop of one iteration
    stays as it is.
  }];
  let options = [
    Option<"chains", "chains", "bool", "false", "the engine has scatter-gather">
  ];
  let dependentDialects = ["::zerostage::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def Lower2022 : Pass<"accel-lower-2022", "::mlir::ModuleOp"> {
  let summary = "Turn transfers into calls of the DMA runtime as AXI4MLIR did in 2022";
  let description = [{
    `behaviour=axi4mlir-2022`, for accelerators without opcodes: the tiles that are sent before a
    receive are copied into the DMA buffer one behind the other and go in one send; the receive is
    started before that send is waited for.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect"];
}

def LowerToRuntime : Pass<"accel-lower-to-runtime", "::mlir::ModuleOp"> {
  let summary = "Turn transfers into calls of the DMA runtime";
  let description = [{
    A memref in `#accel.dma` memory is transferred in place: in one transfer if it is contiguous,
    else it is sent a row at a time, or, with `chains`, as a descriptor chain. Any other goes
    through the DMA buffer by a staging copy. `accel.send` and its like block: start and wait in
    one. Tokens have no value at run time.
  }];
  let options = [
    Option<"chains", "chains", "bool", "false",
           "the engine has scatter-gather: what is strided, or has several parts, is a descriptor "
           "chain">,
    Option<"twoDimensional", "two-dimensional", "bool", "false",
           "with chains: in the multichannel form, where a strided tile is one descriptor">
  ];
  let dependentDialects = ["::zerostage::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def ConvertToLlvm : Pass<"accel-convert-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Convert what is left to the LLVM dialect, with the calling convention of axi_dma.h";
  let description = [{
    Loops must be branches already, and subviews arithmetic on descriptors. An unranked memref that
    a function takes is `(int64_t rank, void *descriptor)`. A program ends, as the printed C does,
    where an allocation or a start fails.
  }];
  let options = [
    Option<"indexBitwidth", "index-bitwidth", "unsigned", "32", "width of an index: a pointer's">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif
