// An opcode and the word that belongs to it, as v4's tile shape, lie beside the tile both; those that
// no tile follows lie side by side, and are one send.
// RUN: accel-opt %s --accel-zero-copy="beside=true" | FileCheck %s
// RUN: accel-opt %s --accel-zero-copy | FileCheck %s --check-prefix=APART

func.func @kernel(%a: memref<16x32xi32>) {
  %zero = arith.constant 0 : index
  %sixteen = arith.constant 16 : index
  %width = arith.constant 32 : index
  %seven = arith.constant 7 : i32
  %eight = arith.constant 8 : i32
  %shape = arith.constant 16793616 : i32
  scf.for %k = %zero to %width step %sixteen {
    %opcode = accel.sendLiteral %seven : (i32) -> i32
    %tile_shape = accel.sendLiteral %shape : (i32) -> i32
    %tile_a = memref.subview %a[0, %k] [16, 16] [1, 1] : memref<16x32xi32> to memref<16x16xi32, strided<[32, 1], offset: ?>>
    %sent = accel.send %tile_a : (memref<16x16xi32, strided<[32, 1], offset: ?>>) -> i32
  }
  %send_c = accel.sendLiteral %eight : (i32) -> i32
  %shape_c = accel.sendLiteral %shape : (i32) -> i32
  return
}

// A slot: two words and 256 elements.
// CHECK: func.func @kernel(%a: memref<1x2x258xi32, #accel.dma<in>>)
// CHECK: %opcode_8 = accel.alloc : memref<2xi32, #accel.dma<in>>
// CHECK: memref.store %{{.*}}, %opcode_8[%c0
// CHECK: memref.store %{{.*}}, %opcode_8[%c1
// CHECK: accel.store_word %{{.*}}, %a[%{{.*}}, %{{.*}}, %c0
// CHECK: accel.store_word %{{.*}}, %a[%{{.*}}, %{{.*}}, %c1
// CHECK: scf.for %k
// CHECK-NOT: accel.send %opcode
// CHECK: memref.subview %a[0, %{{.*}}, 0] [1, 1, 258]
// CHECK: accel.send %tile_a : (memref<258xi32
// CHECK: accel.send %opcode_8 : (memref<2xi32, #accel.dma<in>>) -> i32
// CHECK-NOT: accel.send
// CHECK: return

// APART: accel.send %opcode_7
// APART: accel.send %opcode_16793616
// APART: accel.send %tile_a
// APART: accel.send %opcode_8
// APART: accel.send %opcode_16793616
