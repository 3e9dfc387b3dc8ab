// A tile at the edge of a matrix is smaller than the accelerator's; what the accelerator gets and
// returns is a whole tile all the same.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=8 flow=Cs" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=PLACED
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=8 flow=Ns" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefix=SUMS
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 tile=8 flow=Cs" --accel-tile-and-order="cache-tile=32x64x64" | FileCheck %s --check-prefix=BLOCKS
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=Cs" | FileCheck %s --check-prefix=STAGED
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=Cs coalesce=true pipeline=true" | FileCheck %s --check-prefix=OVERLAP
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=Cs copy=zero_copy" | FileCheck %s --check-prefix=PACKED
// RUN: accel-opt %s --accel-pipeline="tile=8 flow=Cs copy=zero_copy transfer=sg" | FileCheck %s --check-prefix=CHAINS

// PLACED-LABEL: func.func @matmul
func.func @matmul(%a: memref<100x16xi32>, %b: memref<16x50xi32>, %c: memref<100x50xi32>) {
  // PLACED-NOT: linalg.fill
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<100x50xi32>)
  // What is left of M and N, but at most a tile. Tiles along K are all whole.
  // PLACED: scf.for %m = %c0 to %c100 step %c8
  // PLACED-NEXT: %[[LEFT:.*]] = arith.subi %c100, %m
  // PLACED-NEXT: %m_size = arith.minsi %[[LEFT]], %c8
  // PLACED: scf.for %n = %c0 to %c50 step %c8
  // PLACED: %n_size = arith.minsi
  // PLACED: scf.for %k = %c0 to %c16 step %c8
  // PLACED-NOT: minsi
  // PLACED: %tile_a = memref.subview %a[%m, %k] [%m_size, 8] [1, 1]
  // PLACED: accel.send %tile_a padded [8, 8] : (memref<?x8xi32, {{.*}}>) -> i32
  // PLACED: %tile_b = memref.subview %b[%k, %n] [8, %n_size] [1, 1]
  // PLACED: accel.send %tile_b padded [8, 8] : (memref<8x?xi32, {{.*}}>) -> i32
  // PLACED: accel.recv %tile_c padded [8, 8] : (memref<?x?xi32, {{.*}}>) -> i32

  // The CPU adds up what is inside of C.
  // SUMS: %partial_c = memref.alloc() : memref<8x8xi32>
  // SUMS: accel.recv %partial_c : (memref<8x8xi32>) -> i32
  // SUMS: %inside = memref.subview %partial_c[0, 0] [%m_size, %n_size] [1, 1]
  // SUMS: accel.accumulate %inside into %tile_c

  // A block for the caches ends where the matrix does.
  // BLOCKS: scf.for %m_block = %c0 to %c100 step %c32
  // BLOCKS: %[[END:.*]] = arith.addi %m_block, %c32
  // BLOCKS: %m_end = arith.minsi %[[END]], %c100
  // BLOCKS: scf.for %m = %m_block to %m_end step %c8
  // BLOCKS: arith.subi %c100, %m

  // The staging copy fills tiles up; 64 words go, whatever the tile's part of the matrix.
  // STAGED: call @copy_to_inbuffer_padded_i32(%{{.*}}, %c8_i32{{.*}}, %c8_i32{{.*}}, %c0_i32{{.*}}) : (memref<*xi32>, i32, i32, i32) -> i32
  // STAGED-NEXT: call @dma_start_send(%c64_i32{{.*}}, %c0_i32{{.*}})
  // STAGED: call @copy_from_outbuffer_padded_i32

  // As one transfer: an opcode, 64 words and 64 words.
  // OVERLAP: call @copy_to_inbuffer_padded_i32
  // OVERLAP: call @dma_start_send(%c129_i32{{.*}}, %{{.*}})

  // In place, the whole matrix is padded, and transfers are of whole tiles.
  // PACKED: func.func @matmul(%a: memref<13x2x8x8xi32, #accel.dma<in>>, %b: memref<2x7x8x8xi32, #accel.dma<in>>, %c: memref<13x7x8x8xi32, #accel.dma<out>>)
  // PACKED-NOT: minsi
  // PACKED: memref.subview %a[{{.*}}] [1, 1, 8, 8]
  // PACKED: call @dma_start_send_from(%{{.*}}, %c64_i32{{.*}})
  // CHAINS: func.func @matmul(%a: memref<104x16xi32, #accel.dma<in>>, %b: memref<16x56xi32, #accel.dma<in>>, %c: memref<104x56xi32, #accel.dma<out>>)
  // CHAINS: memref.subview %a[%m, %k] [8, 8] [1, 1]
  linalg.matmul ins(%a, %b : memref<100x16xi32>, memref<16x50xi32>) outs(%c : memref<100x50xi32>)
  return
}

func.func private @host(memref<*xi32>, memref<*xi32>)

// STAGED-LABEL: func.func @program
// PACKED-LABEL: func.func @program
// CHAINS-LABEL: func.func @program
func.func @program() {
  // Zeros around what is sent, written once. A host function gets the matrix without them: tile-major
  // its rows and columns come first.
  // PACKED: %a = accel.alloc : memref<13x2x8x8xi32, #accel.dma<in>>
  // PACKED: call @clear_padding_i32(%{{.*}}, %c100, %c16)
  // PACKED: %c = accel.alloc : memref<13x7x8x8xi32, #accel.dma<out>>
  // PACKED-NOT: clear_padding
  // PACKED: %matrix = memref.reinterpret_cast %a to offset: [0], sizes: [100, 16, 13, 2, 8, 8], strides: [0, 0, 128, 64, 8, 1]
  // CHAINS: %a = accel.alloc : memref<104x16xi32, #accel.dma<in>>
  // CHAINS: call @clear_padding_i32(%{{.*}}, %c100, %c16)
  // CHAINS: %matrix = memref.subview %a[0, 0] [100, 16] [1, 1]
  // STAGED-NOT: clear_padding
  %a = memref.alloc() : memref<100x16xi32>
  %b = memref.alloc() : memref<16x50xi32>
  %c = memref.alloc() : memref<100x50xi32>
  %a_any = memref.cast %a : memref<100x16xi32> to memref<*xi32>
  %c_any = memref.cast %c : memref<100x50xi32> to memref<*xi32>
  call @host(%a_any, %c_any) : (memref<*xi32>, memref<*xi32>) -> ()
  call @matmul(%a, %b, %c) : (memref<100x16xi32>, memref<16x50xi32>, memref<100x50xi32>) -> ()
  memref.dealloc %a : memref<100x16xi32>
  memref.dealloc %b : memref<16x50xi32>
  memref.dealloc %c : memref<100x50xi32>
  return
}
