// Transfers as calls of the DMA runtime.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-lower-to-runtime | FileCheck %s

// Heap memory goes through the DMA buffer: copy, start, wait.
// CHECK-LABEL: func.func @staged
func.func @staged(%a: memref<8x8xi32, strided<[32, 1]>>, %c: memref<8x8xf32>) -> i32 {
  // CHECK: %[[ANY:.*]] = memref.cast %a : {{.*}} to memref<*xi32>
  // CHECK: call @copy_to_inbuffer_i32(%[[ANY]], %c0_i32)
  // CHECK: call @dma_start_send(%c64_i32, %c0_i32)
  // CHECK: call @dma_wait_send()
  %sent = accel.send %a : (memref<8x8xi32, strided<[32, 1]>>) -> i32
  // CHECK: call @dma_start_recv(%c64_i32{{.*}}, %c0_i32{{.*}})
  // CHECK: call @dma_wait_recv()
  // CHECK: call @copy_from_outbuffer_f32
  %received = accel.recv %c : (memref<8x8xf32>) -> i32
  // The result is the number of elements.
  // CHECK: return %c64_i32
  return %sent : i32
}

// -----

// An offset is where in the DMA buffer the copy goes, and the transfer starts.
// CHECK-LABEL: func.func @at_an_offset
func.func @at_an_offset(%a: memref<8x8xi32>, %offset: i32) {
  // CHECK: call @copy_to_inbuffer_i32(%{{.*}}, %offset)
  // CHECK: call @dma_start_send(%{{.*}}, %offset)
  %sent = accel.send %a, %offset : (memref<8x8xi32>, i32) -> i32
  return
}

// -----

// A literal is a word of its own; a constant one is written once.
// CHECK-LABEL: func.func @literal
// CHECK: %opcode_7 = memref.alloca() : memref<i32>
// CHECK: memref.store %{{.*}}, %opcode_7[]
// CHECK: scf.for
// CHECK: call @copy_to_inbuffer_i32
// CHECK: call @dma_start_send(%c1_i32
func.func @literal() {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ten = arith.constant 10 : index
  %seven = arith.constant 7 : i32
  scf.for %i = %zero to %ten step %one {
    %sent = accel.sendLiteral %seven : (i32) -> i32
  }
  return
}

// -----

// A contiguous tile in DMA memory is one transfer, in place.
// CHECK-LABEL: func.func @contiguous
func.func @contiguous(%a: memref<8x8xi32, strided<[8, 1], offset: ?>, #accel.dma<in>>) {
  // CHECK-NOT: copy_to_inbuffer
  // CHECK: %[[FROM:.*]] = accel.address %a
  // CHECK: call @dma_start_send_from(%[[FROM]], %c64_i32)
  // CHECK-NEXT: call @dma_wait_send()
  %sent = accel.send %a : (memref<8x8xi32, strided<[8, 1], offset: ?>, #accel.dma<in>>) -> i32
  return
}

// -----

// A strided one is sent a row at a time.
// CHECK-LABEL: func.func @strided
func.func @strided(%a: memref<8x4xi32, strided<[32, 1]>, #accel.dma<in>>) {
  // CHECK: scf.for %row = %c0 to %c8 step %c1
  // CHECK-NEXT: memref.subview %a[%row, 0] [1, 4] [1, 1]
  // CHECK: call @dma_start_send_from(%{{.*}}, %c4_i32)
  // CHECK-NEXT: call @dma_wait_send()
  %sent = accel.send %a : (memref<8x4xi32, strided<[32, 1]>, #accel.dma<in>>) -> i32
  return
}

// -----

// A tile comes back as one packet: it cannot be received in parts.
func.func @strided_receive(%c: memref<8x4xi32, strided<[32, 1]>, #accel.dma<out>>) {
  // expected-error@+1 {{in place: the accelerator's packet needs contiguous memory}}
  %received = accel.recv %c : (memref<8x4xi32, strided<[32, 1]>, #accel.dma<out>>) -> i32
  return
}

// -----

func.func @scattered(%a: memref<8x8xi32, strided<[1, 8]>, #accel.dma<in>>) {
  // expected-error@+1 {{expected contiguous elements, or rank 2 with contiguous rows}}
  %sent = accel.send %a : (memref<8x8xi32, strided<[1, 8]>, #accel.dma<in>>) -> i32
  return
}

// -----

// The engine is freed at the end of the function that initialises it.
// CHECK-LABEL: func.func @scope
// CHECK: call @dma_init
// CHECK: call @work
// CHECK-NEXT: call @dma_free
// CHECK-NEXT: return
func.func private @work()
func.func @scope() {
  %dma = arith.constant 0x40400000 : i32
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  call @work() : () -> ()
  return
}

// -----

// expected-error@+1 {{has the name of a function of the DMA runtime}}
func.func private @dma_wait_send(i32)
func.func @name_taken(%a: memref<8x8xi32>) {
  %sent = accel.send %a : (memref<8x8xi32>) -> i32
  return
}
