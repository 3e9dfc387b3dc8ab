// The C of the shipped kernel without the staging copy.
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=zero_copy transfer=packed" --emit=c | FileCheck %s --check-prefixes=ALL,PACKED
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=zero_copy transfer=rows" --emit=c | FileCheck %s --check-prefixes=ALL,ROWS
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Ns copy=zero_copy transfer=packed" --emit=c | FileCheck %s --check-prefix=NS
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=As copy=zero_copy transfer=packed" --emit=c | FileCheck %s --check-prefix=AS

// ALL-NOT: copy_to_inbuffer
// ALL-NOT: malloc
// PACKED: a: [4][4][8][8], tile-major: a 32x32 matrix in 8x8 tiles, in DMA memory (in)
// ROWS: a: [32][32], in DMA memory (in)

// PACKED: void matmul_call(struct memref_4d_i32 a,
// ROWS: void matmul_call(struct memref_2d_i32 a,
// ALL:     int32_t *opcode_7 = dma_alloc_or_exit(DMA_REGION_IN, sizeof(int32_t), 64);
// ALL-NEXT: *opcode_7 = 7;

// ALL:    for (intptr_t k = 0; k < 32; k += 8) {
// ALL-NEXT:    check(dma_start_send_from(opcode_7, 1));
// ALL-NEXT:    dma_wait_send();

// PACKED-NEXT: int32_t *tile_a = a.aligned + m / 8 * 256 + k / 8 * 64;
// PACKED-NEXT: check(dma_start_send_from(tile_a, 64));
// PACKED-NEXT: dma_wait_send();

// ROWS-NEXT:   int32_t *tile_a = a.aligned + m * 32 + k;
// ROWS:        for (intptr_t row = 0; row < 8; row++) {
// ROWS-NEXT:       check(dma_start_send_from(tile_a + row * 32, 8));
// ROWS-NEXT:       dma_wait_send();

// A tile comes back as one packet: received whole, whatever the way out.
// ALL:      check(dma_start_recv_into(tile_c, 64));

// ALL:      int32_t *c_memory = dma_alloc_or_exit(DMA_REGION_OUT, 4 * 4 * 8 * 8 * sizeof(int32_t), 64);
// PACKED:   host_initialise(4, &a, 4, &b, 4, &c);
// ROWS:     host_initialise(2, &a, 2, &b, 4, &c);

// Nothing stationary: partial tiles arrive in DMA memory, and the CPU adds them to a C on the heap.
// NS: int32_t *partial_c_memory = dma_alloc_or_exit(DMA_REGION_OUT, 8 * 8 * sizeof(int32_t), 64);
// NS: check(dma_start_recv_into(partial_c.aligned, 64));
// NS-NEXT: dma_wait_recv();
// NS-NEXT: struct memref_2d_i32 tile_c = {c.allocated, c.aligned, m * 32 + n, {8, 8}, {32, 1}};
// NS-NEXT: accumulate_i32(2, &tile_c, &partial_c);
// NS: int32_t *c_memory = malloc_or_exit(32 * 32 * sizeof(int32_t));
// NS: host_initialise(4, &a, 4, &b, 2, &c);

// A stationary: a tile of A is sent once for the row of B's tiles that follow.
// AS: flow As (A stationary)
// AS: *opcode_1 = 1;
// AS: *opcode_14 = 14;
// AS: for (intptr_t k = 0; k < 32; k += 8) {
// AS-NEXT:    check(dma_start_send_from(opcode_1, 1));
// AS-NEXT:    dma_wait_send();
// AS-NEXT:    int32_t *tile_a = a.aligned + m / 8 * 256 + k / 8 * 64;
// AS-NEXT:    check(dma_start_send_from(tile_a, 64));
// AS-NEXT:    dma_wait_send();
// AS:         for (intptr_t n = 0; n < 32; n += 8) {
// AS-NEXT:        check(dma_start_send_from(opcode_14, 1));
// AS-NEXT:        dma_wait_send();
// AS-NEXT:        int32_t *tile_b = b.aligned + k / 8 * 256 + n / 8 * 64;
// AS-NEXT:        check(dma_start_send_from(tile_b, 64));
// AS-NEXT:        dma_wait_send();
// AS-NEXT:        check(dma_start_recv_into(partial_c.aligned, 64));
// AS-NEXT:        dma_wait_recv();
// AS-NEXT:        struct memref_2d_i32 tile_c
// AS-NEXT:        accumulate_i32(2, &tile_c, &partial_c);
