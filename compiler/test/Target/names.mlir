// Names are those of the source where it has any; C's own words, and clashes, get a number.
// RUN: accel-opt %s --emit=c | FileCheck %s

// CHECK: void names(struct memref_2d_f32 image, struct memref_1d_i64 register_2, float arg_2)
func.func @names(%image: memref<4x4xf32>, %register: memref<4xi64>, %0: f32) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  // CHECK: for (intptr_t row = 0; row < 4; row++) {
  scf.for %row = %zero to %four step %one {
    // CHECK: for (intptr_t i = 0; i < 4; i++) {
    scf.for %1 = %zero to %four step %one {
      // CHECK-NEXT: float pixel = image.aligned[row * 4 + i];
      %pixel = memref.load %image[%row, %1] : memref<4x4xf32>
      // CHECK-NEXT: float sum = pixel + arg_2;
      // CHECK-NEXT: float pixel_2 = sum * 0.5f;
      %half = arith.constant 0.5 : f32
      %sum = arith.addf %pixel, %0 : f32
      %pixel_2 = arith.mulf %sum, %half : f32
      memref.store %pixel_2, %image[%row, %1] : memref<4x4xf32>
    }
  }
  return
}
