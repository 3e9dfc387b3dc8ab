// Words in ordinary memory from which a staging copy can take a literal.
#ifndef ZEROSTAGE_ACCEL_LITERAL_WORDS_H
#define ZEROSTAGE_ACCEL_LITERAL_WORDS_H

#include "zerostage/Accel/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace zerostage::accel
{

class LiteralWords
{
  public:
    // The word of a literal. A constant one has its own, written once; all others of a function
    // share one, written at `op`.
    mlir::Value get(SendLiteralOp op);

  private:
    mlir::Value make(SendLiteralOp op, mlir::func::FuncOp function,
                     mlir::arith::ConstantOp constant);

    llvm::MapVector<std::pair<mlir::Operation *, mlir::Attribute>, mlir::Value> words;
    llvm::DenseMap<mlir::Operation *, mlir::Operation *> last; // of a function: the next goes there
};

} // namespace zerostage::accel

#endif
