// Operations of the accel dialect.
#ifndef ZEROSTAGE_ACCEL_OPS_TD
#define ZEROSTAGE_ACCEL_OPS_TD

include "zerostage/Accel/AccelAttributes.td"
include "zerostage/Accel/AccelTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Accel_Op<string mnemonic, list<Trait> traits = []> : Op<Accel_Dialect, mnemonic, traits>;

// For an operation with a memref and the shape that it is padded to, if any.
class Accel_CountWords<string memref> {
  string declaration = [{
    // How many 32-bit words go, padding included.
    int64_t count_words()
    {
        return get_word_count(::llvm::cast<::mlir::MemRefType>(}] # memref # [{().getType()),
                              getPaddedAttr());
    }
  }];
}

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

    `padded` is the shape that the accelerator gets, for a memref that may be smaller, as a tile at
    the edge of its matrix is: the staging copy puts the memref first in each dimension, and zeros
    behind it. What is sent in place cannot be padded: its zeros lie in the matrix.

    ```mlir
    %sent = accel.send %a : (memref<60x80xi32>) -> i32
    %sent = accel.send %a, %offset : (memref<60x80xi32>, i32) -> i32
    %sent = accel.send %edge padded [8, 8] : (memref<?x8xi32, strided<[80, 1], offset: ?>>) -> i32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "what to send", [MemRead]>:$source, Optional<I32>:$offset,
                       OptionalAttr<DenseI64ArrayAttr>:$padded);
  let results = (outs I32:$sent);
  let assemblyFormat = "$source (`,` $offset^)? (`padded` $padded^)? attr-dict `:` "
                       "functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = Accel_CountWords<"getSource">.declaration;
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
    `accel.send`. `padded` is the shape that the accelerator returns: what lies outside of the
    memref is dropped.

    ```mlir
    %received = accel.recv %c, %offset : (memref<60x80xi32>, i32) -> i32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "where to", [MemWrite]>:$destination, Optional<I32>:$offset,
                       OptionalAttr<DenseI64ArrayAttr>:$padded);
  let results = (outs I32:$received);
  let assemblyFormat = "$destination (`,` $offset^)? (`padded` $padded^)? attr-dict `:` "
                       "functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = Accel_CountWords<"getDestination">.declaration;
}

// Transfers in parts: the staging copy, the start, the wait.

def Accel_CopyInOp : Accel_Op<"copy_in"> {
  let summary = "staging copy into the DMA buffer to the accelerator";
  let description = [{
    The offset (in elements) is where in the buffer the copy starts; the result is where it ends,
    and so where the next part of the same transfer goes. `padded` is as in `accel.send`.

    ```mlir
    %end = accel.copy_in %tile, %offset : (memref<8x8xi32>, i32) -> i32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "what to copy", [MemRead]>:$source, I32:$offset,
                       OptionalAttr<DenseI64ArrayAttr>:$padded);
  let results = (outs I32:$end);
  let assemblyFormat = "$source `,` $offset (`padded` $padded^)? attr-dict `:` "
                       "functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = Accel_CountWords<"getSource">.declaration;
}

def Accel_CopyOutOp : Accel_Op<"copy_out"> {
  let summary = "copy out of the DMA buffer from the accelerator";
  let description = [{
    As `accel.copy_in`, the other way.

    ```mlir
    %end = accel.copy_out %tile, %offset : (memref<8x8xi32>, i32) -> i32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "where to", [MemWrite]>:$destination, I32:$offset,
                       OptionalAttr<DenseI64ArrayAttr>:$padded);
  let results = (outs I32:$end);
  let assemblyFormat = "$destination `,` $offset (`padded` $padded^)? attr-dict `:` "
                       "functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = Accel_CountWords<"getDestination">.declaration;
}

def Accel_StartSendStagedOp : Accel_Op<"start_send_staged"> {
  let summary = "start to send what was copied into the DMA buffer";
  let description = [{
    Length and offset are in elements.

    ```mlir
    %token = accel.start_send_staged %length at %offset : !accel.token<send>
    ```
  }];
  let arguments = (ins I32:$length, I32:$offset);
  let results = (outs Accel_SendToken:$token);
  let assemblyFormat = "$length `at` $offset attr-dict `:` qualified(type($token))";
  let hasVerifier = 1;
}

def Accel_StartRecvStagedOp : Accel_Op<"start_recv_staged"> {
  let summary = "start to receive into the DMA buffer";
  let description = [{
    ```mlir
    %token = accel.start_recv_staged %length at %offset : !accel.token<recv>
    ```
  }];
  let arguments = (ins I32:$length, I32:$offset);
  let results = (outs Accel_RecvToken:$token);
  let assemblyFormat = "$length `at` $offset attr-dict `:` qualified(type($token))";
  let hasVerifier = 1;
}

def Accel_StartSendOp : Accel_Op<"start_send"> {
  let summary = "start to send in place, from DMA memory";
  let description = [{
    The parts leave one after the other, as one transfer. More than one part, or one that is not
    contiguous, needs an engine with scatter-gather.

    ```mlir
    %token = accel.start_send %tile : memref<8x8xi32, #accel.dma<in>> -> !accel.token<send>
    ```
  }];
  let arguments = (ins Arg<Variadic<AnyMemRef>, "what to send", [MemRead]>:$parts);
  let results = (outs Accel_SendToken:$token);
  let assemblyFormat = "$parts attr-dict `:` type($parts) `->` qualified(type($token))";
  let hasVerifier = 1;
}

def Accel_AppendSendOp : Accel_Op<"append_send"> {
  let summary = "append a part to the next packet's descriptor chain";
  let description = [{
    For an engine with scatter-gather: the chain is built while an earlier packet may still be in
    flight. `accel.start_send_appended` sends what was appended.

    ```mlir
    accel.append_send %tile : memref<8x8xi32, strided<[128, 1]>, #accel.dma<in>>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "what to send", [MemRead]>:$part);
  let assemblyFormat = "$part attr-dict `:` type($part)";
  let hasVerifier = 1;
}

def Accel_StartSendAppendedOp : Accel_Op<"start_send_appended"> {
  let summary = "start to send what was appended, as one packet";
  let description = [{
    ```mlir
    %token = accel.start_send_appended : !accel.token<send>
    ```
  }];
  let results = (outs Accel_SendToken:$token);
  let assemblyFormat = "attr-dict `:` qualified(type($token))";
  let hasVerifier = 1;
}

def Accel_StartRecvOp : Accel_Op<"start_recv"> {
  let summary = "start to receive in place, into DMA memory";
  let description = [{
    A destination that is not contiguous needs an engine with scatter-gather.

    ```mlir
    %token = accel.start_recv %tile : memref<8x8xi32, #accel.dma<out>> -> !accel.token<recv>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "where to", [MemWrite]>:$destination);
  let results = (outs Accel_RecvToken:$token);
  let assemblyFormat = "$destination attr-dict `:` type($destination) `->` qualified(type($token))";
  let hasVerifier = 1;
}

def Accel_WaitOp : Accel_Op<"wait"> {
  let summary = "wait until a transfer is done";
  let description = [{
    Before that, what is sent must not be changed and what is received must not be looked at.

    ```mlir
    accel.wait %token : !accel.token<send>
    ```
  }];
  let arguments = (ins Accel_TokenType:$token);
  let assemblyFormat = "$token attr-dict `:` qualified(type($token))";
}

def Accel_CheckSizesOp : Accel_Op<"check_sizes"> {
  let summary = "end the program unless matrices of these sizes can be multiplied";
  let description = [{
    Rows and columns of A, B and C, where they are known at run time only. They are compared in
    whole tiles (m, n, k): of a matrix in DMA memory its padding counts, too.

    ```mlir
    accel.check_sizes[%m, %k] x[%k_2, %n] to[%m_2, %n_2] tile [8, 8, 8]
    ```
  }];
  let arguments = (ins Index:$rowsA, Index:$columnsA, Index:$rowsB, Index:$columnsB, Index:$rowsC,
                       Index:$columnsC, DenseI64ArrayAttr:$tile);
  let assemblyFormat = "`[` $rowsA `,` $columnsA `]` `x` `[` $rowsB `,` $columnsB `]` `to` `[` "
                       "$rowsC `,` $columnsC `]` `tile` $tile attr-dict";
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

def Accel_StoreWordOp : Accel_Op<"store_word"> {
  let summary = "store a 32-bit word into a memref of any 32-bit element type";
  let description = [{
    As when an opcode lies beside a tile of floats.

    ```mlir
    accel.store_word %opcode, %slots[%i, %j, %zero] : memref<16x16x66xf32, #accel.dma<in>>
    ```
  }];
  let arguments = (ins I32:$word, Arg<AnyMemRef, "where to", [MemWrite]>:$memref,
                       Variadic<Index>:$indices);
  let assemblyFormat = "$word `,` $memref `[` $indices `]` attr-dict `:` type($memref)";
  let hasVerifier = 1;
}

def Accel_RepackOp : Accel_Op<"repack"> {
  let summary = "copy a matrix into another layout";
  let description = [{
    Row-major (rank 2) or tile-major (rank 4: rows of tiles, columns of tiles, a tile's rows and
    columns), on either side. Tile-major and padded is rank 6: the matrix's own rows and columns, of
    stride 0, come before the four.

    ```mlir
    accel.repack %a to %packed : memref<16x32xi32> to memref<2x4x8x8xi32, #accel.dma<in>>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "what to copy", [MemRead]>:$source,
                       Arg<AnyMemRef, "where to", [MemWrite]>:$destination);
  let assemblyFormat =
      "$source `to` $destination attr-dict `:` type($source) `to` type($destination)";
  let hasVerifier = 1;
}

def Accel_ClearPaddingOp : Accel_Op<"clear_padding"> {
  let summary = "write zeros around a matrix";
  let description = [{
    A buffer, row-major (rank 2) or tile-major (rank 4), is made of whole tiles, and the matrix in it
    has rows and columns of its own: all elements that are not in these become zero.

    ```mlir
    accel.clear_padding %a around[%rows, %columns] : memref<13x5x8x8xi32, #accel.dma<in>>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "the buffer", [MemWrite]>:$buffer, Index:$rows,
                       Index:$columns);
  let assemblyFormat =
      "$buffer `around` `[` $rows `,` $columns `]` attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def Accel_AllocOp : Accel_Op<"alloc"> {
  let summary = "allocate DMA-mapped memory";
  let description = [{
    The alignment is in bytes. Its default suits the data widths of HP ports and DMA engines (8
    bytes; no realignment needed) and keeps buffers in cache lines of their own (32 or 64 bytes).

    ```mlir
    %a = accel.alloc : memref<128x128xi32, #accel.dma<in>>
    %b = accel.alloc(%rows, %columns) : memref<?x?x8x8xi32, #accel.dma<in>>
    ```
  }];
  let arguments = (ins Variadic<Index>:$dynamicSizes,
                       DefaultValuedAttr<I64Attr, "64">:$alignment);
  let results = (outs Res<AnyMemRef, "", [MemAlloc]>:$memref);
  let assemblyFormat = "(`(` $dynamicSizes^ `)`)? attr-dict `:` type($memref)";
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::MemRefType":$type), [{
    build($_builder, $_state, type, ::mlir::ValueRange());
  }]>];
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
