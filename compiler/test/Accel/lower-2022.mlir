// AXI4MLIR's driver of 2022: copy all that is to be sent, send it at once, and start the receive
// before waiting.
// RUN: accel-opt %s --accel-lower-2022 --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @exchange
// CHECK-SAME: (%[[A:.*]]: memref<4x4xi32>, %[[B:.*]]: memref<4x4xi32>, %[[C:.*]]: memref<4x4xi32>)
func.func @exchange(%a: memref<4x4xi32>, %b: memref<4x4xi32>, %c: memref<4x4xi32>) {
  // CHECK: %[[ANY_A:.*]] = memref.cast %[[A]]
  // CHECK: call @copy_to_inbuffer_i32(%[[ANY_A]], %c0_i32{{.*}})
  %0 = accel.send %a : (memref<4x4xi32>) -> i32
  // CHECK: %[[ANY_B:.*]] = memref.cast %[[B]]
  // CHECK: call @copy_to_inbuffer_i32(%[[ANY_B]], %c16_i32{{.*}})
  %1 = accel.send %b : (memref<4x4xi32>) -> i32
  // CHECK: call @dma_start_send(%c32_i32{{.*}}, %{{.*}})
  // CHECK: call @dma_start_recv(%{{.*}}, %{{.*}})
  // CHECK: call @dma_wait_send()
  // CHECK: call @dma_wait_recv()
  // CHECK: call @copy_from_outbuffer_i32
  %2 = accel.recv %c : (memref<4x4xi32>) -> i32
  return
}

// -----

func.func @opcode(%a: memref<4x4xi32>) {
  %one = arith.constant 1 : i32
  // expected-error @+1 {{sends an opcode: AXI4MLIR's driver of 2022 was for accelerator v1, which has none}}
  %0 = accel.sendLiteral %one : (i32) -> i32
  return
}

// -----

func.func @nothing_sent(%c: memref<4x4xi32>) {
  // expected-error @+1 {{follows no send: AXI4MLIR's drivers of 2022 received in answer to one}}
  %0 = accel.recv %c : (memref<4x4xi32>) -> i32
  return
}

// -----

func.func @in_place(%a: memref<4x4xi32, #accel.dma<in>>, %c: memref<4x4xi32>) {
  %0 = accel.send %a : (memref<4x4xi32, #accel.dma<in>>) -> i32
  // expected-error @+1 {{is not staged as a whole}}
  %1 = accel.recv %c : (memref<4x4xi32>) -> i32
  return
}
