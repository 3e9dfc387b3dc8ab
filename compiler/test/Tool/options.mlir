// What is wrong with the command line is said in one line; the exit status is 2.
// RUN: not accel-opt %kernel --accel-pipeline="acelerator=v3" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: accel-opt: accel-pipeline has no option 'acelerator': did you mean 'accelerator'?

// RUN: not accel-opt %kernel --accel-pipeline="accelerator=v7" 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: matmul-32x32x32-i32.mlir:12:3: error: accelerator is 'v7': expected one of v1, v2, v3, v4

// RUN: not accel-opt %kernel --accel-pipeline="accelerator=v1 flow=Cs" 2>&1 | FileCheck %s --check-prefix=FLOW
// FLOW: matmul-32x32x32-i32.mlir:12:3: error: accelerator v1 has no flow 'Cs': expected one of Ns, best, best_cost

// RUN: not accel-opt %kernel --accel-pipeline="accelerator=v2 flow=Cs" 2>&1 | FileCheck %s --check-prefix=V2
// V2: error: accelerator v2 has no flow 'Cs': expected one of Ns, As, Bs, best, best_cost

// RUN: not accel-opt %kernel --accel-pipeline="tile=65" 2>&1 | FileCheck %s --check-prefix=TILE
// TILE: error: accelerator v3 does not exist in size 65: expected 2 to 64

// RUN: not accel-opt %kernel --accel-pipeline="copy=none" 2>&1 | FileCheck %s --check-prefix=COPY
// COPY: accel-opt: copy is 'none': expected one of staged, zero_copy

// RUN: not accel-opt %kernel --accel-pipeline="copy=staged transfer=rows" 2>&1 | FileCheck %s --check-prefix=NO-EFFECT
// NO-EFFECT: accel-opt: transfer=rows has no effect with copy=staged

// RUN: not accel-opt %kernel --accel-pipeline="copy=zero_copy transfer=diagonal" 2>&1 | FileCheck %s --check-prefix=TRANSFER
// TRANSFER: accel-opt: transfer is 'diagonal': expected one of packed, rows, sg, 2d

// RUN: not accel-opt %kernel --accel-pipeline="dma-in-bytes=-4" 2>&1 | FileCheck %s --check-prefix=BYTES
// BYTES: error: dma-in-bytes is -4: expected a 32-bit unsigned number

// RUN: not accel-opt %t.missing 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: accel-opt: cannot open input file

// RUN: accel-opt --help | FileCheck %s --check-prefix=HELP
// HELP: accel-opt IN.mlir --accel-pipeline=
// HELP: Exit status: 0 done, 2 something is wrong

// RUN: not accel-opt %kernel --accel-pipeline="behaviour=2022" 2>&1 | FileCheck %s --check-prefix=BEHAVIOUR
// BEHAVIOUR: accel-opt: behaviour is '2022': expected one of axi4mlir-2022, axi4mlir-2023

// RUN: not accel-opt %kernel --accel-pipeline="behaviour=axi4mlir-2022" 2>&1 | FileCheck %s --check-prefix=V1-ONLY
// V1-ONLY: accel-opt: behaviour=axi4mlir-2022 is a driver of accelerator v1, not v3

// RUN: accel-opt %kernel --accel-pipeline='tile=4 opcode-map="opcode_map<s=[op_send_literal(7), op_send(0), op_send(1)], r=[op_recv(2)]>" opcode-flow="(s r)" loop-permutation=1,0,2' --emit=c | FileCheck %s --check-prefix=OPCODES
// OPCODES: an accelerator of size 4x4 with opcodes of its own, flow opcode_flow<(s

// RUN: not accel-opt %kernel --accel-pipeline='opcode-map="opcode_map<s=[op_snd(0)]>" opcode-flow="(s)"' 2>&1 | FileCheck %s --check-prefix=ACTION
// ACTION: error: opcode-map, column 15: unknown action 'op_snd': did you mean 'op_send'?

// RUN: not accel-opt %kernel --accel-pipeline='opcode-flow="(s r)"' 2>&1 | FileCheck %s --check-prefix=NO-MAP
// NO-MAP: error: opcode-flow and init-opcodes name opcodes of an opcode-map: give one, too
