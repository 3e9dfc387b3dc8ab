// Names for values: read off the source text, carried by locations, used by the C printer.
#ifndef ZEROSTAGE_TARGET_NAME_HINTS_H
#define ZEROSTAGE_TARGET_NAME_HINTS_H

#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Location.h"

namespace zerostage
{

// Give each value that the source names (%tile, not %0) a location that carries the name: the
// parser itself forgets it.
void attach_name_hints(mlir::ModuleOp module, const mlir::AsmParserState &source);

// The name that a location carries; empty when it carries none.
llvm::StringRef get_name_hint(mlir::Location location);

} // namespace zerostage

#endif
