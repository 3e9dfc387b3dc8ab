// What counts as a matmul, and what a matmul must be like for an accelerator.
#ifndef ZEROSTAGE_ACCEL_MATMUL_H
#define ZEROSTAGE_ACCEL_MATMUL_H

#include "zerostage/Accel/Tile.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace zerostage::accel
{

// The problem C[m][n] += A[m][k] * B[k][n]; a size may be dynamic.
struct Problem {
    int64_t m;
    int64_t n;
    int64_t k;
    mlir::Type element; // of A and B
    mlir::Type result;  // of C
};

// The problem of a matmul that an accelerator can run; otherwise an error at `op` says why not.
mlir::FailureOr<Problem> match_problem(mlir::linalg::MatmulOp op);

// M, N and K of a matmul; dynamic where neither operand knows it.
Tile get_sizes(mlir::linalg::MatmulOp op);

// The fill of a matmul's result with zero that nothing but `before` sees; null: there is none.
mlir::linalg::FillOp find_zero_fill(mlir::Operation *before, mlir::Value result);

// Write each linalg.generic on memrefs that is a matmul as one, with its accel_* attributes. One
// that has such attributes but is no matmul is an error.
mlir::LogicalResult name_matmuls(mlir::Operation *root);

} // namespace zerostage::accel

#endif
