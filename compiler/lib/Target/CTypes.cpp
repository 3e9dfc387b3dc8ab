#include "CTypes.h"

using namespace mlir;

std::optional<std::string> zerostage::get_scalar_type(Type type)
{
    if (type.isIndex())
        return "intptr_t"; // as memref.h has it
    if (type.isF32())
        return "float";
    if (type.isF64())
        return "double";
    if (type.isInteger(1))
        return "_Bool";
    for (const unsigned width : {8u, 16u, 32u, 64u})
        if (type.isInteger(width))
            return "int" + std::to_string(width) + "_t";
    return std::nullopt;
}

std::optional<std::string> zerostage::get_descriptor_name(MemRefType type)
{
    const Type element = type.getElementType();
    if (!get_scalar_type(element))
        return std::nullopt;
    std::string suffix = "index";
    if (!element.isIndex())
        suffix =
            (element.isInteger() ? "i" : "f") + std::to_string(element.getIntOrFloatBitWidth());
    return "memref_" + std::to_string(type.getRank()) + "d_" + suffix;
}

bool zerostage::has_standard_descriptor(MemRefType type)
{
    const Type element = type.getElementType();
    if (type.getRank() == 2 || type.getRank() == 4)
        return element.isInteger(32) || element.isInteger(8) || element.isF32();
    return type.getRank() == 0 && element.isInteger(32);
}

std::optional<SmallVector<int64_t>> zerostage::get_static_strides(MemRefType type)
{
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    if (failed(type.getStridesAndOffset(strides, offset)))
        return std::nullopt;
    if (llvm::any_of(strides, ShapedType::isDynamic))
        return std::nullopt;
    return strides;
}
