// The LLVM route calls what the printed C calls, with C's types on 32-bit ARM.
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Ns copy=staged" --emit=llvm | FileCheck %s
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=zero_copy" --emit=llvm | FileCheck %s --check-prefix=IN-PLACE
// RUN: accel-opt %kernel --accel-pipeline="accelerator=v3 tile=8 flow=Cs copy=zero_copy" --emit=obj | od -A n -t x1 -N 4 | FileCheck %s --check-prefix=ELF
// RUN: not accel-opt %kernel --accel-pipeline="tile=8" --emit=obj --triple=pdp11 -o %t 2>&1 | FileCheck %s --check-prefix=TRIPLE

// CHECK: target triple = "armv7a-unknown-linux-gnueabihf"
// CHECK-DAG: declare void @accumulate_i32(i64, ptr, ptr)
// CHECK-DAG: declare i32 @copy_to_inbuffer_i32(i64, ptr, i32)
// CHECK-DAG: declare void @host_initialise(i64, ptr, i64, ptr, i64, ptr)

// Descriptors lie in variables of the function, not of the loop.
// CHECK: define void @matmul_call(
// CHECK-NEXT: alloca
// CHECK: call i32 @copy_to_inbuffer_i32(i64 %{{.*}}, ptr %{{.*}}, i32 0)
// CHECK-NEXT: %[[STARTED:.*]] = call i32 @dma_start_send(i32 1, i32 0)
// CHECK-NEXT: %[[FAILED:.*]] = icmp slt i32 %[[STARTED]], 0
// CHECK-NEXT: br i1 %[[FAILED]]
// CHECK: call void @exit(i32 1)
// CHECK-NEXT: unreachable
// CHECK: call void @dma_wait_send()
// CHECK: call void @accumulate_i32(i64 2, ptr

// IN-PLACE-DAG: declare ptr @dma_alloc(i32, i32, i32)
// IN-PLACE: call i32 @dma_start_send_from(i32 %{{.*}}, i32 64)

// ELF: 7f 45 4c 46

// TRIPLE: error: no code for the target 'pdp11'
