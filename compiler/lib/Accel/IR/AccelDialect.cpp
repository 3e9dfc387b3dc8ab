#include "zerostage/Accel/AccelDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace zerostage::accel;

#include "zerostage/Accel/AccelDialect.cpp.inc"
#include "zerostage/Accel/AccelEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "zerostage/Accel/AccelAttributes.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "zerostage/Accel/AccelTypes.cpp.inc"

void AccelDialect::initialize()
{
    addAttributes<
#define GET_ATTRDEF_LIST
#include "zerostage/Accel/AccelAttributes.cpp.inc"
        >();
    addTypes<
#define GET_TYPEDEF_LIST
#include "zerostage/Accel/AccelTypes.cpp.inc"
        >();
    addOperations<
#define GET_OP_LIST
#include "zerostage/Accel/AccelOps.cpp.inc"
        >();
}

std::optional<DmaRegion> zerostage::accel::get_dma_region(Type memref)
{
    auto type = dyn_cast<BaseMemRefType>(memref);
    if (!type)
        return std::nullopt;
    if (auto region = dyn_cast_or_null<DmaRegionAttr>(type.getMemorySpace()))
        return region.getValue();
    return std::nullopt;
}
