// C names of MLIR types.
#ifndef ZEROSTAGE_LIB_TARGET_C_TYPES_H
#define ZEROSTAGE_LIB_TARGET_C_TYPES_H

#include "mlir/IR/BuiltinTypes.h"

#include <optional>
#include <string>

namespace zerostage
{

// "int32_t" for i32, "intptr_t" for index, ...; none for a type that has no such name.
std::optional<std::string> get_scalar_type(mlir::Type type);

// A memref's descriptor, as memref.h names it: "memref_2d_i32".
std::optional<std::string> get_descriptor_name(mlir::MemRefType type);

// Whether memref.h declares that descriptor.
bool has_standard_descriptor(mlir::MemRefType type);

// Static strides of a memref; none when one of them is dynamic.
std::optional<llvm::SmallVector<int64_t>> get_static_strides(mlir::MemRefType type);

} // namespace zerostage

#endif
