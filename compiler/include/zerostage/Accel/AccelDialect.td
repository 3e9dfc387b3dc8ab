// The accel dialect: what a host program says to an accelerator behind AXI DMA.
#ifndef ZEROSTAGE_ACCEL_DIALECT_TD
#define ZEROSTAGE_ACCEL_DIALECT_TD

include "mlir/IR/OpBase.td"

def Accel_Dialect : Dialect {
  let name = "accel";
  let summary = "Data movement between a host and an accelerator behind AXI DMA";
  let description = [{
    Sends to and receives from a stream accelerator, and memory that the DMA engine can reach.

    The transfer operations keep the textual form of the AXI4MLIR project's dialect of the same
    name. What is new is the memory space `#accel.dma<in>` / `#accel.dma<out>`: a memref in it lies
    in DMA-mapped memory, so that a transfer can start in place, without a staging copy. And the
    blocking transfers have parts: the staging copy, the start, which gives a token, and the wait,
    which takes it.
  }];
  let cppNamespace = "::zerostage::accel";
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

#endif
