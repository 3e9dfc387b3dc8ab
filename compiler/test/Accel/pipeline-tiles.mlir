// Neighbouring tiles overlap: the innermost loop runs one tile ahead.
// RUN: accel-opt %s --split-input-file --accel-pipeline-tiles | FileCheck %s

// Staged. Tile 0 is copied and started before the loop. In it, tile k + 8 is copied into the other
// half while tile k is in flight; then the send, and the result of tile k is finished while tile
// k + 8 is in flight. The last tile is finished after the loop.
// CHECK-LABEL: func.func @staged
// CHECK: accel.copy_in
// CHECK: %[[SEND:.*]] = accel.start_send_staged
// CHECK: %[[RECV:.*]] = accel.start_recv_staged
// CHECK: scf.for %k {{.*}} iter_args(%[[LAST_SEND:.*]] = %[[SEND]], %[[LAST_RECV:.*]] = %[[RECV]]) -> (!accel.token<send>, !accel.token<recv>)
// CHECK: %[[NEXT_IN:.*]] = arith.index_cast
// CHECK: accel.copy_in %{{.*}}, %[[NEXT_IN]]
// CHECK: accel.wait %[[LAST_SEND]]
// CHECK: %[[NEXT_SEND:.*]] = accel.start_send_staged %c64_i32{{.*}} at %[[NEXT_IN]]
// CHECK: accel.wait %[[LAST_RECV]]
// CHECK: %[[NEXT_RECV:.*]] = accel.start_recv_staged
// CHECK: accel.copy_out %partial
// CHECK: accel.accumulate %partial into
// CHECK: scf.yield %[[NEXT_SEND]], %[[NEXT_RECV]]
// CHECK: accel.wait
// CHECK: accel.wait
// CHECK: accel.copy_out %partial
// CHECK: accel.accumulate %partial into
// CHECK: return
func.func @staged(%a: memref<8x32xi32>, %c: memref<8x32xi32>) {
  %zero = arith.constant 0 : index
  %eight = arith.constant 8 : index
  %size = arith.constant 32 : index
  %partial = memref.alloc() : memref<8x8xi32>
  scf.for %k = %zero to %size step %eight {
    %tile_a = memref.subview %a[0, %k] [8, 8] [1, 1] : memref<8x32xi32> to memref<8x8xi32, strided<[32, 1], offset: ?>>
    %sent = accel.send %tile_a : (memref<8x8xi32, strided<[32, 1], offset: ?>>) -> i32
    %received = accel.recv %partial : (memref<8x8xi32>) -> i32
    %tile_c = memref.subview %c[0, %k] [8, 8] [1, 1] : memref<8x32xi32> to memref<8x8xi32, strided<[32, 1], offset: ?>>
    accel.accumulate %partial into %tile_c : memref<8x8xi32> into memref<8x8xi32, strided<[32, 1], offset: ?>>
  }
  memref.dealloc %partial : memref<8x8xi32>
  return
}

// -----

// In place there is nothing to copy; the scratch tile that results come into becomes two.
// CHECK-LABEL: func.func @in_place
// CHECK: accel.alloc : memref<2x8x8xi32, #accel.dma<out>>
// CHECK: accel.start_send
// CHECK: accel.start_recv
// CHECK: scf.for %k
// CHECK: accel.wait %{{.*}} : !accel.token<send>
// CHECK: accel.start_send
// CHECK: accel.wait %{{.*}} : !accel.token<recv>
// CHECK: accel.start_recv
// CHECK: accel.accumulate
// CHECK: scf.yield
// CHECK: accel.wait %{{.*}} : !accel.token<send>
// CHECK: accel.wait %{{.*}} : !accel.token<recv>
// CHECK: accel.accumulate
// CHECK: accel.dealloc
func.func @in_place(%a: memref<4x8x8xi32, #accel.dma<in>>, %c: memref<8x8xi32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %tiles = arith.constant 4 : index
  %partial = accel.alloc : memref<8x8xi32, #accel.dma<out>>
  scf.for %k = %zero to %tiles step %one {
    %tile_a = memref.subview %a[%k, 0, 0] [1, 8, 8] [1, 1, 1] : memref<4x8x8xi32, #accel.dma<in>> to memref<8x8xi32, strided<[8, 1], offset: ?>, #accel.dma<in>>
    %sent = accel.send %tile_a : (memref<8x8xi32, strided<[8, 1], offset: ?>, #accel.dma<in>>) -> i32
    %received = accel.recv %partial : (memref<8x8xi32, #accel.dma<out>>) -> i32
    accel.accumulate %partial into %c : memref<8x8xi32, #accel.dma<out>> into memref<8x8xi32>
  }
  accel.dealloc %partial : memref<8x8xi32, #accel.dma<out>>
  return
}

// -----

// One tile has no neighbour.
// CHECK-LABEL: func.func @one_tile
// CHECK: scf.for
// CHECK-NEXT: accel.send
func.func @one_tile(%a: memref<8x8xi32>) {
  %zero = arith.constant 0 : index
  %eight = arith.constant 8 : index
  scf.for %k = %zero to %eight step %eight {
    %sent = accel.send %a : (memref<8x8xi32>) -> i32
  }
  return
}

// -----

// In a block for the caches the loop starts at the block: it is made to start at zero, so that the
// length of its pipeline is known.
// CHECK-LABEL: func.func @block
// CHECK: scf.for %m_block
// CHECK: accel.copy_in
// CHECK: scf.for %inside = %c0{{.*}} to %{{.*}} step %c8 iter_args
// CHECK: %m{{.*}} = arith.addi %m_block, %
// CHECK: accel.wait
// CHECK: accel.start_send_staged
func.func @block(%a: memref<64x8xi32>) {
  %zero = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  %size = arith.constant 64 : index
  scf.for %m_block = %zero to %size step %c32 {
    %end = arith.addi %m_block, %c32 : index
    scf.for %m = %m_block to %end step %c8 {
      %tile_a = memref.subview %a[%m, 0] [8, 8] [1, 1] : memref<64x8xi32> to memref<8x8xi32, strided<[8, 1], offset: ?>>
      %sent = accel.send %tile_a : (memref<8x8xi32, strided<[8, 1], offset: ?>>) -> i32
    }
  }
  return
}

// -----

// Each staged send of an iteration has a place of its own, at a multiple of 64 bytes: a row of a tile
// across the blocks in which the CPU gathers stores would be written in parts.
// CHECK-LABEL: func.func @places
// CHECK: arith.constant 80 : index
// CHECK: %[[HALF:.*]] = arith.index_cast
// CHECK: accel.copy_in %opcode_7, %[[HALF]]
// CHECK: %[[TILE:.*]] = arith.addi %[[HALF]], %c16_i32
// CHECK: accel.copy_in %a, %[[TILE]]
func.func @places(%a: memref<8x8xi32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %i = %zero to %four step %one {
    %opcode = arith.constant 7 : i32
    %sent_opcode = accel.sendLiteral %opcode : (i32) -> i32
    %sent = accel.send %a : (memref<8x8xi32>) -> i32
  }
  return
}
