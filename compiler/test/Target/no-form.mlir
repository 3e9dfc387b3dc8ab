// What has no form in C is an error where it stands.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --emit=c

func.func @not_lowered(%c: memref<4x4xi32>, %value: i32) {
  // expected-error@+1 {{has no form in C: lower it before --emit=c}}
  linalg.fill ins(%value : i32) outs(%c : memref<4x4xi32>)
  return
}

// -----

func.func @dynamic_size(%size: index) {
  // expected-error@+1 {{has no form in C: its shape is not static}}
  %a = memref.alloca(%size) : memref<?xi32>
  return
}

// -----

// expected-error@+1 {{has no form in C: argument of type 'tensor<4xi32>'}}
func.func @tensor(%a: tensor<4xi32>) {
  return
}

// -----

// expected-error@+1 {{has no form in C: more than one result}}
func.func private @two_results() -> (i32, i32)

// -----

// expected-error@+1 {{has the name of a function that the printed C defines itself}}
func.func private @check()
