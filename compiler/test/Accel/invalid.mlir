// What the verifiers refuse.
// RUN: accel-opt %s --split-input-file --verify-diagnostics

func.func @words_are_32_bits(%a: memref<8x8xi64>) {
  // expected-error@+1 {{transfers 32-bit words: the element type is 'i64'}}
  %sent = accel.send %a : (memref<8x8xi64>) -> i32
  return
}

// -----

func.func @length_is_static(%c: memref<?x8xi32>) {
  // expected-error@+1 {{needs a memref of static shape, or what to pad it to, not 'memref<?x8xi32>'}}
  %received = accel.recv %c : (memref<?x8xi32>) -> i32
  return
}

// -----

func.func @in_place_has_no_offset(%a: memref<8x8xi32, #accel.dma<in>>, %offset: i32) {
  // expected-error@+1 {{has an offset into the DMA buffer, but its memref is in DMA memory}}
  %sent = accel.send %a, %offset : (memref<8x8xi32, #accel.dma<in>>, i32) -> i32
  return
}

// -----

func.func @shapes_match(%partial: memref<8x8xi32>, %c: memref<4x4xi32>) {
  // expected-error@+1 {{needs equal shapes and element types: 'memref<8x8xi32>' and 'memref<4x4xi32>'}}
  accel.accumulate %partial into %c : memref<8x8xi32> into memref<4x4xi32>
  return
}

// -----

func.func @alloc_needs_a_region() {
  // expected-error@+1 {{the memref needs memory space #accel.dma<in> or #accel.dma<out>}}
  %a = accel.alloc : memref<8x8xi32>
  return
}

// -----

func.func @alignment_is_a_power_of_two() {
  // expected-error@+1 {{alignment is 12: expected a power of two of at least 4}}
  %a = accel.alloc {alignment = 12 : i64} : memref<8x8xi32, #accel.dma<in>>
  return
}

// -----

func.func @dealloc_needs_a_region(%a: memref<8x8xi32>) {
  // expected-error@+1 {{releases DMA memory: memory space of 'memref<8x8xi32>' is not #accel.dma}}
  accel.dealloc %a : memref<8x8xi32>
  return
}

// -----

// expected-error@+2 {{to be one of: in, out}}
// expected-error@+1 {{failed to parse Accel_DmaRegionAttr}}
func.func @regions_are_in_and_out(%a: memref<8x8xi32, #accel.dma<sideways>>) {
  return
}

// -----

func.func @heap_is_not_in_place(%a: memref<8x8xi32>) {
  // expected-error@+1 {{is in place: memory space of 'memref<8x8xi32>' is not #accel.dma (heap memory is copied in and starts staged)}}
  %token = accel.start_send %a : memref<8x8xi32> -> !accel.token<send>
  accel.wait %token : !accel.token<send>
  return
}

// -----

func.func @never_waited_for(%a: memref<8x8xi32, #accel.dma<in>>) {
  // expected-error@+1 {{must be waited for once: its token has 0 uses}}
  %token = accel.start_send %a : memref<8x8xi32, #accel.dma<in>> -> !accel.token<send>
  return
}

// -----

func.func @waited_for_twice(%c: memref<8x8xi32, #accel.dma<out>>) {
  // expected-error@+1 {{must be waited for once: its token has 2 uses}}
  %token = accel.start_recv %c : memref<8x8xi32, #accel.dma<out>> -> !accel.token<recv>
  accel.wait %token : !accel.token<recv>
  accel.wait %token : !accel.token<recv>
  return
}

// -----

func.func @two_in_flight(%length: i32) {
  // expected-note@+1 {{started here, and not waited for in between}}
  %first = accel.start_send_staged %length at %length : !accel.token<send>
  // The other channel is free.
  %other = accel.start_recv_staged %length at %length : !accel.token<recv>
  // expected-error@+1 {{starts while another transfer is in flight on its channel}}
  %second = accel.start_send_staged %length at %length : !accel.token<send>
  accel.wait %first : !accel.token<send>
  accel.wait %second : !accel.token<send>
  accel.wait %other : !accel.token<recv>
  return
}

// -----

func.func @nothing_to_send() {
  // expected-error@+1 {{needs at least one part to send}}
  %token = "accel.start_send"() : () -> !accel.token<send>
  accel.wait %token : !accel.token<send>
  return
}

// -----

func.func @tokens_have_a_channel(%length: i32) {
  // expected-error@+1 {{'accel.start_send_staged' op result #0 must be token of a transfer in flight, but got '!accel.token<recv>'}}
  %token = accel.start_send_staged %length at %length : !accel.token<recv>
  accel.wait %token : !accel.token<recv>
  return
}
