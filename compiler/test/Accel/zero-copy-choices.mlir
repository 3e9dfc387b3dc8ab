// Zero-copy for one direction only, by chains, and with opcodes beside the tiles.
// RUN: accel-opt %s --accel-zero-copy="moves=inputs" | FileCheck %s --check-prefixes=INPUTS
// RUN: accel-opt %s --accel-zero-copy="moves=outputs" | FileCheck %s --check-prefixes=OUTPUTS
// RUN: accel-opt %s --accel-zero-copy="transfer=sg" | FileCheck %s --check-prefixes=CHAINS
// RUN: accel-opt %s --accel-zero-copy="beside=true" | FileCheck %s --check-prefixes=BESIDE

// INPUTS-LABEL: func.func @kernel
// INPUTS-SAME: (%a: memref<2x4x8x8xi32, #accel.dma<in>>, %c: memref<16x16xi32>)
// INPUTS: accel.send %opcode_7
// INPUTS: accel.recv %tile_c : (memref<8x8xi32, strided<[16, 1], offset: ?>>) -> i32

// The opcodes are sent, so they stay staged as well.
// OUTPUTS-LABEL: func.func @kernel
// OUTPUTS-SAME: (%a: memref<16x32xi32>, %c: memref<2x2x8x8xi32, #accel.dma<out>>)
// OUTPUTS: accel.sendLiteral
// OUTPUTS: accel.send %tile_a : (memref<8x8xi32, strided<[32, 1], offset: ?>>) -> i32

// Row-major both ways: a chain takes the rows of a packet.
// CHAINS-LABEL: func.func @kernel
// CHAINS-SAME: (%a: memref<16x32xi32, #accel.dma<in>>, %c: memref<16x16xi32, #accel.dma<out>>)

// A slot of 1 + 64 words, rounded up to 8 bytes; each opcode is written once, and the literal goes.
// BESIDE-LABEL: func.func @kernel
// BESIDE-SAME: (%a: memref<2x4x66xi32, #accel.dma<in>>, %c: memref<2x2x8x8xi32, #accel.dma<out>>)
// BESIDE: scf.for %[[I:.*]] = %c0{{.*}} to %c2
// BESIDE: scf.for %[[J:.*]] = %c0{{.*}} to %c4
// BESIDE: accel.store_word %{{.*}}, %a[%[[I]], %[[J]], %{{.*}}] : memref<2x4x66xi32, #accel.dma<in>>
// BESIDE: scf.for %m
// BESIDE-NOT: accel.sendLiteral
// BESIDE: %[[SLOT:.*]] = memref.subview %a[%{{.*}}, 2, 0] [1, 1, 65] [1, 1, 1]
// BESIDE: accel.send %[[SLOT]] : (memref<65xi32, strided<[1], offset: ?>, #accel.dma<in>>) -> i32
func.func @kernel(%a: memref<16x32xi32>, %c: memref<16x16xi32>) {
  %zero = arith.constant 0 : index
  %eight = arith.constant 8 : index
  %rows = arith.constant 16 : index
  scf.for %m = %zero to %rows step %eight {
    %seven = arith.constant 7 : i32
    %literal = accel.sendLiteral %seven : (i32) -> i32
    %tile_a = memref.subview %a[%m, 16] [8, 8] [1, 1] : memref<16x32xi32> to memref<8x8xi32, strided<[32, 1], offset: ?>>
    %sent = accel.send %tile_a : (memref<8x8xi32, strided<[32, 1], offset: ?>>) -> i32
    %tile_c = memref.subview %c[%m, 0] [8, 8] [1, 1] : memref<16x16xi32> to memref<8x8xi32, strided<[16, 1], offset: ?>>
    %received = accel.recv %tile_c : (memref<8x8xi32, strided<[16, 1], offset: ?>>) -> i32
  }
  return
}

func.func private @host_initialise(memref<*xi32>)

// A host function sees the tiles without the opcodes.
// BESIDE-LABEL: func.func @program
// BESIDE: %a = accel.alloc : memref<2x4x66xi32, #accel.dma<in>>
// BESIDE: memref.reinterpret_cast %a to offset: [1], sizes: [2, 4, 8, 8], strides: [264, 66, 8, 1]
func.func @program() {
  %a = memref.alloc() : memref<16x32xi32>
  %c = memref.alloc() : memref<16x16xi32>
  %any = memref.cast %a : memref<16x32xi32> to memref<*xi32>
  call @host_initialise(%any) : (memref<*xi32>) -> ()
  call @kernel(%a, %c) : (memref<16x32xi32>, memref<16x16xi32>) -> ()
  memref.dealloc %a : memref<16x32xi32>
  memref.dealloc %c : memref<16x16xi32>
  return
}
