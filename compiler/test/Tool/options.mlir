// What is wrong with the command line is said in one line; the exit status is 2.
// RUN: not accel-opt %kernel --accel-pipeline="acelerator=v3" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: accel-opt: accel-pipeline has no option 'acelerator': did you mean 'accelerator'?

// RUN: not accel-opt %kernel --accel-pipeline="accelerator=v7" 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: matmul-32x32x32-i32.mlir:12:3: error: accelerator is 'v7': expected one of v1, v2, v3

// RUN: not accel-opt %kernel --accel-pipeline="accelerator=v1 flow=Cs" 2>&1 | FileCheck %s --check-prefix=FLOW
// FLOW: matmul-32x32x32-i32.mlir:12:3: error: accelerator v1 has no flow 'Cs': expected one of Ns

// RUN: not accel-opt %kernel --accel-pipeline="accelerator=v2 flow=Cs" 2>&1 | FileCheck %s --check-prefix=V2
// V2: error: accelerator v2 has no flow 'Cs': expected one of Ns, As, Bs

// RUN: not accel-opt %kernel --accel-pipeline="tile=65" 2>&1 | FileCheck %s --check-prefix=TILE
// TILE: error: accelerator v3 does not exist in size 65: expected 2 to 64

// RUN: not accel-opt %kernel --accel-pipeline="copy=none" 2>&1 | FileCheck %s --check-prefix=COPY
// COPY: accel-opt: copy is 'none': expected one of staged, zero_copy

// RUN: not accel-opt %kernel --accel-pipeline="copy=staged transfer=rows" 2>&1 | FileCheck %s --check-prefix=NO-EFFECT
// NO-EFFECT: accel-opt: transfer=rows has no effect with copy=staged

// RUN: not accel-opt %kernel --accel-pipeline="copy=zero_copy transfer=sg" 2>&1 | FileCheck %s --check-prefix=TRANSFER
// TRANSFER: accel-opt: transfer is 'sg': expected one of packed, rows

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
