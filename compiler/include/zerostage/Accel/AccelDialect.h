// The accel dialect: its attributes, types and operations (AccelAttributes.td, AccelTypes.td,
// AccelOps.td).
#ifndef ZEROSTAGE_ACCEL_DIALECT_H
#define ZEROSTAGE_ACCEL_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "zerostage/Accel/Opcodes.h"

#include "zerostage/Accel/AccelDialect.h.inc"
#include "zerostage/Accel/AccelEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "zerostage/Accel/AccelAttributes.h.inc"
#define GET_TYPEDEF_CLASSES
#include "zerostage/Accel/AccelTypes.h.inc"

namespace zerostage::accel
{

// The DMA region that a memref lies in; none for a memref on the heap.
std::optional<DmaRegion> get_dma_region(mlir::Type memref);

// How many 32-bit words a memref's elements take in a transfer: of its own, static shape, or of the
// one that it is padded to.
int64_t get_word_count(mlir::MemRefType type, mlir::DenseI64ArrayAttr padded = {});

} // namespace zerostage::accel

#define GET_OP_CLASSES
#include "zerostage/Accel/AccelOps.h.inc"

#endif
