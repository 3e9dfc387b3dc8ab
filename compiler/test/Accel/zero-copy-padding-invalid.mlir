// What uses a buffer so that it cannot be padded in DMA memory.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-zero-copy="transfer=rows"

func.func @filled_with_ones(%a: memref<12x8xi32>) {
  %one = arith.constant 1 : i32
  // expected-error@+1 {{uses a buffer that goes to DMA memory in a way that cannot follow it there}}
  linalg.fill ins(%one : i32) outs(%a : memref<12x8xi32>)
  %m = arith.constant 8 : index
  %rows = arith.constant 12 : index
  %eight = arith.constant 8 : index
  scf.for %i = %m to %rows step %eight {
    %left = arith.subi %rows, %i : index
    %size = arith.minsi %left, %eight : index
    %tile = memref.subview %a[%i, 0] [%size, 8] [1, 1] : memref<12x8xi32> to memref<?x8xi32, strided<[8, 1], offset: ?>>
    %sent = accel.send %tile padded [8, 8] : (memref<?x8xi32, strided<[8, 1], offset: ?>>) -> i32
  }
  return
}

// -----

// A tile that is not what is left of the matrix: zeros would be sent in place of its elements.
func.func @any_size(%a: memref<12x8xi32>, %size: index) {
  // expected-error@+1 {{uses a buffer that goes to DMA memory in a way that cannot follow it there}}
  %tile = memref.subview %a[0, 0] [%size, 8] [1, 1] : memref<12x8xi32> to memref<?x8xi32, strided<[8, 1]>>
  %sent = accel.send %tile padded [8, 8] : (memref<?x8xi32, strided<[8, 1]>>) -> i32
  return
}

// -----

// A kernel sees whole tiles, and not how large its matrix is.
func.func @asks_for_the_size(%a: memref<?x8xi32>) -> index {
  %zero = arith.constant 0 : index
  %eight = arith.constant 8 : index
  // expected-error@+1 {{uses a buffer that goes to DMA memory in a way that cannot follow it there}}
  %rows = memref.dim %a, %zero : memref<?x8xi32>
  %size = arith.minsi %rows, %eight : index
  %left = arith.subi %rows, %zero : index
  %first = arith.minsi %left, %eight : index
  %tile = memref.subview %a[%zero, 0] [%first, 8] [1, 1] : memref<?x8xi32> to memref<?x8xi32, strided<[8, 1], offset: ?>>
  %sent = accel.send %tile padded [8, 8] : (memref<?x8xi32, strided<[8, 1], offset: ?>>) -> i32
  return %rows : index
}

// -----

func.func @two_tiles(%a: memref<12x8xi32>) {
  %zero = arith.constant 0 : index
  %rows = arith.constant 12 : index
  %four = arith.constant 4 : index
  %eight = arith.constant 8 : index
  %left = arith.subi %rows, %zero : index
  %size = arith.minsi %left, %eight : index
  %tile = memref.subview %a[%zero, 0] [%size, 8] [1, 1] : memref<12x8xi32> to memref<?x8xi32, strided<[8, 1], offset: ?>>
  %sent = accel.send %tile padded [8, 8] : (memref<?x8xi32, strided<[8, 1], offset: ?>>) -> i32
  %other = memref.subview %a[0, 0] [4, 8] [1, 1] : memref<12x8xi32> to memref<4x8xi32, strided<[8, 1]>>
  // expected-error@+1 {{transfers the buffer in tiles of another shape than elsewhere: it can be padded for one only}}
  %too = accel.send %other : (memref<4x8xi32, strided<[8, 1]>>) -> i32
  return
}
