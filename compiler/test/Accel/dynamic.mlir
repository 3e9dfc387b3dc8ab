// Sizes that are known at run time only: every tile may be one at the edge.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=8 flow=As" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=PLACED
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=As copy=zero_copy" | FileCheck %s --check-prefix=PACKED
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=As copy=zero_copy transfer=rows" | FileCheck %s --check-prefix=ROWS
// RUN: not accel-opt %s --accel-pipeline="tile=8 flow=best" 2>&1 | FileCheck %s --check-prefix=BEST
// RUN: not accel-opt %s --accel-pipeline="tile=8 pipeline=true" 2>&1 | FileCheck %s --check-prefix=LENGTH

// PLACED-LABEL: func.func @matmul
func.func @matmul(%a: memref<?x?xi32>, %b: memref<?x64xi32>, %c: memref<?x64xi32>) {
  // The sizes must fit each other, and loops end where the matrices do.
  // PLACED: accel.check_sizes[%{{.*}}, %{{.*}}] x[%{{.*}}, %c64] to[%{{.*}}, %c64{{.*}}] tile [8, 8, 8]
  // PLACED: %[[M:.*]] = memref.dim {{.*}}%c, %{{.*}} : memref<?x64xi32>
  // PLACED: %[[K:.*]] = memref.dim {{.*}}%a, %{{.*}} : memref<?x?xi32>
  // PLACED: scf.for %m = %c0{{.*}} to %[[M]] step %c8
  // PLACED: scf.for %k = %c0{{.*}} to %[[K]] step %c8
  // PLACED: accel.send %tile_a padded [8, 8]
  // PLACED: scf.for %n = %c0{{.*}} to %c64{{.*}} step %c8
  // PLACED: accel.send %tile_b padded [8, 8] : (memref<?x8xi32, {{.*}}>) -> i32
  // PLACED: accel.accumulate %inside into %tile_c

  // In place a kernel sees whole tiles: of A and B it knows how many there are, of C, which is on the
  // heap, where it ends.
  // PACKED: func.func @matmul(%a: memref<?x?x8x8xi32, #accel.dma<in>>, %b: memref<?x8x8x8xi32, #accel.dma<in>>, %c: memref<?x64xi32>)
  // PACKED: %[[TILES:.*]] = memref.dim {{.*}}%a, %{{.*}} : memref<?x?x8x8xi32, #accel.dma<in>>
  // PACKED-NEXT: arith.muli %[[TILES]], %c8
  // PACKED: call @check_matmul_sizes
  // ROWS: func.func @matmul(%a: memref<?x?xi32, #accel.dma<in>>
  // ROWS: memref.subview %a[%m, %k] [8, 8] [1, 1]
  // BEST: error: flow=best needs sizes that are known: expected Ns, As, Bs or Cs
  // LENGTH: error: cannot be pipelined: its number of iterations is not constant (give the matrices static sizes and blocks that divide them, or leave out pipeline)
  linalg.matmul ins(%a, %b : memref<?x?xi32>, memref<?x64xi32>) outs(%c : memref<?x64xi32>)
  return
}

func.func private @host(memref<*xi32>)

// PACKED-LABEL: func.func @program
func.func @program(%m: index, %k: index) {
  // PACKED: %[[UP:.*]] = arith.addi %m, %c7
  // PACKED: %[[COUNT:.*]] = arith.divui %[[UP]], %c8
  // PACKED: %a = accel.alloc(%[[COUNT]], %{{.*}}) : memref<?x?x8x8xi32, #accel.dma<in>>
  // PACKED: call @clear_padding_i32(%{{.*}}, %m, %k)
  // PACKED: memref.reinterpret_cast %a to offset: [0], sizes: [%m, %k, %{{.*}}, %{{.*}}, 8, 8], strides: [0, 0, %{{.*}}, 64, 8, 1]
  %a = memref.alloc(%m, %k) : memref<?x?xi32>
  %b = memref.alloc(%k) : memref<?x64xi32>
  %c = memref.alloc(%m) : memref<?x64xi32>
  %any = memref.cast %a : memref<?x?xi32> to memref<*xi32>
  call @host(%any) : (memref<*xi32>) -> ()
  call @matmul(%a, %b, %c) : (memref<?x?xi32>, memref<?x64xi32>, memref<?x64xi32>) -> ()
  memref.dealloc %a : memref<?x?xi32>
  memref.dealloc %b : memref<?x64xi32>
  memref.dealloc %c : memref<?x64xi32>
  return
}
