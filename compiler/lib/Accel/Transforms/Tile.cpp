// Shapes of tiles.
#include "zerostage/Accel/Tile.h"

#include "zerostage/Accel/Annotations.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace zerostage::accel;

int64_t Tile::along(Dimension dimension) const
{
    switch (dimension) {
    case Dimension::M:
        return m;
    case Dimension::N:
        return n;
    case Dimension::K:
        return k;
    }
    llvm_unreachable("a matmul has three dimensions");
}

bool Tile::is_cube() const
{
    return m == n && n == k;
}

std::optional<Tile> zerostage::accel::parse_tile(StringRef text)
{
    SmallVector<StringRef, 3> words;
    text.split(words, 'x');
    SmallVector<int64_t, 3> sizes;
    for (const StringRef word : words)
        if (word.getAsInteger(10, sizes.emplace_back()) || sizes.back() < 1)
            return std::nullopt;
    if (sizes.size() == 1)
        return Tile{sizes[0], sizes[0], sizes[0]};
    if (sizes.size() == 3)
        return Tile{sizes[0], sizes[1], sizes[2]};
    return std::nullopt;
}

std::string zerostage::accel::to_string(const Tile &tile)
{
    if (tile.is_cube())
        return llvm::formatv("{0}x{0}", tile.m);
    return llvm::formatv("{0}x{1}x{2}", tile.m, tile.n, tile.k);
}

Tile zerostage::accel::get_tile(Operation *op)
{
    if (auto sizes = op->getAttrOfType<DenseI64ArrayAttr>(ATTR_TILE))
        return {sizes[0], sizes[1], sizes[2]};
    const int64_t size = op->getAttrOfType<IntegerAttr>(ATTR_TILE).getInt();
    return {size, size, size};
}

void zerostage::accel::set_tile(Operation *op, const Tile &tile)
{
    Builder builder(op->getContext());
    if (tile.is_cube())
        op->setAttr(ATTR_TILE, builder.getI64IntegerAttr(tile.m));
    else
        op->setAttr(ATTR_TILE, builder.getDenseI64ArrayAttr({tile.m, tile.n, tile.k}));
}
