// Operations of the accel dialect.
#ifndef ZEROSTAGE_ACCEL_OPS_TD
#define ZEROSTAGE_ACCEL_OPS_TD

include "zerostage/Accel/AccelAttributes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Accel_Op<string mnemonic, list<Trait> traits = []> : Op<Accel_Dialect, mnemonic, traits>;

def Accel_InitDmaOp : Accel_Op<"init_dma"> {
  let summary = "initialise the DMA engine for the enclosing function";
  let description = [{
    Addresses are physical, sizes in bytes. Holds from here to the end of the function: lowering
    frees the engine before every return.

    ```mlir
    accel.init_dma %dma, %in, %in_bytes, %out, %out_bytes : (i32, i32, i32, i32, i32)
    ```
  }];
  let arguments = (ins I32:$dmaAddress, I32:$inAddress, I32:$inSize, I32:$outAddress, I32:$outSize);
  let assemblyFormat = "operands attr-dict `:` `(` type(operands) `)`";
}

def Accel_SendOp : Accel_Op<"send"> {
  let summary = "send a memref to the accelerator; blocks until it has gone";
  let description = [{
    The result is the number of 32-bit words sent: of elements, unless they are i8, of which a word
    holds four. `offset` (likewise) is where in the DMA buffer the staging copy goes; 0 without it.
    A memref in `#accel.dma` memory is sent in place and can have no offset.

    ```mlir
    %sent = accel.send %a : (memref<60x80xi32>) -> i32
    %sent = accel.send %a, %offset : (memref<60x80xi32>, i32) -> i32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "what to send", [MemRead]>:$source, Optional<I32>:$offset);
  let results = (outs I32:$sent);
  let assemblyFormat = "$source (`,` $offset^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Accel_SendLiteralOp : Accel_Op<"sendLiteral"> {
  let summary = "send one word, usually an opcode, to the accelerator";
  let description = [{
    The result is the number of words sent, 1; `offset` is as in `accel.send`.

    ```mlir
    %sent = accel.sendLiteral %opcode : (i32) -> i32
    ```
  }];
  let arguments = (ins I32:$literal, Optional<I32>:$offset);
  let results = (outs I32:$sent);
  let assemblyFormat = "$literal (`,` $offset^)? attr-dict `:` functional-type(operands, results)";
}

def Accel_RecvOp : Accel_Op<"recv"> {
  let summary = "receive a memref from the accelerator; blocks until it is there";
  let description = [{
    Overwrites the memref. The result is the number of words received; `offset` is as in
    `accel.send`.

    ```mlir
    %received = accel.recv %c, %offset : (memref<60x80xi32>, i32) -> i32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "where to", [MemWrite]>:$destination, Optional<I32>:$offset);
  let results = (outs I32:$received);
  let assemblyFormat =
      "$destination (`,` $offset^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Accel_AccumulateOp : Accel_Op<"accumulate"> {
  let summary = "add a memref into another, element by element, on the CPU";
  let description = [{
    ```mlir
    accel.accumulate %partial into %c : memref<8x8xi32> into memref<8x8xi32, strided<[64, 1]>>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "the summand", [MemRead]>:$source,
                       Arg<AnyMemRef, "the sum", [MemRead, MemWrite]>:$destination);
  let assemblyFormat =
      "$source `into` $destination attr-dict `:` type($source) `into` type($destination)";
  let hasVerifier = 1;
}

def Accel_AllocOp : Accel_Op<"alloc"> {
  let summary = "allocate DMA-mapped memory";
  let description = [{
    The alignment is in bytes. Its default suits the data widths of HP ports and DMA engines (8
    bytes; no realignment needed) and keeps buffers in cache lines of their own (32 or 64 bytes).

    ```mlir
    %a = accel.alloc : memref<128x128xi32, #accel.dma<in>>
    ```
  }];
  let arguments = (ins DefaultValuedAttr<I64Attr, "64">:$alignment);
  let results = (outs Res<AnyMemRef, "", [MemAlloc]>:$memref);
  let assemblyFormat = "attr-dict `:` type($memref)";
  let hasVerifier = 1;
}

def Accel_DeallocOp : Accel_Op<"dealloc"> {
  let summary = "release what accel.alloc allocated";
  let arguments = (ins Arg<AnyMemRef, "", [MemFree]>:$memref);
  let assemblyFormat = "$memref attr-dict `:` type($memref)";
  let hasVerifier = 1;
}

def Accel_AddressOp : Accel_Op<"address", [Pure]> {
  let summary = "address of a memref's first element, in bytes";
  let description = [{
    Unlike `memref.extract_aligned_pointer_as_index` it includes the memref's offset: it is what an
    in-place transfer starts from.
  }];
  let arguments = (ins AnyMemRef:$memref);
  let results = (outs Index:$address);
  let assemblyFormat = "$memref attr-dict `:` type($memref) `->` type($address)";
}

#endif
