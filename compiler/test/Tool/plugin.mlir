// The dialect and its passes in Debian's own mlir-opt. Options go inside of --pass-pipeline.
// RUN: mlir-opt %s --load-dialect-plugin=%plugin --load-pass-plugin=%plugin --pass-pipeline="builtin.module(accel-pipeline{accelerator=v3 tile=8 flow=Cs copy=zero_copy})" | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%plugin --load-pass-plugin=%plugin --pass-pipeline="builtin.module(accel-match-and-annotate{flow=As},accel-tile-and-order,accel-place-transfers)" | FileCheck %s --check-prefix=PASSES
// RUN: mlir-opt %s --load-dialect-plugin=%plugin | FileCheck %s --check-prefix=DIALECT

// CHECK: call @dma_start_send_from
// PASSES: accel.recv
// DIALECT: #accel.opcode_flow<(sA (sB rC))>
func.func private @described() attributes {flow = #accel.opcode_flow<(sA (sB rC))>}
func.func @kernel(%a: memref<16x16xi32>, %b: memref<16x16xi32>, %c: memref<16x16xi32>) {
  linalg.matmul ins(%a, %b : memref<16x16xi32>, memref<16x16xi32>) outs(%c : memref<16x16xi32>)
  return
}
