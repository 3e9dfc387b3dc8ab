// What cannot go to the accelerator is an error where it stands.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-match-and-annotate="accelerator=v3 tile=8"

func.func @matrices_must_not_be_empty(%a: memref<16x0xi32>, %b: memref<0x16xi32>, %c: memref<16x16xi32>) {
  // expected-error@+1 {{size K is 0: expected at least 1}}
  linalg.matmul ins(%a, %b : memref<16x0xi32>, memref<0x16xi32>) outs(%c : memref<16x16xi32>)
  return
}

// -----

func.func @elements_must_be_words(%a: memref<8x8xi16>, %b: memref<8x8xi16>, %c: memref<8x8xi16>) {
  // expected-error@+1 {{operand A has elements of type 'i16': expected i32, f32, or i8 with a result of i32}}
  linalg.matmul ins(%a, %b : memref<8x8xi16>, memref<8x8xi16>) outs(%c : memref<8x8xi16>)
  return
}

// -----

func.func @tensors_must_be_bufferized(%a: tensor<8x8xi32>, %b: tensor<8x8xi32>, %c: tensor<8x8xi32>) -> tensor<8x8xi32> {
  // expected-error@+1 {{operand A is 'tensor<8x8xi32>': expected a memref (bufferize the module first)}}
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
  // expected-error@+1 {{multiplies elements of type 'i32' into 'f32': expected a result of 'i32'}}
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

// expected-error@+1 {{no linalg.matmul, or linalg.generic that is one, in the input: nothing to accelerate}}
module {
  func.func @nothing_to_do() {
    return
  }
}

// -----

func.func @inputs_must_agree(%a: memref<8x8xi8>, %b: memref<8x8xi32>, %c: memref<8x8xi32>) {
  // expected-error@+1 {{mixes element types 'i8' and 'i32'}}
  linalg.matmul ins(%a, %b : memref<8x8xi8>, memref<8x8xi32>) outs(%c : memref<8x8xi32>)
  return
}

// -----

func.func @i8_needs_a_wide_result(%a: memref<8x8xi8>, %b: memref<8x8xi8>, %c: memref<8x8xi8>) {
  // expected-error@+1 {{multiplies elements of type 'i8' into 'i8': expected a result of 'i32'}}
  linalg.matmul ins(%a, %b : memref<8x8xi8>, memref<8x8xi8>) outs(%c : memref<8x8xi8>)
  return
}

// -----

func.func @i8_is_signed(%a: memref<8x8xi8>, %b: memref<8x8xi8>, %c: memref<8x8xi32>) {
  // expected-error@+1 {{takes elements of type i8 as unsigned: the accelerators' are signed}}
  linalg.matmul {cast = #linalg.type_fn<cast_unsigned>} ins(%a, %b : memref<8x8xi8>, memref<8x8xi8>) outs(%c : memref<8x8xi32>)
  return
}

// -----

#maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
func.func @generic_transposed(%a: memref<8x8xi32>, %b: memref<8x8xi32>, %c: memref<8x8xi32>) {
  // expected-error@+1 {{is to be accelerated, but is no matmul on memrefs: expected the indexing maps A[m][k], B[k][n] and C[m][n]}}
  linalg.generic {indexing_maps = #maps, iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<8x8xi32>, memref<8x8xi32>) outs(%c : memref<8x8xi32>) attrs = {accel_accel_tile_size = 8} {
  ^bb0(%x: i32, %y: i32, %z: i32):
    %product = arith.muli %x, %y : i32
    %sum = arith.addi %z, %product : i32
    linalg.yield %sum : i32
  }
  return
}

// -----

#maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
func.func @generic_subtracts(%a: memref<8x8xi32>, %b: memref<8x8xi32>, %c: memref<8x8xi32>) {
  // expected-error@+1 {{is no matmul on memrefs: expected a body of c + a * b}}
  linalg.generic {indexing_maps = #maps, iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<8x8xi32>, memref<8x8xi32>) outs(%c : memref<8x8xi32>) attrs = {accel_accel_tile_size = 8} {
  ^bb0(%x: i32, %y: i32, %z: i32):
    %product = arith.muli %x, %y : i32
    %difference = arith.subi %z, %product : i32
    linalg.yield %difference : i32
  }
  return
}
