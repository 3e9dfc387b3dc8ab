// Of v4, the tile is chosen, too: together with the flow, or for the flow that is given.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=best flow=best" | FileCheck %s --check-prefix=WORDS
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=best_cost flow=best_cost costs-file=%S/Inputs/costs.yaml" | FileCheck %s --check-prefix=COST
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=best flow=Ns" | FileCheck %s --check-prefix=NS
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=best flow=best cache-tile=64x64x32" | FileCheck %s --check-prefix=BLOCK
func.func @kernel(%a: memref<256x32xi32>, %b: memref<32x512xi32>, %c: memref<256x512xi32>) {
  linalg.matmul ins(%a, %b : memref<256x32xi32>, memref<32x512xi32>) outs(%c : memref<256x512xi32>)
  return
}

// WORDS: accel.flow = "As", accel_accel_tile_size = array<i64: 128, 32, 32>
// COST: accel.flow = "Cs", accel_accel_tile_size = array<i64: 64, 64, 32>
// NS: accel.flow = "Ns", accel_accel_tile_size = array<i64: 64, 64, 32>
// BLOCK: accel.flow = "Ns", accel_accel_tile_size = array<i64: 64, 64, 32>
