// Sends that follow each other become one transfer.
// RUN: accel-opt %s --accel-coalesce | FileCheck %s

// Staged: an opcode and two tiles, copied one behind the other. 1 + 64 + 64 words in one send, which
// begins where the tiles come to lie at multiples of 64 bytes.
// CHECK-LABEL: func.func @staged
// CHECK: %opcode_7 = memref.alloca() : memref<i32>
// CHECK: scf.for
// CHECK: accel.copy_in %opcode_7, %c15_i32{{.*}} : (memref<i32>, i32) -> i32
// CHECK: accel.copy_in %a, %c16_i32{{.*}} : (memref<8x8xi32>, i32) -> i32
// CHECK: accel.copy_in %b, %c80_i32{{.*}} : (memref<8x8xi32>, i32) -> i32
// CHECK: %[[TOKEN:.*]] = accel.start_send_staged %c129_i32{{.*}} at %c15_i32{{.*}} : !accel.token<send>
// CHECK: accel.wait %[[TOKEN]]
// CHECK-NOT: accel.send
// CHECK: return
func.func @staged(%a: memref<8x8xi32>, %b: memref<8x8xi32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ten = arith.constant 10 : index
  scf.for %i = %zero to %ten step %one {
    %opcode = arith.constant 7 : i32
    %sent_opcode = accel.sendLiteral %opcode : (i32) -> i32
    %sent_a = accel.send %a : (memref<8x8xi32>) -> i32
    %sent_b = accel.send %b : (memref<8x8xi32>) -> i32
  }
  return
}

// In place: the parts of one packet.
// CHECK-LABEL: func.func @in_place
// CHECK: %[[TOKEN:.*]] = accel.start_send %opcode, %a : memref<i32, #accel.dma<in>>, memref<8x8xi32, strided<[32, 1]>, #accel.dma<in>> -> !accel.token<send>
// CHECK: accel.wait %[[TOKEN]]
func.func @in_place(%opcode: memref<i32, #accel.dma<in>>,
                    %a: memref<8x8xi32, strided<[32, 1]>, #accel.dma<in>>) {
  %sent_opcode = accel.send %opcode : (memref<i32, #accel.dma<in>>) -> i32
  %sent_a = accel.send %a : (memref<8x8xi32, strided<[32, 1]>, #accel.dma<in>>) -> i32
  return
}

// A receive, or anything else that might depend on a send, comes between two transfers; and what is
// staged does not mix with what is in place.
// CHECK-LABEL: func.func @apart
// CHECK: accel.send %a
// CHECK: accel.recv %c
// CHECK: accel.send %a
// CHECK: accel.send %b
func.func @apart(%a: memref<8x8xi32>, %b: memref<8x8xi32, #accel.dma<in>>, %c: memref<8x8xi32>) {
  %first = accel.send %a : (memref<8x8xi32>) -> i32
  %received = accel.recv %c : (memref<8x8xi32>) -> i32
  %second = accel.send %a : (memref<8x8xi32>) -> i32
  %third = accel.send %b : (memref<8x8xi32, #accel.dma<in>>) -> i32
  return
}
