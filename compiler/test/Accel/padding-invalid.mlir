// What cannot be padded, and where padding cannot go.
// RUN: accel-opt %s --split-input-file --verify-diagnostics

func.func @too_small(%a: memref<8x12xi32>) {
  // expected-error@+1 {{cannot pad 'memref<8x12xi32>' to [8, 8]: expected sizes at least as large}}
  %0 = accel.send %a padded [8, 8] : (memref<8x12xi32>) -> i32
  return
}

// -----

func.func @another_rank(%a: memref<?xi32>, %place: i32) {
  // expected-error@+1 {{cannot pad 'memref<?xi32>' to [8, 8]}}
  %0 = accel.copy_in %a, %place padded [8, 8] : (memref<?xi32>, i32) -> i32
  return
}

// -----

func.func @in_place(%a: memref<?x8xi32, #accel.dma<in>>) {
  // expected-error@+1 {{is padded, but its memref is in DMA memory and is transferred in place: the padding must lie there}}
  %0 = accel.send %a padded [8, 8] : (memref<?x8xi32, #accel.dma<in>>) -> i32
  return
}

// -----

func.func @half_a_word(%a: memref<?x?xi8>) {
  // expected-error@+1 {{transfers 32-bit words, which 'memref<3x3xi8>' does not fill}}
  %0 = accel.send %a padded [3, 3] : (memref<?x?xi8>) -> i32
  return
}

// -----

func.func @no_matrix(%a: memref<8xi32, #accel.dma<in>>, %rows: index) {
  // expected-error@+1 {{needs a matrix of rank 2, or 4 (tile-major)}}
  accel.clear_padding %a around [%rows, %rows] : memref<8xi32, #accel.dma<in>>
  return
}

// -----

func.func @sizes_are_missing(%rows: index) {
  // expected-error@+1 {{has 1 sizes for 'memref<?x?xi32, #accel.dma<in>>'}}
  %a = accel.alloc(%rows) : memref<?x?xi32, #accel.dma<in>>
  return
}
