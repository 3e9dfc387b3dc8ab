// A matmul is annotated with all that later passes need.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=4 flow=Cs dma-in-bytes=65536" | FileCheck %s

// CHECK: func.func @kernel
// CHECK-SAME: accel.comment = "A[8x16] x B[16x12] on accelerator v3 of size 4x4, flow Cs (C stationary)."
func.func @kernel(%a: memref<8x16xf32>, %b: memref<16x12xf32>, %c: memref<8x12xf32>) {
  // CHECK: linalg.matmul
  // CHECK-SAME: accel.accelerator = "v3"
  // CHECK-SAME: accel.flow = "Cs"
  // CHECK-SAME: accel_accel_tile_size = 4 : i64
  // CHECK-SAME: accel_dmaAddress = 1077936128 : i32
  // CHECK-SAME: accel_dmaInputAddress = 369098752 : i32
  // CHECK-SAME: accel_dmaInputBufferSize = 65536 : i32
  // CHECK-SAME: accel_dmaOutputAddress = 373293056 : i32
  // CHECK-SAME: accel_dmaOutputBufferSize = 4194304 : i32
  // CHECK-SAME: accel_loop_permutation = array<i64: 0, 1, 2>
  // CHECK-SAME: accel_opcode_flow = #accel.opcode_flow<((sAsBcC) rC)>
  // CHECK-SAME: accel_opcode_map = #accel.opcode_map<sA = [op_send_literal(1), op_send(0)]
  linalg.matmul ins(%a, %b : memref<8x16xf32>, memref<16x12xf32>) outs(%c : memref<8x12xf32>)
  return
}

// An accelerator can be described in the options, as AXI4MLIR's test-generic-to-accel has them.
// RUN: accel-opt %s --accel-match-and-annotate='tile=4 opcode-map="opcode_map<s=[op_send_literal(7), op_send(0), op_send(1)], r=[op_recv(2)], reset=[op_send_literal(9)]>" opcode-flow="(s r)" init-opcodes=reset loop-permutation=1,0,2' | FileCheck %s --check-prefix=OPTIONS
// OPTIONS: accel_init_flow = #accel.init_opcodes<(reset)>
// OPTIONS-SAME: accel_loop_permutation = array<i64: 1, 0, 2>
// OPTIONS-SAME: accel_opcode_flow = #accel.opcode_flow<(s r)>
