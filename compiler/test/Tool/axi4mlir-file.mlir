// A file as AXI4MLIR's users have it: its attributes are builtin there, and functions are called func.
// RUN: accel-opt %s | FileCheck %s
// RUN: accel-opt %s --accel-pipeline --emit=c | FileCheck %s --check-prefix=PRINTED
// RUN: sed -e 's/op_send(1)/op_sned(1)/' %s | not accel-opt 2>&1 | FileCheck %s --check-prefix=ERROR

// CHECK: func.func @matmul_call
// CHECK: linalg.generic
// CHECK-SAME: accel_init_flow = #accel.init_opcodes<(reset)>
// CHECK-SAME: accel_opcode_flow = #accel.opcode_flow<(s0 (s1r2))>
// CHECK-SAME: accel_opcode_map = #accel.opcode_map<reset = [op_send_literal(32)], s0 = [op_send_literal(1), op_send(0)], s1r2 = [op_send_literal(14), op_send(1), op_recv(2)]>
// CHECK-SAME: text = "opcode_map<left alone>"
// PRINTED: an accelerator of size 4x4 with opcodes of its own, flow
// ERROR: :{{[0-9]+}}:{{[0-9]+}}: error: unknown action 'op_sned': did you mean 'op_send'?

#my_opcodes = opcode_map<
  reset = [op_send_literal(32)],
  s0 = [op_send_literal(1), op_send(0)],
  s1r2 = [op_send_literal(14), op_send(1), op_recv(2)]
>

#matmul_trait = {
  accel_dmaAddress = 0x40400000,
  accel_loop_permutation = [0, 2, 1],
  accel_accel_tile_size = 4,
  accel_acc_on_cpu = 2,
  accel_opcode_map = #my_opcodes,
  accel_init_flow = init_opcodes<(reset)>,
  accel_opcode_flow = opcode_flow<(s0 (s1r2))>,
  text = "opcode_map<left alone>",
  iterator_types = ["parallel", "parallel", "reduction"],
  indexing_maps = [
    affine_map<(m, n, k) -> (m, k)>, // A
    affine_map<(m, n, k) -> (k, n)>, // B
    affine_map<(m, n, k) -> (m, n)>  // C
  ]
}

func @matmul_call(%A: memref<16x8xi32>, %B: memref<8x32xi32>, %C: memref<16x32xi32>) {
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
