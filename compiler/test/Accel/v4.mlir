// v4: tiles of any shape; behind each opcode goes the shape, (K << 20) | (N << 10) | M.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=16x32x64 flow=Cs" --accel-tile-and-order --accel-place-transfers | FileCheck %s
// RUN: not accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=16x24x64" 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=64x16x128" 2>&1 | FileCheck %s --check-prefix=BUFFER
// RUN: not accel-opt %s --accel-match-and-annotate="accelerator=v4 tile=16x16" 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=16x32x64" 2>&1 | FileCheck %s --check-prefix=V3

func.func @matmul(%a: memref<64x64xi32>, %b: memref<64x64xi32>, %c: memref<64x64xi32>) {
  linalg.matmul ins(%a, %b : memref<64x64xi32>, memref<64x64xi32>) outs(%c : memref<64x64xi32>)
  return
}

// CHECK: scf.for %k
// CHECK-NEXT: %[[OPCODE:.*]] = arith.constant 7 : i32
// CHECK-NEXT: accel.sendLiteral %[[OPCODE]]
// CHECK-NEXT: %[[SHAPE:.*]] = arith.constant 67141648 : i32
// CHECK-NEXT: accel.sendLiteral %[[SHAPE]]
// CHECK-NEXT: %tile_a = memref.subview %a[%m, %k] [16, 64]
// CHECK-NEXT: accel.send %tile_a
// CHECK-NEXT: %tile_b = memref.subview %b[%k, %n] [64, 32]
// CHECK: accel.recv

// BLOCK: error: tile 16x24x64: expected multiples of accelerator v4's block, 16, up to 1008
// BUFFER: error: tile 64x16x128: A's 64x128 elements do not fit accelerator v4's buffer of 4096 words
// TEXT: error: tile is '16x16': expected a size, or three as in 16x32x64 (M, N, K)
// V3: error: accelerator v3 does not exist in size 16x32x64: expected 2 to 64
