// The C is clean for the board's compiler.
// REQUIRES: armhf-gcc
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v1 tile=4 flow=Ns copy=staged" --emit=c | %armhf-gcc -
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v2 tile=8 flow=As copy=staged" --emit=c | %armhf-gcc -
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Bs copy=zero_copy transfer=rows" --emit=c | %armhf-gcc -
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=16 flow=Cs copy=zero_copy transfer=rows" --emit=c | %armhf-gcc -
// RUN: accel-opt %s --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=zero_copy" --emit=c | %armhf-gcc -
// RUN: accel-opt %s --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=staged" --emit=c | %armhf-gcc -
// RUN: accel-opt %S/../Accel/padding.mlir --accel-pipeline="tile=8 flow=Cs copy=zero_copy" --emit=c | %armhf-gcc -
// RUN: accel-opt %S/../Accel/dynamic.mlir --accel-pipeline="tile=8 flow=Bs copy=zero_copy coalesce=true" --emit=c | %armhf-gcc -
// RUN: accel-opt %S/../Accel/dynamic.mlir --accel-pipeline="tile=8 flow=Ns copy=staged" --emit=c | %armhf-gcc -

func.func @kernel(%0: memref<16x8xf32>, %b: memref<8x8xf32>, %c: memref<16x8xf32>) {
  linalg.matmul ins(%0, %b : memref<16x8xf32>, memref<8x8xf32>) outs(%c : memref<16x8xf32>)
  return
}
