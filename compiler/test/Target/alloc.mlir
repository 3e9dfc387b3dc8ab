// Allocation in DMA memory: region, size and alignment.
// RUN: accel-opt %s --emit=c | FileCheck %s

// CHECK: void alloc(void){{$}}
func.func @alloc() {
  // CHECK: float *a = dma_alloc_or_exit(DMA_REGION_OUT, 3 * 5 * sizeof(float), 4096);
  %a = accel.alloc {alignment = 4096 : i64} : memref<3x5xf32, #accel.dma<out>>
  // CHECK-NEXT: dma_release(a);
  accel.dealloc %a : memref<3x5xf32, #accel.dma<out>>
  return
}
