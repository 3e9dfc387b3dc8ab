// Blocks for the caches around the accelerator's tiles; no loop where a block is all there is.
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs" --accel-tile-and-order="cache-tile=32x64x64" --accel-place-transfers | FileCheck %s --check-prefix=ROWS
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs" --accel-tile-and-order="cache-tile=64x64x32" --accel-place-transfers | FileCheck %s --check-prefix=DEPTH
// RUN: not accel-opt %s --accel-match-and-annotate="flow=Cs" --accel-tile-and-order="cache-tile=64x64x32" --accel-place-transfers="accumulate=accelerator" 2>&1 | FileCheck %s --check-prefix=INCOMPLETE
// RUN: not accel-opt %s --accel-match-and-annotate --accel-tile-and-order="cache-tile=20x64x64" 2>&1 | FileCheck %s --check-prefix=MULTIPLE
// RUN: not accel-opt %s --accel-match-and-annotate --accel-tile-and-order="cache-tile=big" 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not accel-opt %s --accel-match-and-annotate --accel-tile-and-order="cache-tile=64,32,16" 2>&1 | FileCheck %s --check-prefix=LEVELS

func.func @matmul(%a: memref<64x64xi32>, %b: memref<64x64xi32>, %c: memref<64x64xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<64x64xi32>)
  linalg.matmul ins(%a, %b : memref<64x64xi32>, memref<64x64xi32>) outs(%c : memref<64x64xi32>)
  return
}

// ROWS-NOT: linalg.fill
// ROWS: scf.for %m_block = %{{.*}} to %c64{{.*}} step %c32
// ROWS: %[[END:.*]] = arith.addi %m_block, %c32
// ROWS: scf.for %m = %m_block to %[[END]] step %c8
// ROWS: scf.for %n
// ROWS: scf.for %k
// ROWS: accel.recv %tile_c

// A tile of C comes back once for each block of K: a part of it, which the CPU adds.
// DEPTH: linalg.fill
// DEPTH: %partial_c = memref.alloc
// DEPTH-NEXT: {{.*}}scf.for %k_block
// DEPTH: accel.accumulate %partial_c into %tile_c

// INCOMPLETE: error: cannot accumulate in the accelerator: flow Cs returns a tile of C for each block of K (accumulate=cpu, or a cache-tile with all of K)
// MULTIPLE: error: cache-tile: 20 along M is not a multiple of 8, the size of the blocks or tiles in it
// TEXT: error: cache-tile is 'big': expected MxNxK, or two of them with a comma
// LEVELS: error: cache-tile has 3 levels: expected one or two
