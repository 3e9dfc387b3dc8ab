// What the parts of a kernel take on a board, in a file: for best_cost.
#ifndef ZEROSTAGE_ACCEL_COSTS_FILE_H
#define ZEROSTAGE_ACCEL_COSTS_FILE_H

#include "choice/choice_costs.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/LLVM.h"

namespace zerostage::accel
{

// As `zs-sim --costs` writes it. Errors have file and line.
mlir::FailureOr<choice_costs> read_costs_file(mlir::MLIRContext *context, llvm::StringRef path);

} // namespace zerostage::accel

#endif
