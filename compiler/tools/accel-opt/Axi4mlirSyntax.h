// Spellings of AXI4MLIR's MLIR, a fork of LLVM 14, that MLIR 22 would not parse.
#ifndef ZEROSTAGE_TOOLS_AXI4MLIR_SYNTAX_H
#define ZEROSTAGE_TOOLS_AXI4MLIR_SYNTAX_H

#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace zerostage
{

// The same text with opcode_map<, opcode_flow< and init_opcodes< as attributes of the accel dialect
// (#accel.opcode_map<), and func @ as func.func @. Lines stay where they are; columns behind such a
// word count what was put in. Comments and strings are left alone.
std::unique_ptr<llvm::MemoryBuffer>
accept_axi4mlir_syntax(std::unique_ptr<llvm::MemoryBuffer> buffer);

} // namespace zerostage

#endif
