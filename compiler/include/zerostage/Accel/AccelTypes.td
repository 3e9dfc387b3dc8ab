// Types of the accel dialect.
#ifndef ZEROSTAGE_ACCEL_TYPES_TD
#define ZEROSTAGE_ACCEL_TYPES_TD

include "zerostage/Accel/AccelDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Accel_Channel : I32EnumAttr<"Channel", "a channel of the DMA engine", [
    I32EnumAttrCase<"Send", 0, "send">,
    I32EnumAttrCase<"Recv", 1, "recv">
  ]> {
  let cppNamespace = "::zerostage::accel";
  let genSpecializedAttr = 0;
}

def Accel_TokenType : TypeDef<Accel_Dialect, "Token"> {
  let mnemonic = "token";
  let summary = "a transfer in flight";
  let description = [{
    What a start gives and `accel.wait` takes. The channel is part of the type, so that a token can
    be carried by a loop: `!accel.token<send>`, `!accel.token<recv>`. A channel has at most one
    transfer in flight.
  }];
  let parameters = (ins EnumParameter<Accel_Channel>:$channel);
  let assemblyFormat = "`<` $channel `>`";
}

class Accel_TokenOf<string channel>
    : Type<CPred<"::llvm::isa<::zerostage::accel::TokenType>($_self) && "
                 "::llvm::cast<::zerostage::accel::TokenType>($_self).getChannel() == "
                 "::zerostage::accel::Channel::" # channel>,
           "token of a transfer in flight", "::zerostage::accel::TokenType">,
      BuildableType<"::zerostage::accel::TokenType::get($_builder.getContext(), "
                    "::zerostage::accel::Channel::" # channel # ")">;

def Accel_SendToken : Accel_TokenOf<"Send">;
def Accel_RecvToken : Accel_TokenOf<"Recv">;

#endif
