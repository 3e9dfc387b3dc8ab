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

// A transfer in parts. Staged: the copies say where the next part goes; start and wait are apart.
// CHECK-LABEL: func.func @staged_in_parts
func.func @staged_in_parts(%a: memref<8x8xi32>, %b: memref<8x8xi32>, %c: memref<8x8xi32>) {
  %start = arith.constant 0 : i32
  // CHECK: %[[MIDDLE:.*]] = accel.copy_in %{{.*}}, %{{.*}} : (memref<8x8xi32>, i32) -> i32
  %middle = accel.copy_in %a, %start : (memref<8x8xi32>, i32) -> i32
  // CHECK: %[[END:.*]] = accel.copy_in %{{.*}}, %[[MIDDLE]] : (memref<8x8xi32>, i32) -> i32
  %end = accel.copy_in %b, %middle : (memref<8x8xi32>, i32) -> i32
  // CHECK: %[[RECV:.*]] = accel.start_recv_staged %[[MIDDLE]] at %{{.*}} : !accel.token<recv>
  %recv = accel.start_recv_staged %middle at %start : !accel.token<recv>
  // CHECK: %[[SEND:.*]] = accel.start_send_staged %[[END]] at %{{.*}} : !accel.token<send>
  %send = accel.start_send_staged %end at %start : !accel.token<send>
  // CHECK: accel.wait %[[SEND]] : !accel.token<send>
  accel.wait %send : !accel.token<send>
  // CHECK: accel.wait %[[RECV]] : !accel.token<recv>
  accel.wait %recv : !accel.token<recv>
  // CHECK: accel.copy_out %{{.*}}, %{{.*}} : (memref<8x8xi32>, i32) -> i32
  %done = accel.copy_out %c, %start : (memref<8x8xi32>, i32) -> i32
  return
}

// In place. Several parts are one transfer; a loop can carry a token.
// CHECK-LABEL: func.func @in_place_in_parts
func.func @in_place_in_parts(%opcode: memref<i32, #accel.dma<in>>,
                             %a: memref<8x8xi32, #accel.dma<in>>,
                             %c: memref<8x8xi32, #accel.dma<out>>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ten = arith.constant 10 : index
  // CHECK: accel.start_send %{{.*}}, %{{.*}} : memref<i32, #accel.dma<in>>, memref<8x8xi32, #accel.dma<in>> -> !accel.token<send>
  %first = accel.start_send %opcode, %a : memref<i32, #accel.dma<in>>, memref<8x8xi32, #accel.dma<in>> -> !accel.token<send>
  // CHECK: scf.for {{.*}} iter_args(%[[LAST:.*]] = %{{.*}}) -> (!accel.token<send>)
  %sent = scf.for %i = %zero to %ten step %one iter_args(%last = %first) -> (!accel.token<send>) {
    // CHECK: accel.append_send %{{.*}} : memref<8x8xi32, #accel.dma<in>>
    accel.append_send %a : memref<8x8xi32, #accel.dma<in>>
    // CHECK: accel.wait %[[LAST]] : !accel.token<send>
    accel.wait %last : !accel.token<send>
    // CHECK: accel.start_send_appended : !accel.token<send>
    %next = accel.start_send_appended : !accel.token<send>
    scf.yield %next : !accel.token<send>
  }
  accel.wait %sent : !accel.token<send>
  // CHECK: accel.start_recv %{{.*}} : memref<8x8xi32, #accel.dma<out>> -> !accel.token<recv>
  %received = accel.start_recv %c : memref<8x8xi32, #accel.dma<out>> -> !accel.token<recv>
  accel.wait %received : !accel.token<recv>
  return
}
