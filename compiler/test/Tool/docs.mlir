// Documentation is generated from the .td files with each build.
// RUN: FileCheck %s --check-prefix=DIALECT --input-file=%docs/accel-dialect.md
// RUN: FileCheck %s --check-prefix=PASSES --input-file=%docs/accel-passes.md

// DIALECT: ### `accel.send` (::zerostage::accel::SendOp)
// DIALECT: ### OpcodeMapAttr
// PASSES: ### `-accel-match-and-annotate`
// PASSES: -opcode-map
