/* MLIR memref descriptors as C structs: the layout of MLIR's StridedMemRefDescriptor.
 *
 * Sizes, strides and offset are in elements and as wide as MLIR's index type on the target:
 * intptr_t, or with -DZS_INDEX_64 the 64 bits that AXI4MLIR's kernels have on the 32-bit board: 48
 * bytes a descriptor of rank 2, which its measured page faults show. A subview keeps `allocated`
 * and `aligned` and changes offset, sizes and strides, so a transfer can start in place.
 */
#ifndef ZEROSTAGE_HOST_MEMREF_H
#define ZEROSTAGE_HOST_MEMREF_H

#include <stdint.h>

#ifdef ZS_INDEX_64
typedef int64_t memref_index;
#else
typedef intptr_t memref_index;
#endif

#define ZS_MEMREF(name, element, rank)                                                             \
    struct name {                                                                                  \
        element *allocated;                                                                        \
        element *aligned;                                                                          \
        memref_index offset;                                                                       \
        memref_index sizes[rank];                                                                  \
        memref_index strides[rank];                                                                \
    }

/* Row-major or strided matrices, and tile-major ones: sizes {M/tm, N/tn, tm, tn}. */
ZS_MEMREF(memref_2d_i32, int32_t, 2);
ZS_MEMREF(memref_2d_f32, float, 2);
ZS_MEMREF(memref_2d_i8, int8_t, 2);
ZS_MEMREF(memref_4d_i32, int32_t, 4);
ZS_MEMREF(memref_4d_f32, float, 4);
ZS_MEMREF(memref_4d_i8, int8_t, 4);

struct memref_0d_i32 {
    int32_t *allocated;
    int32_t *aligned;
    memref_index offset;
};

#endif
