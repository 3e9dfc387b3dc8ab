// Three loops, in the flow's order, around a matmul of one tile that keeps its annotations.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=4 flow=Ns" --accel-tile-and-order | FileCheck %s --check-prefixes=CHECK,MNK
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=4 flow=As" --accel-tile-and-order | FileCheck %s --check-prefixes=CHECK,MKN
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=4 flow=Bs" --accel-tile-and-order | FileCheck %s --check-prefixes=CHECK,NKM

// CHECK-LABEL: func.func @kernel
// CHECK-SAME: (%a: memref<8x16xi32>, %b: memref<16x12xi32>, %c: memref<8x12xi32>)
func.func @kernel(%a: memref<8x16xi32>, %b: memref<16x12xi32>, %c: memref<8x12xi32>) {
  // MNK: scf.for %m = %c0 to %c8 step %c4
  // MNK-NEXT: scf.for %n = %c0 to %c12 step %c4
  // MNK-NEXT: scf.for %k = %c0 to %c16 step %c4
  // MKN: scf.for %m = %c0 to %c8 step %c4
  // MKN-NEXT: scf.for %k = %c0 to %c16 step %c4
  // MKN-NEXT: scf.for %n = %c0 to %c12 step %c4
  // NKM: scf.for %n = %c0 to %c12 step %c4
  // NKM-NEXT: scf.for %k = %c0 to %c16 step %c4
  // NKM-NEXT: scf.for %m = %c0 to %c8 step %c4
  // CHECK: %tile_a = memref.subview %a[%m, %k] [4, 4] [1, 1]
  // CHECK: %tile_b = memref.subview %b[%k, %n] [4, 4] [1, 1]
  // CHECK: %tile_c = memref.subview %c[%m, %n] [4, 4] [1, 1]
  // CHECK: linalg.matmul {accel.accelerator = "v3"
  // CHECK-SAME: ins(%tile_a, %tile_b : {{.*}}) outs(%tile_c :
  linalg.matmul ins(%a, %b : memref<8x16xi32>, memref<16x12xi32>) outs(%c : memref<8x12xi32>)
  return
}

// The product of a matrix with itself has two tiles of it.
// CHECK-LABEL: func.func @square
func.func @square(%a: memref<8x8xi32>, %c: memref<8x8xi32>) {
  // CHECK: %tile_a = memref.subview %a[%m, %k]
  // CHECK: %tile_b = memref.subview %a[%k, %n]
  linalg.matmul ins(%a, %a : memref<8x8xi32>, memref<8x8xi32>) outs(%c : memref<8x8xi32>)
  return
}
