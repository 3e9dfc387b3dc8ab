// Loops whose tiles cannot overlap.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-pipeline-tiles

func.func @unknown_size(%a: memref<8x8xi32>, %size: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  // expected-error@+1 {{cannot be pipelined: its number of iterations is not constant}}
  scf.for %k = %zero to %size step %one {
    %sent = accel.send %a : (memref<8x8xi32>) -> i32
  }
  return
}

// -----

func.func @rows(%a: memref<8x8xi32, strided<[32, 1]>, #accel.dma<in>>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %k = %zero to %four step %one {
    // expected-error@+1 {{is sent a row at a time (transfer=packed or transfer=sg is one transfer)}}
    %sent = accel.send %a : (memref<8x8xi32, strided<[32, 1]>, #accel.dma<in>>) -> i32
  }
  return
}

// -----

func.func @place_of_its_own(%a: memref<8x8xi32>, %offset: i32) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %k = %zero to %four step %one {
    // expected-error@+1 {{says where in the DMA buffer it is staged}}
    %sent = accel.send %a, %offset : (memref<8x8xi32>, i32) -> i32
  }
  return
}

// -----

func.func @send_after_receive(%a: memref<8x8xi32>, %c: memref<8x8xi32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %k = %zero to %four step %one {
    %received = accel.recv %c : (memref<8x8xi32>) -> i32
    // expected-error@+1 {{follows a receive in its iteration: pipelining knows sends, then one receive}}
    %sent = accel.send %a : (memref<8x8xi32>) -> i32
  }
  return
}
