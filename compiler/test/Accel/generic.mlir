// A linalg.generic that computes a matmul is one. Here in the form in which AXI4MLIR's users have it:
// a trait with the accelerator's description in it.
// RUN: accel-opt %s --accel-match-and-annotate | FileCheck %s
// RUN: accel-opt %s --accel-pipeline --emit=c -o %t

#matmul_trait = {
  __internal_linalg_transform__ = "ACCELERATE",
  accel_dmaAddress = 0x40400000,
  accel_dmaInputBufferSize = 65536,
  accel_loop_permutation = [0, 2, 1],
  accel_accel_tile_size = 4,
  accel_acc_on_cpu = 2,
  accel_opcode_map_str = "opcode_map<s0=[op_send_literal(1), op_send(0)], s1=[op_send_literal(14), op_send(1)], r2=[op_recv(2)], reset=[op_send_literal(32)]>",
  accel_init_flow_str = "reset",
  accel_opcode_flow_str = "(s0 (s1 r2))",
  iterator_types = ["parallel", "parallel", "reduction"],
  indexing_maps = [
    affine_map<(m, n, k) -> (m, k)>, // A
    affine_map<(m, n, k) -> (k, n)>, // B
    affine_map<(m, n, k) -> (m, n)>  // C
  ]
}

// CHECK-LABEL: func.func @trait
func.func @trait(%A: memref<16x8xi32>, %B: memref<8x32xi32>, %C: memref<16x32xi32>) {
  // CHECK-NOT: linalg.generic
  // CHECK: linalg.matmul
  // CHECK-SAME: accel_dmaInputBufferSize = 65536 : i32
  // CHECK-SAME: accel_init_flow = #accel.init_opcodes<(reset)>
  // CHECK-SAME: accel_loop_permutation = array<i64: 0, 2, 1>
  // CHECK-SAME: accel_opcode_flow = #accel.opcode_flow<(s0 (s1 r2))>
  // CHECK-SAME: ins(%A, %B :
  linalg.generic #matmul_trait
    ins (%A, %B : memref<16x8xi32>, memref<8x32xi32>)
    outs(%C : memref<16x32xi32>) {
    ^bb0(%a: i32, %b: i32, %c: i32):
      %0 = arith.muli %a, %b : i32
      %1 = arith.addi %c, %0 : i32
      linalg.yield %1 : i32
  }
  return
}

// Loops in another order, operands of the sum and product exchanged, i8 elements. The permutation
// counts the generic's own loops: k, m, n here, so this is m, k, n.
// CHECK-LABEL: func.func @other_order
func.func @other_order(%a: memref<16x8xi8>, %b: memref<8x32xi8>, %c: memref<16x32xi32>) {
  // CHECK: linalg.matmul
  // CHECK-SAME: accel_loop_permutation = array<i64: 0, 2, 1>
  linalg.generic {
    indexing_maps = [affine_map<(k, m, n) -> (m, k)>, affine_map<(k, m, n) -> (k, n)>, affine_map<(k, m, n) -> (m, n)>],
    iterator_types = ["reduction", "parallel", "parallel"]
  } ins(%a, %b : memref<16x8xi8>, memref<8x32xi8>) outs(%c : memref<16x32xi32>)
    attrs = {accel_loop_permutation = [1, 0, 2],
             accel_opcode_map = #accel.opcode_map<s0 = [op_send(0)], s1 = [op_send(1)], r2 = [op_recv(2)]>,
             accel_opcode_flow = #accel.opcode_flow<(s0 (s1 r2))>} {
  ^bb0(%x: i8, %y: i8, %z: i32):
    %wide_x = arith.extsi %x : i8 to i32
    %wide_y = arith.extsi %y : i8 to i32
    %product = arith.muli %wide_y, %wide_x : i32
    %sum = arith.addi %product, %z : i32
    linalg.yield %sum : i32
  }
  return
}

// A linalg.generic that is something else, and does not ask for an accelerator, stays.
// CHECK-LABEL: func.func @copy
func.func @copy(%a: memref<16x8xi32>, %b: memref<16x8xi32>) {
  // CHECK: linalg.generic
  linalg.generic {
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]
  } ins(%a : memref<16x8xi32>) outs(%b : memref<16x8xi32>) {
  ^bb0(%x: i32, %y: i32):
    linalg.yield %x : i32
  }
  return
}
