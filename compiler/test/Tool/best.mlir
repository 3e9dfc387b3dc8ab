// The flow is chosen: by the fewest words moved, C counted twice, or by the shortest estimated time.
// Here C moves once in any flow, since one tile covers k, and B would be sent for each tile of A.
// RUN: accel-opt %s --accel-match-and-annotate="tile=8 flow=best" | FileCheck %s --check-prefix=BS
// RUN: accel-opt %s --accel-match-and-annotate="tile=8 flow=best_cost costs-file=%S/Inputs/costs.yaml" | FileCheck %s --check-prefix=BS
// BS: accel.flow = "Bs"

// But then it is the CPU that adds C up, in place from uncached memory: better to keep C.
// RUN: accel-opt %s --accel-match-and-annotate="tile=8 flow=best_cost costs-file=%S/Inputs/costs.yaml copy=zero_copy transfer=packed" | FileCheck %s --check-prefix=CS
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=best_cost costs-file=%S/Inputs/costs.yaml copy=zero_copy" --emit=c | FileCheck %s --check-prefix=C
// CS: accel.flow = "Cs"
// C: flow Cs (C stationary)

// Row by row, sending B again and again costs more than that.
// RUN: accel-opt %s --accel-match-and-annotate="tile=8 flow=best_cost costs-file=%S/Inputs/costs.yaml copy=zero_copy transfer=rows" | FileCheck %s --check-prefix=BS

// What things cost has to be said; a mistake in that has its line.
// RUN: not accel-opt %s --accel-pipeline="flow=best_cost" 2>&1 | FileCheck %s --check-prefix=COSTS
// COSTS: error: flow=best_cost needs to know what things take on the board: expected costs-file=FILE, which `zs-sim CONFIG.yaml --costs` writes
// RUN: not accel-opt %s --accel-pipeline="flow=best_cost costs-file=none.yaml" 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: costs-file 'none.yaml': No such file or directory
// RUN: sed s/poll_ns/pool_ns/ %S/Inputs/costs.yaml > %t.yaml
// RUN: not accel-opt %s --accel-pipeline="flow=best_cost costs-file=%t.yaml" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: yaml:3:1: error: 'pool_ns': no such figure: `zs-sim --costs` writes those that there are

// RUN: not accel-opt %s --accel-pipeline="accelerator=v4 tile=best flow=best_cost" 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: error: tile is 'best' and flow 'best_cost': they are chosen together, so expected the same
// RUN: not accel-opt %s --accel-pipeline="tile=best" 2>&1 | FileCheck %s --check-prefix=V3
// V3: error: tile is 'best': expected a size, or three as in 16x32x64 (M, N, K); only accelerator v4 has tiles to choose from

// A K of 8 is padded to a tile's 16.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=best flow=Cs" | FileCheck %s --check-prefix=PADDED
// PADDED: accel_accel_tile_size = array<i64: 64, 64, 16>

// What is stationary is so within a block for the caches: in blocks of one tile, nothing is.
// RUN: accel-opt %s --accel-match-and-annotate="tile=8 flow=best cache-tile=64x32x8,8x8x8" | FileCheck %s --check-prefix=BLOCK
// BLOCK: accel.flow = "Ns"

// An accelerator has the flows that it has.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v1 tile=8 flow=best" | FileCheck %s --check-prefix=V1
// V1: accel.flow = "Ns"
func.func @kernel(%a: memref<128x8xi32>, %b: memref<8x64xi32>, %c: memref<128x64xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<128x64xi32>)
  linalg.matmul ins(%a, %b : memref<128x8xi32>, memref<8x64xi32>) outs(%c : memref<128x64xi32>)
  return
}
