// What is sent or received moves to DMA memory, allocation first, through every function on the way.
// RUN: accel-opt %s --accel-zero-copy="transfer=packed" | FileCheck %s --check-prefixes=ALL,PACKED
// RUN: accel-opt %s --accel-zero-copy="transfer=rows" | FileCheck %s --check-prefixes=ALL,ROWS

// ALL-LABEL: func.func @kernel
// Tile-major: 2x4 tiles of 8x8. Row-major: as it was, but what is received is tile-major always.
// PACKED-SAME: (%a: memref<2x4x8x8xi32, #accel.dma<in>>, %c: memref<2x2x8x8xi32, #accel.dma<out>>)
// ROWS-SAME: (%a: memref<16x32xi32, #accel.dma<in>>, %c: memref<2x2x8x8xi32, #accel.dma<out>>)
func.func @kernel(%a: memref<16x32xi32>, %c: memref<16x16xi32>) {
  %zero = arith.constant 0 : index
  %eight = arith.constant 8 : index
  %rows = arith.constant 16 : index
  %seven = arith.constant 7 : i32
  // The literal is written once and then sent from where it is.
  // ALL: %opcode_7 = accel.alloc : memref<i32, #accel.dma<in>>
  // ALL: memref.store %{{.*}}, %opcode_7[] : memref<i32, #accel.dma<in>>
  // ALL: scf.for %m
  scf.for %m = %zero to %rows step %eight {
    // ALL-NEXT: accel.send %opcode_7 : (memref<i32, #accel.dma<in>>) -> i32
    %literal = accel.sendLiteral %seven : (i32) -> i32
    // PACKED: %[[TILE:.*]] = arith.divui %m, %{{.*}} : index
    // PACKED: memref.subview %a[%[[TILE]], 2, 0, 0] [1, 1, 8, 8] [1, 1, 1, 1]
    // PACKED-SAME: to memref<8x8xi32, strided<[8, 1], offset: ?>, #accel.dma<in>>
    // ROWS: memref.subview %a[%m, 16] [8, 8] [1, 1]
    // ROWS-SAME: to memref<8x8xi32, strided<[32, 1], offset: ?>, #accel.dma<in>>
    %tile_a = memref.subview %a[%m, 16] [8, 8] [1, 1] : memref<16x32xi32> to memref<8x8xi32, strided<[32, 1], offset: ?>>
    %sent = accel.send %tile_a : (memref<8x8xi32, strided<[32, 1], offset: ?>>) -> i32
    %tile_c = memref.subview %c[%m, 0] [8, 8] [1, 1] : memref<16x16xi32> to memref<8x8xi32, strided<[16, 1], offset: ?>>
    %received = accel.recv %tile_c : (memref<8x8xi32, strided<[16, 1], offset: ?>>) -> i32
  }
  // ALL: accel.dealloc %opcode_7
  return
}

func.func private @host_initialise(memref<*xi32>)

// ALL-LABEL: func.func @program
func.func @program() {
  // PACKED: %a = accel.alloc : memref<2x4x8x8xi32, #accel.dma<in>>
  // ROWS: %a = accel.alloc : memref<16x32xi32, #accel.dma<in>>
  // ALL: %c = accel.alloc : memref<2x2x8x8xi32, #accel.dma<out>>
  %a = memref.alloc() : memref<16x32xi32>
  %c = memref.alloc() : memref<16x16xi32>
  // Who takes any memref need not know where it lies.
  // ALL: %[[CAST:.*]] = memref.cast %a : {{.*}} to memref<*xi32, #accel.dma<in>>
  // ALL: %[[ANY:.*]] = memref.memory_space_cast %[[CAST]] : memref<*xi32, #accel.dma<in>> to memref<*xi32>
  // ALL: call @host_initialise(%[[ANY]])
  %any = memref.cast %a : memref<16x32xi32> to memref<*xi32>
  call @host_initialise(%any) : (memref<*xi32>) -> ()
  call @kernel(%a, %c) : (memref<16x32xi32>, memref<16x16xi32>) -> ()
  // ALL: accel.dealloc %a
  // ALL: accel.dealloc %c
  memref.dealloc %a : memref<16x32xi32>
  memref.dealloc %c : memref<16x16xi32>
  return
}

// A kernel that nobody here calls leaves the engine and the buffers to its caller.
// ALL-LABEL: func.func @for_others
// ALL-SAME: #accel.dma<in>
// ALL-SAME: The caller must call dma_init()
// ALL-NOT: accel.init_dma
// ALL: accel.send
func.func @for_others(%a: memref<8x8xi32>) {
  %dma = arith.constant 0x40400000 : i32
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  %sent = accel.send %a : (memref<8x8xi32>) -> i32
  return
}

// Received and then sent, as the result of one product that goes into the next: it must be as the
// receive needs it, in the region of what is received.
// ALL-LABEL: func.func @received_and_sent
// ALL-SAME: (%c: memref<2x2x8x8xi32, #accel.dma<out>>)
func.func @received_and_sent(%c: memref<16x16xi32>) {
  %tile = memref.subview %c[8, 0] [8, 8] [1, 1] : memref<16x16xi32> to memref<8x8xi32, strided<[16, 1], offset: 128>>
  %received = accel.recv %tile : (memref<8x8xi32, strided<[16, 1], offset: 128>>) -> i32
  %sent = accel.send %tile : (memref<8x8xi32, strided<[16, 1], offset: 128>>) -> i32
  return
}
