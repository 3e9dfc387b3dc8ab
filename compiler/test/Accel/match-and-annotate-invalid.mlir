// What cannot go to the accelerator is an error where it stands.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-match-and-annotate="accelerator=v3 tile=8"

func.func @tile_must_divide(%a: memref<16x20xi32>, %b: memref<20x16xi32>, %c: memref<16x16xi32>) {
  // expected-error@+1 {{size K is 20: expected a multiple of the tile size 8}}
  linalg.matmul ins(%a, %b : memref<16x20xi32>, memref<20x16xi32>) outs(%c : memref<16x16xi32>)
  return
}

// -----

func.func @shape_must_be_static(%a: memref<?x8xi32>, %b: memref<8x8xi32>, %c: memref<?x8xi32>) {
  // expected-error@+1 {{operand A is 'memref<?x8xi32>': dynamic shapes are not supported}}
  linalg.matmul ins(%a, %b : memref<?x8xi32>, memref<8x8xi32>) outs(%c : memref<?x8xi32>)
  return
}

// -----

func.func @elements_must_be_words(%a: memref<8x8xi16>, %b: memref<8x8xi16>, %c: memref<8x8xi16>) {
  // expected-error@+1 {{operand A has elements of type 'i16': expected i32 or f32}}
  linalg.matmul ins(%a, %b : memref<8x8xi16>, memref<8x8xi16>) outs(%c : memref<8x8xi16>)
  return
}

// -----

func.func @tensors_must_be_bufferized(%a: tensor<8x8xi32>, %b: tensor<8x8xi32>, %c: tensor<8x8xi32>) -> tensor<8x8xi32> {
  // expected-error@+1 {{operand A is 'tensor<8x8xi32>': expected a memref of static shape}}
  %d = linalg.matmul ins(%a, %b : tensor<8x8xi32>, tensor<8x8xi32>) outs(%c : tensor<8x8xi32>) -> tensor<8x8xi32>
  return %d : tensor<8x8xi32>
}

// -----

func.func @matrices_must_be_whole(%a: memref<8x8xi32, strided<[16, 1]>>, %b: memref<8x8xi32>, %c: memref<8x8xi32>) {
  // expected-error@+1 {{expected a whole row-major matrix, without a layout}}
  linalg.matmul ins(%a, %b : memref<8x8xi32, strided<[16, 1]>>, memref<8x8xi32>) outs(%c : memref<8x8xi32>)
  return
}

// -----

func.func @elements_must_agree(%a: memref<8x8xi32>, %b: memref<8x8xi32>, %c: memref<8x8xf32>) {
  // expected-error@+1 {{mixes element types 'i32' and 'f32'}}
  linalg.matmul ins(%a, %b : memref<8x8xi32>, memref<8x8xi32>) outs(%c : memref<8x8xf32>)
  return
}

// -----

func.func @transposed(%a: memref<8x8xi32>, %b: memref<8x8xi32>, %c: memref<8x8xi32>) {
  // expected-error@+1 {{has indexing maps of its own: expected the plain A x B}}
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<8x8xi32>, memref<8x8xi32>) outs(%c : memref<8x8xi32>)
  return
}

// -----

// expected-error@+1 {{no linalg.matmul in the input: nothing to accelerate}}
module {
  func.func @nothing_to_do() {
    return
  }
}
