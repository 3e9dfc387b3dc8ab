// An accelerator comes from a file: Zerostage's own, in YAML.
// RUN: accel-opt %kernel --accel-pipeline="accelerator-file=%configs/accelerators/v2-4.yaml flow=As" --emit=c | FileCheck %s --check-prefix=YAML
// YAML: accelerator v2 of size 4x4, flow As (A stationary).

// Or AXI4MLIR's, in JSON. A table of opcodes allows some flows: here C can stay, and nothing stays
// with an opcode for each thing to do.
// RUN: accel-opt %kernel --accel-match-and-annotate="accelerator-file=%S/Inputs/mm_8x8.json flow=Cs" | FileCheck %s --check-prefix=CS
// RUN: accel-opt %kernel --accel-match-and-annotate="accelerator-file=%S/Inputs/mm_8x8.json flow=Ns" | FileCheck %s --check-prefix=NS
// CS: accel_accel_tile_size = 8 : i64
// CS-SAME: accel_opcode_flow = #accel.opcode_flow<((sAsBcC) rC)>
// CS-SAME: #accel.opcode_map<sA = [op_send_literal(1), op_send(0)], sB = [op_send_literal(2), op_send(1)], cC = [op_send_literal(4)], sAsBcC = [op_send_literal(7), op_send(0), op_send(1)], rC = [op_send_literal(8), op_recv(2)]>
// NS: accel_opcode_flow = #accel.opcode_flow<(sA sB cC rC)>

// Or the opcode map and the flows are there as text, under names of their own.
// RUN: sed -e 's/i32/f32/g' -e 's/constant 0 :/constant 0.0 :/' %kernel > %t.f32.mlir
// RUN: accel-opt %t.f32.mlir --accel-pipeline="accelerator-file=%S/Inputs/with-flows.json flow=inputA_stationary" --emit=c | FileCheck %s --check-prefix=TEXT
// TEXT: an accelerator of size 4x4 with opcodes of its own, flow opcode_flow<(s0

// RUN: not accel-opt %t.f32.mlir --accel-pipeline="accelerator-file=%S/Inputs/with-flows.json flow=Cs" 2>&1 | FileCheck %s --check-prefix=FLOW
// FLOW: error: the accelerator in {{.*}}with-flows.json has no flow 'Cs': expected one of inputA_stationary, nothing_stationary
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%S/Inputs/with-flows.json flow=inputA_stationary" 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: multiplies elements of type 'i32', and the accelerator in {{.*}}with-flows.json computes f32
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%configs/accelerators/v2-4.yaml tile=8" 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: accel-opt: accelerator-file says accelerator and tile: leave these out
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%t.missing.yaml" 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: accelerator-file '{{.*}}missing.yaml': No such file or directory

// What is wrong in a file is said with line and column.
// RUN: printf 'accelerator:\n  version: v9\n  size: 8\n' > %t.version.yaml
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%t.version.yaml" 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: version.yaml:2:12: error: version is 'v9': expected one of v1, v2, v3
// RUN: printf 'accelerator:\n  version: v3\n  size: eight\n' > %t.size.yaml
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%t.size.yaml" 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: size.yaml:3:9: error: size is 'eight': expected a positive integer
// RUN: printf 'board: pynq-z2\n' > %t.section.yaml
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%t.section.yaml" 2>&1 | FileCheck %s --check-prefix=SECTION
// SECTION: section.yaml:1:1: error: expected a section 'accelerator' with version and size
// RUN: printf '{"opcodes":\n  {"1": [{"READ": }]}}' > %t.syntax.json
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%t.syntax.json" 2>&1 | FileCheck %s --check-prefix=SYNTAX
// SYNTAX: syntax.json:2:{{[0-9]+}}: error: {{.*}}Invalid JSON value
// RUN: printf '{"dims": [4, 4, 4], "opcodes": {"1": [{"READ": {"buffer": "#D_Buffer"}}]}}' > %t.buffer.json
// RUN: not accel-opt %kernel --accel-pipeline="accelerator-file=%t.buffer.json" 2>&1 | FileCheck %s --check-prefix=BUFFER
// BUFFER: error: opcode 1: READ of buffer 'D' is not supported: expected READ of #A_Buffer, #B_Buffer or #C_Buffer, COMPUTE, or SEND of #C_Buffer
