// The DMA engine is initialised once, where the program starts.
// RUN: accel-opt %s --split-input-file --verify-diagnostics --accel-hoist-init | FileCheck %s

// CHECK-LABEL: func.func @kernel
// CHECK-NEXT: return
func.func @kernel() {
  %dma = arith.constant 0x40400000 : i32
  %bytes = arith.constant 65536 : i32
  accel.init_dma %dma, %dma, %bytes, %dma, %bytes : (i32, i32, i32, i32, i32)
  return
}

// CHECK-LABEL: func.func @layer
// CHECK-NEXT: call @kernel
func.func @layer() {
  call @kernel() : () -> ()
  return
}

// CHECK-LABEL: func.func @program
// CHECK: accel.init_dma
// CHECK-NOT: accel.init_dma
// CHECK: call @layer
func.func @program() {
  call @layer() : () -> ()
  call @kernel() : () -> ()
  return
}

// -----

// Nobody calls it: it stays.
// CHECK-LABEL: func.func @alone
// CHECK: accel.init_dma
func.func @alone() {
  %dma = arith.constant 0x40400000 : i32
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  return
}

// -----

func.func @endless() {
  %dma = arith.constant 0x40400000 : i32
  // expected-error@+1 {{no outermost caller of @endless: its callers call each other}}
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  call @endless() : () -> ()
  return
}

// -----

func.func @one() {
  %dma = arith.constant 0x40400000 : i32
  // expected-error@+1 {{initialises the DMA engine otherwise than @other, which @both calls}}
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  return
}

func.func @other() {
  %dma = arith.constant 0x40410000 : i32
  accel.init_dma %dma, %dma, %dma, %dma, %dma : (i32, i32, i32, i32, i32)
  return
}

func.func @both() {
  call @one() : () -> ()
  call @other() : () -> ()
  return
}
