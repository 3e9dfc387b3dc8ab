// An accelerator that is not known by name is described by its opcodes, on the operation itself.
// Attributes have the names of AXI4MLIR's.
// RUN: accel-opt %s --accel-match-and-annotate --accel-tile-and-order --accel-place-transfers | FileCheck %s

#opcodes = #accel.opcode_map<
  reset = [op_send_literal(0x20)],
  sA = [op_send_literal(1), op_send(0)],
  sB = [op_send_literal(2), op_send(1)],
  cC = [op_send_literal(4)],
  rC = [op_send_literal(8), op_recv(2)],
  sC = [op_send_literal(16), op_send(2)],
  sizes = [op_send_dim(0), op_send_dim(1, 1), op_send_idx(1)]
>

// One opcode for each thing to do, A stationary. The loops are put into an order that the flow can
// work in: A is sent where m and k are known.
// CHECK-LABEL: func.func @a_stationary
// CHECK-SAME: accel.comment = "A[16x8] x B[8x32] on an accelerator of size 4x4 with opcodes of its own, flow opcode_flow<(sA (sB cC rC))>."
func.func @a_stationary(%a: memref<16x8xi32>, %b: memref<8x32xi32>, %c: memref<16x32xi32>) {
  // CHECK: %[[DMA:.*]] = arith.constant 1077936128 : i32
  // CHECK: %[[IN_BYTES:.*]] = arith.constant 65536 : i32
  // CHECK: accel.init_dma %[[DMA]], %{{.*}}, %[[IN_BYTES]]
  // CHECK: scf.for %m = %c0 to %c16 step %c4
  // CHECK-NEXT: scf.for %k = %c0 to %c8 step %c4
  // CHECK-NEXT: %[[KEEP:.*]] = arith.constant 1 : i32
  // CHECK-NEXT: accel.sendLiteral %[[KEEP]]
  // CHECK-NEXT: %tile_a = memref.subview %a[%m, %k] [4, 4]
  // CHECK-NEXT: accel.send %tile_a
  // CHECK-NEXT: scf.for %n
  // CHECK: accel.send %tile_b
  // CHECK-NEXT: %[[COMPUTE:.*]] = arith.constant 4 : i32
  // CHECK-NEXT: accel.sendLiteral %[[COMPUTE]]
  // CHECK-NEXT: %[[FETCH:.*]] = arith.constant 8 : i32
  // CHECK-NEXT: accel.sendLiteral %[[FETCH]]
  // CHECK-NEXT: accel.recv %partial_c
  // CHECK: accel.accumulate %partial_c into %tile_c
  linalg.matmul {
    accel_dmaAddress = 0x40400000,
    accel_dmaInputBufferSize = 65536,
    accel_accel_tile_size = 4,
    accel_acc_on_cpu = 2,
    accel_opcode_map = #opcodes,
    accel_opcode_flow = #accel.opcode_flow<(sA (sB cC rC))>
  } ins(%a, %b : memref<16x8xi32>, memref<8x32xi32>) outs(%c : memref<16x32xi32>)
  return
}

// Older files have text, and a loop permutation.
// CHECK-LABEL: func.func @as_text
func.func @as_text(%a: memref<16x8xi32>, %b: memref<8x32xi32>, %c: memref<16x32xi32>) {
  // CHECK: %[[RESET:.*]] = arith.constant 32 : i32
  // CHECK-NEXT: accel.sendLiteral %[[RESET]]
  // CHECK-NEXT: scf.for %n
  // CHECK-NEXT: scf.for %m
  // CHECK-NEXT: scf.for %k
  // CHECK: accel.send %tile_a
  // CHECK: accel.send %tile_b
  // CHECK: }
  // CHECK: accel.recv
  linalg.matmul {
    accel_accel_tile_size = 4,
    accel_opcode_map_str = "opcode_map<s = [op_send(0), op_send(1)], r = [op_recv(2)], reset = [op_send_literal(32)]>",
    accel_opcode_flow_str = "((s) r)",
    accel_init_flow_str = "reset",
    accel_loop_permutation = [1, 0, 2]
  } ins(%a, %b : memref<16x8xi32>, memref<8x32xi32>) outs(%c : memref<16x32xi32>)
  return
}

// An accelerator that is given C adds to it: what comes back replaces C, and nothing is left to the
// CPU.
// CHECK-LABEL: func.func @sends_c
// CHECK-NOT: accel.accumulate
func.func @sends_c(%a: memref<16x8xi32>, %b: memref<8x32xi32>, %c: memref<16x32xi32>) {
  %zero = arith.constant 0 : i32
  // CHECK: linalg.fill
  linalg.fill ins(%zero : i32) outs(%c : memref<16x32xi32>)
  // CHECK: scf.for %n
  // CHECK: %tile_c = memref.subview %c
  // CHECK-NEXT: accel.send %tile_c
  // CHECK-NEXT: scf.for %k
  // CHECK: }
  // CHECK: %[[TILE:.*]] = memref.subview %c
  // CHECK-NEXT: accel.recv %[[TILE]]
  linalg.matmul {
    accel_opcode_map = #opcodes,
    accel_opcode_flow = #accel.opcode_flow<(sC (sA sB cC) rC)>
  } ins(%a, %b : memref<16x8xi32>, memref<8x32xi32>) outs(%c : memref<16x32xi32>)
  return
}

// Sizes and places go as words: a loop's size, a dimension of an operand, where a loop is.
// CHECK-LABEL: func.func @sizes
func.func @sizes(%a: memref<16x8xi32>, %b: memref<8x32xi32>, %c: memref<16x32xi32>) {
  // CHECK: scf.for %n
  // CHECK-NEXT: %[[M:.*]] = arith.constant 16 : i32
  // CHECK-NEXT: accel.sendLiteral %[[M]]
  // CHECK-NEXT: %[[N:.*]] = arith.constant 32 : i32
  // CHECK-NEXT: accel.sendLiteral %[[N]]
  // CHECK-NEXT: %[[WHERE:.*]] = arith.index_cast %n : index to i32
  // CHECK-NEXT: accel.sendLiteral %[[WHERE]]
  linalg.matmul {
    accel_opcode_map = #opcodes,
    accel_opcode_flow = #accel.opcode_flow<(sizes (sA sB cC) rC)>
  } ins(%a, %b : memref<16x8xi32>, memref<8x32xi32>) outs(%c : memref<16x32xi32>)
  return
}

// That C is complete is no reason to drop what it held, if its accumulation is asked for.
// CHECK-LABEL: func.func @accumulation_asked_for
func.func @accumulation_asked_for(%a: memref<16x8xi32>, %b: memref<8x32xi32>, %c: memref<16x32xi32>) {
  %zero = arith.constant 0 : i32
  // CHECK: linalg.fill
  linalg.fill ins(%zero : i32) outs(%c : memref<16x32xi32>)
  // CHECK: accel.accumulate
  linalg.matmul {
    accel_opcode_map = #opcodes, accel_acc_on_cpu = 2,
    accel_opcode_flow = #accel.opcode_flow<((sA sB cC) rC)>
  } ins(%a, %b : memref<16x8xi32>, memref<8x32xi32>) outs(%c : memref<16x32xi32>)
  return
}
