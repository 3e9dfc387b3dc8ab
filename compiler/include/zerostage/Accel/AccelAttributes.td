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

class Accel_Attr<string name, string attribute> : AttrDef<Accel_Dialect, name> {
  let mnemonic = attribute;
  let hasCustomAssemblyFormat = 1;
}

def Accel_OpcodeAttr : Accel_Attr<"Opcode", "opcode"> {
  let summary = "one opcode of an accelerator: what the host does to have it executed";
  let description = [{
    ```mlir
    #accel.opcode<sA = [op_send_literal(1), op_send(0)]>
    ```

    | action | what the host does |
    |---|---|
    | `op_send(OPERAND)` | sends the operand's tile: 0 is A, 1 is B, 2 is C |
    | `op_recv(OPERAND)` | receives the operand's tile: 2, C |
    | `op_send_literal(WORD)` | sends a constant word: an opcode of the micro-ISA |
    | `op_send_dim(LOOP)` | sends the size of a loop: 0 is m, 1 is n, 2 is k |
    | `op_send_dim(OPERAND, DIMENSION)` | sends the size of a dimension of an operand |
    | `op_send_idx(LOOP)` | sends where a loop is, in elements |
  }];
  let parameters = (ins "::mlir::StringAttr":$name, ArrayRefParameter<"OpcodeAction">:$actions);
}

def Accel_OpcodeMapAttr : Accel_Attr<"OpcodeMap", "opcode_map"> {
  let summary = "the opcodes of an accelerator, by name";
  let description = [{
    Grammar of AXI4MLIR; a comma may follow the last entry.

    ```mlir
    #accel.opcode_map<sA = [op_send_literal(1), op_send(0)], rC = [op_send_literal(8), op_recv(2)]>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"OpcodeAttr">:$opcodes);
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    // The opcode of that name; null when there is none.
    OpcodeAttr find(::llvm::StringRef name) const;
  }];
}

def Accel_OpcodeFlowAttr : Accel_Attr<"OpcodeFlow", "opcode_flow"> {
  let summary = "in which loop each opcode is used";
  let description = [{
    Each pair of parentheses is a loop; the innermost pair is the innermost loop of the nest, and
    loops that have no pair only iterate. What stands before a pair is done before that loop, what
    stands behind it after.

    ```mlir
    #accel.opcode_flow<(sA (sBcCrC))>    // A stationary: A is sent once for many B
    #accel.opcode_flow<((sAsBcC) rC)>    // C stationary: C is received after the innermost loop
    ```
  }];
  let parameters = (ins "unsigned":$depth, ArrayRefParameter<"OpcodeUse">:$uses);
}

def Accel_InitOpcodesAttr : Accel_Attr<"InitOpcodes", "init_opcodes"> {
  let summary = "opcodes that are used once, before the loops";
  let description = [{
    ```mlir
    #accel.init_opcodes<(reset)>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::StringAttr">:$names);
}

#endif
