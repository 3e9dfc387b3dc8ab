// A matmul is annotated with all that later passes need.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=4 flow=Cs dma-in-bytes=65536" | FileCheck %s

// CHECK: func.func @kernel
// CHECK-SAME: accel.comment = "A[8x16] x B[16x12] on accelerator v3 of size 4x4, flow Cs (C stationary)."
func.func @kernel(%a: memref<8x16xf32>, %b: memref<16x12xf32>, %c: memref<8x12xf32>) {
  // CHECK: linalg.matmul
  // CHECK-SAME: accel.accelerator = "v3"
  // CHECK-SAME: accel.flow = "Cs"
  // CHECK-SAME: accel_accel_tile_size = 4 : i64
  // CHECK-SAME: accel_dmaAddress = 1077936128 : i32
  // CHECK-SAME: accel_dmaInputAddress = 369098752 : i32
  // CHECK-SAME: accel_dmaInputBufferSize = 65536 : i32
  // CHECK-SAME: accel_dmaOutputAddress = 373293056 : i32
  // CHECK-SAME: accel_dmaOutputBufferSize = 4194304 : i32
  // CHECK-SAME: accel_loop_permutation = array<i64: 0, 1, 2>
  linalg.matmul ins(%a, %b : memref<8x16xf32>, memref<16x12xf32>) outs(%c : memref<8x12xf32>)
  return
}
