// Shapes of tiles.
#ifndef ZEROSTAGE_ACCEL_TILE_H
#define ZEROSTAGE_ACCEL_TILE_H

#include "zerostage/Accel/Accelerators.h"

#include "mlir/IR/Operation.h"

#include <optional>
#include <string>

namespace zerostage::accel
{

// A part of a matmul: m x n of C, over k of A's columns and B's rows.
struct Tile {
    int64_t m;
    int64_t n;
    int64_t k;

    int64_t along(Dimension dimension) const;
    bool is_cube() const;
};

// "8" is 8x8x8; none for what is neither a positive number nor MxNxK.
std::optional<Tile> parse_tile(llvm::StringRef text);
// "8x8" for 8x8x8, "16x32x64" otherwise.
std::string to_string(const Tile &tile);

// The tile that accel-match-and-annotate wrote down at a matmul.
Tile get_tile(mlir::Operation *op);
void set_tile(mlir::Operation *op, const Tile &tile);

} // namespace zerostage::accel

#endif
