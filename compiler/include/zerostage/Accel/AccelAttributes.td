// Attributes of the accel dialect.
#ifndef ZEROSTAGE_ACCEL_ATTRIBUTES_TD
#define ZEROSTAGE_ACCEL_ATTRIBUTES_TD

include "zerostage/Accel/AccelDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Accel_DmaRegion : I32EnumAttr<"DmaRegion", "a region of DMA-mapped memory", [
    I32EnumAttrCase<"In", 0, "in">,
    I32EnumAttrCase<"Out", 1, "out">
  ]> {
  let cppNamespace = "::zerostage::accel";
  let genSpecializedAttr = 0;
}

def Accel_DmaRegionAttr : EnumAttr<Accel_Dialect, Accel_DmaRegion, "dma"> {
  let summary = "memory space of a memref in DMA-mapped memory";
  let description = [{
    `#accel.dma<in>` is the region that the memory-to-stream channel reads, `#accel.dma<out>` the
    one that the stream-to-memory channel writes.
  }];
  let assemblyFormat = "`<` $value `>`";
}

#endif
