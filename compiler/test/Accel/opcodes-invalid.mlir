// What is wrong in the text of an accelerator's description is said where it stands.
// RUN: accel-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{unknown action 'op_sendd': did you mean 'op_send'?}}
func.func private @unknown_action() attributes {map = #accel.opcode_map<sA = [op_sendd(0)]>}

// -----

// expected-error@+1 {{op_send takes the number of an operand (0, 1 or 2), not 3}}
func.func private @no_such_operand() attributes {map = #accel.opcode_map<sA = [op_send(3)]>}

// -----

// expected-error@+1 {{op_send takes the number of an operand}}
func.func private @operand_by_name() attributes {map = #accel.opcode_map<sA = [op_send(A)]>}

// -----

// expected-error@+1 {{op_send_literal takes a 32-bit number, not 4294967296}}
func.func private @long_word() attributes {map = #accel.opcode_map<x = [op_send_literal(0x100000000)]>}

// -----

// expected-error@+1 {{opcode_map has two opcodes with the name "sA"}}
func.func private @twice() attributes {map = #accel.opcode_map<sA = [op_send(0)], sA = [op_send(1)]>}

// -----

// expected-error@+1 {{two pairs of parentheses side by side are not supported}}
func.func private @side_by_side() attributes {flow = #accel.opcode_flow<((sA) (sB))>}

// -----

// expected-error@+1 {{expected '('}}
func.func private @no_loop() attributes {flow = #accel.opcode_flow<sA sB>}

// -----

// expected-error@+1 {{expected '>'}}
func.func private @two_flows() attributes {flow = #accel.opcode_flow<(sA) (sB)>}
