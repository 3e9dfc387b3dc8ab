// The C of the shipped kernel with the staging copy.
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=staged" --emit=c | FileCheck %s

// CHECK: Generated; do not edit. Made by:
// CHECK: accel-opt matmul-32x32x32-i32.mlir --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=staged"
// CHECK: #include "axi_dma.h"
// CHECK-NEXT: #include "memref.h"

// CHECK: void matmul_call(struct memref_2d_i32 a, struct memref_2d_i32 b, struct memref_2d_i32 c){{$}}
// CHECK-NEXT: {
// CHECK-NEXT:     int32_t opcode_7_word = 7;
// CHECK-NEXT:     struct memref_0d_i32 opcode_7 = {&opcode_7_word, &opcode_7_word, 0};
// CHECK:          /* m: rows of C, a tile at a time */
// CHECK-NEXT:     for (intptr_t m = 0; m < 32; m += 8) {
// CHECK:              for (intptr_t n = 0; n < 32; n += 8) {
// CHECK:                  for (intptr_t k = 0; k < 32; k += 8) {
// CHECK-NEXT:                 copy_to_inbuffer_i32(0, &opcode_7, 0);
// CHECK-NEXT:                 check(dma_start_send(1, 0));
// CHECK-NEXT:                 dma_wait_send();
// CHECK-NEXT:                 struct memref_2d_i32 tile_a = {a.allocated, a.aligned, m * 32 + k, {8, 8}, {32, 1}};
// CHECK-NEXT:                 copy_to_inbuffer_i32(2, &tile_a, 0);
// CHECK-NEXT:                 check(dma_start_send(64, 0));
// CHECK-NEXT:                 dma_wait_send();
// CHECK:                      copy_to_inbuffer_i32(2, &tile_b, 0);
// CHECK:                  }
// CHECK-NEXT:             copy_to_inbuffer_i32(0, &opcode_8, 0);
// CHECK:                  check(dma_start_recv(64, 0));
// CHECK-NEXT:             dma_wait_recv();
// CHECK-NEXT:             copy_from_outbuffer_i32(2, &tile_c, 0);

// CHECK: void matmul_program(void){{$}}
// CHECK-NEXT: {
// CHECK-NEXT:     dma_init(0x40400000u, 0x16000000u, 4194304u, 0x16400000u, 4194304u);
// CHECK-NEXT:     int32_t *a_memory = malloc_or_exit(32 * 32 * sizeof(int32_t));
// CHECK-NEXT:     struct memref_2d_i32 a = {a_memory, a_memory, 0, {32, 32}, {32, 1}};
// CHECK:          host_initialise(2, &a, 2, &b, 2, &c);
// CHECK-NEXT:     matmul_call(a, b, c);
// CHECK-NEXT:     host_check(2, &a, 2, &b, 2, &c);
// CHECK-NEXT:     free(a_memory);
// CHECK:          dma_free();
// CHECK-NEXT: }
