// What AXI4MLIR's attributes on an operation, or text in the same grammar, say of an accelerator.
#ifndef ZEROSTAGE_ACCEL_USER_ATTRIBUTES_H
#define ZEROSTAGE_ACCEL_USER_ATTRIBUTES_H

#include "zerostage/Accel/AccelDialect.h"
#include "zerostage/Accel/Accelerators.h"

#include <optional>

namespace zerostage::accel
{

// What is there is set; the rest is null, empty, none.
struct UserAttributes {
    OpcodeMapAttr opcodes;
    OpcodeFlowAttr flow;
    InitOpcodesAttr init;
    std::optional<LoopOrder> order;
    std::optional<int64_t> tile;
    std::optional<bool> accumulates_on_cpu;
};

// Read an operation's accel_* attributes, whether attributes proper or text (accel_*_str). An error
// at `op` names an attribute that is unknown, not supported, or not as expected.
mlir::FailureOr<UserAttributes> read_user_attributes(mlir::Operation *op);

// Parse "opcode_map<...>", "opcode_flow<...>" or "init_opcodes<...>". For the latter two what is
// inside the angle brackets will do. An error at `op` says where in the text `what` it is.
mlir::FailureOr<OpcodeMapAttr> parse_opcode_map(mlir::Operation *op, llvm::StringRef what,
                                                llvm::StringRef text);
mlir::FailureOr<OpcodeFlowAttr> parse_opcode_flow(mlir::Operation *op, llvm::StringRef what,
                                                  llvm::StringRef text);
mlir::FailureOr<InitOpcodesAttr> parse_init_opcodes(mlir::Operation *op, llvm::StringRef what,
                                                    llvm::StringRef text);

// A permutation of m, n, k as numbers of loops: [0, 2, 1] is m, k, n.
mlir::FailureOr<LoopOrder> parse_order(mlir::Operation *op, llvm::StringRef what,
                                       llvm::ArrayRef<int64_t> loops);

} // namespace zerostage::accel

#endif
