// Parameters of the attributes that describe an accelerator: opcode_map, opcode_flow.
#ifndef ZEROSTAGE_ACCEL_OPCODES_H
#define ZEROSTAGE_ACCEL_OPCODES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/Hashing.h"

#include <cstdint>

namespace zerostage::accel
{

// One thing that the host does for an opcode.
struct OpcodeAction {
    enum class Kind { Send, SendLiteral, SendDim, SendIdx, Recv } kind;
    int64_t value;     // Send, Recv: operand; SendLiteral: word; SendDim, SendIdx: loop
    int64_t dimension; // SendDim of an operand: its dimension, `value` being the operand; else -1

    bool operator==(const OpcodeAction &other) const
    {
        return kind == other.kind && value == other.value && dimension == other.dimension;
    }
};

inline llvm::hash_code hash_value(const OpcodeAction &action)
{
    return llvm::hash_combine(action.kind, action.value, action.dimension);
}

// An opcode in a flow: `scope` counts the parentheses around it, from 0; `is_after` those that
// stand behind the inner pair.
struct OpcodeUse {
    mlir::StringAttr name;
    unsigned scope;
    bool is_after;

    bool operator==(const OpcodeUse &other) const
    {
        return name == other.name && scope == other.scope && is_after == other.is_after;
    }
};

inline llvm::hash_code hash_value(const OpcodeUse &use)
{
    return llvm::hash_combine(use.name, use.scope, use.is_after);
}

} // namespace zerostage::accel

#endif
