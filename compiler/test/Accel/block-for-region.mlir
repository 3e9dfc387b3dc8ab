// Matrices of 64x64 words, 16 KiB each, and regions that do not hold them: blocks of them go through.
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=9216 dma-out-bytes=4096" --accel-block-for-region 2>/dev/null | FileCheck %s
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=9216 dma-out-bytes=4096" --accel-block-for-region 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// RUN: accel-opt %s --accel-match-and-annotate="flow=Ns dma-in-bytes=9216 dma-out-bytes=4096" --accel-block-for-region 2>/dev/null | FileCheck %s --check-prefix=NS
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=25600" --accel-block-for-region 2>/dev/null | FileCheck %s --check-prefix=ONE
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=4096 dma-out-bytes=4096" --accel-block-for-region="moves=outputs" 2>/dev/null | FileCheck %s --check-prefix=OUT
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=9216" --accel-block-for-region="block=none" | FileCheck %s --check-prefix=NONE
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs" --accel-block-for-region | FileCheck %s --check-prefix=NONE
// RUN: accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=9216 dma-out-bytes=4096" --accel-block-for-region --accel-tile-and-order --accel-place-transfers --accel-zero-copy 2>/dev/null | FileCheck %s --check-prefix=PLACED

// RUN: not accel-opt %s --accel-match-and-annotate="dma-in-bytes=512" --accel-block-for-region 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not accel-opt %s --accel-match-and-annotate="dma-in-bytes=9216" --accel-block-for-region="block=64x64x32" 2>&1 | FileCheck %s --check-prefix=ASKED
// RUN: not accel-opt %s --accel-match-and-annotate --accel-block-for-region="block=64x64x20" 2>&1 | FileCheck %s --check-prefix=DIVIDES
// RUN: not accel-opt %s --accel-match-and-annotate --accel-block-for-region="block=big" 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not accel-opt %s --accel-pipeline="region-block=none" 2>&1 | FileCheck %s --check-prefix=STAGED
// RUN: not accel-opt %s --accel-match-and-annotate="flow=Cs dma-in-bytes=2048" --accel-block-for-region="accumulate=accelerator" 2>&1 | FileCheck %s --check-prefix=DEPTH

func.func @matmul(%a: memref<64x64xi32>, %b: memref<64x64xi32>, %c: memref<64x64xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<64x64xi32>)
  linalg.matmul ins(%a, %b : memref<64x64xi32>, memref<64x64xi32>) outs(%c : memref<64x64xi32>)
  return
}

// C stays in the accelerator over all of K: so do blocks, and C comes back complete.
// REMARK: remark: 64x64x64 takes 32896 bytes of the DMA's input region (dma-in-bytes: 9216) and 16384 of its output region (dma-out-bytes: 4096): it goes through in blocks of 16x16x64
// CHECK-NOT: linalg.fill
// CHECK: %block_a = memref.alloc() : memref<16x64xi32>
// CHECK: %block_b = memref.alloc() : memref<64x16xi32>
// CHECK: %block_c = memref.alloc() : memref<16x16xi32>
// CHECK: scf.for %m_region = %{{.*}} to %c64{{.*}} step %c16
// CHECK: %part_of_a = memref.subview %a[%m_region, 0] [16, 64]
// CHECK-NEXT: accel.repack %part_of_a to %block_a
// CHECK: scf.for %n_region
// CHECK: %part_of_b = memref.subview %b[0, %n_region] [64, 16]
// CHECK-NEXT: accel.repack %part_of_b to %block_b
// CHECK-NEXT: linalg.fill ins(%{{.*}}) outs(%block_c
// CHECK-NEXT: linalg.matmul {{.*}} ins(%block_a, %block_b {{.*}}) outs(%block_c
// CHECK-NEXT: %part_of_c = memref.subview %c[%m_region, %n_region] [16, 16]
// CHECK-NEXT: accel.repack %block_c to %part_of_c
// CHECK: memref.dealloc %block_a
// CHECK: memref.dealloc %block_b
// CHECK: memref.dealloc %block_c

// Where parts of C come back anyway, K is what is parted: then each element is brought in once. C
// stays where it is, and the CPU adds to it.
// NS: linalg.fill
// NS-NOT: %block_c
// NS: scf.for %k_region = %{{.*}} to %c64{{.*}} step %c16
// NS: accel.repack %part_of_a to %block_a : memref<64x16xi32
// NS: accel.repack %part_of_b to %block_b : memref<16x64xi32
// NS-NEXT: linalg.matmul {{.*}} outs(%c

// A matrix that fits beside blocks of the other one stays whole.
// ONE-NOT: %block_a
// ONE: scf.for %n_region
// ONE: linalg.matmul {{.*}} ins(%a, %block_b

// What is not sent in place needs no blocks of its own.
// OUT-NOT: %block_a
// OUT-NOT: %block_b
// OUT: linalg.matmul {{.*}} ins(%a, %part_of_b {{.*}}) outs(%block_c

// NONE-NOT: scf.for
// NONE: linalg.matmul {{.*}} ins(%a, %b {{.*}}) outs(%c

// The buffers of blocks are what goes to DMA memory, in its layout.
// PLACED: %block_a = accel.alloc : memref<2x8x8x8xi32, #accel.dma<in>>
// PLACED: %block_c = accel.alloc : memref<2x2x8x8xi32, #accel.dma<out>>
// PLACED: accel.repack %part_of_a to %block_a : memref<16x64xi32, strided<[64, 1], offset: ?>> to memref<2x8x8x8xi32, #accel.dma<in>>
// PLACED-NOT: linalg.fill
// PLACED: accel.recv %tile_c
// PLACED: accel.repack %block_c to %part_of_c

// TILE: error: does not fit the DMA regions, not even in blocks: 8x8x8 takes 576 bytes of the DMA's input region (dma-in-bytes: 512)
// ASKED: error: region-block: 64x64x32 takes 16448 bytes of the DMA's input region (dma-in-bytes: 9216) and 256 of its output region (dma-out-bytes: 4194304)
// DEPTH: error: cannot accumulate in the accelerator: all of K does not fit, {{.*}} (accumulate=cpu, or larger regions)
// DIVIDES: error: region-block is 64x64x20: expected a divisor of 64x64x64 and a multiple of 8x8x8
// TEXT: error: region-block is 'big': expected auto, none or MxNxK
// STAGED: region-block has no effect with copy=staged, which needs room for tiles only
