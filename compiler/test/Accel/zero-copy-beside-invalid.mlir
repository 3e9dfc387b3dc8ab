// Opcodes that cannot lie beside their tiles.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-zero-copy="beside=true"

func.func @no_opcode(%a: memref<8x8xi32>) {
  %tile = memref.subview %a[0, 4] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 4>>
  // expected-error@+1 {{has no opcode right before it, to lie beside the tile: coalesce has no effect with transfer=packed here}}
  %sent = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  return
}

// -----

func.func @two_opcodes(%a: memref<8x8xi32>) {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %tile = memref.subview %a[0, 4] [4, 4] [1, 1] : memref<8x8xi32> to memref<4x4xi32, strided<[8, 1], offset: 4>>
  %first = accel.sendLiteral %one : (i32) -> i32
  %sent = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  %second = accel.sendLiteral %two : (i32) -> i32
  // expected-error@+1 {{is sent behind opcode 2 here and behind 1 elsewhere: only one can lie beside the tile (leave out coalesce)}}
  %again = accel.send %tile : (memref<4x4xi32, strided<[8, 1], offset: 4>>) -> i32
  return
}
