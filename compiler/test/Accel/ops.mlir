// The operations' textual form; that of init_dma, send, sendLiteral and recv is AXI4MLIR's.
// RUN: accel-opt %s | accel-opt | FileCheck %s

// CHECK-LABEL: func.func @axi4mlir_form
func.func @axi4mlir_form(%a: memref<60x80xi32>, %c: memref<60x80xi32>) {
  %dma = arith.constant 0x40400000 : i32
  %in = arith.constant 0x16000000 : i32
  %out = arith.constant 0x16400000 : i32
  %bytes = arith.constant 65536 : i32
  // CHECK: accel.init_dma %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : (i32, i32, i32, i32, i32)
  accel.init_dma %dma, %in, %bytes, %out, %bytes : (i32, i32, i32, i32, i32)
  %op = arith.constant 7 : i32
  // CHECK: %[[OFF0:.*]] = accel.sendLiteral %{{.*}} : (i32) -> i32
  %off0 = accel.sendLiteral %op : (i32) -> i32
  // CHECK: %[[OFF1:.*]] = accel.sendLiteral %{{.*}}, %[[OFF0]] : (i32, i32) -> i32
  %off1 = accel.sendLiteral %op, %off0 : (i32, i32) -> i32
  // CHECK: accel.send %{{.*}} : (memref<60x80xi32>) -> i32
  %off2 = accel.send %a : (memref<60x80xi32>) -> i32
  // CHECK: accel.send %{{.*}}, %[[OFF1]] : (memref<60x80xi32>, i32) -> i32
  %off3 = accel.send %a, %off1 : (memref<60x80xi32>, i32) -> i32
  // CHECK: accel.recv %{{.*}}, %[[OFF0]] : (memref<60x80xi32>, i32) -> i32
  %off4 = accel.recv %c, %off0 : (memref<60x80xi32>, i32) -> i32
  return
}

// CHECK-LABEL: func.func @dma_memory
func.func @dma_memory(%c: memref<8x8xi32>) {
  // CHECK: %[[IN:.*]] = accel.alloc : memref<8x8xi32, #accel.dma<in>>
  %in = accel.alloc : memref<8x8xi32, #accel.dma<in>>
  // CHECK: %[[OUT:.*]] = accel.alloc {alignment = 4096 : i64} : memref<8x8xi32, #accel.dma<out>>
  %out = accel.alloc {alignment = 4096 : i64} : memref<8x8xi32, #accel.dma<out>>
  // CHECK: accel.address %[[IN]] : memref<8x8xi32, #accel.dma<in>> -> index
  %address = accel.address %in : memref<8x8xi32, #accel.dma<in>> -> index
  // CHECK: accel.accumulate %[[OUT]] into %{{.*}} : memref<8x8xi32, #accel.dma<out>> into memref<8x8xi32>
  accel.accumulate %out into %c : memref<8x8xi32, #accel.dma<out>> into memref<8x8xi32>
  // CHECK: accel.dealloc %[[IN]] : memref<8x8xi32, #accel.dma<in>>
  accel.dealloc %in : memref<8x8xi32, #accel.dma<in>>
  accel.dealloc %out : memref<8x8xi32, #accel.dma<out>>
  return
}
