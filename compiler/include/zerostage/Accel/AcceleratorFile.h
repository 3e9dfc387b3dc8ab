// An accelerator in a file: Zerostage's YAML (configs/accelerators), or AXI4MLIR's JSON.
#ifndef ZEROSTAGE_ACCEL_ACCELERATOR_FILE_H
#define ZEROSTAGE_ACCEL_ACCELERATOR_FILE_H

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/LLVM.h"

#include <cstdint>
#include <map>
#include <string>

namespace zerostage::accel
{

struct AcceleratorFile {
    std::string version;                      // of an accelerator that is known by name, or empty
    std::string opcode_map;                   // text; empty when `version` says it
    std::map<std::string, std::string> flows; // with opcode_map: text of opcode_flows by name
    int64_t size = 0;                         // edge of a tile
    std::string type;                         // i32, f32, i8; empty when the file does not say
};

// Read FILE.yaml (section `accelerator`: version, size, type; what else it has concerns the
// hardware alone) or FILE.json. Errors have file, line and column; in JSON, the path of keys.
//
// JSON: `opcode_map` (text) and `opcode_flow_map` (texts by name), or an object with opcodes by
// number, each a list of READ, COMPUTE and SEND on #A_Buffer, #B_Buffer, #C_Buffer; the latter gets
// the flows Ns, As, Bs and Cs that its opcodes allow. Sizes: `accel_size` or `dims`, else the
// length of a READ. `data_type`: int32, float32, int8 and the like.
mlir::FailureOr<AcceleratorFile> read_accelerator_file(mlir::MLIRContext *context,
                                                       llvm::StringRef path);

} // namespace zerostage::accel

#endif
