// Who adds products up in C.
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs" --accel-tile-and-order --accel-place-transfers="accumulate=accelerator" | FileCheck %s --check-prefix=ACCELERATOR
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs" --accel-tile-and-order --accel-place-transfers="accumulate=cpu" | FileCheck %s --check-prefix=CPU
// RUN: not accel-opt %s --accel-match-and-annotate="flow=As" --accel-tile-and-order --accel-place-transfers="accumulate=accelerator" 2>&1 | FileCheck %s --check-prefix=FLOW
// RUN: sed -e '/linalg.fill/d' %s | not accel-opt --accel-match-and-annotate="flow=Cs" --accel-tile-and-order --accel-place-transfers="accumulate=accelerator" 2>&1 | FileCheck %s --check-prefix=FILL
// RUN: not accel-opt %s --accel-place-transfers="accumulate=gpu" 2>&1 | FileCheck %s --check-prefix=WORD

func.func @matmul(%a: memref<16x16xi32>, %b: memref<16x16xi32>, %c: memref<16x16xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<16x16xi32>)
  linalg.matmul ins(%a, %b : memref<16x16xi32>, memref<16x16xi32>) outs(%c : memref<16x16xi32>)
  return
}

// A tile of C arrives complete, so its place need not be cleared before.
// ACCELERATOR-NOT: linalg.fill
// ACCELERATOR: accel.recv %tile_c
// ACCELERATOR-NOT: accel.accumulate

// CPU: linalg.fill
// CPU: accel.recv %partial_c
// CPU: accel.accumulate %partial_c into %tile_c

// FLOW: error: cannot accumulate in the accelerator: flow As returns a tile of C for each product (flow=Cs, or accumulate=cpu)
// FILL: error: cannot accumulate in the accelerator: C may hold something else than zero, which only the CPU can add to (accumulate=cpu)
// WORD: error: accumulate is 'gpu': expected one of auto, cpu, accelerator
