// Where each flow sends and receives. Sends come before the loop inside, results after it.
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v1 flow=Ns" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,V1
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v2 flow=Ns" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,NS -DDO_ALL=7
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v2 flow=As" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,AS -DMULTIPLY=6
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v2 flow=Bs" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,BS -DMULTIPLY=5
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 flow=Ns" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,NS -DDO_ALL=15
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 flow=As" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,AS -DMULTIPLY=14
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 flow=Bs" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,BS -DMULTIPLY=13
// RUN: accel-opt %s --accel-match-and-annotate="accelerator=v3 flow=Cs" --accel-tile-and-order --accel-place-transfers | FileCheck %s --check-prefixes=ALL,CS

// ALL-LABEL: func.func @zero_filled
// ALL: accel.init_dma
func.func @zero_filled(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<32x32xi32>)
  linalg.matmul ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}
// v1 has no opcodes. Partial tiles are added up by the CPU, in a C that was filled with zero.
// V1: linalg.fill
// V1: %partial_c = memref.alloc() : memref<8x8xi32>
// V1-NOT: accel.sendLiteral
// V1: scf.for %k
// V1-NEXT: %tile_a = memref.subview %a[%m, %k]
// V1-NEXT: accel.send %tile_a
// V1-NEXT: %tile_b = memref.subview %b[%k, %n]
// V1-NEXT: accel.send %tile_b
// V1-NEXT: accel.recv %partial_c
// V1-NEXT: %tile_c = memref.subview %c[%m, %n]
// V1-NEXT: accel.accumulate %partial_c into %tile_c
// V1: memref.dealloc %partial_c

// v2 and v3 are told to do all of it, 7 and 15, for every product.
// NS: linalg.fill
// NS: scf.for %k
// NS-NEXT: %[[OPCODE:.*]] = arith.constant [[DO_ALL]] : i32
// NS-NEXT: accel.sendLiteral %[[OPCODE]]
// NS: accel.send %tile_a
// NS: accel.send %tile_b
// NS: accel.recv %partial_c
// NS: accel.accumulate

// A stationary: a tile of A, announced by 1, stays for a row of B's tiles, whose opcode (v2: 6, v3:
// 14) also sends the product back. It is no more than a part of C: the CPU adds it.
// AS: linalg.fill
// AS: %partial_c = memref.alloc() : memref<8x8xi32>
// AS: scf.for %m
// AS: scf.for %k
// AS-NEXT: %[[KEEP:.*]] = arith.constant 1 : i32
// AS-NEXT: accel.sendLiteral %[[KEEP]]
// AS-NEXT: %tile_a = memref.subview %a[%m, %k]
// AS-NEXT: accel.send %tile_a
// AS-NEXT: scf.for %n
// AS-NEXT: %[[OPCODE:.*]] = arith.constant [[MULTIPLY]] : i32
// AS-NEXT: accel.sendLiteral %[[OPCODE]]
// AS-NEXT: %tile_b = memref.subview %b[%k, %n]
// AS-NEXT: accel.send %tile_b
// AS-NEXT: accel.recv %partial_c
// AS-NEXT: %tile_c = memref.subview %c[%m, %n]
// AS-NEXT: accel.accumulate %partial_c into %tile_c
// AS-NEXT: } {accel.comment = "n:
// AS-NEXT: } {accel.comment = "k:
// AS-NEXT: } {accel.comment = "m:

// B stationary: the same with the roles of A and B exchanged.
// BS: linalg.fill
// BS: %partial_c = memref.alloc() : memref<8x8xi32>
// BS: scf.for %n
// BS: scf.for %k
// BS-NEXT: %[[KEEP:.*]] = arith.constant 2 : i32
// BS-NEXT: accel.sendLiteral %[[KEEP]]
// BS-NEXT: %tile_b = memref.subview %b[%k, %n]
// BS-NEXT: accel.send %tile_b
// BS-NEXT: scf.for %m
// BS-NEXT: %[[OPCODE:.*]] = arith.constant [[MULTIPLY]] : i32
// BS-NEXT: accel.sendLiteral %[[OPCODE]]
// BS-NEXT: %tile_a = memref.subview %a[%m, %k]
// BS-NEXT: accel.send %tile_a
// BS-NEXT: accel.recv %partial_c
// BS-NEXT: %tile_c = memref.subview %c[%m, %n]
// BS-NEXT: accel.accumulate %partial_c into %tile_c
// BS-NEXT: } {accel.comment = "m:
// BS-NEXT: } {accel.comment = "k:
// BS-NEXT: } {accel.comment = "n:

// C stationary: 7 a product, then 8 once for the whole of K. The fill is dead and goes.
// CS-NOT: linalg.fill
// CS-NOT: memref.alloc
// CS: scf.for %n
// CS-NEXT: scf.for %k
// CS-NEXT: %[[MULTIPLY:.*]] = arith.constant 7 : i32
// CS-NEXT: accel.sendLiteral %[[MULTIPLY]]
// CS: accel.send %tile_a
// CS: accel.send %tile_b
// CS-NEXT: }
// CS-NEXT: %[[FETCH:.*]] = arith.constant 8 : i32
// CS-NEXT: accel.sendLiteral %[[FETCH]]
// CS-NEXT: %tile_c = memref.subview %c[%m, %n]
// CS-NEXT: accel.recv %tile_c

// Without a fill, C may hold anything: the CPU adds to it.
// ALL-LABEL: func.func @accumulates
func.func @accumulates(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  // CS: %partial_c = memref.alloc
  // CS: accel.recv %partial_c
  // CS: accel.accumulate %partial_c into %tile_c
  linalg.matmul ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// A fill with something else is part of the result.
// ALL-LABEL: func.func @one_filled
func.func @one_filled(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  %one = arith.constant 1 : i32
  // CS: linalg.fill
  linalg.fill ins(%one : i32) outs(%c : memref<32x32xi32>)
  // CS: accel.accumulate
  linalg.matmul ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// Zero was there, but somebody may have changed it since.
func.func private @change(memref<32x32xi32>)
// ALL-LABEL: func.func @filled_and_changed
func.func @filled_and_changed(%a: memref<32x32xi32>, %b: memref<32x32xi32>, %c: memref<32x32xi32>) {
  %zero = arith.constant 0 : i32
  // CS: linalg.fill
  linalg.fill ins(%zero : i32) outs(%c : memref<32x32xi32>)
  call @change(%c) : (memref<32x32xi32>) -> ()
  // CS: accel.accumulate
  linalg.matmul ins(%a, %b : memref<32x32xi32>, memref<32x32xi32>) outs(%c : memref<32x32xi32>)
  return
}

// A fill of another buffer in between does not matter.
// ALL-LABEL: func.func @two_fills
func.func @two_fills(%a: memref<32x32xf32>, %b: memref<32x32xf32>, %c: memref<32x32xf32>) {
  %zero = arith.constant 0.0 : f32
  // CS: linalg.fill ins(%zero : f32) outs(%b
  // CS-NOT: linalg.fill
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  linalg.fill ins(%zero : f32) outs(%b : memref<32x32xf32>)
  // CS: accel.recv %tile_c
  linalg.matmul ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  return
}
