// The attributes by which a user describes an accelerator, in AXI4MLIR's grammar.
// RUN: accel-opt %s -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: accel-opt %t | FileCheck %s

// What the host does for each opcode. A comma may follow the last entry, and a name may be a string.
// CHECK: @opcode_map
// CHECK-SAME: #accel.opcode_map<sA = [op_send_literal(1), op_send(0)], rC = [op_send_literal(8), op_recv(2)], sizes = [op_send_dim(0), op_send_dim(1, 0)], "where I am" = [op_send_idx(2)], nothing = []>
func.func private @opcode_map() attributes {map = #accel.opcode_map<
  sA = [op_send_literal(1), op_send(0)],
  "rC" = [op_send_literal(8), op_recv(2),],
  sizes = [op_send_dim(0), op_send_dim(1, 0)],
  "where I am" = [op_send_idx(2)],
  nothing = [],
>}

// Each pair of parentheses is a loop. Nothing stationary: all in the innermost one.
// CHECK: @ns
// CHECK-SAME: #accel.opcode_flow<(sA sB cC rC)>
func.func private @ns() attributes {flow = #accel.opcode_flow<(sA sB cC rC)>}

// A stationary: A is sent in the loop around the innermost one.
// CHECK: @as
// CHECK-SAME: #accel.opcode_flow<(sA (sB cC rC))>
func.func private @as() attributes {flow = #accel.opcode_flow<(sA (sB cC rC))>}

// C stationary: C is received behind the innermost loop.
// CHECK: @cs
// CHECK-SAME: #accel.opcode_flow<((sA sB cC) rC)>
func.func private @cs() attributes {flow = #accel.opcode_flow<( (sA sB cC)   rC)>}

// CHECK: @both
// CHECK-SAME: #accel.opcode_flow<(x (sA (sB "c C")) rC)>
func.func private @both() attributes {flow = #accel.opcode_flow<(x (sA (sB "c C")) rC)>}

// CHECK: @init
// CHECK-SAME: #accel.init_opcodes<(reset sizes)>
func.func private @init() attributes {init = #accel.init_opcodes<(reset sizes)>}

// CHECK: @one
// CHECK-SAME: #accel.opcode<sA = [op_send(0)]>
func.func private @one() attributes {opcode = #accel.opcode<sA = [op_send(0)]>}
