// A producer that keeps its own layout: the buffer stays on the heap, and is brought into the
// kernel's layout for the call; what the kernel received is brought back.
// RUN: accel-opt %s --accel-zero-copy="transfer=packed" | FileCheck %s
// RUN: accel-opt %s --accel-zero-copy="transfer=packed" --accel-lower-to-runtime | FileCheck %s --check-prefix=LOWERED

func.func @kernel(%a: memref<8x16xi32>, %c: memref<8x16xi32>) {
  %tile_a = memref.subview %a[0, 8] [8, 8] [1, 1] : memref<8x16xi32> to memref<8x8xi32, strided<[16, 1], offset: 8>>
  %sent = accel.send %tile_a : (memref<8x8xi32, strided<[16, 1], offset: 8>>) -> i32
  %tile_c = memref.subview %c[0, 8] [8, 8] [1, 1] : memref<8x16xi32> to memref<8x8xi32, strided<[16, 1], offset: 8>>
  %received = accel.recv %tile_c : (memref<8x8xi32, strided<[16, 1], offset: 8>>) -> i32
  return
}

// CHECK-LABEL: func.func @element_by_element
// CHECK-SAME: (%a: memref<8x16xi32>
func.func @element_by_element(%a: memref<8x16xi32>, %i: index) -> i32 {
  // CHECK: %c = memref.alloc() : memref<8x16xi32>
  %c = memref.alloc() : memref<8x16xi32>
  // CHECK: memref.store
  %word = arith.constant 3 : i32
  memref.store %word, %a[%i, %i] : memref<8x16xi32>
  // CHECK: %[[C:.*]] = accel.alloc : memref<1x2x8x8xi32, #accel.dma<out>>
  // CHECK: accel.repack %c to %[[C]]
  // CHECK: %[[A:.*]] = accel.alloc : memref<1x2x8x8xi32, #accel.dma<in>>
  // CHECK: accel.repack %a to %[[A]] : memref<8x16xi32> to memref<1x2x8x8xi32, #accel.dma<in>>
  // CHECK: call @kernel(%[[A]], %[[C]])
  // CHECK-DAG: accel.dealloc %[[A]]
  // CHECK-DAG: accel.repack %[[C]] to %c
  // CHECK-DAG: accel.dealloc %[[C]]
  // LOWERED: call @repack_i32
  // LOWERED: call @kernel
  // LOWERED: call @repack_i32
  call @kernel(%a, %c) : (memref<8x16xi32>, memref<8x16xi32>) -> ()
  // CHECK: memref.load %c
  %result = memref.load %c[%i, %i] : memref<8x16xi32>
  memref.dealloc %c : memref<8x16xi32>
  return %result : i32
}
