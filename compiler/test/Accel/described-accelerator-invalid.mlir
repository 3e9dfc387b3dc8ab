// A description that does not compute a matmul is an error at the operation, which says what to change.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-match-and-annotate

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @never_receives(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode_flow never receives C: the result would stay in the accelerator; use an opcode with op_recv(2) in it}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @missing_opcode(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode_flow uses 'sCC', which opcode_map does not have: did you mean 'sC'?}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC sCC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @missing_init_opcode(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{init_opcodes uses 'rest', which opcode_map does not have: did you mean 'reset'?}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_init_flow_str = "rest"}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @too_deep(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode_flow has 4 loops inside each other: a matmul has 3}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<((((sA sB cC)) rC))>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @b_never_sent(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'rC' receives C before B was sent: use an opcode with op_send(1) before it}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA cC rC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @received_first(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'rC' receives C before A was sent: use an opcode with op_send(0) before it}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(rC sA sB cC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @sent_too_late(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'sC' sends C behind where it is needed: put it further to the front in opcode_flow}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<((sA sB cC) sC rC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @received_twice(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'rC' receives C, which was received already: C comes back at one place of opcode_flow}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<((sA sB rC) rC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @received_elsewhere(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'rC' receives C in another loop than it is sent in}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<((sC sA sB) rC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @receives_a(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'rA' receives A: only C, op_recv(2), comes back from a matmul}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB rA)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @wrong_order(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'sA' sends A[m][k] outside of the loop over k: put it further inside in opcode_flow, or that loop further outside in accel_loop_permutation}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA (sB cC rC))>, accel_loop_permutation = [0, 1, 2]}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @no_order(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'sA' sends A[m][k] outside of the loop over k}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB (cC rC))>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @no_permutation(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{accel_loop_permutation is not a permutation of a matmul's loops: expected 0, 1 and 2 (m, n and k) in some order, such as [0, 2, 1]}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_loop_permutation = [0, 1, 1]}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @tile_in_init(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{opcode 'sA' sends or receives a tile, or sends where a loop is: init_opcodes come before the loops}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_init_flow = #accel.init_opcodes<(sA)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @no_flow(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{has an opcode_map, but no opcode_flow that says in which loop each opcode is used}}
  linalg.matmul {accel_opcode_map = #opcodes}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @lost_parts(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{accel_acc_on_cpu is false, but opcode_flow receives a part of C for each k, which somebody has to add up: expected 2 (the operand C)}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_acc_on_cpu = false}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @counted_twice(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{accel_acc_on_cpu would count C twice}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sC (sA sB cC) rC)>, accel_acc_on_cpu = 2}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @accumulate_what(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{attribute accel_acc_on_cpu is 1 : i64: expected 2 (the operand C), true or false}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_acc_on_cpu = 1}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @tile_size(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{attribute accel_accel_tile_size is 0 : i64: expected a positive integer}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_accel_tile_size = 0}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @too_large(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{a tile of 32x32 has 4096 bytes, and the DMA's input buffer 1024: choose a smaller tile or a larger buffer}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_accel_tile_size = 32, accel_dmaInputBufferSize = 1024}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @address(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{accel_dmaAddress is -1: expected a 32-bit unsigned number}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_dmaAddress = "0x40400000"}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @misspelt(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{attribute accel_dmaAdress is not known: did you mean accel_dmaAddress?}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_dmaAdress = 5}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @caches(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{attribute accel_number_of_caches is not supported: tiling for the caches is not read from attributes; leave it out}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>, accel_number_of_caches = 2}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @flow_type(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{attribute accel_opcode_flow is 3 : i64: expected #accel.opcode_flow<...>, or its text}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow = 3}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

#opcodes = #accel.opcode_map<reset = [op_send_literal(32)], sA = [op_send(0)], sB = [op_send(1)], sC = [op_send(2)], cC = [op_send_literal(4)], rA = [op_recv(0)], rC = [op_recv(2)]>
func.func @flow_text(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{accel_opcode_flow, column 5: a loop has at most one loop inside}}
  linalg.matmul {accel_opcode_map = #opcodes, accel_opcode_flow_str = "((s)(r))"}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// -----

func.func @no_opcodes(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // expected-error@+1 {{has an opcode flow or loop permutation, but no accel_opcode_map with the opcodes for it}}
  linalg.matmul {accel_opcode_flow = #accel.opcode_flow<(sA sB rC)>}
    ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}
