// Where a buffer goes in DMA memory, how it lies there, and the matrix that is in it.
#ifndef ZEROSTAGE_ACCEL_PLACEMENT_H
#define ZEROSTAGE_ACCEL_PLACEMENT_H

#include "zerostage/Accel/Passes.h"

namespace zerostage::accel
{

// Where a whole buffer goes, and how it lies there: row-major as before, or tile-major.
struct Placement {
    DmaRegion region;
    bool is_tile_major;
    mlir::SmallVector<int64_t, 2>
        tile;                 // shape in which it is transferred; empty for a whole buffer
    int64_t opcode_words = 0; // unless 0, each tile is in a slot, behind its opcode
    bool is_padded = false;   // it has whole tiles where the matrix ends within one
};

// Rows and columns of a matrix.
using MatrixSize = mlir::SmallVector<mlir::OpFoldResult, 2>;

inline mlir::MemRefType get_type(mlir::Value buffer)
{
    return mlir::cast<mlir::MemRefType>(buffer.getType());
}

constexpr int64_t WORD_BITS = 32;

// Elements that an opcode takes the place of.
int64_t get_opcode_size(mlir::MemRefType type, const Placement &placement);

// The buffer's type in DMA memory: row-major, tile-major [rows/t0][columns/t1][t0][t1], or
// [rows/t0][columns/t1][slot].
mlir::MemRefType get_placed_type(mlir::MemRefType type, const Placement &placement);

// Allocate DMA memory for a matrix; what is sent around it are zeros, written here, once.
mlir::Value allocate(mlir::OpBuilder &builder, mlir::Location location, mlir::MemRefType type,
                     const Placement &placement, const MatrixSize &size);

// The matrix in a buffer, as a host function sees it: without opcodes, and without padding. Padded
// and tile-major, it has its own rows and columns, of stride 0, in front.
mlir::Value make_matrix_view(mlir::OpBuilder &builder, mlir::Value buffer,
                             const Placement &placement, const MatrixSize &size);

} // namespace zerostage::accel

#endif
