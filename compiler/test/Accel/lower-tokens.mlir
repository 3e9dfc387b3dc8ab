// Transfers in parts as calls of the DMA runtime. A token is nothing at run time: a channel has one
// transfer in flight, and a wait is for that.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-lower-to-runtime | FileCheck %s
// RUN: accel-opt %s --split-input-file --accel-lower-to-runtime="chains=true" | FileCheck %s --check-prefixes=CHECK,CHAINS

// Two tiles copied behind each other are one transfer. The copy says where the next part goes.
// CHECK-LABEL: func.func @staged
func.func @staged(%a: memref<8x8xi32>, %b: memref<8x8xf32>, %c: memref<8x8xi32>) {
  %start = arith.constant 0 : i32
  %words = arith.constant 128 : i32
  %tile = arith.constant 64 : i32
  // CHECK: %[[MIDDLE:.*]] = call @copy_to_inbuffer_i32(%{{.*}}, %start)
  %middle = accel.copy_in %a, %start : (memref<8x8xi32>, i32) -> i32
  // CHECK: call @copy_to_inbuffer_f32(%{{.*}}, %[[MIDDLE]])
  %end = accel.copy_in %b, %middle : (memref<8x8xf32>, i32) -> i32
  // CHECK: call @dma_start_recv(%tile, %start)
  %recv = accel.start_recv_staged %tile at %start : !accel.token<recv>
  // CHECK: call @dma_start_send(%words, %start)
  %send = accel.start_send_staged %words at %start : !accel.token<send>
  // CHECK: call @dma_wait_send()
  accel.wait %send : !accel.token<send>
  // CHECK: call @dma_wait_recv()
  accel.wait %recv : !accel.token<recv>
  // CHECK: call @copy_from_outbuffer_i32(%{{.*}}, %start)
  %done = accel.copy_out %c, %start : (memref<8x8xi32>, i32) -> i32
  return
}

// -----

// A token that a loop carries goes; what else it carries stays.
// CHECK-LABEL: func.func @carried
func.func @carried(%a: memref<8x8xi32, #accel.dma<in>>) -> i32 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ten = arith.constant 10 : index
  %count = arith.constant 5 : i32
  // CHECK: call @dma_start_send_from
  %first = accel.start_send %a : memref<8x8xi32, #accel.dma<in>> -> !accel.token<send>
  // CHECK: %[[RESULT:.*]] = scf.for %{{.*}} = %zero to %ten step %one iter_args(%[[NUMBER:.*]] = %count) -> (i32)
  %result:2 = scf.for %i = %zero to %ten step %one iter_args(%last = %first, %number = %count) -> (!accel.token<send>, i32) {
    // CHECK-NEXT: func.call @dma_wait_send()
    accel.wait %last : !accel.token<send>
    // CHECK: call @dma_start_send_from
    %next = accel.start_send %a : memref<8x8xi32, #accel.dma<in>> -> !accel.token<send>
    // CHECK: scf.yield %[[NUMBER]] : i32
    scf.yield %next, %number : !accel.token<send>, i32
  }
  // CHECK: call @dma_wait_send()
  accel.wait %result#0 : !accel.token<send>
  // CHECK: return %[[RESULT]]
  return %result#1 : i32
}

// -----

// With scatter-gather, chains are opened once, long enough for the longest packet: an opcode and
// eight rows. Without, such a packet is an error.
// CHAINS-LABEL: func.func @packet
func.func @packet(%opcode: memref<i32, #accel.dma<in>>,
                  %a: memref<8x8xf32, strided<[32, 1]>, #accel.dma<in>>,
                  %c: memref<4x4xi32, strided<[32, 1]>, #accel.dma<out>>) {
  %dma = arith.constant 0x40400000 : i32
  // CHAINS: call @dma_init
  // CHAINS: call @dma_open_chains(%c9_i32)
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  // CHAINS: call @dma_append_send_i32
  // CHAINS: call @dma_append_send_f32
  // CHAINS-NEXT: call @dma_start_send_appended()
  // expected-error@+1 {{needs a descriptor chain for 'memref<i32, #accel.dma<in>>': expected one contiguous part, or an engine with scatter-gather (transfer=sg)}}
  %send = accel.start_send %opcode, %a : memref<i32, #accel.dma<in>>, memref<8x8xf32, strided<[32, 1]>, #accel.dma<in>> -> !accel.token<send>
  // CHAINS-NEXT: call @dma_wait_send()
  accel.wait %send : !accel.token<send>
  // A packet of one contiguous part needs no more than a range.
  // CHAINS: call @dma_start_send_from
  %one = accel.start_send %opcode : memref<i32, #accel.dma<in>> -> !accel.token<send>
  accel.wait %one : !accel.token<send>
  // CHAINS: call @dma_append_recv_i32
  // CHAINS-NEXT: call @dma_start_recv_appended()
  %recv = accel.start_recv %c : memref<4x4xi32, strided<[32, 1]>, #accel.dma<out>> -> !accel.token<recv>
  accel.wait %recv : !accel.token<recv>
  // CHAINS: call @dma_close_chains()
  // CHAINS-NEXT: call @dma_free()
  return
}
