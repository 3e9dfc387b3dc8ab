// Buffers that cannot move to DMA memory, or not tile by tile.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-zero-copy="transfer=packed"

memref.global "private" @weights : memref<8x8xi32>
func.func @not_allocated() {
  %a = memref.get_global @weights : memref<8x8xi32>
  // expected-error@+1 {{needs a buffer in DMA memory: expected a whole memref.alloc or a function argument}}
  %sent = accel.send %a : (memref<8x8xi32>) -> i32
  return
}

// -----

func.func @elements_read(%a: memref<8x8xi32>) -> i32 {
  %zero = arith.constant 0 : index
  %tile = memref.subview %a[0, 4] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 4>>
  %sent = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  // expected-error@+1 {{uses a buffer that goes to DMA memory in a way that cannot follow it there: there it is tile-major (transfer=rows needs none)}}
  %value = memref.load %a[%zero, %zero] : memref<8x8xi32>
  return %value : i32
}

// -----

func.func @between_tiles(%a: memref<8x8xi32>) {
  %tile = memref.subview %a[0, 4] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 4>>
  %sent = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  // expected-error@+1 {{in a way that cannot follow it there}}
  %between = memref.subview %a[0, 2] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 2>>
  %also = accel.send %between : (memref<4x4xi32, strided<[8, 1], offset: 2>>) -> i32
  return
}

// -----

func.func @two_tile_shapes(%a: memref<8x8xi32>) {
  %tile = memref.subview %a[0, 4] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 4>>
  %sent = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  %other = memref.subview %a[0, 0] [2, 2] [1, 1] : memref<8x8xi32> to memref<2x2xi32, strided<[8, 1]>>
  // expected-error@+1 {{transfers the buffer in tiles of another shape than elsewhere}}
  %also = accel.send %other : (memref<2x2xi32, strided<[8, 1]>>) -> i32
  return
}

// -----

func.func @tile_does_not_divide(%a: memref<8x8xi32>) {
  %tile = memref.subview %a[0, 3] [3, 3] [1, 1] : memref<8x8xi32> to memref<3x3xi32, strided<[8, 1], offset: 3>>
  // expected-error@+1 {{cannot make 'memref<8x8xi32>' tile-major: expected a matrix without a layout that the tile divides}}
  %sent = accel.send %tile : (memref<3x3xi32, strided<[8, 1], offset: 3>>) -> i32
  return
}

// -----

func.func private @elsewhere(memref<8x8xi32>)
func.func @passed_outside(%a: memref<8x8xi32>) {
  %sent = accel.send %a : (memref<8x8xi32>) -> i32
  // expected-error@+1 {{passes a buffer that goes to DMA memory to @elsewhere, which is only declared: let it take an unranked memref}}
  call @elsewhere(%a) : (memref<8x8xi32>) -> ()
  return
}

// -----

func.func @whole_and_in_tiles(%a: memref<8x8xi32>) {
  %tile = memref.subview %a[0, 4] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 4>>
  %sent = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  // expected-error@+1 {{transfers the buffer in tiles of another shape than elsewhere}}
  %whole = accel.send %a : (memref<8x8xi32>) -> i32
  return
}
